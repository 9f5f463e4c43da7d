"""Is each row of a data set what it says it is? Compiles random rows from scratch, without the pipeline's code.

    python benchmarks/dataset_audit.py out/first.full.jsonl --n 200
    python benchmarks/dataset_audit.py out/first.full.jsonl --n 200 --seed 7 --offline
    python benchmarks/dataset_audit.py out/first.full.jsonl --show 30 > page.md

FILE is the one with metadata (`.full` in its name). Each row's crate is fetched by cargo in its version, and its
checksum compared. Then, in a copy of the crate:

* the answer is the code of the lines that the row names, the compiler sees that place (an error put there is reported),
  and the crate compiles with the answer put in these lines; of an explanation, with the code that it explains,
  and its words stand in the documentation there;
* a transformation's input compiles there, too; that of error_fixing gives one error or two inside it, with the stated
  codes and the first lines that the prompt quotes; where clippy's advice is followed, answer and input change places;
* what claims to be `self_contained` compiles alone, in what Rust its prompt shows;
* of what claims `tests_pass`, rustdoc runs the examples in the docs: one holds, and fails when the function panics, or
  else a unit test does, as far as these compile without development dependencies; for a transformation, examples and
  unit tests of all the crate: some fail when the function panics, and these hold with both sides;
* names of items of the crate that stand in the answer, and not in the Rust that its prompt shows, are counted. Prose
  and comments show nothing, nor does the code that is to be changed, unless the level is `in_crate`; code between
  backticks does.

Whether the name of a method, function or field means one of the crate is asked of rustc: a call with too many arguments
is answered with the place of the definition. Other names are taken for the crate's if it declares them and no import of
the file leads elsewhere. What this can miss: a name that is shown, but of another item; names that only macros make up;
a variable's name that an item has, too; a path without a call inside a macro's arguments; items that are re-exported
from dependencies. What rustc could not be asked about is listed as undecided. What a sample promises of clippy, of its
licence and of its meaning is not looked at.

Crates are built with their default features, each by itself, in the sandbox. Exit code 1 if a row is wrong.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from sigil_common import cli


@cli.command(help=__doc__.replace("\n\n    ", "\n\n\b\n    ").replace("\n\n*", "\n\n\b\n*"))
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--n", "count", type=click.IntRange(min=1), default=200, help="Rows to audit.")
@click.option("--seed", type=int, default=42, help="Chooses the rows.")
@click.option("--jobs", type=click.IntRange(min=1), default=2, help="Compiler jobs at once.")
@click.option("--offline", is_flag=True, help="Let cargo use only what it has already downloaded.")
@click.option(
    "--show", type=click.IntRange(min=1), help="Audit nothing: print so many rows whole, as Markdown to read."
)
@cli.common_options
def command(file: Path, count: int, seed: int, jobs: int, offline: bool, show: int | None) -> int:
    from dataset_audit.crates import Fetcher
    from dataset_audit.judge import audit
    from dataset_audit.rows import choose, read_rows
    from dataset_audit.samples import page
    from dataset_audit.table import report

    from sigil_common.cargo import Confined
    from sigil_common.rustc import find_toolchain
    from sigil_common.sandbox import open_sandbox

    rows = choose(read_rows(file), show or count, seed)
    if show is not None:
        click.echo(page(rows), nl=False)
        return 0
    confined = Confined(find_toolchain(), open_sandbox(), jobs, timeout_s=600.0)
    findings = audit(rows, Fetcher(confined.toolchain, offline=offline), confined)
    click.echo(report(findings))
    return 1 if any(one.wrong for one in findings) else 0


if __name__ == "__main__":
    cli.run(command, sys.argv[1:] or ["--help"])
