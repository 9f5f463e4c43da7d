"""A chunk: one function, impl block, module or whole file of a crate, with what is needed to speak about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from sigil_pipeline.chunk.imports import Import

Kind = Literal["function", "impl", "module", "file"]


class Block(NamedTuple):
    """An impl block, trait or type of which some members are shown: its header, and their declarations."""

    header: str
    members: tuple[str, ...]


@dataclass(frozen=True)
class Context:
    """What a chunk leans on: imports, the type and header it belongs to, what it names and calls.

    `functions` and `methods` (of the block that the chunk stands in) are signatures that end with a semicolon; `blocks`
    are other blocks, with what is called of them.
    """

    imports: tuple[str, ...] = ()
    owner_header: str | None = None
    owner_type: str | None = None
    types: tuple[str, ...] = ()
    constants: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True)
class Chunk:
    """One piece of a crate's code. Lines count from 1, bytes from 0, both in `file`.

    `code` is the item without its own docs, shifted to the margin; `docs` its documentation as plain
    Markdown; `members` lists the functions of an impl block or module, one line each; `node_line` is the first line
    after docs and attributes; `body_start` and `end` are the bytes between which the body lies, braces included;
    `takes_self` says of a function whether it is a method; `owner_head` are the bytes of the header of the block around
    it, and `scope` is what is imported where it stands.
    """

    file: str
    kind: Kind
    name: str
    first_line: int
    last_line: int
    node_line: int
    start: int
    body_start: int
    end: int
    code: str
    signature: str
    docs: str
    context: Context
    flags: frozenset[str]
    functions_inside: tuple[int, ...]
    members: tuple[str, ...] = ()
    takes_self: bool = False
    owner_head: tuple[int, int] = (0, 0)
    scope: tuple[Import, ...] = ()

    @property
    def key(self) -> str:
        """Unique within a crate."""
        return f"{self.file}:{self.start}:{self.kind}"

    @property
    def lines(self) -> int:
        """Number of lines of `code`."""
        return self.code.count("\n") + 1
