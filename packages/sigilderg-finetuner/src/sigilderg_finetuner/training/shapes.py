"""The sizes of a model, from its config.json and the heads of its weight files: what is known without torch."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError
from sigil_common.hub import is_of_hub

# Shapes of models that plans are made for where neither files nor hub are at hand, from their published configurations.
KNOWN_SHAPES: dict[str, dict[str, Any]] = {
    "meta-llama/Meta-Llama-3.1-8B-Instruct": {
        "model_type": "llama",
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "vocab_size": 128256,
        "max_position_embeddings": 131072,
        "tie_word_embeddings": False,
    },
}
KNOWN_SHAPES["meta-llama/Llama-3.1-8B-Instruct"] = KNOWN_SHAPES["meta-llama/Meta-Llama-3.1-8B-Instruct"]
# Kinds of models whose linear layers are those of `Shape.layers_in_out`.
_LIKE_LLAMA = ("llama", "mistral", "qwen2", "qwen3", "smollm3", "olmo2", "granite")


@dataclass(frozen=True)
class Shape:
    """The sizes of a Llama-like model. `layers_in_out` gives (inputs, outputs) of each projection.

    `window` is the most tokens that its positions reach, None where the configuration does not say.
    """

    hidden: int
    layers: int
    embedding: int
    tied: bool
    layers_in_out: dict[str, tuple[int, int]]
    window: int | None = None

    @property
    def linear(self) -> int:
        """Weights in all projections."""
        return self.layers * sum(inputs * outputs for inputs, outputs in self.layers_in_out.values())

    @property
    def embeddings(self) -> int:
        """Weights of the embedding, and of the head where it is not the same."""
        return self.embedding if self.tied else 2 * self.embedding


def read_shape(name: str, revision: str | None = None) -> Shape:
    """Return the sizes of a model from its config.json; raise `InputError` where they are not to be had."""
    value = read_config(name, revision) or _from_hub(name, revision)
    if value is None:
        raise InputError(
            f"`model_name`: cannot plan for `{name}`, its config.json is not here",
            cause="the hub could not be asked for it",
            hint="give a model directory; sigilderg-import-gguf makes one of a GGUF file",
        )
    return shape_of(value, str(Path(name) / "config.json"))


def read_config(name: str, revision: str | None = None) -> dict[str, Any] | None:
    """Return the configuration of a directory, or of a model of the hub that is in the cache or well known."""
    path = Path(name) / "config.json"
    if not path.is_file():
        found = _from_cache(name, revision)
        if found is None:
            return KNOWN_SHAPES.get(name)
        path = found
    try:
        return _object(path.read_bytes())
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: not readable as JSON", cause=str(error)) from None


def _object(text: bytes) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")
    return value


def _from_cache(name: str, revision: str | None) -> Path | None:
    if not is_of_hub(name):
        return None
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, "config.json", revision=revision)
    return Path(found) if isinstance(found, str) else None


def _from_hub(name: str, revision: str | None) -> dict[str, Any] | None:
    """Ask the hub for the one small file, once: its own client tries for most of a minute where there is no network."""
    if not is_of_hub(name):
        return None
    import urllib.request

    from huggingface_hub import get_token, hf_hub_url
    from huggingface_hub.constants import HF_HUB_OFFLINE

    if HF_HUB_OFFLINE:
        return None
    request = urllib.request.Request(hf_hub_url(name, "config.json", revision=revision))  # noqa: S310 - its address
    if (token := get_token()) is not None:
        request.add_unredirected_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            return _object(answer.read(1 << 20))
    except (OSError, ValueError):
        return None


def shape_of(value: dict[str, Any], where: str) -> Shape:
    """Return the sizes that a configuration gives; raise `InputError` if it is not of a Llama-like model."""
    try:
        value = value.get("text_config") or value
        hidden, inner = value["hidden_size"], value["intermediate_size"]
        head = value.get("head_dim") or hidden // value["num_attention_heads"]
        q, kv = head * value["num_attention_heads"], head * value["num_key_value_heads"]
        sizes = {
            "q_proj": (hidden, q),
            "k_proj": (hidden, kv),
            "v_proj": (hidden, kv),
            "o_proj": (q, hidden),
            "gate_proj": (hidden, inner),
            "up_proj": (hidden, inner),
            "down_proj": (inner, hidden),
        }
        tied = bool(value.get("tie_word_embeddings", False))
        layers, embedding = value["num_hidden_layers"], hidden * value["vocab_size"]
        return Shape(hidden, layers, embedding, tied, sizes, _window(value))
    except (AttributeError, KeyError, TypeError) as error:
        raise InputError(f"{where}: not the configuration of a Llama-like model", cause=f"lacks {error}") from None


def _window(value: dict[str, Any]) -> int | None:
    found = (value.get("text_config") or value).get("max_position_embeddings")
    return found if isinstance(found, int) else None


def check_fits(
    name: str, revision: str | None, *, max_seq_len: int, targets: list[str], rank: int | None = None
) -> None:
    """Raise `InputError` for rows beyond the model's window, and for an adapter that its layers do not take.

    What cannot be told without the model is left for when it is loaded.
    """
    config = read_config(name, revision)
    if config is None:
        return
    window = _window(config)
    if window is not None and max_seq_len > window:
        raise InputError(
            f"`train.max_seq_len` is {max_seq_len:,}, and the window of {name} has {window:,} tokens",
            hint=f"--set train.max_seq_len={window}",
        )
    if rank is not None:
        check_rank(rank, (config.get("text_config") or config).get("hidden_size"))
    layers = _layers(Path(name), config)
    for target in targets:
        if layers and not any(layer == target or layer.endswith(f".{target}") for layer in layers):
            known = sorted({layer.rsplit(".", 1)[-1] for layer in layers} - {"lm_head", "embed_tokens"})
            raise InputError(
                f"`lora.target_modules`: the model has no linear layer `{target}`", hint=f"it has: {', '.join(known)}"
            )


def check_rank(rank: int, hidden: object) -> None:
    """Raise `InputError` for an adapter whose rank is above the dimensions of the model's states, if known."""
    if isinstance(hidden, int) and rank > hidden:
        raise InputError(
            f"`lora.r` is {rank:,}, and the model's hidden states have {hidden:,} dimensions",
            cause="no change of its weights has a higher rank than they have",
            hint="16 to 64 are usual; `lora: null` trains all weights",
        )


def _layers(directory: Path, config: dict[str, Any]) -> list[str]:
    """Return the names of a model's matrices; of kinds that are not known and have no files here, none."""
    found = [name for file in sorted(directory.glob("*.safetensors")) for name in _matrices(file)]
    if found or config.get("model_type") not in _LIKE_LLAMA:
        return found
    try:
        return list(shape_of(config, str(directory)).layers_in_out)
    except InputError:
        return []  # damaged: said when it is loaded


def _matrices(file: Path) -> list[str]:
    """Return the names of the matrices of a safetensors file: its head is JSON behind eight bytes that say how long."""
    try:
        with file.open("rb") as opened:
            size = int.from_bytes(opened.read(8), "little")
            head = json.loads(opened.read(min(size, 100_000_000)))
        return [name.removesuffix(".weight") for name, about in head.items() if len(about.get("shape", ())) == 2]
    except (OSError, ValueError, AttributeError, TypeError):
        return []  # damaged: said when it is loaded
