"""Verdicts found so far, in this run and in earlier ones, and what the test runs took.

What was found is kept in a journal as it is found; a later run with the same problems, settings,
compiler and evaluator takes it from there, or from a finished results file.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from human_eval_rust.evaluation.results import Files, read_times
from human_eval_rust.evaluation.samples import Key, SampleLine
from human_eval_rust.judging.finding import Used
from sigil_common.errors import InputError
from sigil_common.jsonl import Journal, read_models, write_jsonl
from sigil_common.records import Verdict


class Memory:
    """What is known, by key, from an earlier run and from this one as it comes.

    `found` are verdicts, `used` what their test runs took. `late` are those without a verdict that ran out of time
    once, so that only their second try is left to do. `journal` is open until somebody closes it.
    """

    def __init__(self, files: Files, fingerprint: str, *, resume: bool) -> None:
        self.files = files
        self._fingerprint = fingerprint
        self.found: dict[Key, Verdict] = {}
        self.used: dict[Key, Used] = {}
        self.late: set[Key] = set()
        if resume:
            self.take_from(files)
        kept = resume and self._take_journal(fingerprint)
        if not kept:
            files.journal.unlink(missing_ok=True)
        self.journal = Journal(files.journal)
        if not kept:
            self.journal.append({"fingerprint": fingerprint})
        self.remembered = len(self.found)

    def add(self, key: Key, verdict: Verdict, used: Used | None = None) -> None:
        """Keep a verdict, unless it is one that should be tried again."""
        self.found[key] = verdict
        self.used[key] = used or Used(0.0)
        if verdict.result != "not judged":
            self.journal.append(self._row(key))

    def add_late(self, key: Key) -> None:
        """Keep that an answer ran out of time; a second try gives its verdict."""
        self.late.add(key)
        self.journal.append(self._row(key))

    def close(self, judged: Collection[Key] | None = None) -> None:
        """End a run whose results hold all verdicts, or those of `judged`; others are kept in the journal."""
        known = dict.fromkeys([*self.found, *self.late])
        others = [self._row(key) for key in known if judged is not None and key not in judged]
        if others:
            write_jsonl(self.files.journal, [{"fingerprint": self._fingerprint}, *others])
        else:
            self.files.journal.unlink(missing_ok=True)

    def _row(self, key: Key) -> dict[str, Any]:
        row: dict[str, Any] = {"task_id": key[0], "digest": key[1]}
        if key in self.found:
            row |= {"verdict": self.found[key].to_row(), "used": self.used.get(key)}
        return row

    def _take_journal(self, fingerprint: str) -> bool:
        if not self.files.journal.exists():
            return False
        with Journal(self.files.journal) as journal:
            rows = journal.rows()
            try:
                if next(rows, {}).get("fingerprint") != fingerprint:
                    return False
                for row in rows:
                    self._take(row)
            except (InputError, KeyError, TypeError, ValidationError):
                return False
        self.late -= self.found.keys()
        return True

    def _take(self, row: dict[str, Any]) -> None:
        key = (row["task_id"], row["digest"])
        if "verdict" in row:
            self.found[key] = Verdict.model_validate(row["verdict"])
            if row["used"]:
                self.used[key] = Used(*row["used"])
        else:
            self.late.add(key)

    def take_from(self, files: Files) -> None:
        """Take verdicts from results whose metrics carry the same fingerprint; without one that is, none."""
        try:
            if not files.results.exists() or _fingerprint_of(files.metrics) != self._fingerprint:
                return
            times = dict(read_times(files.times))
            verdicts = [verdict for _, verdict in read_models(files.results, Verdict)]
        except InputError:
            return
        for verdict in verdicts:
            if verdict.result != "not judged":
                key = SampleLine(verdict.task_id, verdict.completion, 0).key
                self.found[key] = verdict
                with suppress(KeyError):
                    self.used[key] = times[verdict.task_id, verdict.sample_index]
        self.remembered = len(self.found)


def _fingerprint_of(metrics: Path) -> str | None:
    try:
        value = json.loads(metrics.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = value.get("fingerprint") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None
