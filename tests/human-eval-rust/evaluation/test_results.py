"""Where results go: tried before anything is judged, and held by one run at a time."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from human_eval_rust.evaluation.results import Files, read_times, verdicts, write_times
from human_eval_rust.evaluation.samples import SampleLine
from human_eval_rust.judging.finding import Used, not_judged
from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import read_objects


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path / "x.jsonl_results.jsonl")


def test_one_run_at_a_time(files):
    with files.held():
        with pytest.raises(InputError, match=r"another run is writing .*x\.jsonl_results\.jsonl"), files.held():
            pass
    with files.held():
        pass
    assert not files.results.exists()


@pytest.mark.parametrize("name", ["results", "metrics", "times"])
def test_a_place_that_cannot_be_written_is_told_at_once(files, name):
    path: Path = getattr(files, name)
    path.mkdir()
    with pytest.raises(MissingError) as error, files.held():
        pass
    assert error.value.what == f"cannot write {path}"
    assert error.value.cause == "it is no regular file"


def test_a_name_that_is_too_long_is_told_at_once(tmp_path):
    with pytest.raises(MissingError, match="cannot write"), Files(tmp_path / f"{'x' * 250}.jsonl").held():
        pass


def test_times_hold_what_each_run_took(files):
    samples = [
        SampleLine("T/1", "b", 0),
        SampleLine("T/1", "b", 1),
        SampleLine("T/0", "a", 1),
        SampleLine("T/0", "?", 2),
    ]
    used = {samples[1].key: Used(0.0), samples[2].key: Used(0.25, 0.123456, 3_000_000)}
    write_times(files.times, samples, used)
    assert [row for _, row in read_objects(files.times)] == [
        {"task_id": "T/0", "sample_index": 1, "run_s": 0.25, "cpu_s": 0.1235, "max_rss": 3_000_000},
        {"task_id": "T/1", "sample_index": 0, "run_s": 0.0, "cpu_s": None, "max_rss": None},
    ]


def test_times_are_read_as_far_as_they_are_whole(files):
    write_times(files.times, [SampleLine("T/0", "a", 0)], {SampleLine("T/0", "a", 0).key: Used(1.5, None, 7)})
    with files.times.open("a") as out:
        out.write('{"task_id": "T/1"}\n{"task')
    assert list(read_times(files.times)) == [(("T/0", 0), Used(1.5, None, 7))]
    assert list(read_times(files.times.with_name("none"))) == []


def test_no_two_results_files_share_what_stands_beside_them(tmp_path):
    names = ["x.jsonl", "x_results.jsonl", "x", "y.jsonl_results.jsonl", "x_results_results.jsonl"]
    made = [Files(tmp_path / name) for name in names]
    for kind in ("metrics", "times", "references", "journal", "lock"):
        assert len({getattr(one, kind) for one in made}) == len(made)
    assert made[3].metrics.name == "y.jsonl_metrics.json"


def test_a_device_is_not_replaced_by_a_file(tmp_path):
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    with pytest.raises(MissingError, match="cannot write"), Files(pipe).held():
        pass
    assert not pipe.is_file()


def test_problems_are_not_overwritten_by_results(tmp_path):
    problems = tmp_path / "problems.jsonl"
    with pytest.raises(InputError, match=r"problems\.jsonl would be overwritten"):
        Files.beside(tmp_path / "x.jsonl", None, problems, problems)


@pytest.mark.parametrize(
    ("tasks", "sets"), [(["HumanEval/0", "two_sum"], [None, "own"]), (["/1", "two_sum"], ["own", "own"])]
)
def test_a_verdict_names_the_set_that_its_id_does_not_have(tasks, sets):
    samples = [SampleLine(task, "x", 0) for task in tasks]
    found = {sample.key: not_judged(sample.task_id, 0, "x", "no") for sample in samples}
    rows = verdicts(samples, found, {"HumanEval/0": "HumanEval", "two_sum": "own", "/1": "own"})
    assert [row.set for row in rows] == sets
