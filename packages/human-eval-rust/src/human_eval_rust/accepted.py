"""From verdicts to training samples, for a model that learns from its own right answers.

Expert iteration: draw from a model, keep what the judge accepts, train on that. What is kept is the code that was
judged, below the signature that the model was given; the prompt is the one that `generate` asks with.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from human_eval_rust.evaluation.results import Files
from human_eval_rust.problems.files import load, locate, shipped
from human_eval_rust.problems.parsed import UnusableProblemError, parse_problem
from human_eval_rust.reading.extract import extract_versions
from human_eval_rust.sampling.prompt import instruction, opening
from sigil_common.errors import BadResultError, InputError
from sigil_common.failures import FAILURES
from sigil_common.jsonl import read_models, read_record, write_jsonl
from sigil_common.manifest import digest_file
from sigil_common.progress import counted
from sigil_common.records import Metrics, Problem, Sample, Verdict
from sigil_common.seeds import derive_seed

log = logging.getLogger(__name__)
Accept = Literal["passes", "compiles"]
BENCHMARKS = ("HumanEval_rust", "RustFirstSteps")  # shipped to measure models, not to train them
_VERSION = re.compile(r"version (\d+) of ")


def write_accepted(
    results: Sequence[Path],
    problem_file: Path,
    output: Path,
    per_problem: int,
    seed: int,
    *,
    accept: Accept = "passes",
    benchmarks: bool = False,
) -> dict[str, Any]:
    """Write the samples that `results` give, at most `per_problem` (0: all) of a problem; return what was counted.

    `accept` is how far an answer has to come: with `compiles`, whatever tests say of it. `benchmarks` allows problems
    of the shipped ones. Raises `BadResultError`, and writes nothing, if nothing is left.
    """
    file = locate(problem_file)
    problems = load(file)
    if not benchmarks:
        refuse_benchmarks(problems, file)
    left_out: Counter[str] = Counter()
    found = [
        replace(one, given=number)
        for number, path in enumerate(results, 1)
        for one in answers_in(path, problems, file, left_out, accept)
    ]
    chosen = choose(found, list(problems), per_problem, seed, left_out)
    if not chosen:
        reasons = ", ".join(f"{count:,} {reason}" for reason, count in sorted(left_out.items()))
        raise BadResultError("none of the answers can be trained on", cause=reasons or "there are no verdicts")
    write_jsonl(output, (one.to_row(problems[one.task_id]) for one in chosen))
    about = {"samples": len(chosen), "problems": len({one.task_id for one in chosen})}
    return {"dataset": str(output), **about, "left_out": dict(sorted(left_out.items()))}


@dataclass(frozen=True)
class Accepted:
    """An answer that passed: its code, what was checked, and the line of the results that it came from.

    `given` says which of several files of results that is, from 1: of rounds they are called alike.
    """

    task_id: str
    gen: str
    verified: str
    results: str
    sample_index: int
    given: int = 1

    def to_row(self, problem: Problem) -> dict[str, Any]:
        """Return the training sample."""
        sample = Sample(
            prompt=instruction(problem),
            gen=self.gen,
            split="train",
            task_type="code_generation",
            source="accepted",
            verified=self.verified,
        )
        origin = {"_task_id": self.task_id, "_results": self.results, "_results_given": self.given}
        return {**sample.to_row(), **origin, "_sample_index": self.sample_index}


def refuse_benchmarks(problems: Mapping[str, Problem], file: Path) -> None:
    """Raise `InputError` if some of the problems, by name or by text, are of a shipped benchmark."""
    known = {task: problem for name in BENCHMARKS for task, problem in load(shipped(name)).items()}
    texts = {problem.prompt.strip() for problem in known.values()}
    taken = [task for task, problem in problems.items() if task in known or problem.prompt.strip() in texts]
    if taken:
        raise InputError(
            f"{file} holds {counted(len(taken), 'problem')} of a benchmark (`{taken[0]}`)",
            cause="a model that was trained on them cannot be measured with them",
            hint="draw from other problems; --i-know trains on them all the same",
        )


def answers_in(
    results: Path, problems: Mapping[str, Problem], file: Path, left_out: Counter[str], accept: Accept
) -> Iterator[Accepted]:
    """Yield the answers of a results file that can be trained on; count the others by reason.

    Raises `InputError` for verdicts on other problems than those of `file`.
    """
    compiler = _compiler(results, file)
    for number, verdict in read_models(results, Verdict):
        if verdict.task_id not in problems:
            raise InputError(f"{results}:{number}: no problem `{verdict.task_id}` in {file}")
        reason = _objection(verdict, accept)
        gen = None if reason else judged_code(verdict, problems[verdict.task_id])
        if gen is None:
            left_out[reason or "nested in a module or an impl"] += 1
            continue
        tests = verdict.tests.passed if verdict.passed else 0
        checked = f"passes {tests} {'test' if tests == 1 else 'tests'}" if tests else "compiles"
        yield Accepted(verdict.task_id, gen, f"{checked}{compiler}", results.name, verdict.sample_index)


def _objection(verdict: Verdict, accept: Accept) -> str | None:
    if not verdict.passed and accept == "passes":
        return "not passed"
    if not verdict.passed and not verdict.compiles:
        return "not compiled"
    if verdict.failure is not None and not FAILURES[verdict.failure].earns:
        return f"compiling, and {verdict.failure}"
    if verdict.idle is not None:
        return "compiling, and attempting nothing"
    return "with converted arguments" if verdict.extraction and verdict.extraction.adapted else None


def _compiler(results: Path, file: Path) -> str:
    """Return ` with` the compiler that the metrics beside the results name; nothing if there are none."""
    path = Files(results).metrics
    if not path.exists():
        return ""
    metrics = read_record(path, Metrics)
    if metrics.problem_file.sha256 != digest_file(file):
        raise InputError(f"{results} was judged with another problem file than {file}", cause=f"see {path}")
    return f" with {metrics.toolchain.partition(chr(10))[0]}"


def judged_code(verdict: Verdict, problem: Problem) -> str | None:
    """Return the code that was judged, as a whole function with what it needs; None for one inside a module."""
    try:
        task = parse_problem(problem)
    except UnusableProblemError as error:
        raise InputError(f"{problem.task_id}: cannot be scored", cause=str(error)) from None
    further = task.further.names.keys()
    codes = extract_versions(verdict.completion, task.signature.name, task.names, task.crates, further)
    choice = _VERSION.match((verdict.extraction and verdict.extraction.choice) or "")
    code = next((one for one in codes if choice and one.number == int(choice[1])), codes[0])
    if code.path:
        return None
    own = [item for item in code.items if item.name not in task.names and item.kind != "inner attribute"]
    parts = [item.text.strip() for item in own]
    if code.body is not None:
        parts.insert(0, f"{opening(problem, 'chat').rstrip()}\n{code.body.text.strip(chr(10)).rstrip()}")
    return "\n\n".join(parts)


def choose(
    found: Iterable[Accepted], order: Sequence[str], most: int, seed: int, left_out: Counter[str]
) -> list[Accepted]:
    """Return at most `most` different answers of each problem (0: all), by seed and text, not by place; in `order`."""
    by_task: dict[str, dict[str, Accepted]] = {}
    for one in found:
        known = by_task.setdefault(one.task_id, {})
        text = " ".join(one.gen.split())
        left_out["repeated"] += text in known
        known.setdefault(text, one)
    chosen: list[Accepted] = []
    for task in order:
        ranked = sorted(by_task.get(task, {}).items(), key=lambda pair: derive_seed(seed, task, pair[0]))
        kept = [one for _, one in ranked][: most or None]
        left_out["beyond --per-problem"] += len(ranked) - len(kept)
        chosen += kept
    for reason in [reason for reason, count in left_out.items() if not count]:
        del left_out[reason]
    return chosen
