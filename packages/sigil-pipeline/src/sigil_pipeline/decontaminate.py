"""Keep benchmark problems out of the training data.

Two tests, chosen by measurement (docs/adr/0036): runs of 20 code tokens with the author's names and
literals made alike catch renamed copies of solutions without the false alarms of shorter runs; runs of
13 words catch problem statements quoted in prompts or answers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_pipeline.lexing import ngrams, normalised
from sigil_pipeline.tasks.candidates import Candidate

_CODE_RUN = 20
_PROSE_RUN = 13


@dataclass(frozen=True)
class Hit:
    """A candidate that resembles a problem, and the words they share."""

    candidate: Candidate
    problem: str
    reason: str
    shared: str


@dataclass(frozen=True)
class Problems:
    """Runs of code tokens and of words that occur in a problem, each with its name."""

    code: dict[str, str]
    prose: dict[str, str]


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
    for file in files:
        for number, row in read_objects(file):
            name = str(row.get("task_id") or row.get("name") or f"{file.name}:{number}")
            statement = str(row.get("prompt") or "")
            if not statement:
                raise InputError(
                    f"{file}:{number}: field `prompt` is missing", hint="give a file of benchmark problems"
                )
            solution = statement + str(row.get("canonical_solution") or "")
            code.update(dict.fromkeys(_long_runs(normalised(solution), _CODE_RUN), name))
            prose.update(dict.fromkeys(_long_runs(_words(_comments(statement)), _PROSE_RUN), name))
    return Problems(code, prose)


def _resembles(candidate: Candidate, index: Problems) -> Hit | None:
    if candidate.task_type != "explanations":
        for run in sorted(_long_runs(normalised(candidate.gen), _CODE_RUN)):
            if run in index.code:
                return Hit(candidate, index.code[run], "contaminated_code", run)
    for run in sorted(_long_runs(_words(f"{candidate.prompt}\n{candidate.gen}"), _PROSE_RUN)):
        if run in index.prose:
            return Hit(candidate, index.prose[run], "contaminated_text", run)
    return None


def _long_runs(items: Sequence[str], size: int) -> set[str]:
    return ngrams(items, size) if len(items) >= size else set()


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.lower())


def _comments(code: str) -> str:
    return "\n".join(line.strip().lstrip("/!") for line in code.split("\n") if line.strip().startswith("//"))
