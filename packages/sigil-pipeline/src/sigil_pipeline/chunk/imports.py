"""The `use` declarations of a file or module, and those of them that a piece of code needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, leaves, parse, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_WORD = re.compile(r"[A-Za-z_]\w*")
_LOOKED_UP = re.compile(
    r"(?<!::)(?<![^.]\.)\b(?!(?:str|char|bool|[iu](?:8|16|32|64|128|size)|f32|f64)\b(?!\s*::))[A-Za-z_]\w*"
)
_DERIVE = re.compile(r"#\[\s*derive\([^)]*\)\s*\]")
_LOCAL = re.compile(r"(?:pub(?:\([^)]*\))?\s+)?use\s+(?:crate|self|super)\b")
_CFG = re.compile(r"#!?\s*\[\s*cfg\s*\((.*)\)\s*\]$", re.DOTALL)

_PATHS = frozenset({"identifier", "scoped_identifier", "self", "crate", "super", "metavariable"})

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
            truths = [holds(predicate) for mark in marks if (predicate := cfg_predicate(mark)) is not None]
            if False not in truths:
                line = text(child)
                found.append(Import(line, imported_names(line), sure=None not in truths))
        if "comment" not in child.type and child.type != "attribute_item":
            marks = []
    return found


def cfg_predicate(attribute: str) -> str | None:
    """Return the predicate of a `#[cfg(...)]` or `#![cfg(...)]`, `None` of another attribute."""
    match = _CFG.match(attribute)
    return match.group(1) if match is not None else None


def imported_names(line: str) -> frozenset[str]:
    """Return the names that a `use` brings into scope, of `a::b::*` the `b` that stands for what it may bring."""
    whole = [(*one.path, one.alias) if one.alias else one.path for one in _imported(line)]
    return frozenset((path[-2] if path[1:] and path[-1] == "*" else path[-1]).removeprefix("r#") for path in whole)


def looked_up(code: str) -> set[str]:
    """Return the words of code that an import may give a meaning to.

    No import is needed for what follows `.` or `::`, for a derive, or for a primitive type that no path begins with.
    """
    return set(_LOOKED_UP.findall(_DERIVE.sub("", code)))


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


def undefined(line: str, words: Collection[str], defined: Collection[str]) -> Iterator[str]:
    """Yield what stays of an import where some of the names that it brings are defined beside it.

    What comes from other crates stays whole: it may bring traits, whose names need not be said.
    """
    needed_names = imported_names(line) & frozenset(words)
    if needed_names.isdisjoint(defined) and not _LOCAL.match(line):
        yield line
    elif not needed_names <= frozenset(defined):
        by_path: dict[str, list[str]] = {}
        for one in _imported(line):
            name = one.alias or one.path[-1]
            if name == "*" or (name in words and name not in defined):
                last = f"{one.path[-1]} as {one.alias}" if one.alias else one.path[-1]
                by_path.setdefault("::".join(one.path[:-1]), []).append(last)
        for path, names in by_path.items():
            listed = names[0] if len(names) == 1 else f"{{{', '.join(names)}}}"
            yield f"use {path}::{listed};" if path else f"use {listed};"


@dataclass(frozen=True)
class Imported:
    """One name that a `use` brings into scope, `*` for all that a path holds."""

    path: tuple[str, ...]
    alias: str | None = None

    @property
    def line(self) -> str:
        """Return an import of it alone."""
        renamed = f" as {self.alias}" if self.alias else ""
        return f"use {'::'.join(self.path)}{renamed};"


def each_imported(code: str) -> Iterator[tuple[str, str]]:
    """Yield each name that code imports, `*` for all, with an import of it alone."""
    for one in _imported(code):
        yield one.alias or one.path[-1], one.line


def _imported(code: str) -> Iterator[Imported]:
    for node in walk(parse(code.encode())):
        tree = field(node, "argument") if node.type == "use_declaration" else None
        if tree is not None:
            yield from names_in(tree)


def names_in(tree: Node) -> Iterator[Imported]:
    """Yield what a tree of imports, however deep, names one by one; `self` at the end of a path is left out."""
    stack: list[tuple[Node, tuple[str, ...]]] = [(tree, ())]
    while stack:
        node, before = stack.pop()
        renamed, alias = field(node, "path"), field(node, "alias")
        if node.type in _PATHS:
            yield Imported(_whole(before, node))
        elif node.type == "use_as_clause" and renamed is not None and alias is not None:
            yield Imported(_whole(before, renamed), text(alias))
        elif node.type == "use_wildcard":
            yield Imported((*before, *(part for child in node.named_children for part in _segments(child)), "*"))
        elif node.type in ("scoped_use_list", "use_list"):
            inside = (*before, *(_segments(renamed) if renamed is not None else ()))
            stack += [(child, inside) for child in reversed((field(node, "list") or node).named_children)]


def _whole(before: tuple[str, ...], node: Node) -> tuple[str, ...]:
    path = (*before, *_segments(node))
    return path[:-1] if len(path) > 1 and path[-1] == "self" else path


def _segments(path: Node) -> list[str]:
    return [word for leaf in leaves(path) if (word := text(leaf)) != "::"]
