"""An edit of a source, what an operator is, and the tables that operators read."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from tree_sitter import Node


@dataclass(frozen=True)
class Edit:
    """Replace the bytes from `start` to `end` by `text`."""

    start: int
    end: int
    text: str


LITERALS = frozenset({"integer_literal", "float_literal", "boolean_literal", "char_literal", "string_literal"})
DEFAULT = "Default::default()"
IS_DEFAULT = frozenset(
    {DEFAULT, "None", "0", "0.0", "false", '""', "()", "{}", "&[]", "Vec::new()", "String::new()", "vec![]"}
)

Operator = Callable[[Node], Iterator[Edit]]


def put(node: Node, text: str) -> Edit:
    """Return the edit that puts `text` in the place of a node."""
    return Edit(node.start_byte, node.end_byte, text)


@cache
def table(name: str) -> dict[str, Any]:
    """Return a data file of this folder."""
    return tomllib.loads(resources.files(__package__).joinpath(f"{name}.toml").read_text(encoding="utf-8"))


@cache
def words(group: str, name: str) -> frozenset[str]:
    """Return some of the words in `words.toml`."""
    return frozenset(table("words")[group][name].split())
