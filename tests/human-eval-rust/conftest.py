from __future__ import annotations

import re
from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer, Finding, JudgeOptions
from human_eval_rust.judging.judge import Judge, usable_workers
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.problems.sources import build
from sigil_common.records import Problem
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

from ..clock import HANG_S

CORPUS = Path(__file__).parent / "corpus"
_HEADER = re.compile(r"^%%% (\w+) ([^\n]*)\n", re.MULTILINE)


def patient(**changes: object) -> JudgeOptions:
    """Options under which no answer that ends by itself fails for time, however busy the machine is."""
    return JudgeOptions(**{"compile_timeout": HANG_S, "run_timeout": HANG_S, **changes})


@pytest.fixture(scope="session")
def corpus():
    """A function that returns `(entry point, title, answer)` of every row of a corpus file."""

    def rows(name: str) -> list[tuple[str, str, str]]:
        parts = _HEADER.split((CORPUS / name).read_text(encoding="utf-8"))[1:]
        return [(parts[i], parts[i + 1], parts[i + 2]) for i in range(0, len(parts), 3)]

    return rows


@pytest.fixture(scope="session")
def problems() -> dict[str, Problem]:
    return {problem.entry_point: problem for problem in build(CORPUS / "problems")}


@pytest.fixture(scope="session")
def parsed(problems: dict[str, Problem]) -> dict[str, ParsedProblem]:
    return {name: parse_problem(problem) for name, problem in problems.items()}


@pytest.fixture(scope="session")
def judge_with():
    """A function that judges answers under given options (`patient` ones, if none), all in one call."""
    sandbox = open_sandbox()

    def run(answers: list[Answer], options: JudgeOptions | None = None, *, one_by_one: bool = False) -> list[Finding]:
        judge = Judge(options or patient(), Compiler(find_toolchain(), sandbox), usable_workers())
        batches = [[answer] for answer in answers] if one_by_one else [answers]
        return [one.finding for batch in batches for one in sorted(judge.run(batch))]

    return run
