"""The files of one evaluation: samples in, results, metrics and times out, and a journal in between.

Results hold nothing that varies between runs, and are written in the order of the samples in one step.
What was found is kept in a journal as it is found; a later run with the same problems, settings,
compiler and evaluator takes it from there, or from a finished results file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from human_eval_rust.problems.files import SHIPPED
from sigil_common.errors import InputError
from sigil_common.jsonl import Journal, read_models, write_json, write_jsonl
from sigil_common.manifest import digest_bytes
from sigil_common.records import Completion, Problem, Verdict

Key = tuple[str, str]
_HINT = "every line needs two texts, `task_id` and `completion`"


@dataclass(frozen=True)
class Files:
    """Where an evaluation puts what it makes."""

    results: Path

    @classmethod
    def beside(cls, samples: Path, output_dir: Path | None, results: Path | None) -> Files:
        """Return the files for `samples`: `<samples>_results.jsonl` beside it, in `output_dir`, or `results`."""
        if results is not None and output_dir is not None:
            raise InputError("--results-file and --output-dir exclude each other")
        folder = output_dir or samples.parent
        files = cls(results or folder / f"{samples.name}_results.jsonl")
        if samples.resolve() in {
            path.resolve() for path in (files.results, files.metrics, files.times, files.references, files.journal)
        }:
            raise InputError(f"{samples} would be overwritten by the results", hint="give another --results-file")
        return files

    def _sibling(self, word: str) -> Path:
        stem = self.results.name.removesuffix(".jsonl").removesuffix("_results")
        return self.results.with_name(f"{stem}_{word}")

    @property
    def metrics(self) -> Path:
        """Return the metrics file, `<input>_metrics.json`."""
        return self._sibling("metrics.json")

    @property
    def times(self) -> Path:
        """Return the file with what varies between runs."""
        return self._sibling("timings.jsonl")

    @property
    def references(self) -> Path:
        """Return the file that says whether the reference solutions passed; shipped problems need none."""
        return self._sibling("references.jsonl")

    @property
    def journal(self) -> Path:
        """Return the journal, which is there while a run is under way or was interrupted."""
        return self.results.with_name(f".{self.results.name}.journal")


@dataclass(frozen=True)
class Sample:
    """One line of the samples file; `index` counts the samples of its problem from 0."""

    task_id: str
    completion: str
    index: int

    @property
    def key(self) -> Key:
        """What its verdict depends on."""
        return (self.task_id, digest_bytes(self.completion.encode("utf-8", "surrogatepass")))


def read_samples(path: Path, problems: Mapping[str, Problem], problem_file: Path) -> list[Sample]:
    """Read and check a samples file. Raises `InputError` naming the line of the first fault."""
    if path.exists() and not path.is_file():
        raise InputError(f"{path} is not a regular file", hint="write the samples to a file first")
    samples: list[Sample] = []
    counts: dict[str, int] = {}
    for number, row in read_models(path, Completion, hint=_HINT):
        if row.task_id not in problems:
            raise InputError(
                f"{path}:{number}: field `task_id`: no problem `{row.task_id}` in {problem_file}",
                hint=f"its task ids look like `{next(iter(problems))}`; another set is chosen with --problem_file "
                f"(a path, or {SHIPPED})",
            )
        index = counts.get(row.task_id, 0)
        counts[row.task_id] = index + 1
        samples.append(Sample(row.task_id, row.completion, index))
    if not samples:
        raise InputError(f"{path} holds no samples")
    return samples


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
                    self.found[Sample(verdict.task_id, verdict.completion, 0).key] = verdict
        except InputError:
            self.found.clear()


def _journal_row(key: Key, verdict: Verdict) -> dict[str, Any]:
    return {"task_id": key[0], "digest": key[1], "verdict": verdict.to_row()}


def _fingerprint_of(metrics: Path) -> str | None:
    import json

    try:
        value = json.loads(metrics.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = value.get("fingerprint") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def verdicts(samples: Sequence[Sample], found: Mapping[Key, Verdict]) -> list[Verdict]:
    """Return the verdict of every sample, in their order."""
    return [
        found[sample.key].model_copy(update={"sample_index": sample.index, "completion": sample.completion})
        for sample in samples
    ]


def write_results(path: Path, rows: Iterable[Verdict]) -> None:
    """Write the results file in one step."""
    write_jsonl(path, (row.to_row() for row in rows))


def write_metrics(path: Path, metrics: Mapping[str, Any]) -> None:
    """Write the metrics file in one step."""
    write_json(path, metrics)


def write_times(path: Path, times: Mapping[Sample, float]) -> None:
    """Write how long the tests of each sample took. Varies between runs, unlike everything else."""
    write_jsonl(
        path,
        (
            {"task_id": sample.task_id, "sample_index": sample.index, "run_s": round(seconds, 4)}
            for sample, seconds in sorted(times.items(), key=lambda pair: (pair[0].task_id, pair[0].index))
        ),
    )
