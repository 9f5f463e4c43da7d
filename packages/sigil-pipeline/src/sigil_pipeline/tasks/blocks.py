"""The Rust that a prompt holds: does it parse?"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sigil_common.wording import COMPLETE
from sigil_pipeline.chunk.syntax import parse

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_COMPLETE = COMPLETE.partition("{prompt}")[0]
# What a model is asked to go on from is closed first: a head as a declaration, an opened function.
_CLOSINGS = ("", ";", "\n}")


def shows_rust(prompt: str) -> bool:
    """Whether every block of Rust in a prompt parses as items, of which the last may be a mere beginning."""
    return all(_parses(block) for block in rust_blocks(prompt))


def rust_blocks(prompt: str) -> Iterator[str]:
    """Yield the code in a prompt's Rust fences; where a prompt is in the words of an evaluation, all that follows."""
    if prompt.startswith(_COMPLETE):
        yield prompt.removeprefix(_COMPLETE)
        return
    for token in _markdown().parse(prompt):
        if token.type == "fence" and token.info.strip() == "rust":
            yield token.content


def _parses(block: str) -> bool:
    return any(not parse(f"{block.rstrip()}{closing}".encode()).has_error for closing in _CLOSINGS)


@functools.cache
def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark")
