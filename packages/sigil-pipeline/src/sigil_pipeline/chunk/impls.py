"""The impls of traits that code leans on and that no use of an item tells: `Default` for a type that it calls so."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.context import base_name, owner_header
from sigil_pipeline.chunk.syntax import field, text

if TYPE_CHECKING:
    from sigil_pipeline.chunk.extract import SourceFile

_MOST = 4
_INDEXING = ("Index", "IndexMut")


@dataclass(frozen=True)
class TraitImpl:
    """An impl of a trait: names of trait and type without path and parameters, its header, and its functions."""

    trait: str
    of: str
    header: str
    functions: frozenset[str]


def impls_of(source: SourceFile) -> Iterator[TraitImpl]:
    """Yield the impls of traits in a file and its modules, in source order."""
    stack = [source.root]
    while stack:
        node = stack.pop()
        body = field(node, "body")
        if node is source.root or (node.type == "mod_item" and body is not None):
            stack.extend(reversed((body or node).named_children))
        elif node.type == "impl_item" and body is not None and (trait := field(node, "trait")) is not None:
            functions = {text(name) for one in body.named_children if (name := field(one, "name")) is not None}
            last = re.sub(r"<.*", "", text(trait), flags=re.DOTALL).rpartition("::")[2].strip()
            header = owner_header(source.data, node) or ""
            yield TraitImpl(last, base_name(node), header, frozenset(functions))


def leaned_on(impls: Sequence[TraitImpl], code: str, shown: Collection[str], owner: str | None) -> list[str]:
    """Return the headers of the impls that code leans on, the first few.

    `shown` are the crate's types and traits that stand beside it, `owner` is the type of the block around it. A trait
    of the crate is leaned on where both stand there; another one where code calls a function of it by name of the type
    or the trait, a method of it on `self`, or indexes `self`.
    """
    found = [
        one.header
        for one in impls
        if one.of in shown and (one.trait in shown or _calls(one, code, own=one.of == owner))
    ]
    return list(dict.fromkeys(found))[:_MOST]


def _calls(one: TraitImpl, code: str, *, own: bool) -> bool:
    if own and one.trait in _INDEXING:
        return re.search(r"\bself\[", code) is not None
    heads = "|".join(map(re.escape, [one.of, one.trait, *(["Self"] if own else [])]))
    called = set(re.findall(rf"\b(?:{heads})\s*::\s*(\w+)", code))
    called |= set(re.findall(r"\bself\s*\.\s*(\w+)\s*\(", code)) if own else set()
    return not called.isdisjoint(one.functions)
