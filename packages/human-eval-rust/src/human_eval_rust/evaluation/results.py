"""The files of one evaluation: results, metrics and times, and a journal while it is under way.

Results hold nothing that varies between runs, and are written in the order of the samples in one step.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from human_eval_rust.evaluation.samples import Key, SampleLine
from human_eval_rust.judging.finding import Used
from sigil_common.errors import InputError
from sigil_common.jsonl import atomic_write, probe, read_objects, write_jsonl
from sigil_common.lock import only_run
from sigil_common.records import Verdict


class Files:
    """Where an evaluation puts what it makes.

    `metrics`: the sums, `<input>_metrics.json`. `times`: what varies between runs. `references`: whether the reference
    solutions passed; shipped problems need none. `journal` is there while a run is under way or was interrupted; `lock`
    keeps a second run from writing the same results, and stays.
    """

    def __init__(self, results: Path) -> None:
        name = results.name
        # `x` and `x_results.jsonl` must not share what stands beside them, so only the second gives `x_metrics.json`.
        stem = name.removesuffix("_results.jsonl")
        begin = f"{name}." if stem == name else f"{stem}_"
        self.results = results
        self.metrics, self.times, self.references = (
            results.with_name(begin + what) for what in ("metrics.json", "timings.jsonl", "references.jsonl")
        )
        self.lock, self.journal = (results.with_name(f".{name}.{what}") for what in ("lock", "journal"))

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

    def take_references(self, earlier: Files) -> None:
        """Take what an earlier evaluation found of reference solutions, where nothing is known here."""
        if not self.references.exists() and earlier.references.is_file():
            with atomic_write(self.references) as out:
                out.write(earlier.references.read_bytes())

    @contextmanager
    def held(self) -> Iterator[None]:
        """Keep other runs away from these files, having seen that what they hold in the end can be written.

        Raises `InputError` if another run holds them, `MissingError` for a place that cannot be written.
        """
        for path in (self.results, self.metrics, self.times):
            probe(path)
        with only_run(self.lock, self.results):
            yield


def verdicts(samples: Sequence[SampleLine], found: Mapping[Key, Verdict], sets: Mapping[str, str]) -> list[Verdict]:
    """Return the verdict of every sample, in their order, with the set of its problem where the id does not have it."""
    return [
        found[sample.key].model_copy(
            update={
                "sample_index": sample.index,
                "completion": sample.completion,
                "finish_reason": sample.finish_reason,
                "set": None if sample.task_id.rpartition("/")[0] else sets[sample.task_id],
            }
        )
        for sample in samples
    ]


def write_times(path: Path, samples: Iterable[SampleLine], used: Mapping[Key, Used]) -> None:
    """Write what the tests of each distinct sample took: wall and CPU seconds, bytes of memory; 0 where none ran.

    Varies between runs, unlike everything else.
    """
    first = {sample.key: sample for sample in reversed(list(samples))}
    ordered = sorted((one.task_id, one.index, used[key]) for key, one in first.items() if key in used)
    write_jsonl(path, (_times_row(*one) for one in ordered))


def _times_row(task: str, index: int, used: Used) -> dict[str, Any]:
    cpu = None if used.cpu_s is None else round(used.cpu_s, 4)
    measured = {"run_s": round(used.wall_s, 4), "cpu_s": cpu, "max_rss": used.peak_bytes}
    return {"task_id": task, "sample_index": index, **measured}


def read_times(path: Path) -> Iterator[tuple[tuple[str, int], Used]]:
    """Yield what `write_times` wrote, by task id and index; nothing more where the file is not whole, or not there."""
    with suppress(InputError, KeyError):
        for _, row in read_objects(path):
            yield (row["task_id"], row["sample_index"]), Used(row["run_s"], row["cpu_s"], row["max_rss"])
