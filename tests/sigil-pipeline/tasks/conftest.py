"""Small functions, opened as the rules and operators see them."""

from __future__ import annotations

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import SourceFile, chunks_of, open_source
from sigil_pipeline.tasks.shapes import Function, open_function

from ..sources import HOLDS


def opened(code: str) -> tuple[SourceFile, Chunk, Function]:
    source = open_source("src/lib.rs", code.encode())
    chunk = next(chunk for chunk in chunks_of(source, HOLDS) if chunk.kind == "function")
    node = next(node for node in source.functions if node.start_byte == chunk.start)
    function = open_function(node)
    assert function is not None
    return source, chunk, function
