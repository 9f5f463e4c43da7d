"""How often do the intervals of a comparison hold the truth? Simulates runs, and writes docs/benchmarks/statistics.md.

    python benchmarks/intervals.py --output docs/benchmarks/statistics.md

A population of problems is made up, so that the true rates of both models are known; problems are drawn from it, and
answers to them; the comparison is made of these as of a real run. The last table is of problems that are functions of
crates. Some minutes on one core.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
import numpy as np
from simulated.crate_units import ALPHA, Rejected, all_rejected, crate_lines

from lambda_package.looks import planned_looks
from lambda_package.populations import LARGE, SMALL, Population
from lambda_package.settings import AUTO
from lambda_package.stats import Difference, compare_paired, paired_difference
from sigil_common import cli
from sigil_common.jsonl import write_text

CONFIDENCE, NOMINAL = 0.95, 0.93
# Of runs without an average effect: the most in which crates as the units may reject.
ALARMS = ALPHA + (CONFIDENCE - NOMINAL)
PROBLEMS, SAMPLES = (16, 50, 164), (1, 4, 20)
# Of runs that add samples: the most of them, and by problems the points that are narrow enough.
LIMIT, POINTS = 100, {16: 30.0, 50: 15.0, 164: 8.0}


POPULATIONS = (
    LARGE,
    replace(LARGE, name="large model, no effect", shift=0.0),
    SMALL,
    replace(SMALL, name="small model, no effect", shift=0.0),
    Population("smallest model", -7.0, 2.5, 1.0, 0.7),
    # All problems alike, so that a small run may show no spread at all.
    Population("from never to nearly always", -40.0, 0.0, 40.0 + math.log(0.95 / 0.05), 0.0),
)


@dataclass(frozen=True)
class Cell:
    """What came of the runs of one size on one population; shares of runs, and the median width of the interval."""

    population: Population
    problems: int
    samples: int
    difference: float
    base: float
    tuned: float
    width: float
    found: float


def simulate(population: Population, problems: int, samples: int, *, runs: int, resamples: int) -> Cell:
    """Return how often the intervals of so many simulated runs held the truth."""
    rng = np.random.default_rng([problems, samples])
    results = [
        compare_paired(*population.draw(rng, problems, samples), seed=run, resamples=resamples, confidence=CONFIDENCE)
        for run in range(runs)
    ]
    base, tuned = population.truth
    return Cell(
        population,
        problems,
        samples,
        difference=_share(one.interval.low <= tuned - base <= one.interval.high for one in results),
        base=_share(one.base_interval.low <= base <= one.base_interval.high for one in results),
        tuned=_share(one.tuned_interval.low <= tuned <= one.tuned_interval.high for one in results),
        width=float(np.median([one.interval.high - one.interval.low for one in results])),
        found=_share(_found(one) for one in results),
    )


@dataclass(frozen=True)
class Looked:
    """What came of runs that added samples until an interval was narrow enough.

    `held`: the share of runs whose last interval holds the truth; `all_held`: those in which all did that were looked
    at; `samples`: the mean number at the end, and `limit` the share of runs that went to the limit.
    """

    population: Population
    problems: int
    points: float
    held: float
    all_held: float
    samples: float
    limit: float
    found: float


def simulate_looks(population: Population, problems: int, points: float, *, runs: int, resamples: int) -> Looked:
    """Return how often the intervals of so many simulated runs held the truth where each run says when it ends."""
    rng = np.random.default_rng([problems, LIMIT])
    base, tuned = population.truth
    looks = planned_looks(AUTO, LIMIT, CONFIDENCE)
    held, all_held, sizes, found = [], [], [], []
    for run in range(runs):
        flags = []
        drawn = population.draw_more(rng, problems, [look.samples for look in looks])
        for look, rates in zip(looks, drawn, strict=False):
            result = paired_difference(*rates, seed=run, resamples=resamples, confidence=look.confidence, rates=True)
            flags.append(result.interval.low <= tuned - base <= result.interval.high)
            if (result.interval.high - result.interval.low) * 100 < points:
                break
        held.append(flags[-1])
        all_held.append(all(flags))
        sizes.append(look.samples)
        found.append(_found(result, look.confidence))
    return Looked(
        population,
        problems,
        points,
        _share(held),
        _share(all_held),
        float(np.mean(sizes)),
        _share(size == LIMIT for size in sizes),
        _share(found),
    )


def _found(result: Difference, confidence: float = CONFIDENCE) -> bool:
    """Return whether a run finds a difference; raise `ValueError` where its interval does not say the same."""
    found = result.p < 1 - confidence
    if found == (result.interval.low <= 0 <= result.interval.high):
        raise ValueError(f"interval and p-value contradict each other: {result}")
    return found


def _share(flags: Iterable[bool]) -> float:
    values = list(flags)
    return sum(values) / len(values)


def document(
    cells: Iterable[Cell],
    looked: Iterable[Looked],
    rejected: Sequence[Rejected],
    *,
    runs: int,
    looked_runs: int,
    resamples: int,
) -> str:
    """Return the page."""
    parts = _lines(list(cells), runs, resamples), looked_lines(list(looked), looked_runs), crate_lines(rejected, runs)
    return "\n".join(line for part in parts for line in part) + "\n"


def looked_lines(looked: Sequence[Looked], runs: int) -> Iterator[str]:
    """Yield the part of the page on runs that add samples."""
    looks = planned_looks(AUTO, LIMIT, CONFIDENCE)
    levels = ", ".join(f"{look.samples} at {look.confidence:.2%}" for look in looks)
    yield ""
    yield "## Samples added until an interval is narrow enough"
    yield ""
    yield (
        f"`sample.n_samples: auto` with `max_samples` {LIMIT}: samples of each problem, and the level of the interval "
        f"that is looked at: {levels}. The run ends where the interval has fewer **points** than asked for, or at the "
        f"limit. All looks together are to hold at {CONFIDENCE:.0%}; the lowest share of runs whose last interval "
        f"holds the truth is {min(one.held for one in looked):.3f}, and that of runs in which no interval on the way "
        f"missed it {min(one.all_held for one in looked):.3f}, of {runs:,} runs a line. Why these levels: "
        "[ADR 85](../adr/0085-samples-until-an-interval-suffices.md)."
    )
    yield ""
    yield "| population | problems | points | holds | all looks hold | mean samples | at the limit | found |"
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for one in looked:
        shares = " | ".join(f"{share:.3f}" for share in (one.held, one.all_held))
        end = f"{one.samples:.1f} | {one.limit:.2f} | {one.found:.3f}"
        yield f"| {one.population.name} | {one.problems} | {one.points:g} | {shares} | {end} |"


def _lines(cells: list[Cell], runs: int, resamples: int) -> Iterator[str]:
    lowest = min(min(cell.difference, cell.base, cell.tuned) for cell in cells)
    yield "# How often the intervals hold"
    yield ""
    yield (
        f"Simulated by `python benchmarks/intervals.py --output docs/benchmarks/statistics.md`: {runs:,} runs a line, "
        f"{resamples:,} random arrangements of the signs where they are too many to enumerate. A run draws problems "
        "from a made-up population, whose true rates are known, and answers to them, and is compared as "
        f"`sigilderg-lambda compare` does at {CONFIDENCE:.0%}. How the intervals are made, and why: "
        "[ADR 77](../adr/0077-the-interval-agrees-with-the-test.md)."
    )
    yield ""
    yield (
        f"The lowest share of all is {lowest:.3f}; at least {NOMINAL} is asked for. An interval left out 0 in exactly "
        f"the runs whose p-value was below {1 - CONFIDENCE:.2f}: the command stops at the first run where it does not."
    )
    yield ""
    yield (
        "* **difference, base, tuned**: the share of runs whose interval holds the true difference, and the true rate "
        "of either model."
    )
    yield "* **width**: median width of the interval of the difference, in points."
    yield (
        "* **found**: the share of runs that find a difference: the power, and without an effect the share of false "
        "alarms."
    )
    yield ""
    yield (
        "Problems differ in their log odds of being solved, by a normal law of standard deviation 2.5; training moves "
        "each of them, by another amount for each. Only in the last table all problems are alike. The standard error "
        f"of a share of 0.95 in these tables is {math.sqrt(0.95 * 0.05 / runs):.3f}."
    )
    for population in dict.fromkeys(cell.population for cell in cells):
        base, tuned = population.truth
        yield ""
        yield f"## {population.name.capitalize()}"
        yield ""
        yield f"Solves {base:.1%} before and {tuned:.1%} after: {(tuned - base) * 100:+.1f} points."
        yield ""
        yield "| problems | samples | difference | base | tuned | width | found |"
        yield "|--:|--:|--:|--:|--:|--:|--:|"
        for cell in cells:
            if cell.population == population:
                shares = " | ".join(f"{share:.3f}" for share in (cell.difference, cell.base, cell.tuned))
                yield f"| {cell.problems} | {cell.samples} | {shares} | {cell.width * 100:.1f} | {cell.found:.3f} |"


@cli.command(help=__doc__.replace("\n\n    ", "\n\n\b\n    "))
@click.option("--output", type=click.Path(path_type=Path), help="File to write; not given: standard output.")
@click.option("--runs", type=click.IntRange(min=1), default=1_000, help="Simulated runs a line.")
@click.option("--looked-runs", type=click.IntRange(min=1), default=400, help="The same of runs that add samples.")
@click.option("--resamples", type=click.IntRange(min=100), default=1_000, help="Random arrangements of the signs.")
@cli.common_options
def command(output: Path | None, runs: int, looked_runs: int, resamples: int) -> int:
    cells = [
        simulate(population, problems, samples, runs=runs, resamples=resamples)
        for population in POPULATIONS
        for problems in PROBLEMS
        for samples in SAMPLES
    ]
    looked = [
        simulate_looks(population, problems, points, runs=looked_runs, resamples=resamples)
        for population in POPULATIONS[:4]
        for problems, points in POINTS.items()
    ]
    rejected = all_rejected(runs, resamples)
    text = document(cells, looked, rejected, runs=runs, looked_runs=looked_runs, resamples=resamples)
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
    lowest = min(min(cell.difference, cell.base, cell.tuned) for cell in cells)
    alarms = max(row.by_crate for row in rejected if not row.effect)
    return 0 if min(lowest, *(one.held for one in looked)) >= NOMINAL and alarms <= ALARMS else 1


if __name__ == "__main__":
    cli.run(command)
