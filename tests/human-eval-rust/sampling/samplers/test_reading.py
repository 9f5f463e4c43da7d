"""Prompts that are read together give what each gives alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

torch = pytest.importorskip("torch")

from human_eval_rust.sampling.samplers.cache import cache_of  # noqa: E402
from human_eval_rust.sampling.samplers.reading import (  # noqa: E402
    LEAST_SHARED,
    READ_TOKENS,
    common_start,
    forward,
    groups,
    read,
    unfit,
)

START = list(range(2, 2 + 2 * LEAST_SHARED))
ENDS = [[50], list(range(60, 100)), [51, 52, 53], list(range(100, 160)), [70, 71]]


def llama(**changes):
    from transformers import LlamaConfig, LlamaForCausalLM

    return _made(LlamaForCausalLM, LlamaConfig, **changes)


def mistral(**changes):
    from transformers import MistralConfig, MistralForCausalLM

    return _made(MistralForCausalLM, MistralConfig, sliding_window=8, **changes)


def mamba():
    from transformers import MambaConfig, MambaForCausalLM

    return MambaForCausalLM(MambaConfig(vocab_size=50, hidden_size=16, state_size=4, num_hidden_layers=1)).eval()


def jamba():
    from transformers import JambaConfig, JambaForCausalLM

    config = JambaConfig(
        vocab_size=50, hidden_size=16, intermediate_size=16, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=2, attn_layer_period=2, attn_layer_offset=1, use_mamba_kernels=False, num_experts=2,
    )  # fmt: skip
    return JambaForCausalLM(config).eval()


@pytest.mark.parametrize(("make", "fits"), [(llama, True), (mistral, True), (mamba, False), (jamba, False)])
def test_models_that_carry_something_else_are_known(make, fits):
    assert (unfit(make()) is None) is fits


def _made(model, config, **changes):
    torch.manual_seed(0)
    sizes = {
        "vocab_size": 200,
        "hidden_size": 32,
        "intermediate_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "initializer_range": 0.2,
    }
    return model(config(**sizes, **changes)).eval()


@torch.inference_mode()
def alone(model, prompt, token):
    """Return the logits after a prompt, and after one more token."""
    cache, ids = cache_of([]), torch.tensor([prompt])
    first = forward(model, ids, torch.ones_like(ids), cache)
    ids = torch.tensor([[token]])
    return first[0], forward(model, ids, torch.ones(1, len(prompt) + 1, dtype=torch.long), cache)[0]


@pytest.mark.parametrize("make", [llama, mistral])
@pytest.mark.parametrize("start", [START, []], ids=["shared", "nothing shared"])
@pytest.mark.parametrize("at_once", [READ_TOKENS, 64, 1])
def test_read_together_as_alone(monkeypatch, make, start, at_once):
    monkeypatch.setattr("human_eval_rust.sampling.samplers.reading.READ_TOKENS", at_once)
    model, prompts = make(), [start + end for end in ENDS]
    with torch.inference_mode():
        cache, mask, first = read(model, prompts)
        mask = torch.cat([mask, mask.new_ones(len(prompts), 1)], dim=1)
        second = forward(model, torch.full((len(prompts), 1), 7), mask, cache)
    for row, prompt in enumerate(prompts):
        expected = alone(model, prompt, 7)
        torch.testing.assert_close(first[row], expected[0], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(second[row], expected[1], rtol=1e-5, atol=1e-5)


def test_what_is_shared_is_read_once(monkeypatch):
    model, seen = llama(), []
    monkeypatch.setattr(
        "human_eval_rust.sampling.samplers.reading.forward",
        lambda model, ids, mask, cache: seen.append(tuple(ids.shape)) or forward(model, ids, mask, cache),
    )
    with torch.inference_mode():
        read(model, [START + end for end in ENDS])
    assert seen == [(1, len(START)), (5, 60)]


@pytest.mark.parametrize(
    ("prompts", "shared"),
    [
        ([START], 0),
        ([START, START], len(START) - 1),
        ([START, [*START, 50]], len(START) - 1),
        ([[*START, 50], [*START, 51]], len(START)),
        ([[*START[: LEAST_SHARED - 1], 50], START], 0),
        ([[], START], 0),
    ],
    ids=["one", "twice", "one is the start", "differ after it", "too short", "empty"],
)
def test_common_start(prompts, shared):
    assert common_start(prompts) == START[:shared]


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=80).map(sorted))
def test_groups_keep_order_and_bound(lengths):
    prompts = [[number] * length for number, length in enumerate(lengths)]
    made = list(groups(prompts, 0))
    assert [prompt for group in made for prompt in group] == prompts
    assert all(len(group) == 1 or len(group) * len(group[-1]) <= READ_TOKENS for group in made)
    assert all(made)
