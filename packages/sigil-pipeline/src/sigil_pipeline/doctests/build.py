"""Build the programs with the examples of several crates, all together, without the examples that do not compile."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.compiler.ask import package_spec
from sigil_pipeline.compiler.diagnostics import Finding, json_object, read_messages
from sigil_pipeline.doctests.program import (
    FOLDER,
    Trial,
    example_in,
    manifest_with_program,
    program_files,
    program_name,
    switched,
    trials_at,
    with_inputs,
)

if TYPE_CHECKING:
    from sigil_common.cargo import CargoRun, Confined
    from sigil_pipeline.compiler.ask import Sources
    from sigil_pipeline.compiler.edits import Variant
    from sigil_pipeline.crates.packages import Package
    from sigil_pipeline.crates.workspace import Workspace

LATE = "crate_time_limit"
"""Why an example was not built, where another limit of time could have been enough."""

# Names are looked up first, then types, borrows and constants: of each kind of error the compiler tells all.
_ROUNDS = 6
_ARROW = re.compile(r"--> ([^\s:]+):(\d+):\d+$", re.MULTILINE)


@dataclass
class Program:
    """The examples of one crate: those still in its program, why others are not, and the program when it is built.

    `inputs` are variants of its functions, which are made if it is `changed`.
    """

    package: Package
    sources: Sources
    trials: dict[int, Trial]
    inputs: Sequence[Variant] = ()
    changed: bool = False
    refused: dict[int, str] = field(default_factory=dict)
    path: Path | None = None

    def refuse(self, numbers: Sequence[int], reason: str) -> None:
        """Leave examples out."""
        for at in numbers:
            if self.trials.pop(at, None) is not None:
                self.refused[at] = reason


def build(workspace: Workspace, confined: Confined, programs: Sequence[Program]) -> None:
    """Give each program its `path`, or refuse its examples. The workspace is afterwards what it was before."""
    with Files(workspace) as files:
        for one in programs:
            if (folder := workspace.member(one.package) / FOLDER).exists() or folder.is_symlink():
                one.refuse(list(one.trials), "crate_not_built")  # a link there could lead anywhere
        pending = [one for one in programs if one.trials]
        for _ in range(_ROUNDS):
            if not pending:
                return
            for one in pending:
                files.put(one.package, _files_of(one))
            pending = [one for one in _built(workspace, confined, pending) if one.trials]
        for one in pending:
            one.refuse(list(one.trials), "crate_not_built")


def _built(workspace: Workspace, confined: Confined, programs: Sequence[Program]) -> Iterator[Program]:
    """Compile programs together; where time runs out, each alone. Yield those that have to be compiled again."""
    run = _cargo(workspace, confined, programs)
    if run.timed_out and len(programs) > 1:
        for one in programs:
            yield from _built(workspace, confined, [one])
        return
    findings, _, _ = read_messages(run.stdout)
    made = dict(executables(run.stdout, workspace.target, "example"))
    for one in programs:
        place = workspace.member(one.package) / "Cargo.toml"
        errors = [item for item in findings if item.is_error and item.manifest == place]
        one.path = made.get(place)
        if run.timed_out and one.path is None:
            one.refuse(list(one.trials), LATE)
        elif errors:
            again = [] if one.changed else list(_at_fault(one, errors))
            if not again:
                one.refuse(list(one.trials), "crate_not_built")
            for at, reason in again:
                one.refuse([at], reason)
            yield one
        elif one.path is None:
            one.refuse(list(one.trials), "crate_not_built")


def _at_fault(program: Program, errors: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield the examples that errors lie in, and those of functions that cannot be stopped there."""
    for file, first, last in sorted({place for error in errors for place in places_of(error)}):
        at = example_in(file)
        if at is not None:
            yield at, "not_compiled"
        for number in trials_at(program.trials, file, first, last):
            yield number, "not_stoppable"


def places_of(error: Finding) -> Iterator[tuple[str, int, int]]:
    """Yield the files and lines of an error; one of a constant names the functions it calls in its text only."""
    places = [place for place in error.places if place.primary]
    yield from ((place.file, place.first_line, place.last_line) for place in places)
    if error.code == "E0080" and all(example_in(place.file) is None for place in places):
        yield from ((file, int(line), int(line)) for file, line in _ARROW.findall(error.rendered))


def _cargo(workspace: Workspace, confined: Confined, programs: Sequence[Program]) -> CargoRun:
    wanted = [word for one in programs for word in ("--example", program_name(one.package))]
    return cargo_build(workspace, confined, wanted, [one.package for one in programs])


def cargo_build(
    workspace: Workspace, confined: Confined, wanted: Sequence[str], packages: Sequence[Package]
) -> CargoRun:
    """Build what is wanted of packages, all that compiles; raises `MissingError` if the sandbox itself fails."""
    named = [word for one in packages for word in ("-p", package_spec(workspace, one))]
    args = ["build", "--keep-going", "--frozen", "--quiet", "--ignore-rust-version", "--message-format=json"]
    env = {"CARGO_INCREMENTAL": "0"}
    run = confined.run([*args, *wanted, *named], root=workspace.root, target=workspace.target, env=env)
    if run.trouble:
        raise MissingError("the sandbox failed while compiling tests", cause=run.trouble)
    return run


def executables(stdout: bytes, target: Path, kind: str) -> Iterator[tuple[Path, Path]]:
    """Yield programs of a kind that were built, each with the manifest of its crate; a build may write links, too."""
    for row in map(json_object, stdout.split(b"\n")):
        if row.get("reason") == "compiler-artifact" and row["target"]["kind"] == [kind] and row["executable"]:
            program = Path(row["executable"])
            if program.resolve().is_relative_to(target.resolve()) and program.is_file():
                yield Path(row["manifest_path"]), program


def _files_of(program: Program) -> dict[str, bytes]:
    """Return the files of a crate with a program as it now stands."""
    package = program.package
    programs = program_files(package, program.trials, program.inputs)
    texts = {"Cargo.toml": manifest_with_program(package), **programs}
    files = {name: text.encode() for name, text in texts.items()}
    if program.changed:
        return files | with_inputs(package, program.sources, program.inputs)
    return files | switched(package, program.sources, program.trials.values(), program.inputs)


class Files:
    """Puts files into the workspace, writing only what changes, and takes them out again whatever happens."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._now: dict[Path, bytes] = {}
        self._before: dict[Path, bytes | None] = {}

    def __enter__(self) -> Files:
        return self

    def put(self, package: Package, files: Mapping[str, bytes]) -> None:
        """Write files of a crate, named by their path in it."""
        for name, data in files.items():
            self._write(self._workspace.member(package) / name, data)

    def _write(self, path: Path, data: bytes) -> None:
        if self._now.get(path) == data:
            return
        self._before.setdefault(path, path.read_bytes() if path.exists() else None)
        path.parent.mkdir(exist_ok=True)
        path.parent.chmod(0o755)
        path.write_bytes(data)
        path.chmod(0o644)
        self._now[path] = data

    def __exit__(self, *_: object) -> None:
        for path, data in self._before.items():
            if data is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(data)
        for folder in {path.parent for path in self._before if path.parent.name == FOLDER}:
            folder.rmdir()
