"""The pull towards the base: its formula by a plain loop, and that the base comes from the same model."""

import pytest
import torch

from sigilderg_finetuner.data.batches import MicroBatch
from sigilderg_finetuner.training import model, pull


@pytest.fixture
def tuned(tuned_of, settings_of):
    """A model whose adapter has changed something."""
    made, _ = tuned_of(settings_of(lora__dropout=0.0))
    draw = torch.Generator().manual_seed(1)
    for parameter in model.adapter_parameters(made).values():
        parameter.data.copy_(0.3 * torch.randn(parameter.shape, generator=draw))
    return made.train()


def batch_of(*lengths, vocabulary=250):
    """Samples of such lengths end to end; of each the last half is its answer."""
    draw = torch.Generator().manual_seed(0)
    ids = [torch.randint(5, vocabulary, (length,), generator=draw) for length in lengths]
    starts = [sum(lengths[:i]) for i in range(len(lengths))]
    at = [torch.arange(start + n // 2 - 1, start + n - 1) for start, n in zip(starts, lengths, strict=True)]
    return MicroBatch(
        torch.cat(ids)[None],
        torch.cat([torch.arange(length) for length in lengths])[None],
        torch.cat(at),
        torch.cat([one[len(one) // 2 :] for one in ids]),
        torch.tensor([*starts, sum(lengths)], dtype=torch.int32),
        lengths,
    )


def logits_by_sample(made, batch):
    """Logits of each sample read alone, where a token of its answer is predicted."""
    found = []
    for start, length in zip(batch.boundaries.tolist(), batch.lengths, strict=False):
        ids = batch.input_ids[:, start : start + length]
        extra = {"boundaries": torch.tensor([0, length], dtype=torch.int32), "lengths": (length,), "flash": False}
        states = (
            made.get_base_model()
            .get_decoder()(input_ids=ids, position_ids=torch.arange(length)[None], use_cache=False, **extra)
            .last_hidden_state[0]
        )
        found += made.get_base_model().get_output_embeddings()(states)[length // 2 - 1 : length - 1]
    return found


def plain(made, batch):
    """Cross-entropy and divergence, token by token and word by word."""
    with torch.no_grad():
        after = [row.double().log_softmax(-1).tolist() for row in logits_by_sample(made, batch)]
        with made.disable_adapter():
            before = [row.double().log_softmax(-1).tolist() for row in logits_by_sample(made, batch)]
    loss = kl = 0.0
    for p, q, target in zip(before, after, batch.targets.tolist(), strict=True):
        loss -= q[target]
        for log_p, log_q in zip(p, q, strict=True):
            kl += 2.718281828459045**log_p * (log_p - log_q)
    return loss, kl


def test_it_is_what_a_plain_loop_gives(tuned):
    batch = batch_of(9, 14, 30)
    loss, kl = pull.loss_and_divergence(tuned, batch, flash=False)
    expected = plain(tuned, batch)
    assert expected[1] > 0.5  # nats: the adapter has changed something
    assert float(loss.detach()) == pytest.approx(expected[0], rel=1e-5)
    assert float(kl.detach()) == pytest.approx(expected[1], rel=1e-5)


def test_the_loss_is_the_same_as_without_the_pull(tuned):
    batch = batch_of(9, 14)
    alone = model.loss_sum(tuned, batch, flash=False)
    assert float(pull.loss_and_divergence(tuned, batch, flash=False)[0].detach()) == pytest.approx(
        float(alone.detach())
    )


def test_chunks_give_the_same_sums_and_gradients(tuned, monkeypatch):
    found = []
    for chunk in (2_048, 4):
        monkeypatch.setattr(model, "HEAD_CHUNK", chunk)
        tuned.zero_grad(set_to_none=True)
        loss, kl = pull.loss_and_divergence(tuned, batch_of(20, 31), flash=False)
        (loss + 0.5 * kl).backward()
        norms = [float(parameter.grad.norm()) for parameter in model.adapter_parameters(tuned).values()]
        found.append([float(loss.detach()), float(kl.detach()), *norms])
    assert found[1] == pytest.approx(found[0], rel=1e-4)


def test_its_gradient_leads_back_to_the_base(tuned):
    """A step against the gradient of the divergence alone lowers it."""
    batch = batch_of(20, 31)
    _, before = pull.loss_and_divergence(tuned, batch, flash=False)
    before.backward()
    with torch.no_grad():
        for parameter in model.adapter_parameters(tuned).values():
            parameter -= 1e-3 * parameter.grad
    _, after = pull.loss_and_divergence(tuned, batch, flash=False)
    assert float(after.detach()) < float(before.detach())


def test_a_fresh_adapter_is_not_pulled(tuned_of, settings_of):
    fresh, _ = tuned_of(settings_of(lora__dropout=0.0))
    fresh.train()
    loss, kl = pull.loss_and_divergence(fresh, batch_of(12), flash=False)
    assert float(kl.detach()) == pytest.approx(0.0, abs=1e-5)
    (loss + kl).backward()
    pulled = [parameter.grad.clone() for parameter in model.adapter_parameters(fresh).values()]
    fresh.zero_grad(set_to_none=True)
    model.loss_sum(fresh, batch_of(12), flash=False).backward()
    plain = [parameter.grad for parameter in model.adapter_parameters(fresh).values()]
    assert all(torch.allclose(one, two, atol=1e-5) for one, two in zip(pulled, plain, strict=True))


@pytest.mark.parametrize("training", [True, False])
def test_the_model_is_left_as_it_was_found(tuned, training):
    tuned.train(training)
    names = list(model.adapter_parameters(tuned))
    expected = float(model.loss_sum(tuned.eval(), batch_of(9), flash=False).detach())
    tuned.train(training)
    pull.loss_and_divergence(tuned, batch_of(9), flash=False)
    assert tuned.training is training
    assert list(model.adapter_parameters(tuned)) == names
    assert float(model.loss_sum(tuned.eval(), batch_of(9), flash=False).detach()) == expected


def test_the_base_is_read_without_dropout(tuned_of, settings_of):
    dropping, _ = tuned_of(settings_of(lora__dropout=0.5))
    dropping.train()
    state = torch.get_rng_state()
    one = pull._base_states(dropping, batch_of(9), flash=False)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(one, pull._base_states(dropping, batch_of(9), flash=False))
