"""`human-eval-rust accepted`: make training samples of answers that passed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sigil_common import cli

if TYPE_CHECKING:
    from human_eval_rust.accepted import Accept

_PATHS = click.Path(path_type=Path)


@cli.command(name="accepted")
@click.argument("results", type=_PATHS, nargs=-1, required=True)
@click.option("--problem-file", "--problem_file", type=_PATHS, required=True, help="Problems that RESULTS are about.")
@click.option("--output", type=_PATHS, required=True, help="Data set to write.")
@click.option(
    "--per-problem", type=click.IntRange(0), default=1, help="Most answers of one problem; 0: all that differ."
)
@click.option(
    "--accept",
    type=click.Choice(["passes", "compiles"]),
    default="passes",
    help="How far an answer has to come; with `compiles` it may fail tests.",
)
@click.option("--seed", type=int, default=42, help="Seed of the choice among answers.")
@click.option("--i-know", is_flag=True, help="Train on a shipped benchmark, which then measures nothing any more.")
@cli.common_options
def command(
    results: tuple[Path, ...],
    problem_file: Path,
    output: Path,
    per_problem: int,
    accept: Accept,
    seed: int,
    i_know: bool,
) -> None:
    """Make a data set for sigilderg-train of the answers in RESULTS (`..._results.jsonl`) that passed.

    Answers that differ in white space alone count once, and those whose arguments had to be converted are left out.
    Exit code 1, and no file, if nothing is left.
    """
    from human_eval_rust.accepted import write_accepted

    found = write_accepted(results, problem_file, output, per_problem, seed, accept=accept, benchmarks=i_know)
    click.echo(json.dumps(found))
