"""What a type of task is, and what it works with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.material import Material

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.compiler.ask import Sources
    from sigil_pipeline.crates.workspace import Workspace
    from sigil_pipeline.settings import Settings

Proposals = Mapping[str, Sequence[Candidate]]


@dataclass(frozen=True)
class Workbench:
    """One batch as the tasks see it: what its crates offer, and what they can be compiled with."""

    materials: Sequence[Material]
    workspace: Workspace
    confined: Confined
    settings: Settings

    @property
    def sources(self) -> dict[str, Sources]:
        """The parsed files of each crate, by package id."""
        return {material.package.id: material.files for material in self.materials}

    @property
    def compiler(self) -> str:
        """Name and version of the compiler, as `_verified` has them: `rustc 1.95.0`."""
        return self.confined.toolchain.version.split(" (")[0]

    @property
    def rustc_version(self) -> str:
        """The number alone: `1.95.0`."""
        return self.compiler.removeprefix("rustc ")


@dataclass(frozen=True)
class TaskMaker:
    """One type of task. `propose` returns the candidates of every crate of a batch, by package id.

    With `strict_mix` no function is used twice: types with a low `turn` choose first, the one with the highest takes
    what is left. `answers_in_code` is false where the answer is not the chunk's own code; it is then not compared as
    code, nor measured as code. The three texts are the type's row in docs/DATASET_SCHEMA.md.
    """

    name: str
    propose: Callable[[Workbench], Proposals]
    turn: int
    prompt_holds: str
    answer_is: str
    confirmed: str
    answers_in_code: bool = True

    @property
    def share(self) -> float:
        """Share of a data set, unless `task_mix` sets another."""
        return TASK_SHARES[self.name]
