"""`sigilderg-export`: fold an adapter into its base, for tools that know nothing of adapters.

The base is the original one, or with `--base dequantized-4bit` the rounded weights that the adapter was really trained
on; merging.py adds the adapter. A checkpoint of all weights (`lora: null`) is a model already, and only cast.

With `--gguf` the merged model also becomes a file for llama.cpp, OUTPUT-F16.gguf or OUTPUT-Q8_0.gguf beside the
directory. It holds the directory's own weights, as far as half precision or eight bits keep them.
"""

from __future__ import annotations

import json
import logging
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from sigil_common import cli
from sigil_common.errors import InputError, MissingError
from sigil_common.hub import resolve_commit
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_file, digest_tree
from sigilderg_finetuner import merging
from sigilderg_finetuner.gguf_files import write

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)
EXPORT_FILE = "sigil_export.json"
# Of a checkpoint on the hub these are wanted beside the adapter: its tokenizer, and how its base was rounded.
_MORE = "tokenizer* special_tokens_map.json added_tokens.json chat_template* vocab* merges.txt settings.json".split()
DTYPES = ("float32", "float16", "bfloat16")
Base = Literal["original", "dequantized-4bit"]


@dataclass(frozen=True)
class Source:
    """What an exported directory is made of."""

    base_model: str
    base_revision: str
    step: int
    adapter_sha256: str
    base: str
    dtype: str


@cli.command()
@click.argument("checkpoint", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), required=True, help="Model directory to make.")
@click.option(
    "--base",
    type=click.Choice(["original", "dequantized-4bit"]),
    default="original",
    help="Weights to add the adapter to: the published ones, or those that it was trained on.",
)
@click.option("--base-model", type=cli.TEXT, help="Base model, where it is not the one that the checkpoint names.")
@click.option(
    "--base-revision",
    type=cli.TEXT,
    help="Hub commit of the base model, where it is not the one that the checkpoint names.",
)
@click.option("--revision", type=cli.TEXT, help="Hub commit of CHECKPOINT to pin, where it is one of the hub.")
@click.option("--dtype", type=click.Choice(DTYPES), default="bfloat16", help="Type of the stored weights.")
@click.option(
    "--gguf",
    "forms",
    type=click.Choice(write.KINDS),
    multiple=True,
    help="Also write a file for llama.cpp beside the directory, in half precision or eight bits; may be repeated.",
)
@cli.common_options
def command(
    checkpoint: Path,
    output: Path,
    base: Base,
    base_model: str | None,
    base_revision: str | None,
    revision: str | None,
    dtype: str,
    forms: tuple[write.Kind, ...],
) -> None:
    """Merge the adapter of CHECKPOINT into its base model and write an ordinary model directory.

    CHECKPOINT is one of sigilderg-train, or any LoRA adapter as PEFT writes it: a directory, or OWNER/NAME or
    OWNER/NAME/checkpoint-N of the hub.
    """
    from sigil_common.hub_checkpoints import fetch_directory, is_local, refuse_revision
    from sigilderg_finetuner.training import sums, weights

    refuse_revision(checkpoint, revision)
    if not is_local(str(checkpoint)):
        checkpoint = fetch_directory(str(checkpoint), revision, _MORE)
    digest = digest_file(weights.file_of(checkpoint))
    if (fault := sums.fault_of(checkpoint)) is not None:
        raise InputError(f"{checkpoint}: {fault}", hint=f"if it was changed on purpose, remove {sums.SUMS_FILE}")
    if weights.is_whole_model(checkpoint) and (base != "original" or base_model or base_revision):
        raise InputError(f"{checkpoint} holds all weights of a model, so there is no base to add them to")
    model, pin, step = _made_from(checkpoint, base_model, base_revision)
    if base_revision is not None and Path(model).is_dir():
        raise InputError(f"--base-revision is for models of the hub, and {model} is a directory", hint="leave it out")
    source = Source(model, pin, step, digest, base, dtype)
    made = not is_made_from(output, source)
    if made:
        export(checkpoint, output, source)
    else:
        log.info("%s is already made from %s", output, checkpoint)
    files = [str(add_gguf(output, form)) for form in dict.fromkeys(forms)]
    click.echo(json.dumps({"model": str(output), "made": made} | ({"gguf": files} if files else {})))


def _made_from(checkpoint: Path, base_model: str | None, base_revision: str | None) -> tuple[str, str, int]:
    """Return the base model, its revision and the step of a checkpoint; what is given goes before what it says itself.

    Raises `InputError` if it does not name its base.
    """
    from sigil_common.checkpoints import ADAPTER_CONFIG, NamedBase, base_of
    from sigilderg_finetuner.training import weights
    from sigilderg_finetuner.training.checkpoint import INFO_FILE, read_info

    if (checkpoint / INFO_FILE).exists() or not (checkpoint / ADAPTER_CONFIG).is_file():
        info = read_info(checkpoint)
        name = base_model or info.base_model
        if weights.is_whole_model(checkpoint) or not Path(name).is_dir():
            return name, base_revision or info.base_revision, info.step
        found = digest_tree(Path(name))
        if base_model is None and found != info.base_revision:
            raise InputError(
                f"{name} is not the model that {checkpoint} was trained on",
                cause=f"its digest was {info.base_revision[:12]}, now {found[:12]}",
                hint=f"--base-model {name} takes it all the same",
            )
        return name, found, info.step
    base = NamedBase(base_model) if base_model else base_of(checkpoint, hint="name it with --base-model")
    number = checkpoint.name.rpartition("checkpoint-")[2]
    return base.name, _pinned(base.name, base_revision or base.revision), int(number) if number.isdigit() else 0


def _pinned(model: str, revision: str | None) -> str:
    """Return what tells exactly which base it is: the digest of a directory, or the hub's commit."""
    return digest_tree(Path(model)) if Path(model).is_dir() else resolve_commit(model, revision)


def add_gguf(merged: Path, form: write.Kind) -> Path:
    """Write the model of a merged directory as a file beside it; return its path. What is there already stays.

    Raises `InputError` if another file has that name.
    """
    from sigilderg_finetuner.training import model, runtime

    path, source = merged.with_name(f"{merged.name}-{form.upper()}.gguf"), digest_file(merged / EXPORT_FILE)
    if path.exists():
        if write.source_of(path) != source:
            raise InputError(f"{path} is another export", hint="choose another --output, or remove it")
        log.info("%s is already made from %s", path, merged)
        return path
    runtime.prepare()
    write.write_gguf(merged, path, form, model.load_tokenizer(str(merged), None), source)
    return path


def is_made_from(output: Path, source: Source) -> bool:
    """Tell whether `output` was exported from exactly this; raise `InputError` if something else stands there."""
    if not output.exists():
        return False
    try:
        known = json.loads((output / EXPORT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(f"{output} exists and was not made by this command", hint="choose another --output") from None
    if known != asdict(source):
        raise InputError(f"{output} is another export", hint="choose another --output, or remove it")
    return True


def export(checkpoint: Path, output: Path, source: Source) -> None:
    """Merge and write beside `output`, then put it in place."""
    from safetensors import SafetensorError

    from sigilderg_finetuner.training import model, runtime, weights
    from sigilderg_finetuner.training.checkpoint import read_adapter

    runtime.prepare()
    if weights.is_whole_model(checkpoint):
        read_adapter(checkpoint)  # as it was written, to the byte
        merged = load(str(checkpoint), None, source.dtype)
        done = "cast all weights"
    else:
        model.check_model_name(source.base_model)
        adapter = merging.read(checkpoint)
        merged = load(source.base_model, _revision(source), source.dtype)
        merging.merge(merged, adapter, merging.four_bit(checkpoint) if source.base == "dequantized-4bit" else None)
        done = f"merged {len(adapter.pairs)} weights"
    draft = output.with_name(f".{output.name}.tmp")
    try:
        shutil.rmtree(draft, ignore_errors=True)
        merged.save_pretrained(draft)
        _tokenizer(checkpoint, source).save_pretrained(draft)
        write_json(draft / EXPORT_FILE, asdict(source))
        for path in draft.iterdir():
            path.chmod(0o644)
        draft.rename(output)
    except (OSError, SafetensorError) as error:
        raise MissingError(f"cannot write {output}", cause=getattr(error, "strerror", None) or str(error)) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    log.info("%s into %s", done, output)


def _tokenizer(checkpoint: Path, source: Source) -> PreTrainedTokenizerBase:
    """Load the tokenizer that the model was trained with; an adapter that has none was trained with the base's."""
    from sigilderg_finetuner.training.model import load_tokenizer

    if (checkpoint / "tokenizer_config.json").is_file():
        return load_tokenizer(str(checkpoint), None)
    return load_tokenizer(source.base_model, _revision(source))


def _revision(source: Source) -> str | None:
    return None if Path(source.base_model).exists() else source.base_revision


def load(name: str, revision: str | None, dtype: str) -> Any:
    """Load a model on the CPU in the type that is wanted."""
    import torch
    from transformers import AutoModelForCausalLM

    from sigilderg_finetuner.training.model import load_error

    try:
        return AutoModelForCausalLM.from_pretrained(name, revision=revision, dtype=getattr(torch, dtype))
    except (OSError, ValueError) as error:
        raise load_error(name, error) from error


def main() -> None:
    """Console script."""
    cli.run(command, warm="sigilderg_finetuner.infer_export")


if __name__ == "__main__":
    main()
