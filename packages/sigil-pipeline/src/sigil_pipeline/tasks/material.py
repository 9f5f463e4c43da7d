"""What one crate offers to the tasks."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.gates import can_describe
from sigil_pipeline.compiler.ask import Sources
from sigil_pipeline.compiler.uses import Uses

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.crates.packages import Package


@dataclass(frozen=True)
class Material:
    """What one crate offers: its parsed files, and the chunks that passed the gates.

    `uses` are those of the crate's own items, where the compiler was asked for them and could tell (`uses_known`); the
    context of the chunks then shows what each uses, but for `insufficient` ones, named by their keys.
    """

    package: Package
    files: Sources
    chunks: tuple[Chunk, ...]
    uses: Uses | None = None
    uses_known: bool | None = None
    insufficient: frozenset[str] = frozenset()

    @property
    def functions(self) -> list[Chunk]:
        """The function chunks whose lines are theirs alone, so that errors can be assigned by line."""
        return [chunk for chunk in self.chunks if chunk.kind == "function" and "shares_line" not in chunk.flags]

    def key(self, chunk: Chunk) -> str:
        """Return the name of a place in the code, unique in one run: candidates of one function share it."""
        return f"{self.package.id}/{chunk.file}:{chunk.start}"


def in_order(material: Material, rng: Random) -> list[Chunk]:
    """Shuffle the functions, undocumented ones first: the others are wanted for code generation."""
    functions = material.functions
    rng.shuffle(functions)
    return sorted(functions, key=can_describe)


def nodes_of(material: Material) -> dict[tuple[str, int], Node]:
    """Return the function nodes of a crate by file and first byte."""
    return {(path, node.start_byte): node for path, source in material.files.items() for node in source.functions}
