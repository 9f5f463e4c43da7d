"""Judge the same samples on a quiet machine and on one that is busy; print which verdicts differ (none may).

    python benchmarks/load.py --samples 400 --loops 12

The samples are those of `benchmarks/evaluator.py` and three that live by the clock: one that computes for some two
seconds and is right, one that sleeps for an hour, one that never ends. Nothing here is timed: what counts is that a
busy machine changes no verdict, and no class of failure.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import evaluator

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import parse_problem
from sigil_common.progress import Progress
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

_LOOP = "while :; do :; done"
_COMPUTES = (
    "    let mut n = 0u64;\n    for i in 0..{rounds}u64 {{ n = std::hint::black_box(n ^ i); }}\n"
    "    std::hint::black_box(n);\n"
)
_CLOCKED = (
    ("sleeps", "    std::thread::sleep(std::time::Duration::from_secs(3600));\n"),
    ("never ends", "    loop { std::hint::black_box(()); }\n}\n"),
)


def answers(count: int, seed: int, rounds: int) -> list[tuple[str, Answer]]:
    """Return `count` kinds and answers, the last three by the clock; `rounds` of a loop take one of them its time."""
    parsed = {task: parse_problem(problem) for task, problem in load(shipped()).items()}
    first = next(iter(parsed.values()))
    body = first.problem.canonical_solution
    rows = evaluator.samples(count - 3, seed)
    made = [(row["kind"], Answer(parsed[row["task_id"]], row["completion"])) for row in rows]
    share = rounds // len(first.tests)  # each test calls the answer at least once
    made.append(("computes", Answer(first, _COMPUTES.format(rounds=share) + body)))
    return made + [(kind, Answer(first, text if text.endswith("}\n") else text + body)) for kind, text in _CLOCKED]


def judged(asked: Sequence[Answer], options: JudgeOptions, name: str) -> list[Finding]:
    """Judge all answers in one call."""
    judge = Judge(options, Compiler(find_toolchain(), open_sandbox()), usable_workers())
    found: dict[int, Finding] = {}
    with Progress(name, total=len(asked), unit="answers") as progress:
        for one in judge.run(asked):
            found[one.position] = one.finding
            if one.used and (one.used.cpu_s or 0) > 1:
                print(f"{name}: answer {one.position} took {one.used.cpu_s:.1f} CPU s, {one.used.wall_s:.1f} s")
            progress.advance(1)
    return [found[i] for i in range(len(asked))]


@contextmanager
def busy(loops: int) -> Iterator[None]:
    """Keep the machine busy with endless loops."""
    with ExitStack() as stack:
        for _ in range(loops):
            # In sessions of their own: the kernel shares the CPUs fairly among sessions, not programs.
            process = subprocess.Popen(["/bin/sh", "-c", _LOOP], start_new_session=True)
            stack.callback(process.wait)
            stack.callback(process.kill)
        yield


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=400)
    parser.add_argument("--loops", type=int, default=12)
    parser.add_argument("--timeout", type=float, default=10.0)
    parser.add_argument("--rounds", type=int, default=2_000_000, help="of the loop of the answer that computes")
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    asked = answers(args.samples, args.seed, args.rounds)
    options = JudgeOptions(compile_timeout=args.timeout, run_timeout=args.timeout)
    started = time.monotonic()
    quiet = judged([answer for _, answer in asked], options, "quiet")
    between = time.monotonic()
    with busy(args.loops):
        loaded = judged([answer for _, answer in asked], options, f"{args.loops} loops")
    ended = time.monotonic()
    different = [i for i in range(len(asked)) if quiet[i] != loaded[i]]
    for i in different:
        print(f"--- {asked[i][0]}\nquiet:  {quiet[i]}\nloaded: {loaded[i]}")
    for i in range(len(asked) - 3, len(asked)):
        print(f"{asked[i][0]}: {quiet[i].failure.kind.value if quiet[i].failure else 'passed'}")
    passed = sum(one.failure is None for one in quiet)
    print(
        f"{len(asked)} answers, {passed} passed, {len(different)} differ; "
        f"quiet {between - started:.0f} s, with {args.loops} loops {ended - between:.0f} s"
    )
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
