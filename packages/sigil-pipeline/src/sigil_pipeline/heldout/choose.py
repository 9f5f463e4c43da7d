"""Which proposals become problems: none that training has seen, none twice, none of a benchmark."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sigil_common.seeds import derive_seed
from sigil_pipeline.choose.decontaminate import Problems, drop_contaminated
from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.skeleton import skeleton
from sigil_pipeline.heldout.propose import Proposal
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.candidates import Candidate

_NUMBER_TYPE = re.compile(r"\b[iuf](?:8|16|32|64|128|size)\b")

_CONSTANT = re.compile(r"<\w+_literal(?: \w+)?>|\b(?:true|false)\b")


@dataclass(frozen=True)
class Dropped:
    """A proposal that became no problem, and why."""

    proposal: Proposal
    reason: str
    detail: str = ""


def choose_problems(
    proposals: Sequence[Proposal], trained: Sequence[Candidate], benchmarks: Problems, settings: Settings
) -> tuple[list[Proposal], list[Dropped]]:
    """Return the proposals that become problems, and all others with the reason.

    `trained` are the samples of training. Code that differs in names, constants and the widths of numbers only counts
    as one.
    """
    dropped = [Dropped(one, one.objection) for one in proposals if one.objection is not None]
    by_place = {one.place: one for one in proposals if one.objection is None}
    code = [one for one in trained if one.task_type not in NOT_IN_CODE]
    unique, repeats = drop_duplicates([*code, *map(_as_candidate, by_place.values())], settings.dedup_threshold, shape)
    dropped += [
        Dropped(by_place[one.candidate.chunk], one.reason, one.of) for one in repeats if _is_ours(one.candidate)
    ]
    clean, hits = drop_contaminated([one for one in unique if _is_ours(one)], benchmarks)
    dropped += [Dropped(by_place[one.candidate.chunk], one.reason, f"{one.problem}: {one.shared}") for one in hits]
    kept = [one.chunk for one in clean]
    spare = _beyond([by_place[place] for place in kept], settings)
    dropped += [Dropped(by_place[place], "over_limit") for place in kept if place in spare]
    return [by_place[place] for place in kept if place not in spare], dropped


def _beyond(kept: Sequence[Proposal], settings: Settings) -> set[str]:
    """Return the places of what a crate has beyond its most, chosen by seed."""
    order = sorted(kept, key=lambda one: derive_seed(settings.seed, "heldout", one.place))
    taken: Counter[str] = Counter()
    spare = set()
    for one in order:
        taken[one.crate] += 1
        if settings.heldout_per_crate is not None and taken[one.crate] > settings.heldout_per_crate:
            spare.add(one.place)
    return spare


def shape(code: str) -> str:
    """Return the skeleton of a function from `fn` on, without the kinds of constants and the widths of numbers."""
    whole = _CONSTANT.sub("c", skeleton(code))
    return _NUMBER_TYPE.sub("n", whole[whole.find("fn ") :])


def _is_ours(candidate: Candidate) -> bool:
    return candidate.task_type == "code_generation" and candidate.kind == "problem"


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
