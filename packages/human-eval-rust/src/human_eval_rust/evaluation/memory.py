"""Verdicts found so far, in this run and in earlier ones.

What was found is kept in a journal as it is found; a later run with the same problems, settings,
compiler and evaluator takes it from there, or from a finished results file.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from human_eval_rust.evaluation.results import Files
from human_eval_rust.evaluation.samples import Key, SampleLine
from sigil_common.errors import InputError
from sigil_common.jsonl import Journal, read_models, write_jsonl
from sigil_common.records import Verdict


class Memory:
    """Verdicts found so far, by key: those of an earlier run, and those of this one as they come."""

    def __init__(self, files: Files, fingerprint: str, *, resume: bool) -> None:
        self.files = files
        self._fingerprint = fingerprint
        self.found: dict[Key, Verdict] = {}
        if resume:
            self._take_finished(fingerprint)
        kept = resume and self._take_journal(fingerprint)
        if not kept:
            files.journal.unlink(missing_ok=True)
        self._journal = Journal(files.journal)
        if not kept:
            self._journal.append({"fingerprint": fingerprint})
        self.remembered = len(self.found)

    def add(self, key: Key, verdict: Verdict) -> None:
        """Keep a verdict, unless it is one that should be tried again."""
        self.found[key] = verdict
        if verdict.result != "not judged":
            self._journal.append(_journal_row(key, verdict))

    def close(self, judged: Collection[Key]) -> None:
        """End a run whose results hold the verdicts of `judged`; those of samples left out are kept in the journal."""
        self._journal.close()
        others = [_journal_row(key, verdict) for key, verdict in self.found.items() if key not in judged]
        if others:
            write_jsonl(self.files.journal, [{"fingerprint": self._fingerprint}, *others])
        else:
            self.files.journal.unlink(missing_ok=True)

    def _take_journal(self, fingerprint: str) -> bool:
        if not self.files.journal.exists():
            return False
        with Journal(self.files.journal) as journal:
            rows = journal.rows()
            try:
                if next(rows, {}).get("fingerprint") != fingerprint:
                    return False
                for row in rows:
                    self.found[row["task_id"], row["digest"]] = Verdict.model_validate(row["verdict"])
            except (InputError, KeyError, ValidationError):
                return False
        return True

    def _take_finished(self, fingerprint: str) -> None:
        """Take verdicts from results whose metrics carry the same fingerprint."""
        try:
            if not self.files.results.exists() or _fingerprint_of(self.files.metrics) != fingerprint:
                return
            for _, verdict in read_models(self.files.results, Verdict):
                if verdict.result != "not judged":
                    self.found[SampleLine(verdict.task_id, verdict.completion, 0).key] = verdict
        except InputError:
            self.found.clear()


def _journal_row(key: Key, verdict: Verdict) -> dict[str, Any]:
    return {"task_id": key[0], "digest": key[1], "verdict": verdict.to_row()}


def _fingerprint_of(metrics: Path) -> str | None:
    try:
        value = json.loads(metrics.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = value.get("fingerprint") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
