"""Mutants of a problem's reference solution: the solution with one small change each.

The tests of a problem are as good as the mutants that they tell from the solution. A mutant is named by
the lines before and after its change, so that its name holds while other lines are edited.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.rust.tree import parse, walk
from human_eval_rust.strength.mutation.edits import Edit
from human_eval_rust.strength.mutation.operators import OPERATORS
from human_eval_rust.strength.mutation.type_slips import (
    argument_slips,
    constant_results,
    edge_slips,
    result_slips,
)
from sigil_common.errors import InputError
from sigil_common.records import Problem

NOTHING = "(nothing)"
START = "(before the body)"
BODY = "(the body)"
_LONG = 160


@dataclass(frozen=True)
class Mutant:
    """One changed solution. `body` replaces `canonical_solution`; `line` is where it differs, from 1.

    `original` and `mutated` are the changed lines with their white space squeezed; together they are
    unique within the problem.
    """

    task_id: str
    operator: str
    line: int
    original: str
    mutated: str
    body: str

    @property
    def name(self) -> tuple[str, str, str]:
        """What the list of equivalent mutants calls it."""
        return self.task_id, self.original, self.mutated


def with_solution(problem: Problem, folder: Path) -> Problem:
    """Return the problem with another solution for its reference; raise `InputError` if `folder` holds none."""
    path = solution_path(problem, folder)
    try:
        return problem.model_copy(update={"canonical_solution": path.read_text(encoding="utf-8")})
    except OSError as error:
        raise InputError(f"cannot read {path}", cause=error.strerror or str(error)) from error


def solution_path(problem: Problem, folder: Path) -> Path:
    """Return where `folder` holds another solution of the problem, if it does: `NNN_entry_point.rs`.

    NNN is the first number in what follows the last slash of its id, 0 without one.
    """
    number = re.search(r"\d+", problem.task_id.rpartition("/")[2])
    return folder / f"{int(number[0]) if number else 0:03}_{problem.entry_point}.rs"


def mutants(problem: Problem) -> list[Mutant]:
    """Return the mutants of a problem in the order of their places, no two alike and none with a syntax error.

    Raises `UnusableProblemError` for a problem that cannot be scored.
    """
    task = parse_problem(problem)
    bodies: dict[str, Mutant] = {}
    names: Counter[tuple[str, str]] = Counter()
    for made in (*_whole(task), *_edited(problem)):
        if made.body in bodies or _squeeze(made.body) == _squeeze(problem.canonical_solution):
            continue
        if parse(problem.prompt + made.body).root_node.has_error:
            continue
        names[made.original, made.mutated] += 1
        again = names[made.original, made.mutated]
        mutated = made.mutated if again == 1 else f"{made.mutated} #{again}"
        bodies[made.body] = Mutant(made.task_id, made.operator, made.line, made.original, mutated, made.body)
    return list(bodies.values())


def _whole(task: ParsedProblem) -> Iterator[Mutant]:
    """Yield mutants by the signature's types."""
    problem, signature = task.problem, task.signature
    canonical = problem.canonical_solution
    end = _body_end(problem)
    body, rest = canonical[:end], canonical[end:]
    for line in argument_slips(signature):
        yield Mutant(problem.task_id, "argument", 1, START, line, f"    {line}\n{canonical}")
    for value in constant_results(signature):
        yield Mutant(problem.task_id, "constant result", 1, BODY, value, f"    {value}\n{rest}")
    for value in result_slips(signature):
        text = f"    let result = (||{signature.returns} {{\n{body}    }})();\n    {value}\n{rest}"
        yield Mutant(problem.task_id, "result", 1, f"{BODY} -> result", value, text)
    for condition, other in edge_slips(signature):
        run = f"let edge = {condition};\n    let result = (||{signature.returns} {{\n{body}    }})();"
        text = f"    {run}\n    if edge {{ {other} }} else {{ result }}\n{rest}"
        yield Mutant(problem.task_id, "edge", 1, f"{BODY} -> result", f"if {condition} {{ {other} }}", text)


def _body_end(problem: Problem) -> int:
    """Return where the entry point's closing brace stands in the reference solution."""
    raw = (problem.prompt + problem.canonical_solution).encode()
    prompt = len(problem.prompt.encode())
    for node in walk(parse(raw.decode()).root_node):
        if node.type == "function_item" and node.start_byte < prompt < node.end_byte:
            return len(raw[prompt : node.end_byte - 1].decode())
    raise ValueError(f"{problem.task_id}: prompt and reference solution make no function")


def _edited(problem: Problem) -> Iterator[Mutant]:
    """Yield mutants by the operators on the syntax tree."""
    raw = problem.canonical_solution.encode()
    shift = len(problem.prompt.encode())
    for node in walk(parse(problem.prompt + problem.canonical_solution).root_node):
        if node.start_byte < shift:
            continue
        for name, (types, operator) in OPERATORS.items():
            if node.type in types:
                for edit in operator(node):
                    yield _mutant(problem.task_id, name, raw, Edit(edit.start - shift, edit.end - shift, edit.text))


def _mutant(task_id: str, operator: str, raw: bytes, edit: Edit) -> Mutant:
    first = raw.rfind(b"\n", 0, edit.start) + 1
    last = raw.find(b"\n", edit.end)
    last = len(raw) if last < 0 else last
    text = edit.text.encode()
    return Mutant(
        task_id,
        operator,
        raw.count(b"\n", 0, edit.start) + 1,
        _shown(raw[first:last]),
        _shown(raw[first : edit.start] + text + raw[edit.end : last]),
        (raw[: edit.start] + text + raw[edit.end :]).decode(),
    )


def _shown(lines: bytes) -> str:
    text = _squeeze(lines.decode())
    if len(text) > _LONG:
        text = f"{text[: _LONG * 2 // 3]} ... {text[-_LONG // 3 :]}"
    return text or NOTHING


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
