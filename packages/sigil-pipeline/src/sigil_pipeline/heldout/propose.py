"""The functions of a batch that could be problems, each proven: prompt and body compile alone, and its tests hold."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from sigil_common.errors import MissingError
from sigil_common.records import Edition
from sigil_pipeline.heldout.examples import Example, examples_of, module_of
from sigil_pipeline.heldout.paths import Names
from sigil_pipeline.heldout.prove import Trial, objections
from sigil_pipeline.heldout.shape import objection, prompt_of, shown_names, solution_of
from sigil_pipeline.heldout.strength import weakness
from sigil_pipeline.observe import stage
from sigil_pipeline.tasks.material import Material

if TYPE_CHECKING:
    from sigil_common.cargo import Confined
    from sigil_pipeline.chunk.chunks import Chunk


@dataclass(frozen=True)
class Proposal:
    """A function in the shape of a problem. `objection` says why it is none, and nothing else is then known of it.

    `test` is made of the examples in its docs; where it is empty, `untested` says why.
    """

    crate: str
    version: str
    file: str
    lines: tuple[int, int]
    name: str
    edition: Edition
    prompt: str = ""
    solution: str = ""
    test: str = ""
    untested: str = ""
    objection: str | None = None

    @property
    def place(self) -> str:
        """Where it stands, unique in one run."""
        return f"{self.crate}/{self.file}:{self.lines[0]}"

    def to_row(self) -> dict[str, Any]:
        """Return the form kept in the work directory."""
        return asdict(self)


@dataclass(frozen=True)
class _Asked:
    """A problem, and the examples that may become its test; `why` there is none to be tried."""

    problem: Proposal
    signature: str
    examples: tuple[Example, ...]
    why: str


def proposal_from_row(row: dict[str, Any]) -> Proposal:
    """Read what `to_row` gave."""
    return Proposal(**{**row, "lines": tuple(row["lines"])})


def proposals(materials: Sequence[Material], confined: Confined) -> dict[str, list[Proposal]]:
    """Return all functions of each crate, by package id, in the order of files and lines."""
    found = {one.package.id: [_proposal(one, chunk) for chunk in _functions(one)] for one in materials}
    with stage("prove"):
        refused = _refused([one for those in found.values() for one in those if one.objection is None], confined)
        tested = _tested([one for material in materials for one in _asked(material, found, refused)], confined)
    return {
        package: [
            _without_text(one, "not_alone") if one.place in refused else tested.get(one.place, one) for one in those
        ]
        for package, those in found.items()
    }


def _functions(material: Material) -> list[Chunk]:
    return sorted(material.functions, key=lambda chunk: (chunk.file, chunk.start))


def _proposal(material: Material, chunk: Chunk) -> Proposal:
    package = material.package
    edition: Edition = "2018" if package.edition == "2015" else package.edition  # type: ignore[assignment]
    found = Proposal(
        crate=package.name,
        version=package.version,
        file=chunk.file,
        lines=(chunk.first_line, chunk.last_line),
        name=chunk.name,
        edition=edition,
        objection=objection(chunk),
    )
    if found.objection is not None:
        return found
    return replace(found, prompt=prompt_of(chunk), solution=solution_of(chunk))


def _asked(material: Material, found: Mapping[str, Sequence[Proposal]], refused: Container[str]) -> Iterator[_Asked]:
    """Yield the problems of a crate, with what the examples in their docs offer as tests."""
    for one, chunk in zip(found[material.package.id], _functions(material), strict=True):
        if one.objection is None and one.place not in refused:
            names = Names(material.package.library_name, one.name, shown_names(chunk))
            examples, why = examples_of(chunk.docs, names)
            weak = weakness([example.body for example in examples], chunk.signature, one.name) if examples else why
            yield _Asked(one, chunk.signature, () if weak else tuple(examples), weak)


def _tested(asked: Sequence[_Asked], confined: Confined) -> dict[str, Proposal]:
    """Return problems by place, with the tests that their examples make, or why there is none."""
    trials = [(one, example) for one in asked for example in one.examples]
    said = objections(
        [Trial(one.problem.prompt, one.problem.solution, one.problem.edition, it) for one, it in trials], confined
    )
    kept: dict[str, list[Example]] = {}
    why = {one.problem.place: one.why for one in asked}
    for (one, example), objected in zip(trials, said, strict=True):
        why[one.problem.place] = objected or why[one.problem.place]
        kept.setdefault(one.problem.place, []).extend([] if objected else [example])
    return {
        one.problem.place: _with_test(one, kept.get(one.problem.place, []), why[one.problem.place]) for one in asked
    }


def _with_test(one: _Asked, kept: Sequence[Example], why: str) -> Proposal:
    weak = weakness([example.body for example in kept], one.signature, one.problem.name) if kept else why
    return replace(one.problem, untested=weak) if weak else replace(one.problem, test=module_of(kept, one.problem.name))


def _without_text(one: Proposal, why: str) -> Proposal:
    return replace(one, prompt="", solution="", objection=why)


def _refused(wanted: Sequence[Proposal], confined: Confined) -> set[str]:
    """Return the places of the functions that the compiler refuses when it sees nothing but the problem."""
    from sigil_common.rustc import Crate, Unit, check_units

    refused = set()
    for edition in sorted({one.edition for one in wanted}):
        units = {f"sigil_unit_{at}": one for at, one in enumerate(wanted) if one.edition == edition}
        crate = Crate(emit="metadata", edition=edition, flags=("-Awarnings",))
        asked = (Unit(name, one.prompt + one.solution) for name, one in units.items())
        for name, result in check_units(asked, confined.compiler, crate=crate).items():
            if result.trouble is not None:
                raise MissingError("the sandbox failed while compiling a function", cause=result.trouble)
            if not result.ok:
                refused.add(units[name].place)
    return refused
