"""`sigil-pipeline`, and `python -m sigil_pipeline.main`: options to settings to flow."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sigil_common import cli
from sigil_pipeline.settings import Settings

_SEVERAL = "--crates"


class _Command(click.Command):
    """Lets `--crates` be followed by several words, as in `--crates itoa either heck`."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        spread: list[str] = []
        inside = False
        for arg in args:
            if arg.startswith("-"):
                inside = arg == _SEVERAL
            elif inside and spread[-1] != _SEVERAL:
                spread.append(_SEVERAL)
            spread.append(arg)
        return super().parse_args(ctx, spread)


@cli.command(cls=_Command, name="sigil-pipeline")
@click.option("--config", type=click.Path(path_type=Path), help="YAML or JSON file with these settings (`_` for `-`).")
@cli.settings_options(Settings)
@cli.common_options
def command(config: Path | None, **options: Any) -> None:
    """Make a dataset of Rust instruction samples from real crates, each checked by the compiler.

    Next to the output FILE it writes FILE.card.md, FILE.stats.html, FILE.summary.json and FILE.rejected.jsonl. An
    interrupted run is resumed when it is started again.

    \b
        sigil-pipeline --crates itoa heck either --output out/first.jsonl
    """  # noqa: D301 - click wants a real backspace here
    from sigil_common.settings import load_settings
    from sigil_pipeline.flow import run

    settings = load_settings(Settings, file=config, overrides=cli.given(options)).settings
    run(settings)
    click.echo(settings.output)


def main() -> None:
    """Entry point of the console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
