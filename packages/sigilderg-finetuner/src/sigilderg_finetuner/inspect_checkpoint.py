"""`sigilderg-inspect`: what a checkpoint holds, and whether it is whole and has learned anything."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from sigil_common import cli
from sigil_common.checkpoints import chosen_checkpoint
from sigil_common.errors import BadResultError, InputError
from sigil_common.hub_checkpoints import fetch_directory, is_local, refuse_revision


@cli.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--revision", type=cli.TEXT, help="Hub commit of CHECKPOINT to pin, where it is one of the hub.")
@cli.common_options
def command(checkpoint: Path, revision: str | None) -> None:
    """Print what CHECKPOINT holds as JSON; exit 1 if it is damaged or its adapter does nothing.

    A directory of checkpoints stands for the run's result, which is the newest one unless it names another. CHECKPOINT
    may also be OWNER/NAME or OWNER/NAME/checkpoint-N of the hub.
    """
    refuse_revision(checkpoint, revision)
    report = inspect(newest(checkpoint) if is_local(str(checkpoint)) else fetched(str(checkpoint), revision))
    click.echo(json.dumps(report, indent=2))
    if report["faults"]:
        raise BadResultError(f"{report['checkpoint']}: {'; '.join(report['faults'])}")


def newest(path: Path) -> Path:
    """Return the checkpoint below `path` that is the run's result, else the newest, or `path` itself."""
    return chosen_checkpoint(path) or path


def fetched(name: str, revision: str | None) -> Path:
    """Return the directory of a checkpoint of the hub with all its files; of others' than ours no state of training."""
    from sigilderg_finetuner.training.checkpoint import read_info

    read_info(fetch_directory(name, revision))
    return fetch_directory(name, revision, ("*",))


def inspect(checkpoint: Path) -> dict[str, Any]:
    """Return what a checkpoint says about itself, sizes and norms of its weights, and its faults."""
    from sigilderg_finetuner.training import runtime
    from sigilderg_finetuner.training.checkpoint import STATE_FILE, read_adapter, read_info
    from sigilderg_finetuner.training.sound import fault_of

    info = read_info(checkpoint)
    runtime.prepare()
    whole = (checkpoint / STATE_FILE).is_file()
    fault = fault_of(checkpoint) if whole else f"no {STATE_FILE}, so training cannot go on from it"
    try:
        weights = read_adapter(checkpoint)
    except InputError as error:
        raise BadResultError(error.what, cause=error.cause) from None
    faults = [] if fault is None else [fault]
    ups = {name: float(w.norm()) for name, w in weights.items() if ".lora_B." in name}
    still = [name for name, norm in ups.items() if norm == 0]
    if still:
        faults.append(f"{len(still)} of {len(ups)} adapted layers have not changed")
    return {
        "checkpoint": str(checkpoint),
        **info.to_row(),
        "trained": "adapter" if ups else "all weights",
        "adapter_weights": sum(w.numel() for w in weights.values()),
        "adapter_tensors": len(weights),
        "norm_by_layer_kind": _by_kind(ups),
        "faults": faults,
    }


def _by_kind(norms: dict[str, float]) -> dict[str, float]:
    """Return the root of the summed squares of `lora_B` norms for each kind of layer."""
    squares: dict[str, float] = {}
    for name, norm in norms.items():
        kind = name.split(".lora_B.")[0].rsplit(".", 1)[-1]
        squares[kind] = squares.get(kind, 0.0) + norm * norm
    return {kind: round(value**0.5, 6) for kind, value in sorted(squares.items())}


def main() -> None:
    """Console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
