"""`human-eval-rust generate`: a model and problems in, samples out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from human_eval_rust.sampling.settings import SampleSettings
from sigil_common import cli


@cli.command(name="generate")
@click.option("--config", type=click.Path(path_type=Path), help="YAML or JSON file with these settings (`_` for `-`).")
@cli.settings_options(SampleSettings)
@click.option("--checkpoint", type=cli.TEXT, help="The same as --model.")
@cli.common_options
def command(config: Path | None, checkpoint: str | None, **options: Any) -> None:
    """Draw completions of the problems from a model.

    Beside FILE it writes FILE.manifest.json: model, settings, digests. A run that was stopped continues
    when started again, and then gives the same bytes; a finished one is not repeated.
    """
    from human_eval_rust.sampling.draw import generate
    from sigil_common.settings import load_settings

    given = cli.given(options)
    if checkpoint is not None:
        given.setdefault("model", checkpoint)
    settings = load_settings(SampleSettings, file=config, overrides=given).settings
    click.echo(json.dumps(generate(settings)))


def main() -> None:
    """Entry point of `scripts/generate_samples.py`."""
    cli.run(command)
