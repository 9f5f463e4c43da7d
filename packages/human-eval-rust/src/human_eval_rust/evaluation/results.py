"""The files of one evaluation: results, metrics and times, and a journal while it is under way.

Results hold nothing that varies between runs, and are written in the order of the samples in one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from human_eval_rust.evaluation.samples import Key, SampleLine
from human_eval_rust.judging.finding import Used
from sigil_common.errors import InputError
from sigil_common.jsonl import probe, write_json, write_jsonl
from sigil_common.lock import only_run
from sigil_common.records import Metrics, Verdict


@dataclass(frozen=True)
class Files:
    """Where an evaluation puts what it makes."""

    results: Path

    @classmethod
    def beside(
        cls, samples: Path, output_dir: Path | None, results: Path | None, problems: Path | None = None
    ) -> Files:
        """Return the files for `samples`: `<samples>_results.jsonl` beside it, in `output_dir`, or `results`.

        Raises `InputError` where `samples` or `problems` would be overwritten.
        """
        if results is not None and output_dir is not None:
            raise InputError("--results-file and --output-dir exclude each other")
        folder = output_dir or samples.parent
        files = cls(results or folder / f"{samples.name}_results.jsonl")
        written = (files.results, files.metrics, files.times, files.references, files.journal)
        for given in (samples, *([problems] if problems else [])):
            if given.resolve() in {path.resolve() for path in written}:
                raise InputError(f"{given} would be overwritten by the results", hint="give another --results-file")
        return files

    def _sibling(self, word: str) -> Path:
        stem = self.results.name.removesuffix(".jsonl").removesuffix("_results")
        return self.results.with_name(f"{stem}_{word}")

    @property
    def lock(self) -> Path:
        """Return the file that keeps a second run from writing the same results; it stays."""
        return self.results.with_name(f".{self.results.name}.lock")

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs away from these files, having seen that what they hold in the end can be written.

        Raises `InputError` if another run holds them, `MissingError` for a place that cannot be written.
        """
        for path in (self.results, self.metrics, self.times):
            probe(path)
        with only_run(self.lock, self.results):
            yield

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


def verdicts(samples: Sequence[SampleLine], found: Mapping[Key, Verdict]) -> list[Verdict]:
    """Return the verdict of every sample, in their order."""
    return [
        found[sample.key].model_copy(
            update={
                "sample_index": sample.index,
                "completion": sample.completion,
                "finish_reason": sample.finish_reason,
            }
        )
        for sample in samples
    ]


def write_results(path: Path, rows: Iterable[Verdict]) -> None:
    """Write the results file in one step."""
    write_jsonl(path, (row.to_row() for row in rows))


def write_metrics(path: Path, metrics: Metrics) -> None:
    """Write the metrics file in one step."""
    write_json(path, metrics.to_row())


def write_times(path: Path, times: Mapping[SampleLine, Used]) -> None:
    """Write what the tests of each sample took: wall and CPU seconds, bytes of memory; 0 and null where none ran.

    Varies between runs, unlike everything else.
    """
    ordered = sorted(times.items(), key=lambda pair: (pair[0].task_id, pair[0].index))
    write_jsonl(path, (_times_row(sample, used) for sample, used in ordered))


def _times_row(sample: SampleLine, used: Used) -> dict[str, Any]:
    cpu = None if used.cpu_s is None else round(used.cpu_s, 4)
    whose = {"task_id": sample.task_id, "sample_index": sample.index}
    return {**whose, "run_s": round(used.wall_s, 4), "cpu_s": cpu, "max_rss": used.peak_bytes}
