"""Kill a training run again and again, half of the times while it saves; compare what it leaves with one left alone.

    python benchmarks/killed.py
    python benchmarks/killed.py --model models/SmolLM2-135M-Instruct --kills 4

Runs `sigilderg-train` on a small random model with dropout, first undisturbed, then killed (SIGKILL) after random
times, or within a few milliseconds after a checkpoint is begun, and started again until it ends. Prints one JSON
object: where each kill hit, and which files of the last checkpoint and metrics.jsonl are not the same bytes. Exits
with 1 where there are such.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from trainer_engine import rows, tiny

HERE = Path(__file__).resolve().parents[1]


def command(settings: Path) -> list[str]:
    """Return the command that trains as a file says."""
    return [sys.executable, "-m", "sigilderg_finetuner.cli", str(settings), "--quiet"]


def environment() -> dict[str, str]:
    """Return the environment of a run: this checkout's packages, one thread."""
    path = os.pathsep.join(str(place) for place in sorted((HERE / "packages").glob("*/src")))
    return {key: value for key, value in os.environ.items() if key != "SIGIL_WARM"} | {
        "PYTHONPATH": path,
        "OMP_NUM_THREADS": "1",
    }


def kill_once(settings: Path, output: Path, draw: random.Random, *, saving: bool) -> dict[str, Any]:
    """Start the run, kill it at a random moment, and say where that was; `ended` where it was too quick."""
    child = subprocess.Popen(command(settings), env=environment(), stdout=subprocess.DEVNULL, start_new_session=True)
    before = last_step(output)
    while child.poll() is None and last_step(output) <= before:  # it is up, and a step further than it was
        time.sleep(0.01)
    until = time.monotonic() + draw.uniform(0.0, 1.5)
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.001)
    if saving:
        while child.poll() is None and not drafts(output):
            time.sleep(0.0005)
        time.sleep(draw.uniform(0.0, 0.02))
    ended = child.poll() is not None
    if not ended:
        child.kill()
        child.wait()
    return {"step": last_step(output), "while_saving": bool(drafts(output)), "ended": ended}


def last_step(output: Path) -> int:
    """Return the step of the last line of metrics.jsonl, -1 before there is one."""
    try:
        lines = [line for line in (output / "metrics.jsonl").read_bytes().splitlines() if line.endswith(b"}")]
        return int(json.loads(lines[-1])["step"])
    except (OSError, ValueError, IndexError):
        return -1


def drafts(output: Path) -> list[Path]:
    """Return checkpoints that are begun and not whole."""
    return list(output.glob(".checkpoint-*.tmp"))


def differences(one: Path, two: Path, step: int) -> list[str]:
    """Return the names of files that differ: metrics.jsonl and all of the last checkpoint.

    In settings.json the output directory differs by intent.
    """
    names = ["metrics.jsonl", *(f"checkpoint-{step}/{path.name}" for path in (one / f"checkpoint-{step}").iterdir())]
    return [
        name
        for name in sorted(names)
        if not name.endswith("settings.json") and (one / name).read_bytes() != (two / name).read_bytes()
    ]


def main() -> None:
    """Print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="model directory; else five random layers as wide as SmolLM2's")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--steps", type=int, default=80)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--quantization", choices=["none", "nf4"], default="none")
    parser.add_argument("--device", choices=["auto", "cpu"], default="auto")
    args = parser.parse_args()
    draw = random.Random(args.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.jsonl").write_text(rows(200), encoding="utf-8")
        model = str(Path(args.model).resolve()) if args.model else tiny(folder / "model")
        own = {
            "model_name": model, "quantization": args.quantization,
            "dataset": {"names": [f"local:{folder / 'rows.jsonl'}"], "cache_dir": str(folder / "cache"),
                        "min_length": 8},
            "train": {"num_steps": args.steps, "max_seq_len": 256, "micro_batch_size": 1, "gradient_accumulation": 1,
                      "logging_steps": 1, "save_every": 3, "val_every": 7, "val_rows": 2, "warmup_steps": 2,
                      "grad_checkpointing": False, "dataloader_num_workers": 0, "keep_checkpoints": 2},
        }  # fmt: skip
        places = {}
        for side in ("whole", "killed"):
            places[side] = folder / side
            (folder / f"{side}.json").write_text(json.dumps(own | {"misc": {"output_dir": str(places[side])}}))
        subprocess.run(command(folder / "whole.json"), env=environment(), stdout=subprocess.DEVNULL, check=True)
        kills = [
            kill_once(folder / "killed.json", places["killed"], draw, saving=number % 2 == 1)
            for number in range(args.kills)
        ]
        subprocess.run(command(folder / "killed.json"), env=environment(), stdout=subprocess.DEVNULL, check=True)
        wrong = differences(places["whole"], places["killed"], args.steps)
    hit = [one for one in kills if not one["ended"]]
    print(
        json.dumps(
            {
                **vars(args),
                "kills_that_hit": len(hit),
                "of_these_while_saving": sum(one["while_saving"] for one in hit),
                "at_steps": [one["step"] for one in hit],
                "files_that_differ": wrong,
            }
        )
    )
    sys.exit(1 if wrong or len(hit) < args.kills else 0)


if __name__ == "__main__":
    main()
