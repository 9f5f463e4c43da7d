"""Pairs of a right solution and a mutant of it that the tests killed, for `human-eval-rust likelihood`.

Which of two texts a model finds likelier says something about its knowledge of Rust only where they look alike: a
longer text is less likely as such, and a body that begins with `let xs = &[];` gives itself away. So only mutants that
change few tokens and hardly the length are taken, those with one changed token first. Killed ones compile and are
known to be wrong, so none is equivalent. Those that only a limit of time or memory ended are left out: whether they
reach it depends on the machine.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from human_eval_rust.problems.files import load, locate
from human_eval_rust.problems.sources import build
from human_eval_rust.rust.tree import parse, text_of, walk
from human_eval_rust.strength.mutation.mutants import Mutant, mutants
from human_eval_rust.strength.mutation.outcomes import MutantOutcome, outcomes
from sigil_common.asking import closed_at
from sigil_common.errors import InputError
from sigil_common.records import LikelihoodPair, Problem
from sigil_common.seeds import derive_seed

_BY_TESTS = ("test", "panic")
# Kinds that put a line before the body or something around it: nobody writes so.
_WHOLE = ("argument", "constant result", "result", "edge")
_MOST_TOKENS = 4
_MOST_BYTES = 8
_ALIKE_BYTES = 2  # one token changed, and no more than this: nothing looks more alike
_FIRST = 2  # mutants judged at first for each one wanted; twice as many in every further round


def read_sources(sources: Sequence[Path]) -> list[Problem]:
    """Return the problems of directories of sources, problem files, or shipped sets by their names.

    Raises `InputError` for a task id that two of them hold.
    """
    found: dict[str, Problem] = {}
    for source in sources:
        for problem in build(source) if source.is_dir() else load(locate(source)).values():
            if problem.task_id in found:
                raise InputError(f"{source}: task id `{problem.task_id}` occurs in another source too")
            found[problem.task_id] = problem
    return list(found.values())


def make_pairs(
    problems: Sequence[Problem], *, most: int, seed: int, journal: Path, n_workers: int = 1
) -> list[LikelihoodPair]:
    """Return at most `most` pairs of each problem, in the order of the problems.

    Mutants are judged in the order of `ranked` until enough are killed; `journal` keeps what became of them, and is
    the same as that of `problems strength`. Raises what `outcomes` raises.
    """
    order = {problem.task_id: ranked(problem, seed) for problem in problems}
    found: dict[str, list[MutantOutcome]] = {}
    left, width = list(problems), _FIRST * most
    while left:
        judged = outcomes(left, journal=journal, n_workers=n_workers, propose=partial(_foremost, order, width))
        found |= {name: [one for one in ends if one.by in _BY_TESTS][:most] for name, ends in judged.items()}
        left = [one for one in left if len(found[one.task_id]) < most and width < len(order[one.task_id])]
        width *= 2
    return [_pair(problem, outcome) for problem in problems for outcome in found[problem.task_id]]


def _foremost(order: Mapping[str, Sequence[Mutant]], count: int, problem: Problem) -> Sequence[Mutant]:
    return order[problem.task_id][:count]


def _pair(problem: Problem, outcome: MutantOutcome) -> LikelihoodPair:
    return LikelihoodPair(
        task_id=problem.task_id,
        right=problem.canonical_solution,
        wrong=outcome.mutant.body,
        operator=outcome.mutant.operator,
        killed_by=str(outcome.by),
    )


def ranked(problem: Problem, seed: int) -> list[Mutant]:
    """Return the mutants that look like the solution, those that do most first, among equals by seed.

    Among equals every operator has its turn before any has its second. Those that change a helper below the function
    are left out: a text is measured as far as the function's end.
    """
    keyed = []
    measured = problem.canonical_solution[: closed_at(problem.canonical_solution)]
    for mutant in mutants(problem):
        distance = None if mutant.body.startswith(measured) else _distance(problem, mutant)
        if distance is not None:
            keyed.append((distance, derive_seed(seed, *mutant.name), mutant))
    turns: Counter[tuple[tuple[int, int], str]] = Counter()
    order = []
    for distance, chance, mutant in sorted(keyed, key=lambda one: one[:2]):
        turns[distance, mutant.operator] += 1
        order.append((distance, turns[distance, mutant.operator], chance, mutant))
    return [mutant for *_, mutant in sorted(order, key=lambda one: one[:3])]


def _distance(problem: Problem, mutant: Mutant) -> tuple[int, int] | None:
    """Return how many tokens and bytes a mutant differs in, (0, 0) for next to nothing, `None` for too much."""
    solution = problem.canonical_solution
    size = abs(len(mutant.body.encode()) - len(solution.encode()))
    if mutant.operator in _WHOLE or size > _MOST_BYTES:
        return None
    tokens = changed(_tokens(problem.prompt + solution), _tokens(problem.prompt + mutant.body))
    if tokens > _MOST_TOKENS:
        return None
    return (0, 0) if tokens == 1 and size <= _ALIKE_BYTES else (tokens, size)


def changed(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many tokens lie between the common beginning and the common end, in the longer list."""
    longest = min(len(one), len(other))
    before = next((i for i in range(longest) if one[i] != other[i]), longest)
    after = next((i for i in range(longest - before) if one[-1 - i] != other[-1 - i]), longest - before)
    return max(len(one), len(other)) - before - after


@lru_cache(maxsize=2)
def _tokens(source: str) -> list[str]:
    """Return the tokens of a source; a solution is compared with its mutants one after the other."""
    return [text_of(node) for node in walk(parse(source).root_node) if not node.children]
