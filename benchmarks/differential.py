"""Judge the same samples together and one at a time; the verdicts must be the same to the last byte.

    python benchmarks/differential.py --samples 2000

Samples are those of `benchmarks/evaluator.py` (right, wrong, broken, panicking, all problems), some that
run into each limit or hold no code, and every row of the test corpora that does not run into a limit.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import evaluator

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.problems.sources import build
from sigil_common.progress import Progress
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

CORPUS = Path(__file__).parent.parent / "tests" / "human-eval-rust" / "corpus"
_HEADER = re.compile(r"^%%% (\w+) ([^\n]*)\n", re.MULTILINE)
# Rows that end by a limit of time, memory or output: which one comes first is not the judge's to say.
_LIMITED = re.compile(
    r"ever|flood|memory|threads|compiling|macro that|type that|huge|recursion limit|stack|device|nesting"
)


# Bodies for the classes that those of `evaluator` do not reach.
_EXTREMES = (
    "I am sorry, but I cannot help with that.",
    "    loop {}\n}\n",
    "    let mut held: Vec<Vec<u8>> = Vec::new();\n    loop { held.push(vec![1; 1 << 26]); }\n}\n",
    '    loop { println!("{}", "x".repeat(1 << 16)); }\n}\n',
    "    fn deep(n: u64) -> u64 { let held = [n; 512]; deep(n + 1) + held[0] }\n    deep(0);\n    todo!()\n}\n",
    "    #[no_mangle]\n    fn memcmp() {}\n    unreachable!()\n}\n",
)
_OF_EACH = 4
_OPTIONS = JudgeOptions(run_timeout=3.0, memory_bytes=1 << 30)


def extreme_answers(parsed: dict[str, ParsedProblem]) -> list[Answer]:
    """Return answers that end by a limit, or hold nothing to judge; `parsed` are the shipped problems."""
    chosen = list(parsed.values())[:: len(parsed) // _OF_EACH][:_OF_EACH]
    return [Answer(task, body) for task in chosen for body in _EXTREMES]


def corpus_answers() -> list[Answer]:
    """Return the answers of the corpora."""
    parsed = {problem.entry_point: parse_problem(problem) for problem in build(CORPUS / "problems")}
    answers = []
    for name in ("honest.txt", "cheats.txt"):
        parts = _HEADER.split((CORPUS / name).read_text(encoding="utf-8"))[1:]
        rows = zip(parts[::3], parts[1::3], parts[2::3], strict=True)
        answers += [Answer(parsed[entry], text) for entry, title, text in rows if not _LIMITED.search(title)]
    return answers


def answers(count: int, seed: int) -> list[Answer]:
    """Return `count` answers in a seeded random order."""
    parsed: dict[str, ParsedProblem] = {task: parse_problem(problem) for task, problem in load(shipped()).items()}
    fixed = [*corpus_answers(), *extreme_answers(parsed)]
    made = [
        Answer(parsed[row["task_id"]], row["completion"]) for row in evaluator.samples(max(0, count - len(fixed)), seed)
    ]
    found = [*fixed, *made][:count] if count >= len(fixed) else [*fixed, *made]
    random.Random(seed).shuffle(found)
    return found


def judged(all_answers: list[Answer], *, alone: bool, policy: bool) -> list[Finding]:
    """Judge all answers in as few batches as possible, or each `alone`."""
    workers = usable_workers()
    judge = Judge(replace(_OPTIONS, policy=policy), Compiler(find_toolchain(), open_sandbox()), workers)
    found: dict[int, Finding] = {}
    name = "one at a time" if alone else "together"
    parts = [range(at, at + 1) for at in range(len(all_answers))] if alone else [range(len(all_answers))]
    with Progress(name, total=len(all_answers), unit="answers") as progress, ThreadPoolExecutor(workers) as pool:

        def judge_part(part: range) -> None:
            for one in judge.run(all_answers[part.start : part.stop]):
                found[part[one.position]] = one.finding
                progress.advance(1)

        list(pool.map(judge_part, parts))
    return [found[i] for i in range(len(all_answers))]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-enforce-policy", action="store_true")
    args = parser.parse_args()
    chosen = answers(args.samples, args.seed)
    policy = not args.no_enforce_policy
    together = judged(chosen, alone=False, policy=policy)
    alone = judged(chosen, alone=True, policy=policy)
    different = [i for i in range(len(chosen)) if together[i] != alone[i]]
    for i in different[:10]:
        print(f"--- {chosen[i].completion[:600]}\ntogether: {together[i]}\nalone:    {alone[i]}\n")
    classes = sorted({finding.failure.kind.value if finding.failure else "passed" for finding in alone})
    print(f"{len(chosen)} answers, {len(different)} differ; seen: {', '.join(classes)}")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
