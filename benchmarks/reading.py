"""Read a problem file's prompts in batches, all padded to the longest, and as the sampler does.

    python benchmarks/reading.py --model DIRECTORY

Both in one process in turns; printed are CPU seconds and their ratio.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from human_eval_rust.problems.files import load, locate
from human_eval_rust.sampling.draw import batches, plan
from human_eval_rust.sampling.samplers import reading
from human_eval_rust.sampling.samplers.hf import open_sampler
from human_eval_rust.sampling.samplers.ids import prompt_ids
from human_eval_rust.sampling.settings import SampleSettings

OURS = (reading.READ_TOKENS, reading.LEAST_SHARED)
PADDED = (sys.maxsize, sys.maxsize)


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
    parser.add_argument("--model", required=True)
    parser.add_argument("--problem-file", type=Path, default=None, help="default: HumanEval")
    parser.add_argument("--batch-size", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    settings = SampleSettings(model=args.model, batch_size=args.batch_size)
    sampler = open_sampler(settings)
    requests = plan(list(load(locate(args.problem_file)).values()), settings)
    prompts = [
        [prompt_ids(sampler.tokenizer, request) for request in batch] for batch in batches(requests, args.batch_size)
    ]
    padded = ours = 0.0
    for number in range(1, args.rounds + 1):
        padded += cpu_seconds(sampler.model, prompts, PADDED)
        ours += cpu_seconds(sampler.model, prompts, OURS)
        print(f"round {number}: padded {padded / number:.1f} CPU s, ours {ours / number:.1f}")
    print(f"ratio: {padded / ours:.2f}")


if __name__ == "__main__":
    main()
