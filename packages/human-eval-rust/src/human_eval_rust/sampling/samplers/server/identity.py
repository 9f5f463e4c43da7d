"""What a server says that it is: its program, and the model that it has. Servers have no common word for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from human_eval_rust.sampling.samplers.server.client import Client, RefusedError
from sigil_common.errors import InputError, MissingError

# Where servers tell their version, below their root: whose it is, and the fields that are kept of it.
_PLACES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("version", "vllm", ("version",)),
    ("props", "llama.cpp", ("build_info",)),
    ("get_server_info", "sglang", ("version", "dtype", "quantization")),
    ("info", "text-generation-inference", ("version", "model_id", "model_sha", "model_dtype")),
)
_OF_A_MODEL = ("root", "parent", "owned_by", "max_model_len")
_OF_A_FILE = ("n_params", "n_vocab", "n_ctx_train", "size", "ftype")


@dataclass(frozen=True)
class Server:
    """`software` is its program with its version, `model` what it calls the model that is asked."""

    software: str
    model: str
    told: Mapping[str, Any] = field(default_factory=dict)

    def to_row(self) -> dict[str, Any]:
        """Return what the manifest keeps."""
        return {"software": self.software, "model": _named(self.model), **self.told}


def identify(client: Client, wanted: str | None) -> Server:
    """Return what the server says; `wanted` is the model's name there, None for the only one that it has.

    Raises `MissingError` if it does not answer, `InputError` if it has no such model, or several.
    """
    address = client.address
    listed = client.get(f"{address.api}/models")
    models = {str(row["id"]): row for row in _rows(listed)}
    if not models:
        what = f"{address.api}/models lists no model"
        raise MissingError(what, hint="--base-url is to be that of a server with OpenAI's protocol, as .../v1")
    if wanted is None and len(models) > 1:
        raise InputError(f"the server at {address.api} has several models", hint=f"--served-model {_among(models)}")
    name = wanted if wanted is not None else next(iter(models))
    if name not in models:
        raise InputError(f"the server at {address.api} has no model `{name}`", hint=f"--served-model {_among(models)}")
    program, about = _program(client)
    return Server(program, name, {**about, **_of_model(models[name])})


def _named(value: Any) -> Any:
    """Return a path's last part: where a file lies is the other machine's affair."""
    return PurePath(value).name if isinstance(value, str) and value.startswith("/") else value


def _rows(listed: dict[str, Any] | None) -> Iterator[dict[str, Any]]:
    rows = (listed or {}).get("data")
    for row in rows if isinstance(rows, list) else ():
        if isinstance(row, dict) and row.get("id"):
            yield row


def _among(models: Mapping[str, Any]) -> str:
    return " | ".join(sorted(models)[:8])


def _program(client: Client) -> tuple[str, dict[str, Any]]:
    for place, program, fields in _PLACES:
        try:
            found = client.get(f"{client.address.root}/{place}") or {}
        except RefusedError:
            continue
        told = {key: found[key] for key in fields if isinstance(found.get(key), str | int)}
        version = told.pop(fields[0], None)
        if version is not None:
            return f"{program} {version}", told
    return "unknown", {}


def _of_model(row: Mapping[str, Any]) -> dict[str, Any]:
    told = {key: row[key] for key in _OF_A_MODEL if isinstance(row.get(key), str | int)}
    told = {key: _named(value) for key, value in told.items()}
    meta = row.get("meta")
    about = meta if isinstance(meta, Mapping) else {}
    return told | {key: about[key] for key in _OF_A_FILE if isinstance(about.get(key), str | int)}
