"""Batches filled up to one shape learn what the samples alone would, and compiled layers see one shape."""

import inspect
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.attention import varlen as kernels

from sigilderg_finetuner import flow
from sigilderg_finetuner.data.batches import Examples, collate
from sigilderg_finetuner.data.even import even
from sigilderg_finetuner.data.tokens import TokenTable
from sigilderg_finetuner.training import attention, model, pull
from sigilderg_finetuner.training.job import token_losses
from sigilderg_finetuner.training.start import can_share

pytestmark = pytest.mark.slow
SHAPE = {"rows": 2, "capacity": 128, "chunk": 32}


def batch_of(*lengths):
    """Random samples whose second half is the answer."""
    sizes, count = np.asarray(lengths), np.arange(len(lengths))
    ids = np.random.default_rng(0).integers(5, 250, sizes.sum()).astype(np.uint16)
    table = TokenTable(ids, np.cumsum([0, *lengths]).astype(np.int64), sizes // 2)
    return collate(Examples([table], 0 * count, count, sizes, table.answers), [count.tolist()])


def varlen(  # noqa: PLR0913
    query, key, value, cu_seq_q, cu_seq_k, max_q, max_k, *, scale=None, window_size=(-1, -1), enable_gqa=False
):
    """What `varlen_attn` of torch does, on a CPU: a mask made of nothing but the boundaries."""
    assert cu_seq_k is cu_seq_q
    assert cu_seq_q.dtype == torch.int32
    assert max_q == max_k == SHAPE["capacity"]
    assert window_size == (-1, 0)
    assert enable_gqa == (query.shape[1] != key.shape[1])
    place = torch.arange(query.shape[0])
    sample = torch.searchsorted(cu_seq_q[1:], place, right=True)
    seen = (sample[:, None] == sample[None, :]) & (place[:, None] >= place[None, :])
    heads = (tensor.transpose(0, 1) for tensor in (query, key, value))
    attend = torch.nn.functional.scaled_dot_product_attention
    return attend(*heads, attn_mask=seen, scale=scale, enable_gqa=enable_gqa).transpose(0, 1)


def test_the_stand_in_takes_what_torch_takes():
    taken = inspect.signature(kernels.varlen_attn).parameters
    own = inspect.signature(varlen).parameters
    for name, one in own.items():
        assert (taken[name].kind, taken[name].default) == (one.kind, one.default)
    assert list(taken)[:7] == list(own)[:7]


@pytest.fixture
def tuned(tuned_of, settings_of):
    """A model in float64 whose adapter has changed something."""
    made = tuned_of(settings_of(lora__dropout=0.0))[0]
    draw = torch.Generator().manual_seed(1)
    for parameter in model.adapter_parameters(made).values():
        parameter.data.copy_(0.1 * torch.randn(parameter.shape, generator=draw))
    return made.double().train()


@pytest.fixture(params=["by sample", "flash"])
def flash(request, monkeypatch):
    monkeypatch.setattr(kernels, "varlen_attn", varlen)
    return request.param == "flash"


def outcome(made, batch, *, flash):
    """Loss, divergence and gradients."""
    made.zero_grad(set_to_none=True)
    loss, divergence = pull.loss_and_divergence(made, batch, flash=flash)
    assert float(model.loss_sum(made, batch, flash=flash).detach()) == pytest.approx(float(loss.detach()), rel=1e-6)
    (loss + 0.5 * divergence).backward()
    gradients = [parameter.grad.flatten() for parameter in model.adapter_parameters(made).values()]
    return torch.cat([loss.detach()[None], divergence.detach()[None], *gradients])


def test_loss_divergence_and_gradients_are_those_of_the_samples(tuned, flash):
    plain = batch_of(9, 14, 30, 100, 61)
    assert plain.labelled > SHAPE["chunk"], "the head is asked more than once"
    filled = even(plain, **SHAPE)
    assert filled.ignored
    expected, found = outcome(tuned, plain, flash=False), outcome(tuned, filled, flash=flash)
    assert found[:2].tolist() == pytest.approx(expected[:2].tolist(), rel=1e-6)
    assert torch.allclose(found[2:], expected[2:], rtol=1e-5, atol=1e-6 * float(expected[2:].abs().max()))


def test_losses_of_single_tokens_come_first_and_the_rest_is_nothing(tuned, flash):
    plain = batch_of(9, 14, 30)
    filled = even(plain, **SHAPE)
    with torch.no_grad():
        expected, found = (token_losses(tuned, one, flash=f) for one, f in ((plain, False), (filled, flash)))
    assert torch.allclose(found[: plain.labelled], expected, rtol=1e-6)
    assert found[plain.labelled :].tolist() == [0.0] * filled.ignored


def test_what_fills_up_has_no_part_in_it(tuned):
    filled = even(batch_of(9, 14, 30), **SHAPE)
    other = filled.input_ids.clone()
    other[0, filled.tokens :] = 7
    found, expected = (outcome(tuned, replace(filled, input_ids=ids), flash=False) for ids in (other, filled.input_ids))
    assert torch.allclose(found, expected, rtol=1e-12)


def test_a_common_start_is_not_shared_in_it(tuned):
    plain = replace(batch_of(30, 40), start=20)
    assert can_share(tuned, plain, flash=False)
    assert not can_share(tuned, even(plain, **SHAPE), flash=False)


def test_a_whole_run_learns_and_counts_the_same(settings_for, monkeypatch):
    made, lines = flow.make_job, []
    for name in ("plain", "even"):
        settings = settings_for(name, lora__dropout=0.0, train__kl_to_base=0.1, train__num_steps=4)
        result = flow.run(settings)
        text = (settings.misc.output_dir / "metrics.jsonl").read_text()
        lines.append(([json.loads(line) for line in text.splitlines()], result | {"checkpoint": ""}))
        monkeypatch.setattr(flow, "make_job", lambda *given: replace(made(*given), even=True))
    assert lines[0] != lines[1], "sums in another order"
    for expected, found in zip(lines[0][0], lines[1][0], strict=True):
        by_task = [row.pop("val_loss_by_task", {}) for row in (expected, found)]
        assert found == pytest.approx(expected, rel=1e-4)
        assert by_task[1] == pytest.approx(by_task[0], rel=1e-4)
        counts = [name for name, value in expected.items() if isinstance(value, int)]
        assert [found[name] for name in counts] == [expected[name] for name in counts]


@pytest.mark.parametrize("flash", ["flash", "by sample"], indirect=True)
def test_layers_are_compiled_once(settings_of, monkeypatch, flash):
    """With flash attention as a whole, else what is around attention."""
    from torch._dynamo.testing import CompileCounter

    about = attention.about

    def as_on_a_gpu(*given):
        told = about(*given)
        return told if flash else told | {"lengths": torch.tensor(told["lengths"])}

    counter, seen = CompileCounter(), []
    monkeypatch.setattr(attention, "about", as_on_a_gpu)
    base = model.load_base(settings_of(), torch.device("cpu"))
    torch._dynamo.reset()
    try:
        attention.register(apart=not flash)
        for layer in base.get_decoder().layers:
            layer.compile(backend=counter)
        for lengths in ((9, 14, 30), (100, 28, 61), (50,), (3,) * 60):
            with torch.no_grad():
                model.loss_sum(base, even(batch_of(*lengths), **SHAPE), flash=flash)
            seen.append(counter.frame_count)
    finally:
        attention.register()
        torch._dynamo.reset()
    assert seen[0] > 0
    assert len(set(seen)) == 1, seen
