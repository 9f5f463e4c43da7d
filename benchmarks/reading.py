"""Reading prompts: as the sampler does it, against batches that are padded to their longest prompt, in the same run.

    python benchmarks/reading.py

Weights and token ids are random: speed does not depend on them. Lengths are those of functions of real crates in the
chat frame of a small model: 39 tokens that all share, then 50 to 480 (log-normal, median 120). Prints CPU seconds of
both in turns, and the ratio of the sums.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from human_eval_rust.sampling.draw import batches
from human_eval_rust.sampling.samplers import reading

OURS = (reading.READ_TOKENS, reading.LEAST_SHARED)
PADDED = (sys.maxsize, sys.maxsize)
SHARED = 39


def small_model() -> Any:
    """Return a random Llama of 14 million weights."""
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=256,
        intermediate_size=688,
        num_hidden_layers=8,
        num_attention_heads=8,
        num_key_value_heads=4,
        vocab_size=16_384,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config).eval()


def random_prompts(count: int) -> list[list[int]]:
    """Return prompts, the shortest first as the sampler has them."""
    draw = np.random.default_rng(0)
    lengths = np.clip(np.exp(draw.normal(np.log(120), 0.5, count)), 50, 480).astype(int)
    start = draw.integers(3, 16_384, SHARED).tolist()
    return [start + draw.integers(3, 16_384, length).tolist() for length in sorted(lengths)]


def cpu_seconds(model: Any, prompts: Sequence[Sequence[Sequence[int]]], how: tuple[int, int]) -> float:
    """Return what it costs to read all batches."""
    reading.READ_TOKENS, reading.LEAST_SHARED = how
    started = time.process_time()
    with torch.inference_mode():
        for batch in prompts:
            reading.read(model, batch)
    return time.process_time() - started


def main() -> None:
    """Print one line for each round, and the ratio of the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prompts", type=int, default=256)
    parser.add_argument("--batch-size", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    model = small_model()
    prompts: list[Any] = list(batches(random_prompts(args.prompts), args.batch_size))  # type: ignore[arg-type]
    padded = ours = 0.0
    for number in range(1, args.rounds + 1):
        padded += cpu_seconds(model, prompts, PADDED)
        ours += cpu_seconds(model, prompts, OURS)
        print(f"round {number}: padded {padded / number:.1f} CPU s, ours {ours / number:.1f}")
    print(f"ratio: {padded / ours:.2f}")


if __name__ == "__main__":
    main()
