"""Build the unit tests of several crates, all together, without those that do not compile as the crate stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_pipeline.compiler.diagnostics import Finding, read_messages
from sigil_pipeline.doctests.build import LATE, Files, cargo_build, executables, places_of
from sigil_pipeline.unittests.code import Span, TestCode, test_count
from sigil_pipeline.unittests.program import is_constant, switched, with_inputs

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.chunk.chunks import Chunk
    from sigil_pipeline.compiler.edits import Variant
    from sigil_pipeline.crates.packages import Package
    from sigil_pipeline.crates.workspace import Workspace

# As for examples, and what a dropped item leaves behind.
_ROUNDS = 8


@dataclass
class Suite:
    """The unit tests of one crate: the functions that can be stopped, by number, and the program when it is built.

    `inputs` take the place of its functions instead, if it is `changed`. `dropped` are items for tests that do not
    compile; `in_constants`: functions were left out that constants call; `refused` is why there is no program.
    """

    package: Package
    code: TestCode
    wanted: dict[int, Chunk]
    inputs: Sequence[Variant] = ()
    changed: bool = False
    dropped: dict[str, set[Span]] = field(default_factory=dict)
    in_constants: bool = False
    refused: str = ""
    path: Path | None = None

    @property
    def tests_dropped(self) -> int:
        """How many tests that the source marks do not compile."""
        files = {name: one.data for name, one in self.code.files.items()}
        left = sum(test_count(data) for name, data in files.items() if name not in self.dropped)
        left += sum(test_count(_without(files[name], spans)) for name, spans in self.dropped.items())
        return self.code.tests - left


def build(workspace: Workspace, confined: Confined, suites: Sequence[Suite]) -> None:
    """Give each suite its `path`, or tell why it has none. The workspace is afterwards what it was before."""
    with Files(workspace) as files:
        pending = list(suites)
        for _ in range(_ROUNDS):
            if not pending:
                return
            for one in pending:
                files.put(one.package, _files_of(one))
            pending = list(_built(workspace, confined, pending))
        for one in pending:
            one.refused = "crate_not_built"


def _files_of(suite: Suite) -> dict[str, bytes]:
    if suite.changed:
        return with_inputs(suite.package, suite.code, suite.inputs, suite.dropped)
    return switched(suite.package, suite.code, suite.wanted, suite.dropped)


def _built(workspace: Workspace, confined: Confined, suites: Sequence[Suite]) -> Iterator[Suite]:
    """Compile suites together; where time runs out, each alone. Yield those that have to be compiled again."""
    run = cargo_build(workspace, confined, ["--tests"], [one.package for one in suites])
    if run.timed_out and len(suites) > 1:
        for one in suites:
            yield from _built(workspace, confined, [one])
        return
    findings, _, _ = read_messages(run.stdout)
    made = dict(executables(run.stdout, workspace.target, "lib"))
    for one in suites:
        place = workspace.member(one.package) / "Cargo.toml"
        one.path = made.get(place)
        errors = [item for item in findings if item.is_error and item.manifest == place]
        if run.timed_out and one.path is None:
            one.refused = LATE
        elif errors and not one.changed and _without_faults(one, errors):
            yield one
        elif one.path is None:
            one.refused = "crate_not_built"


def _without_faults(suite: Suite, errors: Sequence[Finding]) -> bool:
    """Leave out items for tests that errors lie in, and functions that cannot be stopped; tell if there are any."""
    before = len(suite.wanted), sum(map(len, suite.dropped.values()))
    unstoppable: set[int] = set()
    for error in errors:
        places = sorted(set(places_of(error)))
        met = {at for place in places for at in _functions_at(suite.wanted, *place)}
        unstoppable |= met
        for file, first, last in places if not met else ():
            item = suite.code.item_at(file, first, last)
            if item is not None:
                suite.dropped.setdefault(file, set()).add(item)
    if unstoppable and suite.in_constants:  # each build would tell of the next one that the same constant calls
        unstoppable |= {at for at, chunk in suite.wanted.items() if is_constant(chunk)}
    suite.in_constants |= bool(unstoppable)
    suite.wanted = {at: chunk for at, chunk in suite.wanted.items() if at not in unstoppable}
    return (len(suite.wanted), sum(map(len, suite.dropped.values()))) != before


def _functions_at(wanted: Mapping[int, Chunk], file: str, first: int, last: int) -> Iterator[int]:
    for at, one in wanted.items():
        if one.file == file and one.first_line <= first and last <= one.last_line:
            yield at


def _without(data: bytes, spans: set[Span]) -> bytes:
    for start, end in sorted(spans, reverse=True):
        data = data[:start] + b" " * (end - start) + data[end:]
    return data
