"""What is known of the benchmarks, in the forms that are compared: statements of problems, and solutions of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.choose.ngrams import ngrams, normalised
from sigil_pipeline.choose.signature import name_of, signature
from sigil_pipeline.choose.skeleton import body_size, body_tokens
from sigil_pipeline.chunk.syntax import parse

if TYPE_CHECKING:
    from tree_sitter import Node

_CODE_RUN = 24
_SHORTEST_SOLUTION = 14
_NOT_IN_CODE_RUN = 13
# Fewer say what everyone says: `x.parse().ok()` has eleven (docs/benchmarks/decontamination.md).
SHORTEST_BODY = 15
_SOLUTION_FIELDS = ("task_id", "entry_point", "solution")


@dataclass(frozen=True)
class Problems:
    """What occurs in a problem or in a known solution, each with the problem's name.

    Runs of code tokens (of the lengths `code_sizes`) and of words; signatures of the functions that are asked for, by
    their names; and the skeletons of these functions' bodies (of the lengths `body_sizes`).
    """

    code: Mapping[str, str] = field(default_factory=dict)
    prose: Mapping[str, str] = field(default_factory=dict)
    code_sizes: tuple[int, ...] = ()
    signatures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    bodies: Mapping[str, str] = field(default_factory=dict)
    body_sizes: frozenset[int] = frozenset()


@dataclass(frozen=True)
class _Known:
    """One statement with a solution, or one more solution: then the statement is empty."""

    name: str
    entry_point: str
    statement: str
    solution: str


def read_problems(files: Sequence[Path], solutions: Sequence[Path] = ()) -> Problems:
    """Read files of problems, and of solutions; raise `InputError` naming file and line of what cannot be read."""
    code: dict[str, str] = {}
    prose: dict[str, str] = {}
    sizes: set[int] = set()
    signatures: dict[str, dict[str, str]] = {}
    bodies: dict[str, str] = {}
    body_sizes: set[int] = set()
    for one in (*_problems(files), *_solutions(solutions)):
        prose.update(dict.fromkeys(prose_runs(_comments(one.statement)), one.name))
        function = _asked_for(one)
        length = body_size(function) if function is not None else 0
        if function is not None:
            signatures.setdefault(one.entry_point, {}).setdefault(signature(function), one.name)
        if function is not None and length >= SHORTEST_BODY:
            body_sizes.add(length)
            bodies.setdefault(" ".join(body_tokens(function, {length}) or ()), one.name)
        # Parts of the many solutions are like much else: `let mut text = String::with_capacity(...); for`.
        if one.statement or length < SHORTEST_BODY:
            items = normalised(one.solution)
            size = min(_CODE_RUN, max(_SHORTEST_SOLUTION, len(items)))
            code.update(dict.fromkeys(long_runs(items, size), one.name))
            sizes.add(size)
    return Problems(code, prose, tuple(sorted(sizes)), signatures, bodies, frozenset(body_sizes))


def long_runs(items: Sequence[str], size: int) -> set[str]:
    """Return all runs of `size` items, none if there are fewer."""
    return ngrams(items, size) if len(items) >= size else set()


def prose_runs(text: str) -> set[str]:
    """Return the runs of words that are compared with those of statements."""
    return long_runs(re.findall(r"[a-z0-9]+", text.lower()), _NOT_IN_CODE_RUN)


def _problems(files: Sequence[Path]) -> Iterator[_Known]:
    for file in files:
        for number, row in read_objects(file):
            name = str(row.get("task_id") or row.get("name") or f"{file.name}:{number}")
            statement = str(row.get("prompt") or "")
            if not statement:
                raise InputError(
                    f"{file}:{number}: field `prompt` is missing", hint="give a file of benchmark problems"
                )
            solution = statement + str(row.get("canonical_solution") or "")
            yield _Known(name, str(row.get("entry_point") or ""), statement, solution)


def _solutions(files: Sequence[Path]) -> Iterator[_Known]:
    for file in files:
        for number, row in read_objects(file):
            where = f"{file}:{number}"
            name, entry_point, solution = (_text(row, key, where) for key in _SOLUTION_FIELDS)
            one = _Known(name, entry_point, "", solution)
            if _asked_for(one) is None:
                raise InputError(
                    f"{where}: `solution` has no function `{entry_point}` with a body",
                    hint="a solution is Rust code that holds the whole function `entry_point`, outside of any impl",
                )
            yield one


def _text(row: Mapping[str, Any], key: str, where: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        what = "is missing" if value is None else "must be text that is not blank"
        raise InputError(f"{where}: field `{key}` {what}", hint=f"each line has {', '.join(_SOLUTION_FIELDS)}")
    return value


def _asked_for(one: _Known) -> Node | None:
    """Return the function that solves a problem: the last of its name that stands in no other item."""
    found = [
        node
        for node in parse(one.solution.encode("utf-8", "replace")).named_children
        if node.type == "function_item" and name_of(node) == one.entry_point
    ]
    return found[-1] if found else None


def _comments(code: str) -> str:
    return "\n".join(line.strip().lstrip("/!") for line in code.split("\n") if line.strip().startswith("//"))
