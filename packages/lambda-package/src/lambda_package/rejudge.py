"""A random part of a finished run's verdicts, judged again on this machine."""

from __future__ import annotations

import math
import os
import random
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from lambda_package.commands import JUDGED, POLICIES, SAMPLES
from lambda_package.engine import find_script
from lambda_package.run_record import FinishedRun
from sigil_common.bounds import Interval
from sigil_common.errors import MissingError, SigilError
from sigil_common.jsonl import read_models, read_record, write_jsonl
from sigil_common.records import Completion, Metrics, Verdict
from sigil_common.seeds import derive_seed

SCRIPT = "evaluate_functional_correctness"
_LONGEST = 120


@dataclass(frozen=True)
class Rejudging:
    """Which share of the verdicts of each file is judged again (0: none), chosen by seed."""

    share: float
    seed: int


@dataclass(frozen=True)
class JudgedAgain:
    """How many verdicts were judged again, of how many, and a line for each that came out otherwise."""

    judged: int
    all: int
    faults: list[str]


def read_with_samples(run: FinishedRun) -> Iterator[str]:
    """Yield where verdicts are not of the answers that were drawn: each answer has one, in the same order."""
    for (model, policy), file in run.verdicts().items():
        samples = run.output(f"sample-{model}", SAMPLES[0])
        drawn = [(row.task_id, row.completion) for _, row in read_models(samples, Completion)]
        judged = [row for _, row in read_models(file, Verdict)]
        if len(judged) != len(drawn):
            yield f"{file}: {len(judged):,} verdicts on {len(drawn):,} answers in {samples}"
        for row, answer in zip(judged, drawn, strict=False):
            if (row.task_id, row.completion) != answer:
                yield f"{_name(row, model, policy)}: the answer judged is not the one in {samples}"


def judged_again(run: FinishedRun, how: Rejudging) -> JudgedAgain:
    """Judge a part of each file of verdicts again and hold both verdicts against each other.

    Raises `MissingError` where this machine has no compiler or sandbox.
    """
    judged, total, faults = 0, 0, []
    for (model, policy), file in run.verdicts().items():
        rows = [row for _, row in read_models(file, Verdict)]
        chosen = choose(rows, how, f"{model} {policy}")
        anew, metrics = _judge(run, policy, chosen)
        judged, total = judged + len(chosen), total + len(rows)
        if len(anew) != len(chosen):
            raise SigilError(f"{SCRIPT} gave {len(anew)} verdicts on {len(chosen)} answers")
        differing = [
            f"{_name(row, model, policy)}: {', '.join(changed)}"
            for row, now in zip(chosen, anew, strict=True)
            if (changed := list(_changes(row, now)))
        ]
        recorded = read_record(file.with_name(JUDGED[1]), Metrics)
        if differing and recorded.toolchain != metrics.toolchain:
            faults.append(f"{file}: judged by {recorded.toolchain}, and now by {metrics.toolchain}")
        faults += differing
    return JudgedAgain(judged, total, faults)


def choose(rows: Sequence[Verdict], how: Rejudging, name: str) -> list[Verdict]:
    """Return a random share of verdicts in their order, at least one."""
    wanted = min(len(rows), math.ceil(len(rows) * how.share))
    picked = random.Random(derive_seed(how.seed, "rejudge", name)).sample(range(len(rows)), wanted)  # noqa: S311
    return [rows[place] for place in sorted(picked)]


def _judge(run: FinishedRun, policy: str, chosen: Sequence[Verdict]) -> tuple[list[Verdict], Metrics]:
    """Return verdicts on the same answers in the same order, in this machine's sandbox, whatever the record says."""
    with tempfile.TemporaryDirectory(prefix="sigil-verify-") as name:
        samples, out = Path(name) / SAMPLES[0], Path(name) / "out"
        answers = (
            {"task_id": row.task_id, "completion": row.completion, "finish_reason": row.finish_reason} for row in chosen
        )
        write_jsonl(samples, answers)
        options: Mapping[str, object] = {
            "--output-dir": out,
            "--k": 1,
            "--n_workers": os.cpu_count() or 1,
            "--timeout": run.setting("judge", "timeout", of=Annotated[float, Interval(gt=0, le=86_400)]),
            "--problem_file": run.output("problems", "problems.jsonl").resolve(),
        }
        argv = [find_script(SCRIPT), str(samples), POLICIES[policy]]
        argv += [word for option, value in options.items() for word in (option, str(value))]
        argv += [word for task in dict.fromkeys(row.task_id for row in chosen) for word in ("--task-id", task)]
        found = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if found.returncode == MissingError.exit_code:
            raise MissingError(
                "this machine cannot judge answers again", cause=found.stderr.strip(), hint="--rejudge 0 leaves it out"
            )
        if not (out / JUDGED[0]).is_file():
            raise SigilError(f"{SCRIPT} ended with {found.returncode}", cause=found.stderr.strip())
        return [row for _, row in read_models(out / JUDGED[0], Verdict)], read_record(out / JUDGED[1], Metrics)


def _changes(row: Verdict, now: Verdict) -> Iterator[str]:
    was, new = (one.model_dump(mode="json", exclude={"sample_index", "set"}) for one in (row, now))
    for key, value in was.items():
        if value != new[key]:
            yield f"`{key}` {_shown(value)} is recorded, {_shown(new[key])} judged now"


def _shown(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _name(row: Verdict, model: str, policy: str) -> str:
    return f"{row.task_id}, sample {row.sample_index}, {model}, policy {policy}"
