"""All checks that need a GPU, as one run of under ten minutes: speed, memory, equal losses, kills.

    python benchmarks/gpu.py --output gpu.json                       # on the GPU machine
    python benchmarks/gpu.py --small --output gpu.json               # the same steps on a CPU, to see that they run

Each part is a process of its own with a share of the time; what has not ended by then is stopped and said so, and the
file is written anew after every part, so that nothing is lost. Weights are random: speed and memory do not depend on
them. Parts, with the target that each is held against:

    lora        8B shape, LoRA r 16 on seven modules, bfloat16, rows of 4,096 tokens     MFU at least 0.50
    recomputed  the same with activation checkpointing
    nf4         the same in four bits, one row, checkpointing                            peak at most 20 GiB
    losses      packed rows with flash attention against each sample alone               within 3%
    kills       a run killed four times, and one that was not                            the same bytes

The MFU is against the largest bfloat16 product measured in the same run; 3% is what bfloat16 rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Part:
    """A script of this directory with its arguments, and the most seconds that it gets."""

    name: str
    words: tuple[str, ...]
    seconds: int


def parts(*, small: bool) -> list[Part]:
    """Return what is run, the most telling first; together under ten minutes."""
    shape = ("--shape", "small", "--seq", "256") if small else ("--shape", "8b", "--seq", "4096")
    steps = "2" if small else "8"
    speed = ("training.py", *shape, "--steps", steps, "--no-baseline")
    return [
        Part("lora", (*speed, "--micro", "1" if small else "4"), 110),
        Part("nf4", (*speed, "--quantization", "nf4", "--micro", "1", "--checkpointing"), 90),
        Part("recomputed", (*speed, "--micro", "1" if small else "8", "--checkpointing"), 90),
        Part("losses", ("gpu.py", "--losses", *(("--small",) if small else ())), 60),
        Part("kills", ("killed.py", "--kills", "2" if small else "4", "--steps", "40"), 120),
    ]


def run(part: Part, *, patience: int) -> dict[str, Any]:
    """Run one part in its time, or so many times that; return its figures and time, or why there are none."""
    limit = part.seconds * patience
    start = time.monotonic()
    path = os.pathsep.join([*(str(place) for place in sorted((HERE.parent / "packages").glob("*/src"))), str(HERE)])
    child = subprocess.Popen(
        [sys.executable, str(HERE / part.words[0]), *part.words[1:]],
        cwd=HERE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, [path, os.environ.get("PYTHONPATH")]))},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        out, err = child.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        return {"failed": f"did not end in {limit} s", "seconds": limit}
    took = round(time.monotonic() - start, 1)
    try:
        return {**json.loads(out.strip().splitlines()[-1]), "seconds": took}
    except (ValueError, IndexError):
        return {"failed": err.strip()[-800:] or f"exit {child.returncode}", "seconds": took}


def verdicts(found: dict[str, dict[str, Any]]) -> dict[str, bool | None]:
    """Return what was reached of the targets; None where a figure is missing."""

    def reached(name: str, key: str, test: Any) -> bool | None:
        value = found.get(name, {}).get(key)
        return None if value is None else bool(test(value))

    return {
        "lora: MFU at least 0.50": reached("lora", "mfu", lambda value: value >= 0.5),
        "nf4: at most 20 GiB": reached("nf4", "peak_memory_gib", lambda value: value <= 20),
        "losses: equal within rounding": reached("losses", "largest_relative_difference", lambda value: value <= 0.03),
        "kills: the same bytes": reached("kills", "files_that_differ", lambda value: not value),
        "kills: they hit": reached("kills", "kills_that_hit", lambda value: value > 0),
    }


def losses(*, small: bool) -> dict[str, Any]:
    """Compare the loss of packed rows with that of each sample by the model's own attention."""
    import torch
    from training import SHAPES, build, random_examples

    from sigil_common.settings import load_settings
    from sigilderg_finetuner.data import pack
    from sigilderg_finetuner.data.batches import collate, to_device
    from sigilderg_finetuner.data.even import even
    from sigilderg_finetuner.settings import Settings
    from sigilderg_finetuner.training import model, proof, runtime

    runtime.prepare()
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    bf16 = device.type == "cuda"
    settings = load_settings(Settings, overrides={"quantization": "none", "train.bf16": bf16, "lora.dropout": 0.0})
    shape = "small" if small else "135m"
    tuned = build(shape, settings.settings, device).eval()
    longest = 256 if small else 4096
    examples = random_examples(24, longest, SHAPES[shape]["vocab_size"])
    worst, tokens = 0.0, 0
    for row in pack.best_fit(examples.length.tolist(), longest):
        plain = collate(examples, [row])
        batch = to_device(plain, device, pin=False)
        filled = even(plain, rows=1, capacity=longest, chunk=model.HEAD_CHUNK) if bf16 else plain
        with torch.no_grad(), torch.autocast(device.type, dtype=torch.bfloat16, enabled=bf16):
            ours = float(model.loss_sum(tuned, to_device(filled, device, pin=False), flash=bf16))
            own = proof.own_loss(tuned, batch)
        worst, tokens = max(worst, abs(ours - own) / own), tokens + batch.labelled
    return {"flash": bf16, "answer_tokens": tokens, "largest_relative_difference": worst}


def main() -> None:
    """Run all parts, or the comparison of losses alone, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, help="file for the figures")
    parser.add_argument("--small", action="store_true", help="small shapes: a rehearsal on a CPU")
    parser.add_argument("--only", action="append", help="name of a part; may be repeated")
    parser.add_argument("--losses", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.losses:
        print(json.dumps(losses(small=args.small)))
        return
    found: dict[str, dict[str, Any]] = {}
    for part in parts(small=args.small):
        if args.only is None or part.name in args.only:
            print(f"{part.name} ...", file=sys.stderr)
            found[part.name] = run(part, patience=10 if args.small else 1)
            took = sum(one["seconds"] for one in found.values())
            result = {"parts": found, "verdicts": verdicts(found), "seconds": took}
            if args.output is not None:
                args.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({"parts": found, "verdicts": verdicts(found)}, indent=2))


if __name__ == "__main__":
    main()
