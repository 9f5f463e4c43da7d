"""Keep benchmark problems out of the training data.

Two tests, chosen by measurement (docs/adr/0036): runs of 24 code tokens, with the author's names and texts
made alike, catch renamed copies of solutions without the false alarms of shorter runs; runs of 13 words
catch problem statements quoted in prompts or answers. A solution shorter than a run counts as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.choose.ngrams import ngrams, normalised
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.candidates import Candidate

_CODE_RUN = 24
_SHORTEST_SOLUTION = 14
_NOT_IN_CODE_RUN = 13


@dataclass(frozen=True)
class Hit:
    """A candidate that resembles a problem, and the words they share."""

    candidate: Candidate
    problem: str
    reason: str
    shared: str


@dataclass(frozen=True)
class Problems:
    """Runs of code tokens (of the lengths `code_sizes`) and of words that occur in a problem, each with its name."""

    code: dict[str, str]
    prose: dict[str, str]
    code_sizes: tuple[int, ...]


def drop_contaminated(candidates: Sequence[Candidate], problems: Problems) -> tuple[list[Candidate], list[Hit]]:
    """Return the candidates that resemble no problem, and a hit for each of the others."""
    kept, hits = [], []
    for candidate in candidates:
        hit = _resembles(candidate, problems)
        if hit is None:
            kept.append(candidate)
        else:
            hits.append(hit)
    return kept, hits


def read_problems(files: Sequence[Path]) -> Problems:
    """Read benchmark files; raise `InputError` naming file and line of what cannot be read."""
    code: dict[str, str] = {}
    prose: dict[str, str] = {}
    sizes: set[int] = set()
    for file in files:
        for number, row in read_objects(file):
            name = str(row.get("task_id") or row.get("name") or f"{file.name}:{number}")
            statement = str(row.get("prompt") or "")
            if not statement:
                raise InputError(
                    f"{file}:{number}: field `prompt` is missing", hint="give a file of benchmark problems"
                )
            solution = statement + str(row.get("canonical_solution") or "")
            items = normalised(solution)
            size = min(_CODE_RUN, max(_SHORTEST_SOLUTION, len(items)))
            code.update(dict.fromkeys(_long_runs(items, size), name))
            sizes.add(size)
            prose.update(dict.fromkeys(_long_runs(_words(_comments(statement)), _NOT_IN_CODE_RUN), name))
    return Problems(code, prose, tuple(sorted(sizes)))


def _resembles(candidate: Candidate, index: Problems) -> Hit | None:
    if candidate.task_type not in NOT_IN_CODE:
        items = normalised(candidate.gen)
        for run in sorted(run for size in index.code_sizes for run in _long_runs(items, size)):
            if run in index.code:
                return Hit(candidate, index.code[run], "contaminated_code", run)
    for run in sorted(_long_runs(_words(f"{candidate.prompt}\n{candidate.gen}"), _NOT_IN_CODE_RUN)):
        if run in index.prose:
            return Hit(candidate, index.prose[run], "contaminated_text", run)
    return None


def _long_runs(items: Sequence[str], size: int) -> set[str]:
    return ngrams(items, size) if len(items) >= size else set()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _comments(code: str) -> str:
    return "\n".join(line.strip().lstrip("/!") for line in code.split("\n") if line.strip().startswith("//"))
