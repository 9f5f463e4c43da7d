"""A judge without a compiler, and settings of a run with rewards."""

import json
import sys
import textwrap

import pytest

from sigilderg_finetuner.settings import DatasetSettings, TrainSettings

# It rewards what a text is made of, so that completions of one prompt differ. MODE changes its manners.
JUDGE = """
import hashlib, json, os, signal, sys, time
mode = os.environ.get("MODE", "")
if mode == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
given = dict(zip(sys.argv[1::2], sys.argv[2::2]))
files = {True: given["--problem-file"], False: given.get("--measure")}
if mode == "refuse":
    sys.stderr.write("warning: first this\\nerror: p.jsonl:3: no good\\n  cause: for a reason\\n")
    sys.stderr.write("\\nhint: try another\\n")
    sys.exit(2)
problems = []
for trains, file in files.items():
    for line in open(file) if file else ():
        row = json.loads(line)
        problems.append({**row, "trains": trains, "sha256": hashlib.sha256(line.encode()).hexdigest()})
rules = json.loads(os.environ.get("RULES", "{}"))
offer = {"problems": problems, "versions": {"judge": os.environ.get("VERSION", "1")}, "rules": rules}
print("junk" if mode == "junk" else json.dumps(offer), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    if mode == "die":
        sys.exit(7)
    def reward(text):
        return {"flat": 0.5, "none": None}.get(mode, sum(map(ord, text)) % 8 / 8)
    rewards = [reward(one["completion"]) for one in request["answers"]]
    print(json.dumps({"number": request["number"], "rewards": rewards, "seconds": 0.25}), flush=True)
"""


@pytest.fixture(scope="session")
def judge_command(tmp_path_factory):
    path = tmp_path_factory.mktemp("judge") / "judge.py"
    path.write_text(textwrap.dedent(JUDGE))
    return [sys.executable, str(path)]


def write_problems(path, names):
    rows = [
        {"task_id": name, "instruction": f"Write `{name}`.", "opening": f"pub fn {name}(a: &[u8]) -> usize {{"}
        for name in names
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="session")
def problem_file(tmp_path_factory):
    return write_problems(tmp_path_factory.mktemp("problems") / "p.jsonl", ["sum", "count", "join"])


@pytest.fixture
def reward_settings(settings_for, judge_command, problem_file):
    """A function that makes the settings of a small run with rewards."""

    def make(**more):
        values = {
            "method": "grpo",
            "grpo__reward_problems": str(problem_file),
            "grpo__judge": judge_command,
            "grpo__num_generations": 4,
            "grpo__max_completion_length": 12,
            "grpo__draw_size": 4,
            "grpo__val_samples": 2,
            "grpo__mask_truncated_completions": False,  # a random model hardly ever ends
            "train__micro_batch_size": 4,
            "train__gradient_accumulation": 2,
            "train__num_steps": 3,
            "train__val_every": 0,
            "train__save_every": 2,
            "train__warmup_steps": 0,
            "lora__target_modules": ["q_proj", "v_proj"],
        }
        # What is for samples stays as it is.
        values |= {
            f"dataset__{name}": getattr(DatasetSettings(), name) for name in ("names", "cache_dir", "min_length")
        }
        values |= {
            f"train__{name}": getattr(TrainSettings(), name) for name in ("logging_steps", "dataloader_num_workers")
        }
        return settings_for(**(values | more))

    return make
