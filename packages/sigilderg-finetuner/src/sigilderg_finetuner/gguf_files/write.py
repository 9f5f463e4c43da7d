"""Write a model directory as one GGUF file: matrices in half precision or in eight bits, all else in float32.

One tensor at a time is in memory. The names are gguf's own for the kind of model; queries and keys of Llama are
reordered, since llama.cpp turns neighbouring pairs of a head's dimensions where transformers turns its two halves.
"""

from __future__ import annotations

import itertools
import json
import logging
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.gguf_files.shape import ARCHITECTURES, Shape, read_shape
from sigilderg_finetuner.gguf_files.vocabulary import Vocabulary, vocabulary_of

if TYPE_CHECKING:
    import numpy as np
    from gguf import GGUFWriter
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)
Kind = Literal["f16", "q8_0"]
KINDS: tuple[Kind, ...] = ("f16", "q8_0")
SOURCE_KEY = "sigil.source"
"""Metadata of ours: what the file was made of."""
BLOCK = 32  # weights that share one scale in eight bits; a row has whole blocks


@dataclass(frozen=True)
class Place:
    """One weight: its name in the model directory and the file there, its name in GGUF, its form and size."""

    ours: str
    file: str
    name: str
    size: tuple[int, ...]
    form: Any
    bytes: int


_TURNED = re.compile(r"\.self_attn\.([qk])_proj\.weight$")


def write_gguf(model: Path, output: Path, kind: Kind, tokenizer: PreTrainedTokenizerBase, source: str) -> None:
    """Write `model` as `output`, whole or not at all; `source` is kept in it.

    Raises `InputError` for a model or tokenizer that the format cannot hold, or a weight beyond half precision.
    """
    shape = read_shape(model)
    vocabulary = vocabulary_of(tokenizer, shape.vocabulary)
    draft = output.with_name(f".{output.name}.tmp")
    try:
        _write(model, draft, kind, shape, vocabulary, source)
        draft.rename(output)
    except OSError as error:
        raise MissingError(f"cannot write {output}", cause=error.strerror or str(error)) from error
    finally:
        draft.unlink(missing_ok=True)
    log.info("wrote %s", output)


def source_of(path: Path) -> str | None:
    """Return what a GGUF file of ours was made of; None where it is not ours or not whole."""
    import gguf

    try:
        field = gguf.GGUFReader(path).get_field(SOURCE_KEY)
    except (OSError, ValueError, IndexError):
        return None
    return None if field is None else str(field.contents())


def _write(model: Path, draft: Path, kind: Kind, shape: Shape, vocabulary: Vocabulary, source: str) -> None:
    import gguf
    import numpy as np

    places = _places(model, kind, shape)
    stretching = np.asarray(shape.stretching or (), dtype=np.float32)
    writer = gguf.GGUFWriter(draft, gguf.MODEL_ARCH_NAMES[_architecture(shape)])
    try:
        writer.add_string(SOURCE_KEY, source)
        _describe(writer, kind, shape)
        _add_vocabulary(writer, vocabulary)
        if stretching.size:
            writer.add_tensor_info("rope_freqs.weight", stretching.shape, stretching.dtype, stretching.nbytes)
        for place in places:
            # The type of the array is asked for only where the form does not say it.
            writer.add_tensor_info(place.name, place.size, stretching.dtype, place.bytes, raw_dtype=place.form)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        if stretching.size:
            writer.write_tensor_data(stretching)
        for place, value in _values(model, places):
            writer.write_tensor_data(_stored(_in_order(place.ours, value, shape), place))
    finally:
        writer.close()


def _describe(writer: GGUFWriter, kind: Kind, shape: Shape) -> None:
    import gguf

    types = {"f16": gguf.LlamaFileType.MOSTLY_F16, "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0}
    writer.add_type(gguf.GGUFType.MODEL)
    writer.add_file_type(types[kind])
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    writer.add_vocab_size(shape.vocabulary)
    writer.add_context_length(shape.context)
    writer.add_embedding_length(shape.hidden)
    writer.add_feed_forward_length(shape.inner)
    writer.add_block_count(shape.layers)
    writer.add_head_count(shape.heads)
    writer.add_head_count_kv(shape.kv_heads)
    writer.add_key_length(shape.head)
    writer.add_value_length(shape.head)
    writer.add_layer_norm_rms_eps(shape.epsilon)
    writer.add_rope_freq_base(shape.rope_base)
    writer.add_rope_dimension_count(shape.head)


def _add_vocabulary(writer: GGUFWriter, vocabulary: Vocabulary) -> None:
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(vocabulary.splitting)
    writer.add_token_list(vocabulary.tokens)
    writer.add_token_types(vocabulary.kinds)
    writer.add_token_merges(vocabulary.merges)
    add = {"bos": writer.add_bos_token_id, "eos": writer.add_eos_token_id}
    add |= {"unk": writer.add_unk_token_id, "pad": writer.add_pad_token_id}
    for name, number in vocabulary.special.items():
        add[name](number)
    writer.add_add_bos_token(vocabulary.opens_with_bos)
    if vocabulary.chat_template is not None:
        writer.add_chat_template(vocabulary.chat_template)


def _places(model: Path, kind: Kind, shape: Shape) -> list[Place]:
    """Return what becomes of every weight, without reading any."""
    import gguf
    from safetensors import SafetensorError, safe_open

    names = gguf.get_tensor_name_map(_architecture(shape), shape.layers)
    places = []
    try:
        for file in _files(model):
            with safe_open(model / file, framework="pt") as opened:
                for ours in sorted(opened.keys()):
                    if shape.tied and ours == "lm_head.weight":
                        continue
                    name = names.get_name(ours, try_suffixes=(".weight", ".bias"))
                    if name is None:
                        raise InputError(f"{model}: GGUF has no name for the weight `{ours}` of `{shape.kind}`")
                    places.append(_place(ours, file, name, tuple(opened.get_slice(ours).get_shape()), kind))
    except (ValueError, KeyError, SafetensorError, FileNotFoundError) as error:
        raise InputError(f"{model}: its weights cannot be read", cause=str(error).partition("\n")[0]) from None
    return places


def _files(model: Path) -> list[str]:
    index = model / "model.safetensors.index.json"
    if not index.is_file():
        return ["model.safetensors"]
    return sorted(set(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values()))


def _place(ours: str, file: str, name: str, size: tuple[int, ...], kind: Kind) -> Place:
    import gguf

    types = gguf.GGMLQuantizationType
    if len(size) == 1:
        form = types.F32
    else:
        form = types.Q8_0 if kind == "q8_0" and size[-1] % BLOCK == 0 else types.F16
    weights, stored = gguf.GGML_QUANT_SIZES[form]
    return Place(ours, file, name, size, form, math.prod(size) // weights * stored)


def _values(model: Path, places: list[Place]) -> Iterator[tuple[Place, NDArray[np.float32]]]:
    """Yield every weight in float32, from which all forms are made; numpy knows no bfloat16."""
    from safetensors import safe_open

    for file, group in itertools.groupby(places, key=lambda place: place.file):
        with safe_open(model / file, framework="pt") as opened:
            for place in group:
                yield place, opened.get_tensor(place.ours).float().numpy()


def _in_order(name: str, value: NDArray[np.float32], shape: Shape) -> NDArray[np.float32]:
    """Return a weight with its rows as llama.cpp wants them: of Llama's queries and keys, pairs instead of halves."""
    turned = _TURNED.search(name)
    if turned is None or shape.kind != "llama":
        return value
    heads = shape.heads if turned[1] == "q" else shape.kv_heads
    halves = value.reshape(heads, 2, value.shape[0] // heads // 2, value.shape[1])
    return halves.swapaxes(1, 2).reshape(value.shape)


def _stored(value: NDArray[np.float32], place: Place) -> NDArray[Any]:
    import gguf
    import numpy as np

    if place.form == gguf.GGMLQuantizationType.F32:
        return value
    largest = abs(value).max(initial=0)
    if not largest <= np.finfo(np.float16).max:  # written so that NaN counts too
        raise InputError(f"`{place.ours}` has a weight that half precision cannot hold", cause=f"{largest:.3g}")
    return gguf.quants.quantize(value, place.form)


def _architecture(shape: Shape) -> Any:
    import gguf

    return getattr(gguf.MODEL_ARCH, ARCHITECTURES[shape.kind])
