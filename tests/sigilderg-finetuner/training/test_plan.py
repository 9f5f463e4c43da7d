"""The plan of Llama-3.1-8B by hand, from its published configuration, and what decides memory and hours."""

import json

import pytest

from sigil_common.errors import InputError
from sigil_common.settings import load_settings
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import plan
from sigilderg_finetuner.training.plan import GIB, adapter_weights, memory, most_tokens, read_shape, shape_of, work

LLAMA = "meta-llama/Llama-3.1-8B-Instruct"
# hidden 4096, inner 14336, 32 layers, 32 heads and 8 key-value heads of 128, vocabulary 128256, head not tied
PROJECTIONS = 32 * (2 * 4096 * 4096 + 2 * 4096 * 1024 + 3 * 4096 * 14336)
EMBEDDING = 128_256 * 4096


@pytest.fixture
def shape():
    return read_shape(LLAMA)


def settings_of(**changes):
    plain = {
        "model_name": LLAMA,
        "train.micro_batch_size": 2,
        "train.gradient_accumulation": 3,
        "train.num_steps": 100,
        "train.max_seq_len": 1024,
    }
    overrides = plain | {key.replace("__", "."): value for key, value in changes.items()}
    return load_settings(Settings, overrides=overrides).settings


def test_the_sizes_are_those_of_the_published_model(shape):
    assert shape.linear == PROJECTIONS == 6_979_321_856
    assert shape.embeddings == 2 * EMBEDDING == 1_050_673_152
    assert shape.linear + shape.embeddings == 8_029_995_008  # 8.03 B, with norms left out
    assert shape.layers_in_out["k_proj"] == (4096, 1024)
    assert shape.layers_in_out["down_proj"] == (14336, 4096)


@pytest.mark.parametrize(
    ("quantization", "bf16", "linear_bytes"),
    [
        ("nf4", True, 0.5156),
        ("nf4", False, 0.5156),
        ("int8", True, 1.0),
        ("none", True, 2.0),
        ("none", "auto", 2.0),
        ("none", False, 4.0),
    ],
)
def test_memory_of_the_base(shape, quantization, bf16, linear_bytes):
    found = memory(shape, settings_of(quantization=quantization, train__bf16=bf16))
    assert found.base == pytest.approx(linear_bytes * PROJECTIONS + 2 * 2 * EMBEDDING)


@pytest.mark.parametrize(
    ("targets", "rank", "weights"),
    [
        (["q_proj"], 16, 32 * 16 * (4096 + 4096)),
        (["k_proj", "v_proj"], 8, 32 * 8 * 2 * (4096 + 1024)),
        (["gate_proj", "up_proj", "down_proj"], 1, 32 * 3 * (4096 + 14336)),
        (["q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj", "gate_proj"], 16, 41_943_040),
    ],
)
def test_the_adapter_has_rank_times_inputs_and_outputs(shape, targets, rank, weights):
    settings = settings_of(lora__target_modules=targets, lora__r=rank)
    assert adapter_weights(shape, settings) == weights
    assert memory(shape, settings).adapter == 16 * weights, "weight, gradient and two moments in float32"


def test_activations_and_head_by_hand(shape):
    kept, repeated = (memory(shape, settings_of(train__grad_checkpointing=on)) for on in (False, True))
    layer = 49.6 * 4096 + 12.4 * 14336 + 4.25 * 1024  # of one token
    assert kept.activations == pytest.approx(2 * 1024 * 32 * layer)
    assert repeated.activations == pytest.approx(2 * 1024 * (32 * 2 * 4096 + layer)), "inputs, and one layer at work"
    assert kept.head == 2048 * 128_256 * 16
    plain = memory(shape, settings_of(train__grad_checkpointing=False, lora__dropout=0))
    assert plain.activations == pytest.approx(2 * 1024 * 32 * (25.6 * 4096 + 8.4 * 14336 + 4.25 * 1024))
    whole = memory(shape, settings_of(train__grad_checkpointing=False, train__bf16=False))
    assert whole.activations == pytest.approx(2 * kept.activations)
    assert kept.total == kept.base + kept.adapter + kept.activations + kept.head


def test_work_by_hand(shape):
    plain, repeated = work(shape, repeated=False), work(shape, repeated=True)
    assert plain.token == 4 * (PROJECTIONS + EMBEDDING)
    assert repeated.token == 6 * (PROJECTIONS + EMBEDDING)
    assert plain.square == 6 * 32 * 4096
    assert repeated.square == 8 * 32 * 4096


def test_tokens_and_hours_by_hand(shape):
    settings = settings_of(train__grad_checkpointing=True)
    assert most_tokens(settings) == 100 * 3 * 2 * 1024
    flops = most_tokens(settings) * (6 * (PROJECTIONS + EMBEDDING) + 8 * 32 * 4096 * 1024)
    assert plan.hours(shape, settings, 989e12) == pytest.approx(flops / (989e12 * 0.4) / 3600)


@pytest.mark.parametrize(("name", "factor"), [("num_steps", 3), ("gradient_accumulation", 3), ("micro_batch_size", 3)])
def test_hours_grow_with_the_work(shape, name, factor):
    before = settings_of()
    after = settings_of(**{f"train__{name}": factor * getattr(before.train, name)})
    assert plan.hours(shape, after, 1e15) == pytest.approx(factor * plan.hours(shape, before, 1e15))


def test_the_printed_plan_is_made_of_these(shape, dataset):
    settings = settings_of(dataset__names=[f"local:{dataset}"])
    made = plan.make_plan(settings)
    assert made["weights"] == 8_029_995_008
    assert made["steps"] == 100
    assert made["tokens_at_most"] == 614_400
    assert made["memory_gib"]["base"] == round(memory(shape, settings).base / GIB, 2) == 5.31
    assert made["hours"]["A100"] == pytest.approx(made["hours"]["H100/H200 SXM"] * 989 / 312, abs=0.02)
    assert list(made["memory_gib"]) == ["base", "adapter", "activations", "head", "total"]
    json.dumps(made, allow_nan=False)


# Other models

PLAIN = {
    "hidden_size": 8,
    "intermediate_size": 16,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 10,
}


@pytest.mark.parametrize(
    ("change", "key", "expected"),
    [
        ({}, "q_proj", (8, 8)),
        ({}, "v_proj", (8, 4)),
        ({"head_dim": 3}, "q_proj", (8, 12)),
        ({"head_dim": 3}, "o_proj", (12, 8)),
        ({"head_dim": None}, "k_proj", (8, 4)),
    ],
)
def test_heads_may_have_a_width_of_their_own(change, key, expected):
    assert shape_of(PLAIN | change, "config.json").layers_in_out[key] == expected


@pytest.mark.parametrize(("tied", "weights"), [(True, 80), (False, 160), (None, 160)])
def test_a_tied_head_is_counted_once(tied, weights):
    change = {} if tied is None else {"tie_word_embeddings": tied}
    assert shape_of(PLAIN | change, "config.json").embeddings == weights


@pytest.mark.parametrize("lacking", list(PLAIN))
def test_what_a_configuration_lacks_is_named(lacking):
    value = {key: number for key, number in PLAIN.items() if key != lacking}
    with pytest.raises(InputError, match="not the configuration of a Llama-like model") as caught:
        shape_of(value, "config.json")
    assert lacking in caught.value.cause


@pytest.mark.parametrize("text", ["", "{", "\xff", "[]", "3", '{"hidden_size": null}'])
def test_a_damaged_configuration_is_an_input_error(tmp_path, text):
    (tmp_path / "config.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(InputError, match=r"config\.json"):
        read_shape(str(tmp_path))


def test_a_directory_counts_before_a_known_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / LLAMA).mkdir(parents=True)
    (tmp_path / LLAMA / "config.json").write_text(json.dumps(PLAIN))
    assert read_shape(LLAMA).hidden == 8


# What is kept is measured, not assumed


@pytest.mark.parametrize(("inner", "kv_heads", "dropout"), [(96, 2, 0.05), (256, 4, 0.05), (160, 1, 0.0)])
def test_a_layer_keeps_as_much_as_the_plan_says(inner, kv_heads, dropout):
    """Counted by hooks on what autograd saves, as memory.py's figures were; a small model keeps a little besides."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from sigilderg_finetuner.training import attention, model
    from sigilderg_finetuner.training.memory import _kept

    value = PLAIN | {"hidden_size": 64, "intermediate_size": inner, "num_key_value_heads": kv_heads}
    settings, tokens = settings_of(lora__dropout=dropout), 128

    def kept(layers):
        own = LlamaConfig(**value | {"num_hidden_layers": layers})
        base = LlamaForCausalLM._from_config(own, dtype=torch.bfloat16, attn_implementation=attention.register())
        base.requires_grad_(False)
        tuned = model.add_lora(base, settings.lora, seed=1).train()
        weights = {weight.untyped_storage().data_ptr() for weight in tuned.parameters()}
        saved = {}

        def note(tensor):
            storage = tensor.untyped_storage()
            if storage.data_ptr() not in weights:
                saved[storage.data_ptr()] = (storage.nbytes(), tensor)
            return tensor

        row = {"input_ids": torch.ones(1, tokens, dtype=torch.long), "position_ids": torch.arange(tokens)[None]}
        with (
            torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor),
            torch.autocast("cpu", torch.bfloat16),
        ):
            tuned.get_base_model().get_decoder()(**row, use_cache=False, lengths=(tokens,))
        return sum(size for size, _ in saved.values()) / tokens

    found, planned = kept(2) - kept(1), _kept(shape_of(value, "here"), settings)
    assert 0 < found - planned < 400, "what does not grow with the sizes: the adapters' inner values, means of norms"
    assert planned > 2_900
