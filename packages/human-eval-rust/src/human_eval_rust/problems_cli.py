"""`human-eval-rust problems`: build, check, list."""

from __future__ import annotations

from pathlib import Path

import click

from sigil_common import cli


@cli.group(name="problems")
def command() -> None:
    """Build, check and list problem files."""


@command.command("build", context_settings=cli.CONTEXT_SETTINGS)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Problem file to write.")
@cli.common_options
def build(folder: Path, output: Path) -> None:
    """Cut the Rust sources in FOLDER (`000_name.rs`) into a problem file."""
    from human_eval_rust import problems
    from sigil_common.jsonl import write_jsonl

    found = problems.build(folder)
    write_jsonl(output, (problem.to_row() for problem in found))
    click.echo(f"wrote {output}: {len(found)} problems", err=True)


@command.command("check", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--n_workers", type=click.IntRange(1), default=24, help="Compilers and tests to run at once.")
@click.option(
    "--timeout",
    type=click.FloatRange(0, 86_400, min_open=True),
    default=10.0,
    help="Limit in seconds of compiling, and of testing, one answer.",
)
@cli.common_options
def check(file: Path, n_workers: int, timeout: float) -> int:
    """Check a problem file: its format, that its solutions pass, and that empty, default and constant ones do not.

    Tests must not depend on time, order, addresses or the machine: what they name is looked at, and they are run alone,
    in reverse order and with other orders of hash maps. Every fault names its line; faults make the exit code 1.
    """
    from human_eval_rust import problems
    from human_eval_rust.check import check_file
    from human_eval_rust.finding import JudgeOptions

    path = problems.locate(file)
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
    from human_eval_rust import problems

    for problem in problems.load(problems.locate(file)).values():
        click.echo(f"{problem.task_id}\t{problem.entry_point}")


@command.command("select", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("files", type=click.Path(path_type=Path), nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), help="Take only the first so many problems of each file.")
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Problem file to write.")
@cli.common_options
def select(files: tuple[Path, ...], limit: int | None, output: Path) -> None:
    """Join problem files, or the first problems of each, into one that sampling and judging share."""
    from human_eval_rust import problems
    from sigil_common.errors import InputError
    from sigil_common.jsonl import write_jsonl

    chosen: dict[str, tuple[Path, dict[str, object]]] = {}
    for file in map(problems.locate, files):
        for task_id, problem in list(problems.load(file).items())[:limit]:
            if task_id in chosen:
                raise InputError(f"{file}: task id `{task_id}` is in {chosen[task_id][0]} already")
            chosen[task_id] = (file, problem.to_row())
    write_jsonl(output, (row for _, row in chosen.values()))
    click.echo(f"wrote {output}: {len(chosen)} problems", err=True)
