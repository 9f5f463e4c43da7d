"""Which answers may not share a crate with others: what they do could reach beyond their own module."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate

from human_eval_rust.rust.items import Item
from sigil_common.rust_text import mask

# By the lexer: what a macro is given is compiled too, and the tree knows tokens alone of it; rustc also takes more for
# Rust than tree-sitter does. One answer too many that is compiled alone costs time, one too few a verdict.
_TOKENS = re.compile(
    r"\bsuper\s*::|#!\[|\bmacro_export\b|\bextern\b|\binclude(?:_str|_bytes)?\b|\bmod\s+\w+\s*;|\bmacro_rules\b"
    r"|\b(?:file|module_path|line|column)\s*!|\bconst\s+fn\b|\bconst\s*\{|\bglobal_allocator\b|\bno_mangle\b"
)
# Evaluated by the compiler: a block in a constant may loop, a huge array fills its memory.
_CONST_BLOCK = re.compile(r"\b(?:const|static)\b[^;{]*=[^;]*\{")
_HUGE_ARRAY = re.compile(r"(?<!vec!)\[[^\[\];]*;[^\[\];]*(?:\d[\d_]{6,}|<<|\*)[^\[\];]*\]")
_MAX_NESTING = 24


def must_be_alone(text: str, items: Iterable[Item], given: frozenset[str]) -> bool:
    """Whether the module `text`, made of `items`, could change how others compile, or be changed by them.

    Crate-wide attributes and names, macros, evaluation at compile time without an end in sight, deep
    nesting, and `impl`s that join a foreign trait to a foreign type: these take part in everyone's type
    inference. `given` are the types that the module gets from the prompt.
    """
    code = mask(text).code
    if _TOKENS.search(code) or _CONST_BLOCK.search(code) or _HUGE_ARRAY.search(code) or not code.isascii():
        return True
    if _nesting(code) > _MAX_NESTING:
        return True
    local = given | {item.name for item in items if item.name}
    return any(
        item.kind == "impl" and item.trait and item.trait not in local and item.subject not in local for item in items
    )


def _nesting(code: str) -> int:
    """Return the depth of bracket nesting; the compiler's stack and time grow with it."""
    steps = (1 if mark in "([{" else -1 for mark in re.findall(r"[(\[{}\])]", code))
    return max(accumulate(steps, initial=0))
