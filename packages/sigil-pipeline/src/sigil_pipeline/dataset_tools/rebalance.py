"""Change the proportion of the task types of a finished data set by leaving samples out."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError
from sigil_common.manifest import digest_json
from sigil_common.seeds import derive_seed
from sigil_common.task_types import TASK_SHARES, TASK_TYPES
from sigil_pipeline.choose.mix import quotas


def rebalance(
    source: Path, target: Path, shares: dict[str, float], *, max_samples: int | None, seed: int
) -> dict[str, int]:
    """Write the largest part of `source` that has the proportion `shares`, each row with the weight 1.

    Order stays, choice is seeded.

    Returns the samples of each type. Raises `InputError` for rows without `_task_type`, and when a wanted
    type has no sample at all.
    """
    pools: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, row in jsonl.read_objects(source):
        task = row.get("_task_type")
        if task not in TASK_TYPES:
            raise InputError(f"{source}:{number}: `_task_type` is {task!r}", hint=_hint_on(task))
        pools[task].append((derive_seed(seed, digest_json(row)), number))
    missing = [name for name, share in shares.items() if share > 0 and not pools[name]]
    if missing:
        raise InputError(f"{source} holds no sample of type {', '.join(missing)}", hint="leave it out of --mix")
    numbers = _largest({name: len(pools[name]) for name in shares}, shares, max_samples)
    kept = {number for name, count in numbers.items() for _, number in sorted(pools[name])[:count]}
    jsonl.write_jsonl(target, (_unweighted(row) for number, row in jsonl.read_objects(source) if number in kept))
    return numbers


def _unweighted(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row that counts once: its number of fellows gives the shares now."""
    return row | {"_weight": 1.0} if "_weight" in row else row


def _hint_on(task: object) -> str:
    return f"one of {', '.join(TASK_TYPES)}" if task else "give the file with metadata, named `.full`"


def _largest(available: dict[str, int], shares: dict[str, float], limit: int | None) -> dict[str, int]:
    total = min(sum(available.values()), limit or sum(available.values()))
    while any(count > available[name] for name, count in quotas(total, shares).items()):
        total -= 1
    return quotas(total, shares)


def parse_mix(text: str) -> dict[str, float]:
    """Parse `code_generation=0.7,explanations=0.3`; types that are not named get nothing."""
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, _, value = part.partition("=")
        if name.strip() not in TASK_TYPES:
            raise InputError(f"--mix: unknown task type `{name.strip()}`", hint=f"one of {', '.join(TASK_TYPES)}")
        try:
            shares[name.strip()] = float(value)
        except ValueError:
            raise InputError(f"--mix: `{part.strip()}` is not NAME=SHARE") from None
    if min(shares.values()) < 0 or sum(shares.values()) <= 0:
        raise InputError("--mix: shares must not be negative, and not all be 0")
    return shares


@cli.command(name="rebalance_task_mix")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@click.option(
    "--mix", default=",".join(f"{name}={share}" for name, share in TASK_SHARES.items()), help="Wanted shares."
)
@click.option("--max-samples", type=click.IntRange(min=1), help="Most samples in TARGET.")
@click.option("--seed", type=int, default=42, help="Seed of the choice.")
@cli.common_options
def command(source: Path, target: Path, mix: str, max_samples: int | None, seed: int) -> None:
    """Write to TARGET the largest part of SOURCE whose task types stand in the proportion --mix."""
    numbers = rebalance(source, target, parse_mix(mix), max_samples=max_samples, seed=seed)
    for name, count in numbers.items():
        click.echo(f"{name}: {count} samples")
