"""How sharp are the tests? Mutates every reference solution and counts what the tests let through.

    python benchmarks/problem_strength.py [data/problems/humaneval ...]

prints a line for each problem and each survivor, writes `mutation_score.tsv` beside the sources, and ends
with 1 if a survivor is neither killed nor listed in `equivalent_mutants.tsv`, or that list is wrong.
"""

from __future__ import annotations

from pathlib import Path

import click

from sigil_common import cli

PROBLEMS = Path(__file__).parents[1] / "data" / "problems"


@cli.command(name="problem_strength")
@click.argument("sources", type=click.Path(path_type=Path), nargs=-1)
@click.option("--task-id", multiple=True, help="Only these problems; no table is written then.")
@click.option(
    "--solutions",
    type=click.Path(path_type=Path),
    help="Mutate the solutions in this directory instead of the reference ones, and take the list there.",
)
@click.option("--journal", type=click.Path(path_type=Path), default=Path(".cache/problem_strength.jsonl"),
              help="Fates known from earlier runs.")  # fmt: skip
@click.option("--n_workers", type=click.IntRange(1), default=1, help="Compilers and tests to run at once.")
@cli.common_options
def command(
    sources: tuple[Path, ...], task_id: tuple[str, ...], solutions: Path | None, journal: Path, n_workers: int
) -> int:
    """Measure the tests of SOURCES: directories of problem sources, or problem files. Default: both sets."""
    faults: list[str] = []
    for source in sources or sorted(path for path in PROBLEMS.iterdir() if path.is_dir()):
        faults += measure(source, task_id, solutions, journal, n_workers)
    return 1 if faults else 0


def measure(source: Path, task_id: tuple[str, ...], solutions: Path | None, journal: Path, n_workers: int) -> list[str]:
    """Print and write the figures of one set; return what is wrong with it."""
    from human_eval_rust.problems import sources as problems
    from human_eval_rust.strength.mutation import equivalent
    from human_eval_rust.strength.mutation import score as strength
    from human_eval_rust.strength.mutation.fates import fates
    from human_eval_rust.strength.mutation.mutants import with_solution

    chosen = problems.build(source) if source.is_dir() else list(problems.load(problems.locate(source)).values())
    chosen = [problem for problem in chosen if not task_id or problem.task_id in task_id]
    if solutions:
        chosen = [with_solution(problem, solutions) for problem in chosen]
    home = solutions or (source if source.is_dir() else source.parent)
    listed = equivalent.read_equivalent(home / equivalent.FILE_NAME)
    found = fates(chosen, journal=journal, n_workers=n_workers)
    rows = [strength.strength(problem, found[problem.task_id], listed) for problem in chosen]
    for row in rows:
        click.echo(f"{row.task_id}\t{row.entry_point}\t{row.killed}/{row.compiling - row.equivalent}\t{row.score:.1%}")
        for fate in strength.survivors(found[row.task_id], listed):
            click.echo(f"{row.task_id}\t{fate.mutant.original}\t{fate.mutant.mutated}\t({fate.mutant.operator})")
    faults = [*equivalent.faults(listed, found), *strength.shortfalls(rows)]
    faults += [f"{row.task_id}: survivors: {row.survived}" for row in rows if row.survived]
    click.echo("\n".join([*faults, strength.summary(rows)]))
    if home == source and not task_id:
        strength.write_strengths(home / strength.FILE_NAME, rows)
    return faults


if __name__ == "__main__":
    cli.run(command)
