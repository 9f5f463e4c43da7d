"""From JSONL to the token cache, against the tokenizer alone on the same texts, in turns and in one run.

    python benchmarks/tokenising.py --model models/SmolLM2-135M-Instruct

Ours reads a file, filters, renders, tokenises prompts and answers apart and writes the cache; the other side is the
tokenizer's own fast batches over the finished texts, which are in memory. One thread. Prints one JSON object: million
tokens a CPU second of both, and their ratio.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ["RAYON_NUM_THREADS"] = "1"

from trainer_engine import rows, tiny  # one thread is set before it imports the tokenizer


def ours(file: Path, cache: Path, tokenizer: Any) -> tuple[float, int]:
    """Return CPU seconds from the file to the cache, and how many tokens it holds."""
    from sigil_common.settings import load_settings
    from sigilderg_finetuner.data import render
    from sigilderg_finetuner.data.prepare import prepare, read_data
    from sigilderg_finetuner.settings import Settings

    values = {"dataset.names": [f"local:{file}"], "dataset.cache_dir": str(cache), "dataset.min_length": 1}
    settings = load_settings(Settings, overrides=values).settings
    start = time.process_time()
    chosen = read_data(settings.dataset)
    part, checked = prepare(chosen, render.frame_of(tokenizer, "auto"), tokenizer, settings)
    took = time.process_time() - start
    return took, int(part.examples.length.sum() + checked.examples.length.sum())


def alone(texts: list[str], tokenizer: Any) -> tuple[float, int]:
    """Return CPU seconds of the tokenizer over the texts, and how many tokens they have."""
    start = time.process_time()
    tokens = 0
    for place in range(0, len(texts), 1_000):
        batch = texts[place : place + 1_000]
        found = tokenizer.backend_tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        tokens += sum(len(one.ids) for one in found)
    return time.process_time() - start, tokens


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="model directory; else one with a small vocabulary")
    parser.add_argument("--rows", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=3)
    args = parser.parse_args()
    from transformers import AutoTokenizer

    from sigilderg_finetuner.data import render

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tokenizer = AutoTokenizer.from_pretrained(args.model or tiny(folder / "model"))
        file = folder / "rows.jsonl"
        file.write_text(rows(args.rows), encoding="utf-8")
        frame = render.frame_of(tokenizer, "auto")
        read = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        texts = [frame.prompt_text(row["prompt"]) + frame.answer_text(row["gen"]) for row in read]
        speeds: dict[str, list[float]] = {"ours": [], "alone": []}
        for number in range(args.rounds):
            for side, (took, tokens) in (
                ("alone", alone(texts, tokenizer)),
                ("ours", ours(file, folder / f"cache{number}", tokenizer)),
            ):
                speeds[side].append(tokens / took / 1e6)
    best = {side: round(max(found), 3) for side, found in speeds.items()}
    print(json.dumps({**vars(args), **best, "ratio": round(best["ours"] / best["alone"], 3)}))


if __name__ == "__main__":
    main()
