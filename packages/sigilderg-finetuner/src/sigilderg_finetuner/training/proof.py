"""Before the first step: the loss that is trained on is the model's own.

We call decoder and head apart, with an attention of our own, so that many samples share a row and logits exist for
answers alone. An architecture that does more between the two, or asks more of its attention, would be trained on
another loss than its own, silently. So two short samples are computed both ways.
"""

from __future__ import annotations

import logging
from typing import Any

import numpy as np

from sigil_common.errors import InputError
from sigilderg_finetuner.data.batches import Examples, MicroBatch, collate, to_device
from sigilderg_finetuner.training import attention
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.model import loss_sum

log = logging.getLogger(__name__)
_TOLERANCE = {True: 3e-2, False: 1e-3}  # relative; with bfloat16 or quantised weights, and without
_FEATURES = ("sliding_window", "attn_logit_softcapping", "final_logit_softcapping", "logits_scaling", "logit_scale")


def prove_loss(job: Job, examples: Examples, name: str, *, rough: bool) -> None:
    """Raise `InputError` unless our loss of the two shortest samples in one row is the sum of the model's own.

    `rough`: products are rounded to bfloat16 or less.
    """
    import torch

    shortest = np.argsort(examples.length, kind="stable")[:2].tolist()
    plain = collate(examples, [shortest])
    batch = to_device(plain, job.device, pin=False)
    job.model.eval()
    with torch.no_grad(), job.autocast():
        ours = float(loss_sum(job.model, job.ready(plain), flash=job.flash))
        own = own_loss(job.model, batch)
    log.debug("the loss of %d answer tokens is %.6f, by the model itself %.6f", batch.labelled, ours, own)
    if not abs(ours - own) <= _TOLERANCE[rough] * abs(own):  # also where one is no number
        raise InputError(
            f"`{name}` cannot be trained: our loss is not the model's own",
            cause=f"{ours:.4f} and {own:.4f} nats over {batch.labelled} answer tokens; {_features(job.model)}",
            hint="its architecture does something besides that is not known here; take another model",
        )


def own_loss(model: Any, batch: MicroBatch) -> float:
    """Return the summed loss of the batch's answer tokens by the model's own forward pass, sample by sample."""
    import torch

    plain = model.get_base_model() if hasattr(model, "get_base_model") else model
    labels = torch.full_like(batch.input_ids, -100)
    labels[0, batch.predict_at + 1] = batch.targets
    total, start = 0.0, 0
    plain.set_attn_implementation("eager")
    try:
        for length in batch.lengths:
            wanted = labels[:, start : start + length]
            ids = batch.input_ids[:, start : start + length]
            count = int((wanted[0, 1:] != -100).sum())
            if count:
                total += float(plain(input_ids=ids, labels=wanted, use_cache=False).loss) * count
            start += length
    finally:
        plain.set_attn_implementation(attention.NAME)
    return total


def _features(model: Any) -> str:
    config = model.config.get_text_config()
    found = [f"`{name}` {getattr(config, name)}" for name in _FEATURES if getattr(config, name, None) is not None]
    return f"{config.model_type} has {', '.join(found) or 'no feature that is known to change it'}"
