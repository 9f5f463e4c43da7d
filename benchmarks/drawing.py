"""Drawing on a CPU: two batches at a time, against one after the other, and against the cache of transformers.

    python benchmarks/drawing.py

The model has the shape of SmolLM2-135M; weights and token ids are random, as speed does not depend on them. Prints
seconds on the clock, since it is idle cores that are put to use, of all three in turns, and the ratios of the sums.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import torch
from reading import random_prompts
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM

from human_eval_rust.sampling.samplers import cache
from human_eval_rust.sampling.samplers.decode import Row, decode
from human_eval_rust.sampling.samplers.side_by_side import in_order

OURS = cache.cache_of


def model_of_135m() -> Any:
    """Return a random Llama of SmolLM2-135M's shape."""
    torch.manual_seed(0)
    config = LlamaConfig(
        hidden_size=576,
        intermediate_size=1536,
        num_hidden_layers=30,
        num_attention_heads=9,
        num_key_value_heads=3,
        vocab_size=49_152,
        tie_word_embeddings=True,
    )
    return LlamaForCausalLM(config).eval()


def copied(states: Any, room: int = 0) -> Any:  # noqa: ARG001 - called as ours is
    """Return a cache of transformers, which is copied for every token."""
    made = DynamicCache()
    for layer, (keys, values) in enumerate(states):
        made.update(keys, values, layer)
    return made


def seconds(work: Callable[[], object], how: Callable[..., Any]) -> float:
    """Return how long the work takes with one kind of cache."""
    cache.cache_of = how
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main() -> None:
    """Print one line for each round, and the ratios of the sums."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--batch-size", type=int, default=42)
    parser.add_argument("--tokens", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=1)
    args = parser.parse_args()
    model, size = model_of_135m(), args.batch_size
    prompts = random_prompts(args.batches * size)
    # Of like length in each batch, so that the batches end together.
    batches: list[Any] = [prompts[first :: args.batches] for first in range(args.batches)]

    def draw(batch: Sequence[Sequence[int]], _stopped: Callable[[], bool]) -> list[Any]:
        rows = [Row(number, number, 0.0) for number in range(len(batch))]
        ends: frozenset[int] = frozenset()
        decode(model, batch, rows, max_new_tokens=args.tokens, top_p=1.0, ends=ends, is_done=lambda _row: False)
        return []

    def one_by_one() -> None:
        for batch in batches:
            draw(batch, lambda: False)

    sums = [0.0, 0.0, 0.0]
    for number in range(1, args.rounds + 1):
        sums[0] += seconds(one_by_one, copied)
        sums[1] += seconds(one_by_one, OURS)
        sums[2] += seconds(lambda: list(in_order(draw, batches, device=model.device)), OURS)
        copies, alone, both = (total / number for total in sums)
        print(f"round {number}: copied cache {copies:.1f} s, ours {alone:.1f}, two batches at a time {both:.1f}")
    print(f"ratio: {sums[0] / sums[1]:.2f} by the cache, {sums[1] / sums[2]:.2f} by two at a time")


if __name__ == "__main__":
    main()
