"""The `use` declarations of a file or module, and those of them that a piece of code needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import text

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = re.compile(r"[A-Za-z_]\w*")
_CFG = re.compile(r"#\[\s*cfg\s*\((.*)\)\s*\]$", re.DOTALL)

# Says of the predicate of a `cfg` whether it holds in this build, `None` where that is not known.
Holds = Callable[[str], bool | None]


@dataclass(frozen=True)
class Import:
    """A `use` as it stands in the file, and the names that it brings into scope; `sure` if no `cfg` may remove it."""

    line: str
    names: frozenset[str]
    sure: bool = True


def imports_in(container: Node, holds: Holds) -> list[Import]:
    """Return what the `use` declarations directly inside a file or module bring into scope in this build."""
    found, marks = [], list[str]()
    for child in container.children:
        if child.type == "attribute_item":
            marks.append(text(child))
        elif child.type == "use_declaration":
            truths = [holds(match.group(1)) for mark in marks if (match := _CFG.match(mark))]
            if False not in truths:
                line = text(child)
                found.append(Import(line, imported_names(line), sure=None not in truths))
        if "comment" not in child.type and child.type != "attribute_item":
            marks = []
    return found


def imported_names(line: str) -> frozenset[str]:
    """Return the names that a `use` brings into scope: the last word of every path, or its alias."""
    names = set()
    path = re.sub(r"(\w+)::\{\s*self\b", r"{\1", line.partition("use ")[2])
    for part in re.split(r"[{},;]", path):
        words = _WORD.findall(part)
        if words and words[-1] != "self":
            names.add(words[-1])
    return frozenset(names)


def needed(imports: Sequence[Import], words: Collection[str]) -> Iterator[str]:
    """Yield the imports that bring one of these words into scope, in order.

    Two that may exclude one another by `cfg` bring the same name: of these one is shown, the first that is sure.
    """
    used = [one for one in imports if not one.names.isdisjoint(words)]
    certain = {name for one in used if one.sure for name in one.names}
    for one in used:
        if one.sure or certain.isdisjoint(one.names & frozenset(words)):
            certain |= one.names
            yield one.line
