"""Drop code that is in the data already: exactly, nearly (MinHash candidates, exact Jaccard), or under other names.

It runs over all crates before the split, so that a function that two crates share cannot stand on both
sides of it. The first in the order of the crate list stays.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from sigil_pipeline.choose.ngrams import ngrams, tokens
from sigil_pipeline.choose.skeleton import skeleton
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.candidates import Candidate

_PERMUTATIONS = 128
_SHINGLE = 5
_SEED = 42


@dataclass(frozen=True)
class Duplicate:
    """A candidate that was dropped, and what it repeats."""

    candidate: Candidate
    reason: str
    of: str


def drop_duplicates(
    candidates: Sequence[Candidate], threshold: float, shape: Callable[[str], str] = skeleton
) -> tuple[list[Candidate], list[Duplicate]]:
    """Return the candidates whose chunk is not a repeat, and the dropped ones.

    `threshold` is the Jaccard similarity of the sets of five-token runs from which code counts as the
    same; code of one `shape` does, too. All candidates of one chunk share its fate. An answer is dropped that another
    chunk gave before, or the same one for the same task: so none can come to stand in two parts of the data.
    """
    code = _code_by_chunk(candidates)
    repeats = {**_near(code, threshold), **_exact(code)}
    repeats |= _renamed({chunk: text for chunk, text in code.items() if chunk not in repeats}, shape)
    kept, dropped = [], []
    first: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for candidate in candidates:
        answer = " ".join(candidate.gen.split())
        if candidate.chunk in repeats:
            dropped.append(Duplicate(candidate, *repeats[candidate.chunk]))
        elif first.setdefault(answer, candidate.chunk) != candidate.chunk or (candidate.task_type, answer) in seen:
            dropped.append(Duplicate(candidate, "duplicate_answer", first[answer]))
        else:
            seen.add((candidate.task_type, answer))
            kept.append(candidate)
    return kept, dropped


def _code_by_chunk(candidates: Iterable[Candidate]) -> dict[str, str]:
    code: dict[str, str] = {}
    for item in candidates:
        if item.task_type not in NOT_IN_CODE:
            code.setdefault(item.chunk, item.gen)
    return code


def _exact(code: dict[str, str]) -> dict[str, tuple[str, str]]:
    first: dict[str, str] = {}
    repeats = {}
    for chunk, text in code.items():
        original = first.setdefault(" ".join(tokens(text)), chunk)
        if original != chunk:
            repeats[chunk] = ("duplicate", original)
    return repeats


def _renamed(code: dict[str, str], shape: Callable[[str], str]) -> dict[str, tuple[str, str]]:
    """Return what differs from an earlier chunk in names and constants only, as getters of other fields do."""
    first: dict[str, str] = {}
    repeats = {}
    for chunk, text in code.items():
        original = first.setdefault(shape(text), chunk)
        if original != chunk:
            repeats[chunk] = ("renamed", original)
    return repeats


def _near(code: dict[str, str], threshold: float) -> dict[str, tuple[str, str]]:
    shingles = {chunk: ngrams(tokens(text), _SHINGLE) for chunk, text in code.items()}
    order = {chunk: number for number, chunk in enumerate(shingles)}
    repeats: dict[str, tuple[str, str]] = {}
    for first, second in sorted(_similar_pairs(shingles, threshold), key=lambda pair: (order[pair[1]], order[pair[0]])):
        if first not in repeats and second not in repeats and _jaccard(shingles[first], shingles[second]) >= threshold:
            repeats[second] = ("near_duplicate", first)
    return repeats


def _similar_pairs(shingles: dict[str, set[str]], threshold: float) -> set[tuple[str, str]]:
    """Return pairs worth comparing, the earlier chunk first: those that agree in a whole band of their digest.

    With b bands of r rows, a pair of similarity s becomes a candidate with probability 1 - (1 - s^r)^b
    (Leskovec, Rajaraman, Ullman: Mining of Massive Datasets, 3.4.2); for s = 0.85 and r = 8 that is 0.99.
    """
    from rensa import RMinHash

    rows = 8 if threshold >= 0.8 else 4
    order = {chunk: number for number, chunk in enumerate(shingles)}
    buckets: dict[tuple[int, tuple[int, ...]], list[str]] = defaultdict(list)
    for chunk, items in shingles.items():
        digest = RMinHash(_PERMUTATIONS, _SEED)
        digest.update(sorted(items))
        for band in _bands(digest.digest(), rows):
            buckets[band].append(chunk)
    pairs = set()
    for bucket in buckets.values():
        for chunk in bucket[1:]:
            pairs.add((bucket[0], chunk) if order[bucket[0]] < order[chunk] else (chunk, bucket[0]))
        pairs.update(itertools.pairwise(bucket))
    return pairs


def _bands(digest: Sequence[int], rows: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    for start in range(0, len(digest), rows):
        yield start, tuple(digest[start : start + rows])


def _jaccard(first: set[str], second: set[str]) -> float:
    return len(first & second) / len(first | second) if first or second else 1.0
