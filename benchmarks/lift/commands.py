"""The commands of a study: what is run, on which inputs, and which code decides the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from human_eval_rust.problems.files import load as load_problems
from human_eval_rust.sampling.samplers.source import versions
from lift.steps import OUT, WORK, Input, Step
from lift.study import Own, ProblemSet, Recipe, Study
from sigil_common.manifest import digest_json, digest_tree
from sigil_common.records import Problem, TrainLogRow
from sigil_common.rustc import find_toolchain

SAMPLES, RESULTS = "samples.jsonl", "samples.jsonl_results.jsonl"
LIKELIHOOD, ACCEPTED = "likelihood.jsonl", "accepted.jsonl"
_SEED = 42  # of answers: greedy ones do not depend on it
_TRAIN_FAILED = _NOTHING_LEFT = 1
_ROOT = Path(__file__).resolve().parents[2] / "packages"
# The code that decides what a step comes to. Of packages that do more, only the rooms that do this.
_LIBRARIES = ("torch", "transformers", "tokenizers", "peft", "bitsandbytes")
_COMMON = tuple(f"sigil-common/src/sigil_common/{name}.py" for name in ("compute", "seeds", "wording"))
_EVALUATOR = "human-eval-rust/src/human_eval_rust"
_CODE = {
    "train": ("sigilderg-finetuner/src/sigilderg_finetuner", *_COMMON),
    "sample": (*(f"{_EVALUATOR}/{room}" for room in ("rust", "problems", "sampling")), *_COMMON),
    "judge": (_EVALUATOR, "sigil-common/src/sigil_common"),
    "likelihood": (_EVALUATOR, *_COMMON),
}


@dataclass
class Commands:
    """Makes the steps of a study; files are read once."""

    study: Study
    _digests: dict[Path, str] = field(default_factory=dict)
    _code: dict[str, str] = field(default_factory=dict)
    _problems: dict[Path, dict[str, Problem]] = field(default_factory=dict)

    @cached_property
    def base(self) -> Input:
        """The model before training."""
        return self.file(self.study.base)

    def file(self, path: Path) -> Input:
        """Return a file or directory that the study names."""
        if path not in self._digests:
            self._digests[path] = digest_tree(path)
        return Input(self._digests[path], path.resolve)

    def problems(self, path: Path) -> dict[str, Problem]:
        """Return the problems of a file."""
        if path not in self._problems:
            self._problems[path] = load_problems(path)
        return self._problems[path]

    def _code_of(self, kind: str) -> str:
        if kind not in self._code:
            roots = [digest_tree(_ROOT / root) for root in _CODE[kind]]
            tools = {"rustc": find_toolchain().version} if kind == "judge" else versions(*_LIBRARIES)
            self._code[kind] = digest_json([roots, tools])
        return self._code[kind]

    def train(self, recipe: Recipe, sources: Sequence[Input], seed: int, upto: int) -> Step:
        """Train a recipe on rows of `sources` as far as `upto` tokens, on the schedule of its whole horizon."""
        horizon = self.study.horizon_of(recipe)
        rows = {f"data{number}": source for number, source in enumerate(sources)}
        ours = {
            "train.seed": seed,
            "dataset.shuffle_seed": seed,
            "train.max_tokens": horizon,
            "train.save_at_tokens": [budget for budget in self.study.budgets if 0 < budget <= horizon],
            "train.logging_steps": 1,
            # What a kill may cost; of these only the newest stays, of `save_at_tokens` all.
            "train.save_every": 50,
            "train.keep_checkpoints": 1,
            "dataset.cache_dir": f"{WORK}/token-cache",
        }
        argv = ["sigilderg-train", "{config}", "--model", "{base}", "--output-dir", f"{OUT}/checkpoints"]
        for name in rows:
            argv += ["--dataset", f"local:{{{name}}}"]
        for key, value in {**self.study.settings(recipe), **ours}.items():
            argv += ["--set", f"{key}={json.dumps(value)}"]
        inputs = {"config": self.file(recipe.config or self.study.config), "base": self.base, **rows}
        return Step(
            "train",
            tuple(argv),
            inputs,
            self._code_of("train"),
            pace=_pace(self.study.settings(recipe)),
            size=upto,
            enough=lambda directory: checkpoint_at(directory / "checkpoints", upto) is not None,
            stops_early=upto < horizon,
            verdict=(_TRAIN_FAILED,),
        )

    def sample(self, model: Input, problems: Path, asked: Own | None = None) -> Step:
        """Let a model answer each problem: once with the likeliest tokens, or as `asked`."""
        own = self.study.sampling
        count, temperature = (asked.samples, asked.temperature) if asked else (1, 0.0)
        options = {
            "--model": "{model}",
            "--problem_file": "{problems}",
            "--output": f"{OUT}/{SAMPLES}",
            "--temperature": temperature,
            "--n-samples": count,
            "--seed": _SEED,
            "--max-new-tokens": (asked and asked.max_new_tokens) or own.max_new_tokens,
            "--batch-size": own.batch_size,
            "--dtype": own.dtype,
        }
        return Step(
            "sample",
            ("human-eval-rust", "generate", *_words(options)),
            {"model": model, "problems": self.file(problems)},
            self._code_of("sample"),
            pace="sample",
            size=count * len(self.problems(problems)),
        )

    def judge(self, samples: Input, problems: Path, *, count: int = 1) -> Step:
        """Judge answers without a policy: what is forbidden elsewhere has compiled here or not."""
        mode = self.study.sandbox_mode
        options = {
            "--output-dir": OUT,
            "--problem_file": "{problems}",
            "--k": 1,
            "--n_workers": 2,
            "--timeout": self.study.judge_timeout,
            "--sandbox-mode": mode,
        }
        unsafe = ("--allow-no-sandbox",) if mode == "none" else ()
        return Step(
            "judge",
            ("evaluate_functional_correctness", "{samples}", *_words(options), "--no-enforce-policy", *unsafe),
            {"samples": samples, "problems": self.file(problems)},
            self._code_of("judge"),
            pace="judge",
            size=count * len(self.problems(problems)),
        )

    def likelihood(self, model: Input, problem_set: ProblemSet) -> Step:
        """Measure how likely a model finds the known solutions of a set."""
        options = {"--model": "{model}", "--problem_file": "{problems}", "--output": f"{OUT}/{LIKELIHOOD}"}
        options["--dtype"] = self.study.sampling.dtype
        inputs = {"model": model, "problems": self.file(problem_set.problems)}
        if problem_set.pairs is not None:
            options["--pairs"] = "{pairs}"
            inputs["pairs"] = self.file(problem_set.pairs)
        return Step(
            "likelihood",
            ("human-eval-rust", "likelihood", *_words(options)),
            inputs,
            self._code_of("likelihood"),
            pace="likelihood",
            size=len(self.problems(problem_set.problems)),
        )

    def accept(self, results: Sequence[Input], own: Own) -> Step:
        """Make training rows of the answers that passed, of one round after another."""
        # The first keeps the name that it had, so that no study of one round is done again.
        rounds = {f"results{number}" if number else "results": found for number, found in enumerate(results)}
        options = {"--problem-file": "{problems}", "--output": f"{OUT}/{ACCEPTED}"}
        options |= {"--per-problem": own.per_problem, "--accept": own.accept}
        return Step(
            "accept",
            ("human-eval-rust", "accepted", *(f"{{{name}}}" for name in rounds), *_words(options)),
            {**rounds, "problems": self.file(own.problems)},
            self._code_of("judge"),
            pace="accept",
            size=len(results) * own.samples * len(self.problems(own.problems)),
            verdict=(_NOTHING_LEFT,),
        )


def _pace(settings: Mapping[str, Any]) -> str:
    """Name how fast a recipe trains: what makes a token cost another time has a pace of its own."""
    quantization = [str(settings["quantization"])] if "quantization" in settings else []
    return " ".join(["train", *quantization, *(["kl"] if settings.get("train.kl_to_base") else [])])


def checkpoint_at(directory: Path, budget: int) -> tuple[Path, int] | None:
    """Return the checkpoint of the first step that reached `budget` tokens, and how many it had seen.

    A training may be at work in the directory: what it has not written whole is not there yet.
    """
    log = directory / "metrics.jsonl"
    text = log.read_bytes() if log.exists() else b""
    for line in text[: text.rfind(b"\n") + 1].splitlines():
        row = TrainLogRow.model_validate_json(line)
        if row.tokens is not None and row.tokens >= budget:
            found = directory / f"checkpoint-{row.step}"
            return (found, row.tokens) if (found / "sigil_checkpoint.json").exists() else None
    return None


def _words(options: Mapping[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in (name, str(value))]
