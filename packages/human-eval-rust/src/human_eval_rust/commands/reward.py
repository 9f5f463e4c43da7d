"""`human-eval-rust reward`: a judge that a trainer talks to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sigil_common import cli

if TYPE_CHECKING:
    from sigil_common.records import Problem

_PATHS = click.Path(path_type=Path)


@cli.command(name="reward")
@click.option("--problem-file", type=_PATHS, required=True, help="Problems whose tests give the reward.")
@click.option("--measure", type=_PATHS, help="Problems that are judged as well, and not trained on.")
@click.option("--prompt-style", type=click.Choice(["chat", "completion"]), default="chat", help="As of `generate`.")
@click.option("--n-workers", type=click.IntRange(1), help="Compilers and tests to run at once.  [default: one a CPU]")
@click.option("--timeout", type=cli.FloatRange(min=0, min_open=True), default=10.0, help="As of `evaluate`.")
@click.option("--i-know", is_flag=True, help="Train on a shipped benchmark, which then measures nothing any more.")
@cli.common_options
def command(
    problem_file: Path, measure: Path | None, prompt_style: str, n_workers: int | None, timeout: float, i_know: bool
) -> None:
    """Answer lines of answers with lines of rewards, for a trainer.

    The first line on stdout says which problems there are, and how a model is asked them. Then each line on stdin,
    `{"number": 0, "answers": [{"task_id": ..., "completion": ...}]}`, is answered with
    `{"number": 0, "rewards": [...], "seconds": ...}`: a reward between 0 and 1 for each answer, or null where it could
    not be judged. Ends when stdin does.
    """
    from human_eval_rust.judging.finding import JudgeOptions
    from human_eval_rust.rewards import reward_of
    from human_eval_rust.rewards.serve import offer_of, rules_of, serve
    from sigil_common.rustc import find_toolchain

    training, measured = _problems(problem_file, measure, benchmarks=i_know)
    options = JudgeOptions(compile_timeout=timeout, run_timeout=timeout)
    offer = offer_of(training, measured, prompt_style, find_toolchain().version, rules_of(options))
    reward = reward_of(measured | training, options=options, n_workers=n_workers)
    # Not `sys.stdin`, which Python closes at its end and would wait for: a thread may be reading.
    lines = open(0, "rb", closefd=False)  # noqa: SIM115
    serve(offer, reward, lines, sys.stdout)


def _problems(
    problem_file: Path, measure: Path | None, *, benchmarks: bool
) -> tuple[dict[str, Problem], dict[str, Problem]]:
    """Read both files; raise `InputError` for problems that cannot give rewards, or are not to be trained on."""
    from human_eval_rust.accepted import refuse_benchmarks
    from human_eval_rust.problems.files import load, locate
    from human_eval_rust.rewards import refuse_untested

    file = locate(problem_file)
    training = load(file)
    if not benchmarks:
        refuse_benchmarks(training, file)
    measured = {} if measure is None else load(locate(measure))
    refuse_untested([*training.values(), *measured.values()])
    return training, measured
