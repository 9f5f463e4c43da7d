"""Training on a CPU: the common start of a row's samples computed once, against once for each sample.

    python benchmarks/common_start.py

The model has the shape of SmolLM2-135M with an adapter on all projections; weights and token ids are random, as speed
does not depend on them. Rows are those of the local profile: 1,024 tokens, samples of some 155 of which the first 39
are the same, a row to a step. Prints CPU seconds of a step both ways, in turns, and the ratio of the sums. One thread,
as threads that spin while they wait would count.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from training import SHAPES, build

from sigil_common.settings import load_settings
from sigilderg_finetuner.data import pack
from sigilderg_finetuner.data.batches import Examples, MicroBatch, collate
from sigilderg_finetuner.data.tokens import TokenTable
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import model, runtime
from sigilderg_finetuner.training.optimizers import make_optimizer


def random_batches(count: int, *, start: int, median: int) -> list[MicroBatch]:
    """Return so many full rows of samples that begin alike and go on at random; the last third of each is learned."""
    draw = np.random.default_rng(0)
    lengths = np.exp(draw.normal(np.log(median), 0.3, 10 * count * 1_024 // median)).astype(np.int64) + start // 2
    ids = draw.integers(3, SHAPES["135m"]["vocab_size"], int(lengths.sum())).astype(np.uint32)
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    for offset in offsets[:-1]:
        ids[offset : offset + start] = np.arange(3, start + 3)
    rows = np.arange(len(lengths))
    table = TokenTable(ids, offsets, np.maximum(start + 1, lengths * 2 // 3))
    examples = Examples([table], 0 * rows, rows, lengths, table.answers)
    packed = pack.best_fit(lengths.tolist(), 1_024)
    draw.shuffle(packed)
    return [collate(examples, [row]) for row in packed[:count]]


def seconds(tuned: Any, optimizer: torch.optim.Optimizer, batch: MicroBatch) -> float:
    """Return the CPU seconds of one optimizer step."""
    started = time.process_time()
    (model.loss_sum(tuned, batch, flash=False) / batch.labelled).backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return time.process_time() - started


def main() -> None:
    """Print one line for each step, and the ratio of the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=int, default=39, help="tokens that all samples begin with")
    parser.add_argument("--median", type=int, default=135, help="tokens of a sample in the middle, half a start less")
    parser.add_argument("--steps", type=int, default=8)
    args = parser.parse_args()
    runtime.prepare()
    torch.set_num_threads(1)
    overrides = {"quantization": "none", "train.bf16": False, "lora.dropout": 0.0, "train.grad_checkpointing": False}
    settings = load_settings(Settings, overrides=overrides).settings
    tuned = build("135m", settings, torch.device("cpu")).train()
    optimizer = make_optimizer(tuned, settings.train)
    batches = random_batches(args.steps + 1, start=args.start, median=args.median)
    tokens = sum(batch.tokens for batch in batches)
    spared = sum(batch.start * (len(batch.lengths) - 1) for batch in batches)
    print(f"{len(batches)} rows, {tokens} tokens, {spared / tokens:.0%} of them a start that is computed already")
    sums = {"whole": 0.0, "once": 0.0}
    for number, batch in enumerate(batches):
        kinds = {"whole": replace(batch, start=0), "once": batch}
        # Each goes first in turns; the first step warms up.
        took = {name: seconds(tuned, optimizer, kinds[name]) for name in sorted(kinds, reverse=number % 2 == 0)}
        if number:
            sums = {name: sums[name] + took[name] for name in sums}
            print(f"step {number}: whole samples {took['whole']:.1f} s, the start once {took['once']:.1f}")
    print(f"ratio: {sums['whole'] / sums['once']:.2f}")


if __name__ == "__main__":
    main()
