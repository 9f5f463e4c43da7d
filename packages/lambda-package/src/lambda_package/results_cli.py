"""The commands that work on verdicts that are there: `sigilderg-lambda compare` and `report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sigil_common import cli
from sigil_common.errors import InputError

PATH = click.Path(path_type=Path)
FILES = tuple(f"{model}_{kind}" for model in ("base", "tuned") for kind in ("policy_off", "policy_on", "likelihood"))
_LOOKS = "a RUN's own record says in which looks its samples were drawn"
OF_FILES = {
    **dict.fromkeys(("look_files", "overall", "width", "max_samples"), _LOOKS),
    **dict.fromkeys(("base_name", "tuned_name"), "NAME=RUN names a model"),
}
"""What is for files by option alone, and what a RUN has in place of it."""


@click.command("compare", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("runs", nargs=-1, metavar="[[NAME=]RUN]...")
@click.option("--base-policy-off", type=PATH, help="Verdicts of the base model, policy off, in place of RUN.")
@click.option("--tuned-policy-off", type=PATH, help="Verdicts of the tuned model, policy off.")
@click.option("--base-policy-on", type=PATH, help="Verdicts of the base model, policy on.")
@click.option("--tuned-policy-on", type=PATH, help="Verdicts of the tuned model, policy on.")
@click.option(
    "--base-likelihood",
    type=PATH,
    help="What `human-eval-rust likelihood` found of the base model; shown below the verdicts, decides nothing.",
)
@click.option("--tuned-likelihood", type=PATH, help="What it found of the tuned model.")
@click.option("--base-name", type=cli.TEXT, help="Name of the base model, for the report.")
@click.option("--tuned-name", type=cli.TEXT, help="Name of the tuned model.")
@click.option("--k", "ks", type=click.IntRange(1), multiple=True, default=(1, 10, 100), help="Value of k for pass@k.")
@click.option("--seed", type=int, default=42, help="Seed of the random arrangements.")
@click.option(
    "--resamples",
    type=click.IntRange(100),
    default=10_000,
    help="Random arrangements of the signs in a test, where these are too many to count all.",
)
@click.option(
    "--confidence",
    type=cli.FloatRange(0, 1, min_open=True, max_open=True),
    help="Level of the intervals and of the tests.  [default: the strictest of RUNs' own pages; 0.95]",
)
@click.option(
    "--look", "look_files", type=PATH, multiple=True, help="Comparison with fewer samples, after which more were drawn."
)
@click.option("--overall", type=cli.FloatRange(0, 1), help="With --look: the level at which all looks hold together.")
@click.option("--width", type=cli.FloatRange(0), help="With --look: points of the interval that sufficed.")
@click.option("--max-samples", type=click.IntRange(1), help="With --look: samples at which looking would have ended.")
@click.option(
    "--primary-set",
    type=cli.TEXT,
    metavar="NAME",
    help="Problem set that the verdict is about.  [default: the first one]",
)
@click.option(
    "--primary-metric",
    type=cli.TEXT,
    metavar="NAME",
    help="Measure that the verdict is about.  [default: pass@1; `compiles` where there are no tests]",
)
@click.option("--output", type=PATH, default=Path("comparison.json"), help="File to write.")
@click.option("--report", "report_dir", type=PATH, help="Of RUNs: directory to write report.html and the like to.")
@cli.common_options
def compare_command(runs: tuple[str, ...], output: Path, report_dir: Path | None, **options: Any) -> None:
    """Compare models by their verdicts on the same problems: each RUN with the first, or the tuned with the base.

    A RUN is a run's directory, which stands for its tuned model (runs/local@base for the base), or a file of verdicts,
    *_results.jsonl, or a directory with one. NAME is what the report calls it.
    """
    from lambda_package.comparing import (
        Measures,
        compare_entrants,
        compare_files,
        entrants,
        looks_of_options,
        sources_of,
    )
    from lambda_package.report import write_report
    from sigil_common.jsonl import write_json
    from sigil_common.records import Comparison

    if runs and any(options[name] is not None for name in FILES):
        raise InputError("RUNs and files by option do not go together", hint="name the files as RUNs")
    if runs and (beside := [name for name in OF_FILES if options[name] not in (None, ())]):
        option = "look" if beside[0] == "look_files" else beside[0].replace("_", "-")
        raise InputError(f"--{option} is for files by option, and does not go with RUNs", hint=OF_FILES[beside[0]])
    measures, looks = Measures.of(options), looks_of_options(options)
    if report_dir is not None and not runs:
        raise InputError("--report is for RUNs", hint="`sigilderg-lambda report` makes one from files")
    models = entrants(runs)
    found = compare_entrants(models, measures) if runs else compare_files(options, measures, looks)
    write_json(output, found.to_row())
    for pair in (found,) if isinstance(found, Comparison) else found.pairs:
        click.echo(pair.verdict)
    for path in write_report(sources_of(models, output), report_dir) if report_dir is not None else ():
        click.echo(path)


@click.command("report", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.option("--comparison", type=PATH, required=True, help="File that `compare` wrote.")
@click.option("--base-results", type=PATH, required=True, help="Verdicts of the base model, to show completions from.")
@click.option("--tuned-results", type=PATH, required=True, help="Verdicts of the tuned model.")
@click.option("--base-samples", type=PATH, help="Answers of the base model; their manifest tells how they were drawn.")
@click.option("--tuned-samples", type=PATH, help="Answers of the tuned model.")
@click.option(
    "--stage", "stages", type=PATH, multiple=True, help="stage.json of what was done before, for times and digests."
)
@click.option("--dataset-summary", type=PATH, help="Summary that sigil-pipeline wrote.")
@click.option("--checkpoint", type=PATH, help="checkpoint-N directory of the tuned model.")
@click.option("--problem-file", "problem_files", type=PATH, multiple=True, help="Problem file, to show prompts from.")
@click.option("--accepted", type=PATH, help="Data set of own answers that was trained on.")
@click.option(
    "--drawn-metrics",
    type=PATH,
    multiple=True,
    help="Metrics of the answers that it was chosen from, round after round.",
)
@click.option("--accepted-alone", is_flag=True, help="Nothing but these answers was trained on.")
@click.option(
    "--deviation", "deviations", type=cli.TEXT, multiple=True, metavar="TEXT", help="What else is unusual, in words."
)
@click.option(
    "--settings-digest",
    "settings_sha256",
    type=cli.TEXT,
    metavar="SHA256",
    help="Digest of a run's settings, which becomes a part of the digest of the run.",
)
@click.option(
    "--profile-digest",
    "profile_sha256",
    type=cli.TEXT,
    metavar="SHA256",
    help="Digest of the names of a run's profile and of its file, likewise; goes with --settings-digest.",
)
@click.option("--output-dir", type=PATH, default=Path(), help="Where the pages go.")
@cli.common_options
def report_command(
    comparison: Path,
    problem_files: tuple[Path, ...],
    stages: tuple[Path, ...],
    drawn_metrics: tuple[Path, ...],
    accepted_alone: bool,
    deviations: tuple[str, ...],
    settings_sha256: str | None,
    profile_sha256: str | None,
    output_dir: Path,
    **files: Any,
) -> None:
    """Write the comparison as report.html, report.md and model-card.md."""
    from lambda_package.report import ModelFiles, Own, Sources, write_report
    from lambda_package.report.made_with import made_with
    from lambda_package.stages import MADE_WITH
    from sigil_common.jsonl import write_json

    accepted = files["accepted"]
    if (accepted is None) != (not drawn_metrics) or (accepted_alone and accepted is None):
        raise InputError("--accepted and --drawn-metrics go together, and --accepted-alone goes with both")
    if profile_sha256 is not None and settings_sha256 is None:
        raise InputError("--profile-digest goes with --settings-digest")
    sources = Sources(
        comparison,
        tuple(ModelFiles(files[f"{model}_results"], files[f"{model}_samples"]) for model in ("base", "tuned")),
        files["dataset_summary"],
        files["checkpoint"],
        problem_files,
        Own(accepted, drawn_metrics, accepted_alone) if accepted else None,
        stages,
        deviations,
        settings_sha256,
        profile_sha256,
    )
    made = made_with()
    for path in write_report(sources, output_dir, made):
        click.echo(path)
    if stages:
        write_json(output_dir / MADE_WITH, made.to_row())
