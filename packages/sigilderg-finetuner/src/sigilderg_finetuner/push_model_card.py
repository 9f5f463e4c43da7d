"""`sigilderg-card`: a model card made from what the run left behind, and the way to the hub.

Prints the card; `--output` writes it, and only `--upload` sends anything: the card, the loss curve and the adapter, or
with `--merged` the whole model. One commit, so that no repository is ever half of it; the optimizer's state and the
settings, which name files of this machine, stay here.
"""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import click

from sigil_common import cli
from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import write_text
from sigilderg_finetuner.model_card.base import Base, find_base
from sigilderg_finetuner.model_card.left import CURVE, read_comparison, read_json, read_left
from sigilderg_finetuner.model_card.text import card_text

log = logging.getLogger(__name__)
_STAYS = (
    "training_state.bin", "settings.json", "sigil_checkpoint.json", "sigil_export.json", "SHA256SUMS", "README.md",
)  # fmt: skip


@cli.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--name", type=cli.TEXT, help="Title of the card.  [default: the run's directory]")
@click.option("--license", "licence", type=cli.TEXT, help="Licence.  [default: that of the base, which binds it]")
@click.option(
    "--base-model",
    type=cli.TEXT,
    metavar="OWNER/NAME",
    help="The base's name on the hub, where it was a directory here.",
)
@click.option("--comparison", type=click.Path(path_type=Path), help="comparison.json of an evaluation to report.")
@click.option("--output", type=click.Path(path_type=Path), help="File to write the card to.")
@click.option(
    "--upload",
    type=cli.TEXT,
    metavar="OWNER/NAME",
    help="Send card, loss curve and adapter to this repository of the hub, which is made private if it is new.",
)
@click.option(
    "--merged",
    type=click.Path(path_type=Path),
    help="Directory of sigilderg-export: describe and send that model instead of the adapter.",
)
@cli.common_options
def command(
    checkpoint: Path,
    name: str | None,
    licence: str | None,
    base_model: str | None,
    comparison: Path | None,
    output: Path | None,
    upload: str | None,
    merged: Path | None,
) -> None:
    """Print the model card of CHECKPOINT; nothing is sent unless --upload is given."""
    left = read_left(checkpoint)
    if merged is not None:
        _check_merged(merged, left.info.step)
    base = find_base(left.info.base_model, hub_name=base_model, licence=licence, ask_hub=upload is not None)
    card = card_text(
        left,
        base,
        name=name or checkpoint.resolve().parent.name,
        own=upload or "path/to/this/model",
        comparison=None if comparison is None else read_comparison(comparison),
        merged=merged is not None,
    )
    if output is not None:
        write_text(output, card)
    _complain(base, needed=upload is not None)
    if upload is not None:
        files: dict[str, Path | bytes] = {**files_to_send(merged or checkpoint, base), "README.md": card.encode()}
        send(files | ({} if left.curve is None else {CURVE: left.curve}), upload)
    click.echo(card, nl=False)


def _check_merged(merged: Path, step: int) -> None:
    known = read_json(merged / "sigil_export.json")
    if known.get("step") != step:
        raise InputError(f"{merged} was exported from step {known.get('step')}, the checkpoint is of step {step}")


def _complain(base: Base, *, needed: bool) -> None:
    """Refuse to send what the hub cannot place, or what would be under no licence; else warn of it."""
    for value, what, option in (
        (base.hub_name, "the base's name on the hub", "--base-model OWNER/NAME"),
        (base.licence, "the base's licence", "--license NAME"),
    ):
        if value is None and needed:
            raise InputError(f"{what} is not known, and nothing was sent", hint=f"add {option}")
        if value is None:
            log.warning("%s is not known and not in the card; %s adds it", what, option)


def files_to_send(directory: Path, base: Base) -> dict[str, Path | bytes]:
    """Return what goes to the hub of a checkpoint or merged directory, by its name there.

    The adapter names its base as the hub does, not as this machine.
    """
    files: dict[str, Path | bytes] = {
        path.name: path for path in sorted(directory.iterdir()) if path.is_file() and path.name not in _STAYS
    }
    if "adapter_config.json" in files:
        config: dict[str, Any] = read_json(directory / "adapter_config.json")
        config["base_model_name_or_path"] = base.hub_name
        files["adapter_config.json"] = json.dumps(config, indent=2).encode()
    return files


def send(files: dict[str, Path | bytes], repository: str) -> None:
    """Put the files into a hub repository, in one commit; raise where the hub does not take the card or the files."""
    from huggingface_hub import CommitOperationAdd, HfApi, ModelCard

    readme = files["README.md"]
    assert isinstance(readme, bytes)
    adds = [CommitOperationAdd(path_in_repo=name, path_or_fileobj=content) for name, content in files.items()]
    api = HfApi()
    try:
        ModelCard(readme.decode()).validate()
        api.create_repo(repository, private=True, exist_ok=True)
        api.create_commit(repository, operations=adds, commit_message="Upload model and card")
    except ValueError as error:
        raise InputError("the hub does not accept the card", cause=str(error).strip().splitlines()[-1]) from error
    except OSError as error:
        raise MissingError(f"cannot upload to `{repository}`", cause=str(error).splitlines()[0]) from error
    log.info("sent %d files to %s", len(files), repository)


def main() -> None:
    """Console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
