"""From what two models make of the same known solutions to the rows that stand below their verdicts.

Nothing here decides anything: no p-value is made, and neither the verdict nor a correction ever sees these rows
(docs/adr/0057). Problems are the units, as of all statistics; a problem's pairs are drawn together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lambda_package.ran_on import require_same
from lambda_package.stats import paired_difference
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models, read_record
from sigil_common.records import Comparison, Likelihood, LikelihoodRow, LikelihoodSummary, sets_of
from sigil_common.seeds import derive_seed

BITS, RIGHT = "bits per byte of the reference", "right solution likelier than a wrong one"
_HINT = "human-eval-rust likelihood makes it"
_SAME = "measure both models with the same --problem_file and --pairs"

ByProblem = Mapping[str, Likelihood]


def with_likelihood(comparison: Comparison, base: Path, tuned: Path) -> Comparison:
    """Return the comparison with what two files of `human-eval-rust likelihood` come to, and what it means.

    Raises `InputError` for files of other problems or pairs, of different kinds of machines or number types, and for
    one without its summary or manifest beside it.
    """
    require_same(base, tuned, did="were measured", hint="measure both on one machine, with the same --dtype")
    summaries = [read_record(summary_of(file), LikelihoodSummary, hint=_HINT) for file in (base, tuned)]
    sides = _load(base), _load(tuned)
    _require_same_texts(sides, summaries, (base, tuned))
    rows = tuple(_rows(*sides, comparison))
    return comparison.model_copy(update={"likelihood": rows, "likelihood_meaning": summaries[1].meaning})


def summary_of(output: Path) -> Path:
    """Return where the summary of a likelihood file stands."""
    return output.with_name(f"{output.name}.summary.json")


def _load(path: Path) -> ByProblem:
    rows = {row.task_id: row for _, row in read_models(path, Likelihood, hint=_HINT)}
    if not rows:
        raise InputError(f"{path} holds no likelihoods", hint=_HINT)
    return rows


def _rows(base: ByProblem, tuned: ByProblem, how: Comparison) -> list[LikelihoodRow]:
    """Return a row for each set and measure, of the problems that have it, in the order of the first file."""
    rows, sets = [], sets_of(base)
    for name in dict.fromkeys(sets.values()):
        inside = [task for task in base if sets[task] == name]
        paired = [task for task in inside if base[task].pairs]
        rows.append(_row(name, BITS, inside, lambda row: row.reference.bits_per_byte, (base, tuned), how))
        if paired:
            rows.append(_row(name, RIGHT, paired, _share_of_right, (base, tuned), how))
    return rows


def _row(
    name: str,
    measure: str,
    tasks: Sequence[str],
    value: Callable[[Likelihood], float],
    sides: tuple[ByProblem, ByProblem],
    how: Comparison,
) -> LikelihoodRow:
    base, tuned = (np.array([value(side[task]) for task in tasks]) for side in sides)
    seed = derive_seed(how.seed, name, measure)
    found = paired_difference(
        base, tuned, seed=seed, resamples=how.resamples, confidence=how.confidence, rates=measure == RIGHT
    )
    ends = {"low": found.interval.low, "high": found.interval.high}
    return LikelihoodRow.model_validate(
        {
            "set": name,
            "measure": measure,
            "problems": len(tasks),
            "base": float(base.mean()),
            "tuned": float(tuned.mean()),
            "difference": found.difference,
            "interval": ends if all(map(math.isfinite, ends.values())) else None,
        }
    )


def _share_of_right(row: Likelihood) -> float:
    return sum(pair.margin > 0 for pair in row.pairs) / len(row.pairs)


def _require_same_texts(
    sides: tuple[ByProblem, ByProblem], summaries: Sequence[LikelihoodSummary], files: tuple[Path, Path]
) -> None:
    """Raise `InputError` unless both models were shown the same solutions and pairs of the same problems."""
    base, tuned = sides
    if odd := sorted(base.keys() ^ tuned.keys()):
        raise _other(f"{odd[0]} is only in {files[0] if odd[0] in base else files[1]}")
    if odd := [task for task in base if _texts(base[task]) != _texts(tuned[task])]:
        raise _other(f"{odd[0]}: other texts in {files[0]} than in {files[1]}")
    if _sources(summaries[0]) != _sources(summaries[1]):
        raise _other("their summaries name other problem files, or other pairs")


def _other(cause: str) -> InputError:
    return InputError("the two models were not measured on the same texts", cause=cause, hint=_SAME)


def _texts(row: Likelihood) -> Any:
    """Return what tells texts apart without having them."""
    return row.reference.bytes, [(pair.operator, pair.right.bytes, pair.wrong.bytes) for pair in row.pairs]


def _sources(summary: LikelihoodSummary) -> Any:
    pairs = summary.pairs_file.sha256 if summary.pairs_file else None
    return [file.sha256 for file in summary.problem_files], pairs
