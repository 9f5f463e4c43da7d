"""In which order rows are learned: an exact plan, not a draw.

One pass takes an integer quota of rows from every source (largest remainder of its share), each source
being read through an endless chain of seeded permutations, so that a source that is larger than its quota
goes on where the last pass stopped, and a smaller one is repeated evenly. Rows of the sources are then
spread evenly over the pass. Everything follows from (rows, weights, seed), so a run can be resumed at any
step without keeping a random state, and the counts can be checked. Names and places of files play no part.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sigil_common.errors import InputError
from sigil_common.seeds import derive_seed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Indices = NDArray[np.int64]

MOST_TIMES = 1_000  # that a row is repeated in one pass; more is a slip, and would fill the memory
Mode = Literal["weighted", "round-robin", "sequential"]


@dataclass(frozen=True)
class Group:
    """The usable rows of one source: `examples` are numbers into the table of all examples.

    `weights` are the rows' own, all alike where none are given.
    """

    name: str
    examples: Sequence[int]
    tasks: Sequence[str | None]
    weights: Sequence[float] = ()


def quotas(sizes: Sequence[int], weights: Sequence[float] | None) -> list[int]:
    """Divide `sum(sizes)` rows over the sources in proportion to `weights`; without weights, by size.

    Largest remainder: each quota differs from its exact share by less than one, and they add up.
    """
    if weights is None:
        return list(sizes)
    total = sum(size for size, weight in zip(sizes, weights, strict=True) if weight > 0)
    scale = sum(weights)
    shares = [total * weight / scale for weight in weights]
    result = [math.floor(share) for share in shares]
    by_remainder = sorted(range(len(shares)), key=lambda i: (result[i] - shares[i], i))
    for i in [i for i in by_remainder if weights[i] > 0][: total - sum(result)]:
        result[i] += 1
    return result


def weigh_tasks(group: Group, task_weights: Mapping[str, float], seed: int) -> list[int]:
    """Return the examples of one pass over `group`, repeated or thinned out by their task's weight times their own.

    A weight of 2.3 takes every row twice and 30% of them a third time; which ones is decided by seed and
    row alone, and the count is exact to the row. Rows' own weights only compare them: the least in the group is taken
    for 1, so that they leave no row out, and change nothing where all are alike.
    """
    if not task_weights and len(set(group.weights)) < 2:
        return list(group.examples)
    chosen: list[int] = []
    own = group.weights or [1.0] * len(group.examples)
    least = min(own, default=1.0)
    alike: dict[tuple[str | None, float], list[int]] = {}
    for example, task, weight in zip(group.examples, group.tasks, own, strict=True):
        alike.setdefault((task, weight), []).append(example)
    for (task, weight), examples in alike.items():
        times = task_weights.get(task or "", 1.0) * weight / least
        if not times <= MOST_TIMES:
            raise InputError(
                f"source `{group.name}`: rows of task `{task}` would be taken {times:,.0f} times in one pass",
                cause=f"`dataset.task_weights` times `_weight` of the rows, of which the least is {least:g}",
                hint=f"let weights differ by less than a factor of {MOST_TIMES:,}",
            )
        whole, part = divmod(times, 1.0)
        chosen += examples * int(whole)
        ranked = sorted(examples, key=lambda example: derive_seed(seed, "task", example))
        chosen += ranked[: round(part * len(examples))]
    return sorted(chosen)


def passes(
    groups: Sequence[Group],
    *,
    mode: Mode,
    weights: Mapping[str, float],
    task_weights: Mapping[str, float],
    seed: int,
) -> Iterator[Indices]:
    """Yield the order of one pass after another, without end.

    Raises `InputError` when nothing is left to learn from.
    """
    import numpy as np

    pools = [np.asarray(weigh_tasks(group, task_weights, seed), dtype=np.int64) for group in groups]
    given = [weights.get(group.name, 1.0) for group in groups] if weights and mode == "weighted" else None
    if given is not None:
        for group, pool, weight in zip(groups, pools, given, strict=True):
            if weight > 0 and not len(pool):
                raise InputError(f"source `{group.name}` has a weight, but none of its rows is left")
    counts = quotas([len(pool) for pool in pools], given)
    if not sum(counts):
        raise InputError("no training rows are left", hint="see the reasons above; loosen the filters under `dataset`")
    order = _interleave(counts, mode)
    number = 0
    while True:
        taken = [
            _take(pool, count * number, count, derive_seed(seed, "order", place))
            for place, (pool, count) in enumerate(zip(pools, counts, strict=True))
        ]
        yield np.concatenate(taken)[order]
        number += 1


def _interleave(counts: Sequence[int], mode: Mode) -> Indices:
    """Return the order in which the concatenated quotas are read."""
    import numpy as np

    keys = []
    for source, count in enumerate(counts):
        place = np.arange(count, dtype=np.float64)
        if mode == "weighted":
            keys.append((place + 0.5) / max(count, 1))
        elif mode == "round-robin":
            keys.append(place)
        else:
            keys.append(np.full(count, float(source)))
    return np.argsort(np.concatenate(keys), kind="stable")


def _take(pool: Indices, start: int, count: int, seed: int) -> Indices:
    """Return `count` items from position `start` of the endless chain of permutations of `pool`."""
    import numpy as np

    parts = []
    while count > 0:
        turn, offset = divmod(start, len(pool))
        order = np.random.default_rng(derive_seed(seed, turn)).permutation(len(pool))
        piece = pool[order[offset : offset + count]]
        parts.append(piece)
        start += len(piece)
        count -= len(piece)
    return np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
