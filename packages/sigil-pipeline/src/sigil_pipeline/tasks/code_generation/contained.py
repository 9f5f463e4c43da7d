"""Does a function compile by itself, with the standard library and what its prompt shows, outside its crate?

Such samples teach most to a model that is asked for single functions, so they go first when a crate's
samples are capped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks.wording import opened, shortened

if TYPE_CHECKING:
    from sigil_common.cargo import Confined

_ELSEWHERE = re.compile(r"\b(crate|super)::")
_STANDARD = re.compile(r"^(pub(\([^)]*\))?\s+)?use\s+(::)?(std|core|alloc)\b")


def self_contained(chunks: Mapping[str, tuple[Chunk, str]], confined: Confined) -> set[str]:
    """Return the keys of the chunks that compile alone; values are `(chunk, edition)`.

    A method is given its type's definition and its `impl` header, as in its prompt. What is shown without a body gets
    one that does nothing: that all names are known is proven by it, that it runs only of what `is_whole`.
    """
    from sigil_common.rustc import Crate, Unit, check_units

    by_edition: dict[str, list[tuple[str, Unit]]] = {}
    for number, (key, (chunk, edition)) in enumerate(chunks.items()):
        source = standalone_source(shortened(chunk))
        if source is not None:
            by_edition.setdefault(edition, []).append((key, Unit(f"sigil_unit_{number}", source)))
    found = set()
    for edition, named in sorted(by_edition.items()):
        crate = Crate(emit="metadata", edition=edition, flags=("-Awarnings",))
        results = check_units((unit for _, unit in named), confined.compiler, crate=crate)
        for key, unit in named:
            result = results[unit.name]
            if result.trouble is not None:
                raise MissingError("the sandbox failed while compiling a function", cause=result.trouble)
            if result.ok:
                found.add(key)
    return found


def standalone_source(chunk: Chunk) -> str | None:
    """Return a file that holds the function and its context, `None` where the crate is spoken of."""
    context = chunk.context
    shown = [context.owner_type or "", *context.types, *context.constants]
    if not all(_STANDARD.match(line) for line in context.imports) or _ELSEWHERE.search("".join([chunk.code, *shown])):
        return None
    if chunk.kind != "function" or (context.owner_header is not None and not _can_stand(chunk)):
        return None
    if not all(block.header.startswith(("impl ", "impl<")) for block in context.blocks):
        return None
    imports = [re.sub(r"\balloc::", "std::", line) for line in context.imports]
    blocks = [_impl(block.header, *map(_stub, block.members)) for block in context.blocks]
    parts = [*imports, *shown, *map(_stub, context.functions), *blocks]
    if context.owner_header is None:
        return "\n".join([*parts, chunk.code])
    return "\n".join([*parts, _impl(context.owner_header, *map(_stub, context.methods), chunk.code)])


def is_whole(chunk: Chunk) -> bool:
    """Whether nothing that a chunk leans on is shown without its body."""
    context = shortened(chunk).context
    return not (context.functions or context.methods or context.blocks)


def _impl(header: str, *members: str) -> str:
    return "\n".join([opened(header), *members, "}"])


def _stub(declared: str) -> str:
    """Return a function for a signature, with a body that promises anything; other members as they are."""
    return f"{declared.removesuffix(';')} {{ loop {{}} }}" if re.search(r"\bfn\b", declared) else declared


def _can_stand(chunk: Chunk) -> bool:
    """Only inherent methods of a type that is shown: one method alone does not make a trait's impl."""
    header = chunk.context.owner_header or ""
    return chunk.context.owner_type is not None and header.startswith(("impl ", "impl<")) and " for " not in header
