"""Training steps of ours against TRL's SFTTrainer on the same rows, in turns and in one run.

    pip install --target /tmp/trl --no-deps trl==1.16.0         # not in the lock: wanted for this comparison alone
    PYTHONPATH=/tmp/trl python benchmarks/sft_trainer.py --model models/SmolLM2-135M-Instruct

Both train LoRA on all seven projections, without dropout, in float32 on one thread, on packed rows (SFTTrainer:
`packing=True`, its default strategy) with the loss on answers alone; two rows make a step. Each side is a process of
its own; a step's time is the CPU time between two ends of steps, the first step left out. Rounds alternate, so that
what else the machine does hits both. Prints one JSON object: CPU seconds a step and tokens a CPU second of both, and
the ratio of the seconds that a token costs.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from trainer_engine import rows, run, tiny

HERE = Path(__file__).resolve().parents[1]
THEIRS = """
import json, sys, time
from sigilderg_finetuner.training import runtime
runtime.prepare()
import torch
torch.set_num_threads(1)
torch.manual_seed(0)
from datasets import Dataset
from peft import LoraConfig
from transformers import AutoModelForCausalLM, AutoTokenizer, TrainerCallback
from trl import SFTConfig, SFTTrainer
given = json.loads(sys.argv[1])
tokenizer = AutoTokenizer.from_pretrained(given["model"])
lines = [json.loads(line) for line in open(given["rows"])]
lines = [line for line in lines if line["split"] == "train"]
if tokenizer.chat_template:
    data = [{"prompt": [{"role": "user", "content": line["prompt"]}],
             "completion": [{"role": "assistant", "content": line["gen"]}]} for line in lines]
else:
    data = [{"prompt": line["prompt"] + "\\n\\n", "completion": line["gen"]} for line in lines]
class Clock(TrainerCallback):
    times, tokens, losses = [], [], []
    def on_step_end(self, *_, **__):
        self.times.append(time.process_time())
    def on_log(self, args, state, control, logs=None, **_):
        if "num_tokens" in logs:
            self.tokens.append(logs["num_tokens"])
            self.losses.append(float(logs["loss"]))
config = SFTConfig(
    output_dir=given["output"], max_steps=given["steps"], per_device_train_batch_size=1, gradient_accumulation_steps=2,
    max_length=given["seq"], packing=True, learning_rate=1e-3, warmup_steps=2, lr_scheduler_type="cosine",
    logging_steps=1, save_strategy="no", report_to="none", bf16=False, use_cpu=True, disable_tqdm=True,
    **{given["checkpointing"]: False},
)
lora = LoraConfig(r=16, lora_alpha=16, lora_dropout=0.0, task_type="CAUSAL_LM", target_modules=[
    "q_proj", "k_proj", "v_proj", "o_proj", "up_proj", "down_proj", "gate_proj"])
model = AutoModelForCausalLM.from_pretrained(given["model"], dtype=torch.float32)
trainer = SFTTrainer(model=model, args=config, train_dataset=Dataset.from_list(data), processing_class=tokenizer,
                     peft_config=lora, callbacks=[Clock])
trainer.train()
times = Clock.times
print(json.dumps({"times": [b - a for a, b in zip(times, times[1:])], "tokens": Clock.tokens, "losses": Clock.losses}))
"""


def theirs(settings: dict[str, Any]) -> dict[str, list[float]]:
    """Return the CPU seconds of each step after the first, the tokens up to each step, and its loss."""
    from transformers import TrainingArguments

    names = TrainingArguments.__dataclass_fields__
    # The name changed within the range of transformers that is supported.
    named = "activation_checkpointing" if "activation_checkpointing" in names else "gradient_checkpointing"
    found = subprocess.run(
        [sys.executable, "-c", THEIRS, json.dumps(settings | {"checkpointing": named})],
        env=os.environ | {"PYTHONPATH": _packages()},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    result: dict[str, list[float]] = json.loads(found.stdout.splitlines()[-1])
    return result


def _packages() -> str:
    """Return this checkout's packages, before what the environment has."""
    own = [str(place) for place in sorted((HERE / "packages").glob("*/src"))]
    return os.pathsep.join([*own, *filter(None, [os.environ.get("PYTHONPATH")])])


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", help="model directory; else five random layers as wide as SmolLM2's")
    parser.add_argument("--seq", type=int, default=512, help="tokens in a row")
    parser.add_argument("--steps", type=int, default=6, help="in each run")
    parser.add_argument("--rounds", type=int, default=2, help="runs of each side")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.jsonl").write_text(rows(400), encoding="utf-8")
        model = str(Path(args.model).resolve()) if args.model else tiny(folder / "model")
        ours = {
            "model_name": model, "quantization": "none", "dataset.names": [f"local:{folder / 'rows.jsonl'}"],
            "dataset.cache_dir": str(folder / "cache"), "dataset.min_length": 8, "train.num_steps": args.steps,
            "train.max_seq_len": args.seq, "train.micro_batch_size": 1, "train.gradient_accumulation": 2,
            "train.logging_steps": 1, "train.val_rows": 1, "train.warmup_steps": 2, "train.bf16": False,
            "train.grad_checkpointing": False, "train.dataloader_num_workers": 0, "train.lr": 1e-3,
            "lora.dropout": 0.0,
        }  # fmt: skip
        given = {"model": model, "rows": str(folder / "rows.jsonl"), "steps": args.steps, "seq": args.seq}
        sides: dict[str, dict[str, list[float]]] = {"ours": _none(), "theirs": _none()}
        for number in range(args.rounds):
            output = folder / f"ours{number}"
            times = run(HERE, ours | {"misc.output_dir": str(output)})
            lines = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
            trained = [line for line in lines if "train_loss" in line]
            _add(sides["ours"], times, [line["tokens"] for line in trained])
            other = theirs(given | {"output": str(folder / f"theirs{number}")})
            _add(sides["theirs"], other["times"], other["tokens"])
    found = {side: _figures(one) for side, one in sides.items()}
    ratio = found["theirs"]["tokens_per_cpu_s"] / found["ours"]["tokens_per_cpu_s"]
    by_step = found["ours"]["cpu_s_a_step"] / found["theirs"]["cpu_s_a_step"]
    print(json.dumps({**vars(args), **found, "ratio_a_token": round(ratio, 3), "ratio_a_step": round(by_step, 3)}))


def _none() -> dict[str, list[float]]:
    return {"times": [], "tokens": []}


def _add(side: dict[str, list[float]], times: list[float], totals: list[float]) -> None:
    """Take the steps after the first: their times, and how many tokens each had."""
    side["times"] += times
    side["tokens"] += [after - before for before, after in itertools.pairwise(totals)]


def _figures(side: dict[str, list[float]]) -> dict[str, float]:
    seconds, tokens, steps = sum(side["times"]), sum(side["tokens"]), len(side["times"])
    return {
        "cpu_s_a_step": round(seconds / steps, 3),
        "tokens_a_step": round(tokens / steps, 1),
        "tokens_per_cpu_s": round(tokens / seconds, 1),
    }


if __name__ == "__main__":
    main()
