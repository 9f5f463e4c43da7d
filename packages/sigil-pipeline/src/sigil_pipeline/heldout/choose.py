"""Which proposals become problems: none that training has seen, none twice, none of a benchmark.

Exercises are problems to learn from, so what training has seen may be among them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sigil_common.seeds import derive_seed
from sigil_pipeline.choose.decontaminate import drop_contaminated
from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.known import Problems
from sigil_pipeline.choose.skeleton import skeleton
from sigil_pipeline.heldout.propose import Proposal
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.candidates import Candidate

_NUMBER_TYPE = re.compile(r"\b[iuf](?:8|16|32|64|128|size)\b")

_CONSTANT = re.compile(r"<\w+_literal(?: \w+)?>|\b(?:true|false)\b")


@dataclass(frozen=True)
class Kind:
    """What problems are for: the name of their set in task ids, and the word for them in seeds and rejections."""

    set_name: str
    word: str


HELDOUT = Kind("HeldOut", "heldout")
EXERCISES = Kind("Exercise", "exercises")


@dataclass(frozen=True)
class Dropped:
    """A proposal that became no problem, and why."""

    proposal: Proposal
    reason: str
    detail: str = ""


def choose_problems(
    proposals: Sequence[Proposal],
    trained: Sequence[Candidate],
    benchmarks: Problems,
    settings: Settings,
    exercises: Sequence[Proposal] = (),
) -> tuple[list[Proposal], list[Dropped]]:
    """Return the proposals that become held-out problems, and all others with the reason.

    `trained` are the samples of training, `exercises` are trained on later. Code that differs in names, constants and
    the widths of numbers only counts as one.
    """
    seen = [_code(trained)]
    # Exercises are mostly repeats of the samples, and what is dropped as a repeat is compared with nothing: so apart.
    seen += [[_as_candidate(one) for one in exercises]] if exercises else []
    return _choose(proposals, seen, benchmarks, settings, HELDOUT, settings.heldout_per_crate)


def choose_exercises(
    proposals: Sequence[Proposal], validation: Sequence[Candidate], benchmarks: Problems, settings: Settings
) -> tuple[list[Proposal], list[Dropped]]:
    """Return the proposals that become exercises, and all others with the reason.

    Samples of training may be among them, those of `validation` may not.
    """
    return _choose(proposals, [_code(validation)], benchmarks, settings, EXERCISES, settings.exercises_per_crate)


def _code(samples: Sequence[Candidate]) -> list[Candidate]:
    return [one for one in samples if one.task_type not in NOT_IN_CODE]


def _choose(
    proposals: Sequence[Proposal],
    seen: Sequence[Sequence[Candidate]],
    benchmarks: Problems,
    settings: Settings,
    kind: Kind,
    most: int | None,
) -> tuple[list[Proposal], list[Dropped]]:
    dropped = [Dropped(one, one.objection) for one in proposals if one.objection is not None]
    by_place = {one.place: one for one in proposals if one.objection is None}
    unique = [_as_candidate(one) for one in by_place.values()]
    for before in seen:
        found, repeats = drop_duplicates([*before, *unique], settings.dedup_threshold, shape)
        unique = [one for one in found if one.chunk in by_place]
        ours = [one for one in repeats if one.candidate.chunk in by_place]
        dropped += [Dropped(by_place[one.candidate.chunk], one.reason, one.of) for one in ours]
    clean, hits = drop_contaminated(unique, benchmarks)
    dropped += [Dropped(by_place[one.candidate.chunk], one.reason, f"{one.problem}: {one.shared}") for one in hits]
    kept = [by_place[one.chunk] for one in clean]
    spare = _beyond(kept, most, settings.seed, kind)
    dropped += [Dropped(one, "over_limit") for one in kept if one.place in spare]
    return [one for one in kept if one.place not in spare], dropped


def _beyond(kept: Sequence[Proposal], most: int | None, seed: int, kind: Kind) -> set[str]:
    """Return the places of what a crate has beyond its most, chosen by seed."""
    order = sorted(kept, key=lambda one: derive_seed(seed, kind.word, one.place))
    taken: Counter[str] = Counter()
    spare = set()
    for one in order:
        taken[one.crate] += 1
        if most is not None and taken[one.crate] > most:
            spare.add(one.place)
    return spare


def shape(code: str) -> str:
    """Return the skeleton of a function from `fn` on, without the kinds of constants and the widths of numbers."""
    whole = _CONSTANT.sub("c", skeleton(code))
    return _NUMBER_TYPE.sub("n", whole[whole.find("fn ") :])


def _as_candidate(one: Proposal) -> Candidate:
    """Return a proposal as the choice of samples knows them, so that both are measured alike."""
    return Candidate(
        task_type="code_generation",
        chunk=one.place,
        kind="problem",
        rank=0.0,
        prompt=one.prompt,
        gen=one.prompt[one.prompt.rindex(f"pub fn {one.name}") :] + one.solution,
        crate=one.crate,
        version=one.version,
        file=one.file,
        lines=one.lines,
        verified="",
    )
