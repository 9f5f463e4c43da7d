from __future__ import annotations

import re
from pathlib import Path

import pytest

from human_eval_rust.finding import Answer, Finding, JudgeOptions
from human_eval_rust.frame import Frame, frame
from human_eval_rust.judging import Judge, usable_cpus
from human_eval_rust.problems import build
from sigil_common.records import Problem
from sigil_common.rustc import find_toolchain
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
def frames(problems: dict[str, Problem]) -> dict[str, Frame]:
    return {name: frame(problem) for name, problem in problems.items()}


@pytest.fixture(scope="session")
def judge_with():
    """A function that judges answers under given options (`patient` ones, if none), all in one call."""
    sandbox = open_sandbox()

    def run(answers: list[Answer], options: JudgeOptions | None = None, *, one_by_one: bool = False) -> list[Finding]:
        judge = Judge(options or patient(), find_toolchain(), sandbox, usable_cpus())
        found: dict[int, Finding] = {}
        batches = [[i] for i in range(len(answers))] if one_by_one else [list(range(len(answers)))]
        for batch in batches:
            judge.batch([answers[i] for i in batch], lambda at, finding, _, b=batch: found.__setitem__(b[at], finding))
        return [found[i] for i in range(len(answers))]

    return run
