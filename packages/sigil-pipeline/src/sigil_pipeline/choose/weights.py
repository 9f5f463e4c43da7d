"""How often each sample counts: the tasks have the wanted shares though all samples are kept, and nothing is too much.

Short answers count less than long ones of their task, and what is much alike (one wording, one operator, one error
code) has at most a given share; the rest of the same task takes what it loses, as long as that does not count it too
often. Nor does a task: samples of one that has few count at most `MOST_OF_TASK` times the average of all, and what its
share then lacks goes to the other tasks.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from sigil_pipeline.tasks import NOT_IN_CODE

_DIGITS = 6
_ROUNDS = 200
_NEAR = 1e-9
# Where a task has too little else, this is how often that counts at most for it; the limit gives way.
_MOST_RAISED = 2.0
# Limits that cannot all be met together would push some samples to nothing.
_MOST_LOWERED = 10.0
_GIVES_WAY = 1.02
MOST_OF_TASK = 10.0
"""How often the samples of a task count at most, as a mean, where the mean of all is 1."""


@dataclass(frozen=True)
class Balance:
    """What weights hold down: the share in all samples of one wording or operator, that of one error code in its task,
    and answers with fewer lines than `full_lines`, in proportion.
    """

    template: float = 1.0
    code: float = 1.0
    full_lines: int = 1


class Weighed(Protocol):
    """What a weight depends on: of a candidate, or of a row that was written."""

    @property
    def task_type(self) -> str:
        """Type of its task."""

    @property
    def template(self) -> str | None:
        """Wording of its prompt."""

    @property
    def rewrite(self) -> str | None:
        """Way in which its code was derived."""

    @property
    def error_code(self) -> str | None:
        """Codes of its errors."""

    @property
    def gen(self) -> str:
        """Its answer."""


@dataclass(frozen=True)
class _Class:
    """Samples that count alike."""

    task: str
    template: str | None
    rewrite: str | None
    code: str | None
    size: float

    @property
    def groups(self) -> Iterator[tuple[str, str]]:
        """What the class is part of that may have too large a share."""
        if self.template:
            yield "template", self.template
        if self.rewrite:
            yield "rewrite", self.rewrite
        for code in codes_of(self.code):
            yield "code", code


def codes_of(code: str | None) -> tuple[str, ...]:
    """Return the different codes of a sample's `_error_code`: of none, one, or of several that commas part."""
    return tuple(dict.fromkeys(filter(None, (code or "").split(", "))))


def sample_weights(samples: Sequence[Weighed], shares: Mapping[str, float], balance: Balance) -> list[float]:
    """Return the weight of each sample.

    The least weight is 1: a trainer that takes a sample as often as its weight says leaves none out.
    """
    classes = [_class_of(sample, balance) for sample in samples]
    counts = Counter(classes)
    reached = reached_shares(Counter(sample.task_type for sample in samples), shares)
    parts: dict[str, dict[_Class, float]] = defaultdict(dict)
    for one, count in counts.items():
        parts[one.task][one] = count * one.size
    found: dict[_Class, float] = {}
    for task, sums in parts.items():
        share = reached[task]
        limits = {"template": balance.template, "rewrite": balance.template, "code": balance.code * share}
        found |= _balanced(sums, share, limits)
    each = {one: found[one] / count for one, count in counts.items()}
    least = min(each.values(), default=1.0) or 1.0
    return [round(each[one] / least, _DIGITS) for one in classes]


def reached_shares(counts: Mapping[str, int], shares: Mapping[str, float]) -> dict[str, float]:
    """Return the share of each task that has samples: the wanted one, less where these are too few for it."""
    whole = sum(counts.values())
    capped: dict[str, float] = {}
    while True:
        wanted = {task: shares.get(task, 0.0) for task in counts if task not in capped}
        scale = (1.0 - sum(capped.values())) / (sum(wanted.values()) or 1.0)
        scaled = {task: share * scale for task, share in wanted.items()}
        most = {task: MOST_OF_TASK * counts[task] / whole for task in scaled}
        over = {task: most[task] for task, share in scaled.items() if share > most[task] * (1 + _NEAR)}
        if not over:
            return capped | scaled
        capped |= over


def _class_of(sample: Weighed, balance: Balance) -> _Class:
    lines = sample.gen.count("\n") + 1
    size = 1.0 if sample.task_type in NOT_IN_CODE else min(lines, balance.full_lines) / balance.full_lines
    return _Class(sample.task_type, sample.template, sample.rewrite, sample.error_code, size)


def _balanced(sums: Mapping[_Class, float], share: float, limits: Mapping[str, float]) -> dict[_Class, float]:
    """Scale what classes of one task have, until together they have `share` and no group more than its limit."""
    scale = share / (sum(sums.values()) or 1.0)
    start = {one: value * scale for one, value in sums.items()}
    now = dict(start)
    groups: dict[tuple[str, str], list[_Class]] = defaultdict(list)
    for one in now:
        for group in one.groups:
            groups[group].append(one)
    allowed = {kind: _possible(kind, limit, groups, now, share) for kind, limit in limits.items()}
    for _ in range(_ROUNDS):
        over = False
        for (kind, _name), members in groups.items():
            has = sum(now[one] for one in members)
            if has > allowed[kind] * (1 + _NEAR):
                over = True
                lowered = allowed[kind] / has
                now |= {one: max(now[one] * lowered, start[one] / _MOST_LOWERED) for one in members}
        if not over:
            break
        missing = share / (sum(now.values()) or 1.0)
        now = {one: value * missing for one, value in now.items()}
    return now


def _possible(
    kind: str,
    limit: float,
    groups: Mapping[tuple[str, str], Sequence[_Class]],
    now: Mapping[_Class, float],
    share: float,
) -> float:
    """Return the least limit from `limit` on with which no sample has to count `_MOST_RAISED` times."""
    sizes = [sum(now[one] for one in members) for (of, _name), members in groups.items() if of == kind]
    whole = sum(sizes) or share
    while sizes and limit < max(sizes) and sum(min(size * _MOST_RAISED, limit) for size in sizes) < whole:
        limit *= _GIVES_WAY
    return limit
