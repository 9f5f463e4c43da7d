"""`human-eval-rust likelihood`: a model, problems and pairs in; how likely it finds the known answers out."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from human_eval_rust.likelihood.settings import LikelihoodSettings
from sigil_common import cli
from sigil_common.progress import counted

if TYPE_CHECKING:
    from sigil_common.records import Estimate, LikelihoodSet

log = logging.getLogger("sigil.likelihood")


@cli.command(name="likelihood")
@click.option("--config", type=click.Path(path_type=Path), help="YAML or JSON file with these settings (`_` for `-`).")
@cli.settings_options(LikelihoodSettings)
@click.option("--checkpoint", type=cli.TEXT, help="The same as --model.")
@cli.common_options
def command(config: Path | None, checkpoint: str | None, **options: Any) -> None:
    """Measure how likely a model finds the reference solutions, under the prompt of `generate`.

    With --pairs also whether it finds a right solution likelier than one with a mistake.

    A second instrument, which decides nothing: the loss of texts that a model did not write does not track what it
    writes. Bits per byte fall by learning style alone; the share of pairs is the measure where style cannot help.

    Beside FILE it writes FILE.summary.json, which it prints too, and FILE.manifest.json. Every text is read by itself,
    so nothing depends on the order or on the other problems. A run that was stopped continues when started again.
    """
    from human_eval_rust.likelihood.run import likelihood
    from sigil_common.jsonl import dumps
    from sigil_common.settings import load_settings

    given = cli.given(options)
    if checkpoint is not None:
        given.setdefault("model", checkpoint)
    summary = likelihood(load_settings(LikelihoodSettings, file=config, overrides=given).settings)
    for found in summary.sets:
        log.info("%s", line(found))
    log.info("%s", summary.meaning)
    click.echo(dumps(summary.to_row()))


def line(found: LikelihoodSet) -> str:
    """Return the figures of a problem set in a line."""
    reference = _shown(found.reference_bits_per_byte)
    parts = [f"{found.set}: {counted(found.problems, 'problem')}, reference {reference} bits a byte"]
    if found.alternative_bits_per_byte:
        parts.append(
            f"other solutions {_shown(found.alternative_bits_per_byte)} ({counted(found.alternatives, 'problem')})"
        )
    if found.right_likelier and found.margin:
        parts.append(
            f"right one likelier in {_shown(found.right_likelier, 100, '%', 1)} of {counted(found.pairs, 'pair')}"
        )
        parts.append(f"by {_shown(found.margin, digits=2)} nats on average")
    return "; ".join(parts)


def _shown(found: Estimate, times: int = 1, unit: str = "", digits: int = 3) -> str:
    text = f"{found.value * times:.{digits}f}{unit}"
    if found.interval is None:
        return text
    return f"{text} ({found.interval.low * times:.{digits}f} to {found.interval.high * times:.{digits}f})"
