"""The measures of a comparison: of one problem's samples the rate of those that came so far, ended so, or passed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from lambda_package.primary import ATTEMPTS, COMPILES, PASS
from lambda_package.verdicts import ByProblem
from sigil_common.passk import pass_at_k
from sigil_common.records import Verdict

AT_LIMIT = "ends at the token limit"

Rate = Callable[[list[Verdict]], float]


def computable(
    tasks: Sequence[str], base: ByProblem, tuned: ByProblem, ks: Sequence[int], *, with_ends: bool
) -> tuple[list[tuple[str, Rate, Sequence[str]]], dict[str, str]]:
    """Return each metric's name, rate and problems, and why others cannot be computed."""
    rates: list[tuple[str, Rate, Sequence[str]]] = [
        (name, _STEPS[name], tasks) for name in ("has code", "parses", COMPILES)
    ]
    tested, missing = tested_in(tasks, base, tuned), {}
    if len(tested) < len(tasks):
        rates.append((ATTEMPTS, _STEPS[ATTEMPTS], tasks))
    if tested:
        fewest = min(len(base[task]) for task in tested)
        rates += [(f"pass@{k}", partial(pass_at, k), tested) for k in sorted({1, *ks}) if k <= fewest]
        missing = {f"pass@{k}": f"{fewest} samples a problem" for k in ks if k > fewest}
    else:
        missing = {PASS: "judged by the compiler alone"}
    if with_ends and _tell_their_end(tasks, base, tuned):
        rates.append((AT_LIMIT, _STEPS[AT_LIMIT], tasks))
    elif with_ends:
        missing[AT_LIMIT] = "not all samples say how they ended"
    return rates, missing


def rate_named(name: str) -> Rate:
    """Return the rate of a measure, as `compiles` or `pass@10`; raise `KeyError` for one that there is not."""
    return partial(pass_at, int(name.removeprefix("pass@"))) if name.startswith("pass@") else _STEPS[name]


def tested_in(tasks: Sequence[str], *sides: ByProblem) -> list[str]:
    """Return the problems that have tests; a set may have some without."""
    return [task for task in tasks if any(row.tests.declared for side in sides for row in side[task])]


def _tell_their_end(tasks: Sequence[str], *sides: ByProblem) -> bool:
    return all(row.finish_reason is not None for side in sides for task in tasks for row in side[task])


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values)


def pass_at(k: int, rows: list[Verdict]) -> float:
    """Return the unbiased estimate of pass@k of one problem."""
    return pass_at_k(len(rows), sum(row.passed for row in rows), k)


_STEPS: dict[str, Rate] = {
    "has code": lambda rows: _share(row.has_code for row in rows),
    "parses": lambda rows: _share(row.parses for row in rows),
    # A refusal by the policy comes before the compiler is asked; it did not compile here.
    COMPILES: lambda rows: _share(bool(row.compiles) for row in rows),
    ATTEMPTS: lambda rows: _share(bool(row.compiles) and not row.idle for row in rows),
    AT_LIMIT: lambda rows: _share(row.finish_reason == "length" for row in rows),
}
