"""Counts taken from the syntax tree: unsafe code, public items, tests left out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.docs import is_outer_doc
from sigil_pipeline.chunk.extract import SourceFile
from sigil_pipeline.chunk.syntax import text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

_PUBLIC = frozenset(
    "function_item struct_item enum_item trait_item type_item const_item static_item mod_item macro_definition "
    "union_item field_declaration".split()
)


def count_unsafe(files: Iterable[SourceFile]) -> int:
    """Count every `unsafe` token, inside macros too: blocks, functions, impls, traits, extern blocks."""
    return sum(1 for file in files for node in walk(file.root) if node.type == "unsafe" and not node.is_named)


def count_documented_public(files: Iterable[SourceFile]) -> int:
    """Count items marked `pub` that carry a doc comment or a `#[doc]` attribute."""
    return sum(1 for file in files for node in walk(file.root) if _is_public(node) and _is_documented(node))


def _is_public(node: Node) -> bool:
    return node.type in _PUBLIC and any(
        child.type == "visibility_modifier" and text(child) == "pub" for child in node.children
    )


def _is_documented(node: Node) -> bool:
    before = node.prev_sibling
    while before is not None and before.type in ("attribute_item", "line_comment", "block_comment"):
        if is_outer_doc(before) or text(before).startswith("#[doc"):
            return True
        before = before.prev_sibling
    return False


def root_cfg(source: SourceFile) -> str | None:
    """Return the predicate of `#![cfg(...)]` at the top of a crate, `None` if there is none."""
    for node in source.root.children:
        if node.type == "inner_attribute_item":
            squeezed = text(node).replace(" ", "").replace("\n", "")
            if squeezed.startswith("#![cfg(") and squeezed.endswith(")]"):
                return squeezed.removeprefix("#![cfg(").removesuffix(")]")
    return None
