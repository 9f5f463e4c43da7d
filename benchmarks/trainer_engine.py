"""Training steps on transformers' Trainer, against the loop of our own that it replaced, in turns and in one run.

    git worktree add /tmp/old aa22e39                # the last commit with a loop of our own
    python benchmarks/trainer_engine.py --old /tmp/old
    python benchmarks/trainer_engine.py --old /tmp/old --model models/SmolLM2-135M-Instruct --seq 512 --steps 6

Each side is a process of its own that makes a whole run of `sigilderg_finetuner.flow` on the same rows; a step's time
is the CPU time of the process between two lines of metrics.jsonl, the first step left out. Rounds alternate, so that
what else the machine does hits both. Prints one JSON object: CPU seconds of a step (the median of all), their ratio,
and the largest difference of losses and gradient norms that both report. One thread.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parents[1]
CHILD = """
import json, sys, time
from sigil_common.settings import load_settings
from sigilderg_finetuner import flow
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import recorder, runtime
runtime.prepare()
import torch
torch.set_num_threads(1)
times, train = [], recorder.Recorder.train
def timed(self, *given, **named):
    times.append(time.process_time())
    return train(self, *given, **named)
recorder.Recorder.train = timed
flow.run(load_settings(Settings, overrides=json.loads(sys.argv[1])).settings)
print(json.dumps([b - a for a, b in zip(times, times[1:])]))
"""


def rows(count: int) -> str:
    """Return so many rows of functions of different lengths."""
    draw = random.Random(0)
    lines = []
    for number in range(count):
        body = "".join(
            f"    let x{i} = {draw.randint(0, 999)} + items.len() * {i};\n" for i in range(draw.randint(2, 9))
        )
        code = f"pub fn work_{number}(items: &[u8]) -> usize {{\n{body}    x0\n}}"
        prompt = f"Write a Rust function `work_{number}` that computes a number from the length of a slice."
        split = "val" if number % 50 == 0 else "train"
        lines.append(json.dumps({"prompt": prompt, "gen": code, "split": split}) + "\n")
    return "".join(lines)


def tiny(folder: Path) -> str:
    """Make a model of five layers of SmolLM2's width and a small vocabulary; return its directory."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    special = ["<s>", "</s>"]
    trainer = trainers.BpeTrainer(
        vocab_size=500, special_tokens=special, initial_alphabet=alphabet, show_progress=False
    )
    raw.train_from_iterator([rows(200)], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<s>", eos_token="</s>", pad_token="</s>")
    torch.manual_seed(0)
    sizes = {"hidden_size": 576, "intermediate_size": 1536, "num_attention_heads": 9, "num_key_value_heads": 3}
    config = LlamaConfig(vocab_size=len(tokenizer), num_hidden_layers=5, tie_word_embeddings=True, **sizes)
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def run(tree: Path, settings: dict[str, Any]) -> list[float]:
    """Return the CPU seconds of each step of a run by the code in a checkout."""
    path = os.pathsep.join(str(place) for place in sorted((tree / "packages").glob("*/src")))
    found = subprocess.run(
        [sys.executable, "-c", CHILD, json.dumps(settings)],
        env=os.environ | {"PYTHONPATH": path},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    times: list[float] = json.loads(found.stdout.splitlines()[-1])
    return times


def lines(folder: Path) -> list[dict[str, float]]:
    """Return the rows of a run's metrics.jsonl."""
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path, required=True, help="checkout with the loop of our own")
    parser.add_argument("--model", help="model directory; else five random layers as wide as SmolLM2's")
    parser.add_argument("--quantization", choices=["none", "nf4"], default="none")
    parser.add_argument("--seq", type=int, default=512, help="tokens in a row")
    parser.add_argument("--steps", type=int, default=12, help="in each run")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each side")
    parser.add_argument("--dropout", type=float, default=0.0)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.jsonl").write_text(rows(400), encoding="utf-8")
        settings = {
            "model_name": str(Path(args.model).resolve()) if args.model else tiny(folder / "model"),
            "quantization": args.quantization,
            "dataset.names": [f"local:{folder / 'rows.jsonl'}"], "dataset.cache_dir": str(folder / "cache"),
            "dataset.min_length": 8, "train.num_steps": args.steps, "train.max_seq_len": args.seq,
            "train.micro_batch_size": 1, "train.gradient_accumulation": 2, "train.logging_steps": 1,
            "train.val_rows": 2, "train.warmup_steps": 2, "train.bf16": False, "train.grad_checkpointing": False,
            "train.dataloader_num_workers": 0, "train.lr": 1e-3, "lora.dropout": args.dropout,
            "bnb_4bit.compute_dtype": "float32",
        }  # fmt: skip
        times: dict[str, list[float]] = {"old": [], "new": []}
        metrics = {}
        for number in range(args.rounds):
            for side, tree in (("old", args.old.resolve()), ("new", HERE)):
                output = folder / f"{side}{number}"
                times[side] += run(tree, settings | {"misc.output_dir": str(output)})
                metrics[side] = lines(output)
    found: dict[str, Any] = {side: round(statistics.median(one), 4) for side, one in times.items()}
    found["ratio"] = round(found["new"] / found["old"], 3)
    found["ratio_of_fastest"] = round(min(times["new"]) / min(times["old"]), 3)
    pairs = list(zip(metrics["old"], metrics["new"], strict=True))
    for key in ("train_loss", "val_loss", "grad_norm"):
        found[f"largest_difference_{key}"] = max(abs(a[key] - b[key]) for a, b in pairs if key in a)
    print(json.dumps({**vars(args), "old": str(args.old), **found}))


if __name__ == "__main__":
    main()
