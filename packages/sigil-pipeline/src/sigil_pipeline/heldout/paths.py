"""Take a crate's name out of code that shall stand in a file with one of its functions: imports, and paths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.imports import Imported, names_in
from sigil_pipeline.chunk.syntax import field, leaves, text, walk
from sigil_pipeline.heldout.statements import Statements, at_the_margin, statements

if TYPE_CHECKING:
    from tree_sitter import Node

_ITEMS = frozenset({"fn", "struct", "enum", "union", "type", "const", "static", "trait"})


@dataclass(frozen=True)
class Names:
    """What a problem shows of its crate: the function, types and constants; `crate` as code names it."""

    crate: str
    function: str
    shown: frozenset[str] = frozenset()

    def reached(self, path: Sequence[str]) -> list[str]:
        """Return the part of a path of the crate from what is shown on, empty where it leads elsewhere.

        Modules are written small, so what counts is the first name with a capital, else the last one.
        """
        if not path:
            return []
        at = next((at for at, name in enumerate(path) if name[:1].isupper()), len(path) - 1)
        return list(path[at:]) if path[at] in self.shown or path[at] == self.function else []


def without_crate(code: str, names: Names) -> str | None:
    """Return statements that do without the crate, `None` if they need more of it than the problem shows."""
    found = statements(code)
    if found is None or any(leaf.type in ("crate", "super") and not _in_extern(leaf) for leaf in leaves(found.block)):
        return None
    edits: list[tuple[int, int, str]] = []
    roots = {names.crate, names.function}
    for node in walk(found.block):
        if node.type == "use_declaration":
            kept = _kept(node, names, roots)
            if kept is None:
                return None
            edits += [(node.start_byte, node.end_byte, kept)] if kept != text(node) else []
            edits += [(gone.start_byte, gone.end_byte, "") for gone in _marks(node) if not kept]
        elif node.type == "inner_attribute_item" or _is_extern(node, names.crate):
            marks = () if node.type == "inner_attribute_item" else _marks(node)
            edits += [(gone.start_byte, gone.end_byte, "") for gone in (*marks, node)]
    plain = statements(found.edited(edits))
    short = statements(plain.edited(_shortened(plain, names, roots))) if plain else None
    return None if short is None or _speaks_of(short, names, roots) else at_the_margin(short.code)


def _kept(use: Node, names: Names, roots: set[str]) -> str | None:
    """Return what stays of an import, and note in `roots` what it names besides; `None` for a mixed one."""
    argument = field(use, "argument")
    imports = list(names_in(argument)) if argument is not None else []
    ours = [one for one in imports if one.path[0] == names.crate]
    if not ours:
        return text(use)
    if len(ours) < len(imports):
        return None
    return "\n".join(line for one in ours if (line := _needed(one, names, roots)))


def _needed(one: Imported, names: Names, roots: set[str]) -> str:
    """Return the import that takes the place of `one`, which may be none."""
    glob = one.path[-1] == "*"
    reached = names.reached(one.path[1:-1] if glob else one.path[1:])
    if glob:  # of a module, which holds what is shown, or of an enumeration
        return f"use self::{'::'.join(reached)}::*;" if reached and reached[0][:1].isupper() else ""
    if not reached:
        roots.add(one.alias or one.path[-1])
        return ""
    renamed = f" as {one.alias}" if one.alias else ""
    return f"use self::{'::'.join(reached)}{renamed};" if renamed or len(reached) > 1 else ""


def _is_extern(node: Node, crate: str) -> bool:
    name = field(node, "name") if node.type == "extern_crate_declaration" else None
    return name is not None and text(name) == crate and field(node, "alias") is None


def _in_extern(leaf: Node) -> bool:
    return leaf.parent is not None and leaf.parent.type == "extern_crate_declaration"


def _marks(node: Node) -> Iterator[Node]:
    """Yield the attributes before an item."""
    before = node.prev_sibling
    while before is not None and (before.type == "attribute_item" or "comment" in before.type):
        if before.type == "attribute_item":
            yield before
        before = before.prev_sibling


def _shortened(found: Statements, names: Names, roots: set[str]) -> Iterator[tuple[int, int, str]]:
    """Yield the edits that make `krate::module::name` what it leads to, wherever the code names it, macros included."""
    nodes = list(leaves(found.block))
    taken = _taken(nodes)  # `let mean = krate::mean(x);` hides the function from what follows
    at = 0
    while at < len(nodes):
        path = _path_at(nodes, at)
        before = text(nodes[at - 1])
        if len(path) > 1 and text(path[0]) in roots and before != ".":
            inside = path[1:] if text(path[0]) == names.crate else path
            reached = names.reached([text(node) for node in inside])
            if reached:
                first = nodes[at - 1] if before == "::" else path[0]
                yield first.start_byte, path[-len(reached)].start_byte, "self::" if reached[0] in taken else ""
        at += max(1, 2 * len(path) - 1)


def _taken(nodes: Sequence[Node]) -> set[str]:
    """Return the names that code may give to something of its own."""
    words = ["", *map(text, nodes), ""]
    return {
        word
        for before, word, after in zip(words, words[1:], words[2:], strict=False)
        if before in _ITEMS or (not word[:1].isupper() and before != "::" and after not in ("(", "::"))
    }


def _path_at(nodes: Sequence[Node], at: int) -> list[Node]:
    """Return the names of the path that begins at a token, none if no name stands there."""
    path: list[Node] = []
    while at < len(nodes) and nodes[at].type.endswith("identifier"):
        path.append(nodes[at])
        at += 2
        if at >= len(nodes) or text(nodes[at - 1]) != "::":
            break
    return path


def _speaks_of(found: Statements, names: Names, roots: set[str]) -> bool:
    """Whether code still names the crate, or something of it that is not shown."""
    words = [*(text(leaf) for leaf in leaves(found.block)), ""]
    return any(
        word in roots and word != names.function and (word != names.crate or after == "::")
        for word, after in pairwise(words)
    )
