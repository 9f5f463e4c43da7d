"""A model directory as a GGUF file and back: the same weights as far as the form keeps them, and the same tokens."""

import json
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner import import_gguf
from sigilderg_finetuner.gguf_files import rotary, shape, splitting, write
from sigilderg_finetuner.gguf_files.shape import read_shape
from sigilderg_finetuner.gguf_files.vocabulary import vocabulary_of

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning:gguf.*")
SMALL = {
    "hidden_size": 64,
    "intermediate_size": 96,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
LLAMA_3 = {
    "rope_type": "llama3",
    "rope_theta": 500_000.0,
    "factor": 8.0,
    "low_freq_factor": 1.0,
    "high_freq_factor": 4.0,
    "original_max_position_embeddings": 8192,
}
TEXTS = [
    "pub fn sum_items(a: &[u8]) -> usize {\n        0 => 12345,\n    }",
    "let  x =   42; // don't\r\n\r\n\n  é λ 漢字",
    "<s>fn f() {}</s>",
    " ",
]


@pytest.fixture(scope="module")
def model_of(tmp_path_factory, tokenizer):
    """A function that makes a directory of a small random model of some kind, with weights that are no halves."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    def make(kind, **changes):
        torch.manual_seed(1)
        ids = {"bos_token_id": 0, "eos_token_id": 1, "pad_token_id": 1}
        config = AutoConfig.for_model(kind, **SMALL | ids | {"vocab_size": len(tokenizer) + 3} | changes)
        model = AutoModelForCausalLM.from_config(config)
        with torch.no_grad():
            for name, weight in model.named_parameters():
                weight.copy_(torch.randn_like(weight) * 0.1 + (1.0 if "norm" in name else 0.0))
        path = tmp_path_factory.mktemp(kind) / "model"
        model.save_pretrained(path)
        tokenizer.save_pretrained(path)
        return path

    return make


@pytest.fixture(scope="module")
def llama(model_of):
    return model_of("llama", tie_word_embeddings=False)


def round_trip(model, tokenizer, kind, folder):
    """Write a model as GGUF and import it again; return the model and the tokenizer that come back."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    write.write_gguf(model, folder / "a.gguf", kind, tokenizer, "here")
    args = ["--file", folder / "a.gguf", "--output", folder / "back", "--dtype", "float32"]
    found = CliRunner().invoke(import_gguf.command, list(map(str, args)))
    assert found.exit_code == 0, found.exception
    return AutoModelForCausalLM.from_pretrained(folder / "back"), AutoTokenizer.from_pretrained(folder / "back")


def kept(value, kind):
    """What a form keeps of a weight."""
    import gguf
    import torch

    if value.ndim == 1:
        return value
    if kind == "f16":
        return value.half().float()
    form = gguf.GGMLQuantizationType.Q8_0
    return torch.from_numpy(gguf.quants.dequantize(gguf.quants.quantize(value.numpy(), form), form))


@pytest.mark.parametrize(
    ("kind", "form", "split", "changes"),
    [
        ("llama", "q8_0", "llama-bpe", {"tie_word_embeddings": True}),
        ("llama", "f16", "smollm", {"head_dim": 8, "tie_word_embeddings": False}),
        ("qwen2", "f16", "qwen2", {}),
        ("qwen3", "q8_0", "qwen2", {"head_dim": 128}),
    ],
)
def test_the_same_weights_and_tokens_come_back(model_of, tokenizer, tokenizer_of, tmp_path, kind, form, split, changes):
    from transformers import AutoModelForCausalLM

    path, tokenizer = model_of(kind, **changes), tokenizer_of(tokenizer.chat_template)
    tokenizer.backend_tokenizer.pre_tokenizer = splitting.known()[split]
    model, again = round_trip(path, tokenizer, form, tmp_path)
    before, after = AutoModelForCausalLM.from_pretrained(path).state_dict(), model.state_dict()
    assert set(before) == set(after)
    for name, value in before.items():
        assert np.array_equal(after[name].numpy(), kept(value, form).numpy()), name
    assert again.get_vocab().items() >= tokenizer.get_vocab().items()
    for special in (True, False):
        assert (
            again(TEXTS, add_special_tokens=special)["input_ids"]
            == (tokenizer(TEXTS, add_special_tokens=special)["input_ids"])
        )
    assert again.chat_template == tokenizer.chat_template
    assert (again.bos_token_id, again.eos_token_id, again.pad_token_id) == (0, 1, 1)
    messages = [{"role": "user", "content": TEXTS[0]}]
    assert again.apply_chat_template(messages)["input_ids"] == tokenizer.apply_chat_template(messages)["input_ids"]


def test_a_file_says_what_it_was_made_of_and_leaves_no_draft(llama, tokenizer, tmp_path):
    write.write_gguf(llama, tmp_path / "a.gguf", "f16", tokenizer, "digest")
    assert write.source_of(tmp_path / "a.gguf") == "digest"
    assert [path.name for path in tmp_path.iterdir()] == ["a.gguf"]
    (tmp_path / "b.gguf").write_bytes((tmp_path / "a.gguf").read_bytes()[:50])
    assert write.source_of(tmp_path / "b.gguf") is None
    with pytest.raises(MissingError, match="cannot write"):
        write.write_gguf(llama, tmp_path / "none" / "a.gguf", "f16", tokenizer, "digest")


def test_a_model_in_several_files_is_read_whole(llama, tokenizer, tmp_path):
    from safetensors.torch import load_file, save_file

    weights = load_file(llama / "model.safetensors")
    parts = {"b.safetensors": sorted(weights)[::2], "a.safetensors": sorted(weights)[1::2]}
    for file, names in parts.items():
        save_file({name: weights[name] for name in names}, tmp_path / file)
    places = {name: file for file, names in parts.items() for name in names}
    (tmp_path / "model.safetensors.index.json").write_text(json.dumps({"weight_map": places}))
    (tmp_path / "config.json").write_text((llama / "config.json").read_text())
    write.write_gguf(llama, tmp_path / "one.gguf", "f16", tokenizer, "x")
    write.write_gguf(tmp_path, tmp_path / "two.gguf", "f16", tokenizer, "x")
    one, two = read_tensors(tmp_path / "one.gguf"), read_tensors(tmp_path / "two.gguf")
    assert one.keys() == two.keys()
    assert all(np.array_equal(one[name], two[name]) for name in one)


def read_tensors(path):
    import gguf

    return {tensor.name: np.array(tensor.data) for tensor in gguf.GGUFReader(path).tensors}


@pytest.mark.parametrize("value", [1e5, float("nan"), float("inf")])
def test_a_weight_that_half_precision_cannot_hold_is_refused(llama, tokenizer, tmp_path, value):
    from safetensors.torch import load_file, save_file

    weights = load_file(llama / "model.safetensors")
    weights["model.layers.1.mlp.up_proj.weight"][3, 5] = value
    save_file(weights, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text((llama / "config.json").read_text())
    with pytest.raises(InputError, match=r"model\.layers\.1\.mlp\.up_proj\.weight` has a weight"):
        write.write_gguf(tmp_path, tmp_path / "a.gguf", "f16", tokenizer, "x")
    assert not list(tmp_path.glob("*gguf*"))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"model_type": "phi3"}, "not written for models of type `phi3`"),
        ({"sliding_window": 128}, "window of attention"),
        ({"rope_parameters": {"rope_theta": 1e4, "rope_type": "yarn"}}, "scaled by `yarn`"),
        ({"rope_parameters": None, "rope_theta": 1e4, "rope_scaling": {"type": "linear"}}, "scaled by `linear`"),
        ({"attention_bias": True}, "Llama with biases"),
        ({"mlp_bias": True}, "Llama with biases"),
        ({"num_attention_heads": None, "head_dim": None}, "lacks"),
        ({"rope_parameters": {"rope_type": "llama3", "rope_theta": 1e4}}, "lacks 'factor'"),
    ],
)
def test_what_the_format_does_not_describe_is_refused(llama, tmp_path, change, message):
    value = json.loads((llama / "config.json").read_text()) | change
    (tmp_path / "config.json").write_text(json.dumps(value))
    with pytest.raises(InputError, match=r"config\.json") as caught:
        read_shape(tmp_path)
    assert message in str(caught.value)


def test_a_weight_without_a_name_is_refused(llama, tokenizer, tmp_path):
    from safetensors.torch import load_file, save_file

    weights = load_file(llama / "model.safetensors")
    save_file(weights | {"model.extra.weight": weights["model.norm.weight"].clone()}, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text((llama / "config.json").read_text())
    with pytest.raises(InputError, match=r"no name for the weight `model\.extra\.weight`"):
        write.write_gguf(tmp_path, tmp_path / "a.gguf", "f16", tokenizer, "x")


def test_frequencies_are_stretched_as_transformers_does(llama, tokenizer, tmp_path):
    import torch
    from transformers import LlamaConfig
    from transformers.modeling_rope_utils import ROPE_INIT_FUNCTIONS

    value = json.loads((llama / "config.json").read_text()) | {"rope_parameters": LLAMA_3, "head_dim": 16}
    (tmp_path / "config.json").write_text(json.dumps(value))
    factors = read_shape(tmp_path).stretching
    plain = 1.0 / LLAMA_3["rope_theta"] ** (torch.arange(0, 16, 2) / 16)
    wanted, _ = ROPE_INIT_FUNCTIONS["llama3"](LlamaConfig(**value), torch.device("cpu"))
    assert plain / torch.tensor(factors) == pytest.approx(wanted, rel=1e-6)
    assert len(set(factors)) > 2, "fast, slow and one between"
    (tmp_path / "model.safetensors").write_bytes((llama / "model.safetensors").read_bytes())
    write.write_gguf(tmp_path, tmp_path / "a.gguf", "f16", tokenizer, "x")
    assert read_tensors(tmp_path / "a.gguf")["rope_freqs.weight"] == pytest.approx(np.float32(factors))
    back, _ = round_trip(tmp_path, tokenizer, "f16", tmp_path)
    assert back.config.rope_parameters == LLAMA_3
    assert back.model.rotary_emb.inv_freq == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize(
    ("tensors", "kinds", "named"),
    [
        ({"rope_freqs.weight": [1.0, 1.5, 8.0]}, [], "factors (`rope_freqs.weight`) that are not those of Llama 3.1"),
        ({"rope_freqs.weight": [1.0] * 7 + [8.0]}, [], "factors (`rope_freqs.weight`) that are not those of Llama 3.1"),
        ({"rope_factors_long.weight": [2.0]}, [], "scaled (`rope_factors_long.weight`), which is not read"),
        ({}, ["none", "yarn"], "scaled (`yarn`), which is not read"),
    ],
)
def test_other_scalings_of_frequencies_are_refused(tensors, kinds, named):
    with pytest.raises(InputError) as caught:
        rotary.scaling(a_reader(tensors, kinds), 5e5, 16, Path("a.gguf"))
    assert named in str(caught.value)


def test_frequencies_that_are_not_scaled_need_no_rule():
    for tensors, kinds in (({}, []), ({}, ["none"]), ({"rope_freqs.weight": [1.0] * 8}, [])):
        assert rotary.scaling(a_reader(tensors, kinds), 1e4, 16, Path("a.gguf")) is None


def a_reader(tensors, kinds):
    """What of gguf's reader is looked at: these tensors, and these kinds of scaling, each of an architecture."""
    fields = {f"{kind}.rope.scaling.type": SimpleNamespace(contents=lambda kind=kind: kind) for kind in kinds}
    found = [SimpleNamespace(name=name, data=data) for name, data in tensors.items()]
    return SimpleNamespace(tensors=found, fields=fields)


@pytest.mark.parametrize("name", ["gpt-2", "smollm", "llama-bpe", "qwen2"])
def test_ways_of_splitting_are_told_apart_by_name(tokenizer_of, name):
    made = tokenizer_of(None)
    made.backend_tokenizer.pre_tokenizer = splitting.known()[name]
    assert splitting.name_of(made.backend_tokenizer) == name
    assert vocabulary_of(made, 500).splitting == name


def test_a_tokenizer_that_the_format_cannot_hold_is_refused(tokenizer_of):
    from tokenizers import normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    made = tokenizer_of(None)
    made.backend_tokenizer.normalizer = normalizers.Lowercase()
    with pytest.raises(InputError, match="rewrites text"):
        vocabulary_of(made, 500)
    made.backend_tokenizer.normalizer = normalizers.NFC()
    with pytest.raises(InputError, match=r"403|tokens, the model's embedding 10"):
        vocabulary_of(made, 10)
    made.backend_tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    with pytest.raises(InputError, match="no name for how this tokenizer splits text"):
        vocabulary_of(made, 500)
    from tokenizers import Tokenizer, models

    words = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.WordLevel({"a": 0}, unk_token="a")))
    with pytest.raises(InputError, match="byte-level BPE"):
        vocabulary_of(words, 500)


def test_added_tokens_keep_their_kind_and_missing_ones_are_filled_up(tokenizer_of):
    made = tokenizer_of(None)
    made.add_tokens(["<think>"])
    found = vocabulary_of(made, len(made) + 2)
    assert found.kinds[:2] == [3, 3]
    assert found.tokens[-3:] == ["<think>", f"[PAD{len(made)}]", f"[PAD{len(made) + 1}]"]
    assert found.kinds[-3:] == [4, 5, 5]
    assert found.opens_with_bos
    assert found.chat_template is None
    assert shape.ARCHITECTURES.keys() == {"llama", "qwen2", "qwen3"}
