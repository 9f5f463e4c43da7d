"""`human-eval-rust problems`: build, check, list, select, measure, pair."""

from __future__ import annotations

from pathlib import Path

import click

from sigil_common import cli
from sigil_common.progress import counted


@cli.group(name="problems")
def command() -> None:
    """Build, check, measure and list problem files."""


@command.command("build", context_settings=cli.CONTEXT_SETTINGS)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Problem file to write.")
@cli.common_options
def build(folder: Path, output: Path) -> None:
    """Cut the Rust sources in FOLDER (`000_name.rs`) into a problem file."""
    from human_eval_rust.problems.sources import build as build_file
    from sigil_common.jsonl import write_jsonl

    found = build_file(folder)
    write_jsonl(output, (problem.to_row() for problem in found))
    click.echo(f"wrote {output}: {counted(len(found), 'problem')}", err=True)


@command.command("check", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--n_workers", type=click.IntRange(1), default=24, help="Compilers and tests to run at once.")
@click.option(
    "--timeout",
    type=cli.FloatRange(0, 86_400, min_open=True),
    default=10.0,
    help="Limit in CPU seconds of compiling, and of testing, one answer.",
)
@cli.common_options
def check(file: Path, n_workers: int, timeout: float) -> int:
    """Check a problem file: its format, that its solutions pass, and that empty, default and constant ones do not.

    Tests must not depend on time, order, addresses or the machine: what they name is looked at, and they are run alone,
    in reverse order and with other orders of hash maps. Every fault names its line; faults make the exit code 1.
    """
    from human_eval_rust.judging.finding import JudgeOptions
    from human_eval_rust.problems.files import locate
    from human_eval_rust.strength.check import check_file

    path = locate(file)
    faults = check_file(path, n_workers, JudgeOptions(compile_timeout=timeout, run_timeout=timeout))
    for fault in faults:
        click.echo(str(fault))
    if not faults:
        click.echo(f"{path}: no faults", err=True)
    return 1 if faults else 0


@command.command("list", context_settings=cli.CONTEXT_SETTINGS)
@click.argument("file", type=click.Path(path_type=Path), required=False)
@cli.common_options
def list_(file: Path | None) -> None:
    """List the problems of a file (default: the shipped set): task id, entry point."""
    from human_eval_rust.problems.files import load, locate

    for problem in load(locate(file)).values():
        click.echo(f"{problem.task_id}\t{problem.entry_point}")


@command.command("select", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option(
    "--choose",
    type=cli.TEXT,
    multiple=True,
    metavar="NAME=COUNT",
    help="Take only so many problems of the file NAME.jsonl, by seed and over all difficulties.",
)
@click.option(
    "--max-prompt",
    type=cli.TEXT,
    multiple=True,
    metavar="NAME=CHARACTERS",
    help="Leave out problems of the file NAME.jsonl whose prompt is longer.",
)
@click.option("--seed", type=int, default=42, help="Seed of the choice.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Problem file to write.")
@cli.common_options
def select(
    files: tuple[Path, ...], choose: tuple[str, ...], max_prompt: tuple[str, ...], seed: int, output: Path
) -> None:
    """Join problem files, or some problems of each, into one that sampling and judging share."""
    from human_eval_rust.problems.choose import no_longer_than, over_all_difficulties, parse_counts
    from human_eval_rust.problems.files import load, locate
    from sigil_common.errors import InputError
    from sigil_common.jsonl import write_jsonl

    chosen: dict[str, tuple[Path, dict[str, object]]] = {}
    located = [locate(file) for file in files]
    counts = parse_counts(choose, located)
    longest = parse_counts(max_prompt, located, "--max-prompt")
    for file in located:
        known = no_longer_than(longest.get(file.stem), list(load(file).values()))
        if len(known) < counts.get(file.stem, 0):
            click.echo(
                f"{file}: {counted(len(known), 'problem')}, fewer than the {counts[file.stem]} asked for", err=True
            )
        for problem in over_all_difficulties(known, counts.get(file.stem, len(known)), seed):
            if problem.task_id in chosen:
                raise InputError(f"{file}: task id `{problem.task_id}` is in {chosen[problem.task_id][0]} already")
            chosen[problem.task_id] = (file, problem.to_row())
    write_jsonl(output, (row for _, row in chosen.values()))
    click.echo(f"wrote {output}: {counted(len(chosen), 'problem')}", err=True)


@command.command("strength", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("sources", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--task-id", type=cli.TEXT, multiple=True, help="Only these problems; no table is written then.")
@click.option(
    "--solutions",
    type=click.Path(path_type=Path),
    help="Mutate the solutions in this directory instead of the reference ones, and take the list there.",
)
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    default=Path(".cache/problem_strength.jsonl"),
    help="What became of mutants in earlier runs.",
)
@click.option("--n_workers", type=click.IntRange(1), default=1, help="Compilers and tests to run at once.")
@cli.common_options
def strength(
    sources: tuple[Path, ...], task_id: tuple[str, ...], solutions: Path | None, journal: Path, n_workers: int
) -> int:
    """Measure the tests of SOURCES, directories of problem sources or problem files, with mutants of the solutions.

    Prints a line for each problem and each mutant that survives, and writes `mutation_score.tsv` beside the sources.
    The exit code is 1 if a survivor is not listed in `equivalent_mutants.tsv`, or that list is wrong.
    """
    from human_eval_rust.strength.measure import measure

    wrong = False
    for source in sources:
        found = measure(source, task_ids=task_id, solutions=solutions, journal=journal, n_workers=n_workers)
        click.echo("\n".join([*found.lines, *found.faults, found.summary]))
        wrong = wrong or bool(found.faults)
    return 1 if wrong else 0


@command.command("pairs", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("sources", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--output", type=click.Path(path_type=Path), required=True, help="File of pairs to write.")
@click.option("--per-problem", type=click.IntRange(1), default=2, help="Pairs of each problem, at most.")
@click.option("--seed", type=int, default=42, help="Seed of the choice.")
@click.option(
    "--journal",
    type=click.Path(path_type=Path),
    default=Path(".cache/problem_strength.jsonl"),
    help="What became of mutants in earlier runs, also of `problems strength`.",
)
@click.option("--n_workers", type=click.IntRange(1), default=1, help="Compilers and tests to run at once.")
@cli.common_options
def pairs(sources: tuple[Path, ...], output: Path, per_problem: int, seed: int, journal: Path, n_workers: int) -> None:
    """Pair the solutions of SOURCES with mutants that their tests killed, for `human-eval-rust likelihood --pairs`.

    SOURCES are directories of problem sources, problem files, or names of shipped sets. Mutants that change one token
    and hardly the length come first. The same sources and seed give the same file.
    """
    from human_eval_rust.strength.pairs import make_pairs, read_sources
    from sigil_common.jsonl import write_jsonl

    problems = read_sources(sources)
    found = make_pairs(problems, most=per_problem, seed=seed, journal=journal, n_workers=n_workers)
    write_jsonl(output, (pair.to_row() for pair in found))
    without = len(problems) - len({pair.task_id for pair in found})
    click.echo(
        f"wrote {output}: {counted(len(found), 'pair')} of {counted(len(problems), 'problem')}, {without} without any",
        err=True,
    )
