"""`sigilderg-card`: a model card made from what the run left behind, with no figure typed by hand.

Prints the card; `--output` writes it, and only `--upload` sends it anywhere. Hub conventions for the head are
those of huggingface_hub's model card metadata.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sigil_common import cli
from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import read_objects, write_text

if TYPE_CHECKING:
    from sigil_common.records import CheckpointInfo


@cli.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--name", help="Title of the card.  [default: the run's directory]")
@click.option("--license", "licence", default="apache-2.0", help="Licence of the adapter (that of its base binds it).")
@click.option("--comparison", type=click.Path(path_type=Path), help="comparison.json of an evaluation to report.")
@click.option("--output", type=click.Path(path_type=Path), help="File to write the card to.")
@click.option("--upload", metavar="OWNER/NAME", help="Hub repository whose README.md the card becomes.")
@cli.common_options
def command(
    checkpoint: Path, name: str | None, licence: str, comparison: Path | None, output: Path | None, upload: str | None
) -> None:
    """Print the model card of CHECKPOINT; nothing is sent unless --upload is given."""
    card = make_card(checkpoint, name=name or checkpoint.resolve().parent.name, licence=licence, comparison=comparison)
    if output is not None:
        write_text(output, card)
    if upload is not None:
        send(card, upload)
    click.echo(card, nl=False)


def make_card(checkpoint: Path, *, name: str, licence: str, comparison: Path | None) -> str:
    """Return the card's text, made from sigil_checkpoint.json, settings.json and metrics.jsonl."""
    from sigilderg_finetuner.training.checkpoint import read_info

    info = read_info(checkpoint)
    settings = _read_settings(checkpoint / "settings.json")
    metrics = [row for _, row in read_objects(checkpoint.parent / "metrics.jsonl") if row["step"] <= info.step]
    parts = [
        _head(settings, licence),
        _title(name, info),
        _section("How to use it", _USAGE.format(base=info.base_model)),
        _section("Training data", _data(settings, info.data_sha256)),
        _section("Hyperparameters", _table(_flat({name: settings[name] for name in _HYPERPARAMETERS}))),
        _section("Course of training", _losses(metrics)),
        _section("Evaluation", _evaluation(comparison)),
        _section("Limits", _LIMITS),
        _section("Made with", _table(dict(sorted(info.versions.items())))),
    ]
    return "\n\n".join(parts) + "\n"


_HYPERPARAMETERS = ("quantization", "train", "lora", "bnb_4bit")
_USAGE = """```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{base}")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("{base}"), "path/to/this/adapter")
```"""
_LIMITS = (
    "The adapter writes Rust and little else. It learned from published crates, so it repeats their habits and may "
    "repeat their mistakes; what it writes must be compiled, tested and read before it is used."
)


def _head(settings: dict[str, Any], licence: str) -> str:
    import yaml

    head = {
        "base_model": settings["model_name"],
        "base_model_relation": "adapter",
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "license": licence,
        "language": ["en"],
        "tags": ["rust", "code", "lora", "qlora"],
    }
    return f"---\n{yaml.safe_dump(head, sort_keys=False)}---"


def _title(name: str, info: CheckpointInfo) -> str:
    return (
        f"# {name}\n\nA LoRA adapter for `{info.base_model}` (revision `{info.base_revision}`), trained by "
        f"sigilderg-finetuner on Rust instructions for {info.step:,} optimizer steps."
    )


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _data(settings: dict[str, Any], sha256: str) -> str:
    names = "\n".join(f"- `{name}`" for name in settings["dataset"]["names"])
    return f"{names}\n\nDigest of all contents: `{sha256}`. Mixed `{settings['dataset']['interleave_mode']}`."


def _losses(metrics: list[dict[str, Any]]) -> str:
    validated = [row for row in metrics if "val_loss" in row]
    trained = [row for row in metrics if "train_loss" in row]
    rows = {
        f"validation loss at step {row['step']:,}": f"{row['val_loss']:.4f}" for row in validated[:1] + validated[-1:]
    }
    if trained:
        last = trained[-1]
        rows[f"training loss at step {last['step']:,}"] = f"{last['train_loss']:.4f}"
        rows["tokens"] = f"{last['tokens']:,}"
        rows["tokens that the loss was taken on"] = f"{last['labelled_tokens']:,}"
    return _table(rows) + "\n\nLosses are in nats per token of the answers."


def _evaluation(comparison: Path | None) -> str:
    if comparison is None:
        return "Not evaluated here. `sigilderg-lambda run` compares it with its base."
    verdict = _read_json(comparison).get("verdict")
    if not isinstance(verdict, str):
        raise InputError(f"{comparison}: holds no `verdict`")
    return verdict


def _table(rows: dict[str, Any]) -> str:
    lines = [f"| {key} | {value} |" for key, value in rows.items()]
    return "\n".join(["| | |", "|---|---|", *lines])


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[f"`{prefix}{key}`"] = ", ".join(map(str, item)) if isinstance(item, list) else item
    return flat


def _read_settings(path: Path) -> dict[str, Any]:
    """Read the settings of a run; raise `InputError` where a part that the card shows is missing."""
    settings = _read_json(path)
    for name in ("model_name", "dataset", *_HYPERPARAMETERS):
        if name not in settings:
            raise InputError(f"{path}: lacks `{name}`", cause="it was not written by this version of sigilderg-train")
    return settings


def _read_json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not readable as JSON", cause=str(error)) from None
    if not isinstance(value, dict):
        raise InputError(f"{path}: expected a JSON object")
    return value


def send(card: str, repository: str) -> None:
    """Make the card the README.md of a hub repository."""
    from huggingface_hub import HfApi

    try:
        HfApi().upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repository)
    except (OSError, ValueError) as error:
        raise MissingError(f"cannot upload to `{repository}`", cause=str(error).splitlines()[0]) from error


def main() -> None:
    """Console script."""
    cli.run(command)


if __name__ == "__main__":
    main()
