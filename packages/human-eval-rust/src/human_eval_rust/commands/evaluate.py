"""`evaluate_functional_correctness`, and `human-eval-rust evaluate`, which is the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from human_eval_rust.evaluation.settings import EvaluateSettings
from sigil_common import cli
from sigil_common.settings import load_settings


@cli.command(name="evaluate_functional_correctness")
@click.argument("sample_file", type=click.Path(path_type=Path))
@cli.settings_options(EvaluateSettings)
@cli.common_options
def command(sample_file: Path, **options: Any) -> int:
    """Judge the Rust in SAMPLE_FILE, JSON lines with `task_id` and `completion`.

    Writes `<SAMPLE_FILE>_results.jsonl`, `<SAMPLE_FILE>_metrics.json` and `<SAMPLE_FILE>_timings.jsonl`, which alone
    varies from run to run, and prints the metrics. Problems whose reference solution fails are not scored; for a
    problem file of your own, `<SAMPLE_FILE>_references.jsonl` says which. The exit code is 1 if that leaves less than
    half of the problems, or some answers could not be judged; the files are written all the same.
    """
    from human_eval_rust.evaluate import can_be_trusted, evaluate

    settings = load_settings(EvaluateSettings, overrides=cli.given(options)).settings
    summary = evaluate(sample_file, settings)
    printed = {name: value for name, value in summary.to_row().items() if name != "task_ids_without_samples"}
    click.echo(json.dumps(printed, indent=2, ensure_ascii=False))
    return 0 if can_be_trusted(summary) else 1


def main() -> None:
    """Entry point of the console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
