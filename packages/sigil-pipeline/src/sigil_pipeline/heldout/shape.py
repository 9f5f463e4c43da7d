"""A function in the shape of a benchmark problem: what it leans on, its docs, its head; and its body apart."""

from __future__ import annotations

import re

from sigil_pipeline.choose.ngrams import tokens
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.gates import can_describe
from sigil_pipeline.chunk.imports import each_imported
from sigil_pipeline.chunk.syntax import field, parse, text
from sigil_pipeline.tasks.code_generation.contained import standalone_source
from sigil_pipeline.tasks.wording import doc_comment, opened

# Longer docs are cut to their prose: a small model reads slowly, and examples are most of their length.
_MAX_DOCS = 600
_QUALIFIERS = re.compile(r"^(?:pub(?:\s*\([^)]*\))?\s+)?(?:const\s+)?(?=fn\b)")
# What reaches beyond the program: a solution has no business there.
_OUTSIDE = re.compile(
    r"\b(?:std|core)(?:\s*::\s*(?:\*|(?:env|ffi|fs|io|net|os|process|ptr|thread|time)\b)|\s+as\b)|\bunsafe\b"
)
_LEAST_TOKENS = 6
_NEW = re.compile(r"^[\w:<>, ]+ :: new \( (?:[^()]* )?\)$")


def objection(chunk: Chunk) -> str | None:
    """Return why a function is no problem, before the compiler is asked."""
    context = chunk.context
    if chunk.kind != "function" or context.owner_header is not None:
        return "method"
    if not can_describe(chunk):
        return "undocumented"
    if context.functions or standalone_source(chunk) is None:
        return "leans_on_crate"
    if _split(chunk) is None or chunk.name.startswith("r#"):
        return "unusual_head"
    used = [line for name, line in each_imported("\n".join(context.imports)) if name == "*" or _names(chunk.code, name)]
    if reaches_outside("\n".join([*context.imports, *used, chunk.code])):
        return "reaches_outside"
    return "trivial" if _is_trivial(solution_of(chunk)) else None


def prompt_of(chunk: Chunk) -> str:
    """Return imports, types and constants, the doc comment, and the head with its opening brace."""
    context = chunk.context
    imports = "\n".join(re.sub(r"\balloc::", "std::", line) for line in context.imports)
    shown = [imports, "\n".join(context.constants), *context.types]
    head = f"{doc_comment(chunk.docs, _MAX_DOCS)}\n{opened(_head(chunk))}\n"
    return _unix("\n\n".join([*(part for part in shown if part), head]))


def solution_of(chunk: Chunk) -> str:
    """Return the body with its closing brace, as it stands in the crate."""
    return _unix(f"{(_split(chunk) or '').rstrip()}\n")


def shown_names(chunk: Chunk) -> frozenset[str]:
    """Return the names of the types and constants that the prompt shows."""
    context = chunk.context
    root = parse("\n".join([*context.constants, *context.types]).encode())
    return frozenset(text(name) for item in root.children if (name := field(item, "name")) is not None)


def reaches_outside(code: str) -> bool:
    """Whether code names parts of the standard library that reach beyond the program, or says `unsafe`.

    Imports in braces have to be spelled out first (`chunk.imports.each_imported`).
    """
    return _OUTSIDE.search(code) is not None


def _names(code: str, name: str) -> bool:
    return re.search(rf"\b{re.escape(name)}\b", code) is not None


def _unix(code: str) -> str:
    return code.replace("\r\n", "\n")


def _head(chunk: Chunk) -> str:
    """Return the signature as benchmarks have it: public, and not `const`, which nothing here needs."""
    return f"pub {_QUALIFIERS.sub('', chunk.signature)}"


def _split(chunk: Chunk) -> str | None:
    """Return what follows the opening brace; `None` for heads that begin otherwise than with `fn`, or attributes."""
    if not _QUALIFIERS.match(chunk.signature) or not chunk.code.startswith(chunk.signature):
        return None
    opening = re.match(r"\s*\{[ \t\r]*\n", chunk.code[len(chunk.signature) :])
    return chunk.code[len(chunk.signature) + opening.end() :] if opening else None


def _is_trivial(solution: str) -> bool:
    """Whether a body is hardly more than one token, a constant, or a call of `new`."""
    inside = tokens(solution)[:-1]
    return len(inside) < _LEAST_TOKENS or bool(_NEW.match(" ".join(inside)))
