"""Which crates a problem imports, and how its imports are left out where a crate is not there.

The crates in `data/crates/pins.toml` can be offered; `building.extern_crates` builds them. An import of any other
crate is left out when a foreign problem file is read, and one of these where they cannot be built.
"""

from __future__ import annotations

import importlib.resources
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from tree_sitter import Node

from human_eval_rust.rust.imports import declarations
from human_eval_rust.rust.tree import edited, name_of, nodes_in, text_of
from sigil_common.rust_text import closed

_OWN = frozenset({"std", "core", "alloc", "crate", "self", "super"})


@dataclass(frozen=True)
class Pin:
    """One crate at one version; `sha256` is its checksum. `offered`: problems may import it."""

    name: str
    version: str
    sha256: str
    offered: bool = False


@cache
def pins() -> tuple[Pin, ...]:
    """Return the crates that are built, those that are offered and what they need."""
    text = importlib.resources.files("human_eval_rust").joinpath("data/crates/pins.toml").read_text(encoding="utf-8")
    return tuple(Pin(**row) for row in tomllib.loads(text)["crate"])


@cache
def offered() -> dict[str, str]:
    """Return the versions of the crates that problems may import, by name."""
    return {pin.name: pin.version for pin in pins() if pin.offered}


def imported(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of the offered crates that one of `texts` imports."""
    likely = [text for text in texts if any(name in text for name in offered())]
    return frozenset(name for text in likely for _, names in _imports(text) for name in names & offered().keys())


def without_imports(text: str, unwanted: Callable[[str], bool]) -> str:
    """Blank imports from the crates that are `unwanted`, line for line."""
    gone = [node for node, names in _imports(text) if all(map(unwanted, names))]
    return edited(text, [(node.start_byte, node.end_byte, "\n" * text_of(node).count("\n")) for node in gone])


def unknown_imports(text: str) -> frozenset[str]:
    """Return the names of the crates whose imports `without_imports(text, is_unknown)` blanks."""
    return frozenset(name for _, names in _imports(text) if all(map(is_unknown, names)) for name in names)


def is_unknown(name: str) -> bool:
    """Whether `name` is neither the standard library nor a crate that can be offered."""
    return name not in _OWN and name not in offered()


def _imports(text: str) -> list[tuple[Node, set[str]]]:
    """Return the imports in the beginning of a file, each with the crates that it names, save from its own modules."""
    whole = closed(text)
    modules = {name_of(node) for node in nodes_in(whole, "mod_item")}
    named = [(node, {path.split("::")[0].removeprefix("r#") for path, _ in all_}) for node, all_ in declarations(whole)]
    return [(node, names) for node, names in named if modules.isdisjoint(names)]
