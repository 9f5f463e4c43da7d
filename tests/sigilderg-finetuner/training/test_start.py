"""A common start computed once: the same loss and gradients as of whole samples, and where it is left alone."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sigilderg_finetuner import flow
from sigilderg_finetuner.data.batches import LEAST_START, Examples, collate
from sigilderg_finetuner.data.tokens import TokenTable
from sigilderg_finetuner.training import model, pull, start

pytestmark = pytest.mark.slow


@pytest.fixture
def tuned(tuned_of, settings_of):
    """A model in float64 without dropout, whose adapter has changed something."""
    return changed(tuned_of(settings_of(lora__dropout=0.0))[0])


def changed(made):
    draw = torch.Generator().manual_seed(1)
    for parameter in model.adapter_parameters(made).values():
        parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=draw))
    return made.double().train()


def batch_of(start, prompts, answers, seed=0):
    """Samples that begin with the same `start` tokens and go on at random."""
    draw = np.random.default_rng(seed)
    frame = draw.integers(5, 250, start)
    rows = [
        np.concatenate([frame, draw.integers(5, 250, prompt + answer)])
        for prompt, answer in zip(prompts, answers, strict=True)
    ]
    lengths = np.asarray([len(row) for row in rows])
    table = TokenTable(
        np.concatenate(rows).astype(np.uint16), np.cumsum([0, *lengths]).astype(np.int64), start + np.asarray(prompts)
    )
    count = np.arange(len(rows))
    return collate(Examples([table], 0 * count, count, lengths, table.answers), [count.tolist()])


def outcome(made, batch, *, pulled=False):
    """Loss, divergence and gradients."""
    made.zero_grad(set_to_none=True)
    if pulled:
        loss, divergence = pull.loss_and_divergence(made, batch, flash=False)
    else:
        loss, divergence = model.loss_sum(made, batch, flash=False), torch.zeros(())
    (loss + 0.5 * divergence).backward()
    gradients = [parameter.grad.flatten() for parameter in model.adapter_parameters(made).values()]
    return torch.cat([loss.detach()[None], divergence.detach()[None], *gradients])


def tokens_read(made, batch):
    """How many tokens the decoder is given for the loss of a batch."""
    seen = []
    decoder = made.get_base_model().get_decoder()
    hook = decoder.register_forward_pre_hook(
        lambda _module, _given, named: seen.append(named["input_ids"].shape[1]), with_kwargs=True
    )
    with torch.no_grad():
        model.loss_sum(made, batch, flash=False)
    hook.remove()
    return seen[0]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(LEAST_START, 40),
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 20)), min_size=2, max_size=5).filter(
        lambda parts: any(answer for _, answer in parts)
    ),
    st.booleans(),
    st.integers(0, 9),
)
def test_loss_and_gradients_are_those_of_whole_samples(tuned, frame, parts, pulled, seed):
    batch = batch_of(frame, *zip(*parts, strict=True), seed)
    assert batch.start >= frame - (min(prompt for prompt, _ in parts) == 0)
    found = outcome(tuned, batch, pulled=pulled)
    expected = outcome(tuned, replace(batch, start=0), pulled=pulled)
    # Logits are added up in float32.
    assert torch.allclose(found, expected, rtol=1e-5, atol=1e-5 * float(expected.abs().max()))


def test_hidden_states_are_the_same_to_the_last_digits(tuned):
    batch = batch_of(40, [9, 1, 30], [20, 30, 5])
    found, expected = (
        model.answer_states(tuned, one, flash=False).detach() for one in (batch, replace(batch, start=0))
    )
    assert torch.allclose(found, expected, rtol=0, atol=1e-12)


def test_it_reads_the_start_once(tuned):
    batch = batch_of(40, [9, 1, 30], [20, 30, 5])
    assert batch.start == 40
    assert tokens_read(tuned, batch) == batch.tokens - 2 * 40
    assert tokens_read(tuned, replace(batch, start=0)) == batch.tokens


def test_recomputed_activations_give_the_same(tuned_of, settings_of):
    made = tuned_of(settings_of(lora__dropout=0.0))[0]
    batch = batch_of(40, [9, 1, 30], [20, 30, 5])
    expected = outcome(changed(made), replace(batch, start=0))
    model.recompute_activations(made.get_base_model())
    made.get_base_model().enable_input_require_grads()
    found = outcome(made, batch)
    assert torch.allclose(found, expected, rtol=1e-5, atol=1e-5 * float(expected.abs().max()))


def test_a_sample_alone_is_left_as_it_is(tuned):
    batch = batch_of(40, [9], [20])
    assert batch.start == 0
    row = start.row_of(batch, share=start.can_share(tuned, batch, flash=False))
    assert row.input_ids is batch.input_ids


def test_flash_attention_is_given_whole_samples(tuned):
    batch = batch_of(40, [9, 9], [20, 20])
    assert start.can_share(tuned, batch, flash=False)
    assert not start.can_share(tuned, batch, flash=True)
    assert not start.can_share(tuned, replace(batch, input_ids=batch.input_ids.to("meta")), flash=False)


def test_dropout_is_drawn_for_every_sample(tuned_of, settings_of):
    dropping = changed(tuned_of(settings_of(lora__dropout=0.5))[0])
    batch = batch_of(40, [9, 9], [20, 20])
    assert tokens_read(dropping, batch) == batch.tokens
    assert tokens_read(dropping.eval(), batch) == batch.tokens - 40, "nothing is dropped in validation"


def test_a_whole_run_learns_the_same_and_counts_whole_samples(settings_for, monkeypatch):
    """Rows begin alike by their chat frame and the first words of their prompts."""
    shared = []
    for name in ("shared", "whole"):
        chosen = settings_for(name, lora__dropout=0.0, train__kl_to_base=0.1, train__num_steps=6)
        flow.run(chosen)
        lines = (chosen.misc.output_dir / "metrics.jsonl").read_text().splitlines()
        shared.append([json.loads(line) for line in lines])
        monkeypatch.setattr(model, "can_share", lambda *_, **__: False)
    assert [list(row) for row in shared[0]] == [list(row) for row in shared[1]]
    for found, expected in zip(*shared, strict=True):
        by_task = [row.pop("val_loss_by_task", {}) for row in (found, expected)]
        assert found == pytest.approx(expected, rel=1e-3)
        assert by_task[0] == pytest.approx(by_task[1], rel=1e-3)
        counts = [name for name, value in expected.items() if isinstance(value, int)]
        assert [found[name] for name in counts] == [expected[name] for name in counts]
    assert shared[0] != shared[1], "sums in another order, so something was shared"
