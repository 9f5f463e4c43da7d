"""Compile the tests of many answers into programs, a few compiler runs for all of them."""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from human_eval_rust.assemble import ANSWERS_CRATE
from sigil_common.rustc import Compiled, Crate, Diagnostic, Toolchain, compile_crate
from sigil_common.sandbox import Limits, Sandbox

_TRIES = 3
_MAIN = "main.rs"
PROGRAM = Crate(
    root=_MAIN, name="verdict", kind="bin",
    flags=("-Awarnings", "-Cdebuginfo=0", "-Cstrip=symbols", "-Ccodegen-units=1", "-Cmetadata=verdict"),
)  # fmt: skip


@dataclass(frozen=True)
class TestUnit:
    """The tests of one answer: a module's name and text."""

    __test__ = False

    name: str
    source: str

    @property
    def file(self) -> str:
        """Name of its file, as diagnostics and panics show it."""
        return f"{self.name}.rs"


@dataclass(frozen=True)
class Program:
    """A program and the number under which it knows each of its modules."""

    path: Path
    numbers: Mapping[str, int]


@dataclass(frozen=True)
class Refused:
    """Tests that do not compile against their answer. `trouble`: nothing is known, the sandbox failed."""

    errors: tuple[Diagnostic, ...] = ()
    trouble: str | None = None
    timed_out: bool = False


class ProgramBuilder:
    """Builds programs against one crate of answers, in directories below `folder`."""

    def __init__(
        self, folder: Path, answers: Path, toolchain: Toolchain, sandbox: Sandbox, limits: Limits,
        externs: tuple[tuple[str, Path], ...] = (),
    ) -> None:  # fmt: skip
        self.folder = folder
        self.crate = replace(PROGRAM, externs=((ANSWERS_CRATE, answers), *externs))
        self.toolchain = toolchain
        self.sandbox = sandbox
        self.limits = limits
        self.programs: list[Program] = []
        self.refused: dict[str, Refused] = {}
        self._count = 0

    def build(self, units: Sequence[TestUnit]) -> None:
        """Compile `units` together; take out those with errors, compile the rest again."""
        left = list(units)
        while left:
            compiled = self._compile(left)
            if compiled.artefact is not None:
                # Inside, nobody may read it; the mount is read-only, so nobody can change that either.
                compiled.artefact.chmod(0o111)
                self.programs.append(Program(compiled.artefact, {unit.name: i for i, unit in enumerate(left)}))
                return
            guilty = _guilty(compiled, left)
            if not guilty and len(left) == 1:
                guilty = {left[0].name: compiled.errors}
            if not guilty or (compiled.outcome.trouble and len(left) > 1):
                half = len(left) // 2
                self.build(left[:half])
                left = left[half:]
                continue
            for name, errors in guilty.items():
                self.refused[name] = Refused(errors, compiled.outcome.trouble, compiled.outcome.timed_out)
            left = [unit for unit in left if unit.name not in guilty]

    def _compile(self, units: Sequence[TestUnit]) -> Compiled:
        self._count += 1
        place = self.folder / f"tests{self._count:03}"
        source, out = place / "source", place / "out"
        out.mkdir(parents=True)
        source.mkdir()
        for unit in units:
            (source / unit.file).write_text(unit.source, encoding="utf-8", newline="")
        (source / _MAIN).write_text(main_source(units), encoding="utf-8")
        for _ in range(_TRIES):
            compiled = compile_crate(source, out, self.crate, self.toolchain, self.sandbox, self.limits)
            if compiled.outcome.trouble is None:
                break
        return compiled


def main_source(units: Sequence[TestUnit]) -> str:
    """Return the program's root: the harness with one module for each unit."""
    harness = importlib.resources.files("human_eval_rust").joinpath("harness.rs").read_text(encoding="utf-8")
    modules = "".join(f"mod {unit.name};\n" for unit in units)
    answers = "".join(f"    {unit.name}::TESTS,\n" for unit in units)
    return harness.replace("//MODULES\n", modules).replace("//ANSWERS\n", answers)


def _guilty(compiled: Compiled, units: Sequence[TestUnit]) -> dict[str, tuple[Diagnostic, ...]]:
    owners = {unit.file: unit.name for unit in units}
    found: dict[str, tuple[Diagnostic, ...]] = {}
    for item in compiled.errors:
        if item.file in owners:
            found[owners[item.file]] = (*found.get(owners[item.file], ()), item)
    return found
