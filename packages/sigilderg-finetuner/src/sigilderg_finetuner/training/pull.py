"""A pull towards the base: the divergence of the tuned model's next-token distributions from the base's.

For each answer token t, with p the base's distribution over the vocabulary at that place and q the tuned model's,

    KL(p || q) = sum over v of p(v) (log p(v) - log q(v))       in nats (Kullback and Leibler 1951)

times `train.kl_to_base` is added to the cross-entropy -log q(t). It is distillation from the model as it was
(Hinton et al. 2015, arXiv:1503.02531, at temperature 1), used against forgetting as in Li and Hoiem 2016, "Learning
without Forgetting", arXiv:1606.09282; this direction weighs what the base finds likely. No second model is held: the
base is the tuned model with its adapter switched off. It costs one more forward pass without gradients, and the head
once more on the answer tokens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sigilderg_finetuner.data.batches import MicroBatch
from sigilderg_finetuner.data.even import IGNORED
from sigilderg_finetuner.training.model import answer_states, by_chunks, head_of

if TYPE_CHECKING:
    import torch


def loss_and_divergence(model: Any, batch: MicroBatch, *, flash: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Return cross-entropy and KL(base || tuned), each summed over the answer tokens of a batch, in nats.

    The divergence is zero, with a zero gradient, as long as the adapter changes nothing.
    """
    before = _base_states(model, batch, flash=flash)
    states = answer_states(model, batch, flash=flash)
    both = by_chunks(_chunk_ignoring if batch.ignored else _chunk, head_of(model), states, batch.targets, before)
    return both[0], both[1]


def _base_states(model: Any, batch: MicroBatch, *, flash: bool) -> torch.Tensor:
    """Return the base's last hidden states where a token of an answer is predicted: (L, hidden)."""
    import torch

    was_training = model.training
    model.eval()  # the base has no dropout to draw
    try:
        with torch.no_grad(), model.disable_adapter():
            return answer_states(model, batch, flash=flash)
    finally:
        model.train(was_training)


def _chunk_ignoring(head: Any, states: torch.Tensor, targets: torch.Tensor, before: torch.Tensor) -> torch.Tensor:
    """Return the two sums of a chunk, of some of whose tokens no loss is taken."""
    return _chunk(head, states, targets, before, learned=(targets != IGNORED)[:, None])


def _chunk(
    head: Any, states: torch.Tensor, targets: torch.Tensor, before: torch.Tensor, *, learned: torch.Tensor | None = None
) -> torch.Tensor:
    """Return the two sums of a chunk: (2,); `learned` is (L, 1)."""
    import torch
    from torch.nn.functional import kl_div, log_softmax, nll_loss

    log_q = log_softmax(head(states).float(), dim=-1)
    with torch.no_grad():
        log_p = log_softmax(head(before).float(), dim=-1)
    loss = nll_loss(log_q, targets, reduction="sum", ignore_index=IGNORED)
    if learned is not None:
        log_q = log_q.where(learned, log_p)  # which diverges by nothing
    return torch.stack([loss, kl_div(log_q, log_p, reduction="sum", log_target=True)])
