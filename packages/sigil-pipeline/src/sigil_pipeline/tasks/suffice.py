"""Prompts that suffice: what code uses of its crate is in its context, and its name in the prompt."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence, Set
from itertools import takewhile

from sigil_pipeline.chunk.chunks import Block, Chunk, Context
from sigil_pipeline.chunk.context import words_of
from sigil_pipeline.chunk.impls import leaned_on
from sigil_pipeline.chunk.imports import looked_up, needed, undefined
from sigil_pipeline.chunk.items import Item
from sigil_pipeline.chunk.showing import showing
from sigil_pipeline.compiler.uses import Use, Uses
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.wording import fits

_ROOTS = frozenset({"crate", "self", "super"})
_WORD = re.compile(r"[A-Za-z_]\w*")


def with_what_it_uses(chunk: Chunk, uses: Uses) -> Chunk | None:
    """Return a chunk whose context shows all that it uses of its crate, `None` if that is too long or cannot be shown.

    Two types of one name cannot, since nothing says which of them is meant.

    Where all is too much, impls of traits are left out, then imports, and then what is not used of types.
    """
    used = list(_used(chunk, uses))
    items = list(dict.fromkeys(use.item for use in used))
    if _names(chunk.code) & uses.unknown:
        return None
    owner = _owner(chunk, uses)
    roots = {item.root for item in items} | ({owner} if owner is not None else set())
    types = [root.name for root in roots if root.kind in ("type", "alias", "trait")]
    if len(types) > len(set(types)):
        return None
    for compact in (False, True):
        context = showing(chunk, items, owner, compact=compact)
        if context is None:
            return None
        defined = {item.root.name for item in items} | ({owner.name} if owner is not None else set())
        leaned = leaned_on(uses.impls, chunk.code, defined, owner.name if owner is not None else None)
        for headers, with_imports in ((leaned, True), ([], True), ([], False)):
            blocks = (*context.blocks, *(Block(one, ()) for one in headers if one not in _headers(context)))
            words = looked_up("\n".join([chunk.code, context.owner_header or "", *headers])) | words_of(context)
            words = words - {chunk.name} | {name for use in used for name in _names(use.path)}
            wanted = needed(chunk.scope, words) if with_imports else ()
            imports = [line for one in wanted for line in undefined(one, words, defined)]
            lines = (*_modules(chunk, used, imports, _known(chunk, uses)), *imports)
            better = dataclasses.replace(chunk, context=dataclasses.replace(context, imports=lines, blocks=blocks))
            if fits(better):
                return better
    return None


def _headers(context: Context) -> set[str]:
    return {context.owner_header or "", *(block.header for block in context.blocks)}


def _modules(chunk: Chunk, used: Sequence[Use], imports: Sequence[str], known: Set[str]) -> Iterator[str]:
    """Yield imports of the modules that code names in paths, and that neither these imports nor its own name."""
    own = re.findall(r"\buse\s[^;]*;", chunk.code)
    named = _names("\n".join([*imports, *own])) | _ROOTS
    for path in dict.fromkeys("::".join(_modules_in(use.path, known)) for use in used):
        if path and not _names(path) <= named:
            yield f"use {path};" if path.partition("::")[0] in _ROOTS else f"use self::{path};"


def _modules_in(path: str, known: Set[str]) -> list[str]:
    """Return the beginning of a path that is modules of the crate: written small, and a module comes first.

    `u8::width` and `std::string::String::width` may be methods of the crate's own trait and lead to no module of it.
    """
    names = list(takewhile(lambda name: not name[:1].isupper(), filter(None, path.split("::"))))
    return names if names and names[0] in known | _ROOTS else []


def unshown(chunk: Chunk, prompt: str, uses: Uses) -> set[str]:
    """Return the names of items of the crate that stand in a chunk and not in its prompt, those unsure among them."""
    used = list(_used(chunk, uses))
    names = _names(chunk.code) & uses.unknown
    names |= {use.name for use in used if not use.name.isdigit()}
    names |= {name for use in used for name in _modules_in(use.path, _known(chunk, uses))} - _ROOTS
    imported = {name for one in chunk.scope for name in one.names}
    names |= {name for use in used for name in _names(use.path) & imported}
    return names - _names(prompt)


def _known(chunk: Chunk, uses: Uses) -> Set[str]:
    """Return the words that a path may begin with to lead into the crate."""
    return uses.modules | {name for one in chunk.scope for name in one.names}


def _names(code: str) -> set[str]:
    return set(_WORD.findall(code))


def _used(chunk: Chunk, uses: Uses) -> Iterator[Use]:
    """Yield the uses in a chunk of what it does not define itself."""
    for use in uses.inside(chunk.file, chunk.start, chunk.end):
        node = use.item.node
        if use.item.source.path != chunk.file or not chunk.start <= node.start_byte < chunk.end:
            yield use


def _owner(chunk: Chunk, uses: Uses) -> Item | None:
    """Return the type that the block around a chunk belongs to: the last of those that its header names."""
    inside = uses.inside(chunk.file, *chunk.owner_head)
    named = (chunk.context.owner_header or "").rpartition(" for ")[2]
    types = [use.item for use in inside if use.item.kind == "type" and re.search(rf"\b{use.item.name}\b", named)]
    return types[0] if types else None


def with_uses(material: Material, uses: Uses | None) -> Material:
    """Return what a crate offers with contexts made of the uses of its items; as it was, if these cannot be told."""
    if uses is None:
        return dataclasses.replace(material, uses_known=False)
    better = [(chunk, with_what_it_uses(chunk, uses)) for chunk in material.chunks]
    return dataclasses.replace(
        material,
        chunks=tuple(new or old for old, new in better),
        uses=uses,
        uses_known=True,
        insufficient=frozenset(material.key(old) for old, new in better if new is None),
    )
