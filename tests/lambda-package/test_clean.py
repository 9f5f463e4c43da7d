"""What `sigilderg-lambda clean` lists and removes, and what it never touches."""

import json
import os
from contextlib import contextmanager

import pytest

from sigil_common.records import StageRecord

MADE = "{:0>12}"


@pytest.fixture
def run_dir(tmp_path, write_manifest):
    """A run whose manifest names `train-...1`; with an older training, one that broke off, and things of a user."""

    def stage(name, number, *, finished=True, at=100):
        place = tmp_path / "stages" / f"{name}-{MADE.format(number)}"
        place.mkdir(parents=True)
        (place / "weights").write_bytes(b"w" * 2**20)
        record = StageRecord(name=name, key="k", argv=("x",), code="c", seconds=1, inputs=(), outputs=())
        if finished:
            (place / "stage.json").write_text(json.dumps(record.to_row()))
        (place / "stdout.txt").touch()
        os.utime(place / "stdout.txt", (at, at))
        return record.model_copy(update={"directory": f"stages/{place.name}"})

    now = stage("train", 1)
    stage("train", 2)
    stage("train-1", 3, finished=False)
    stage("sample-base", 4, at=300)
    (tmp_path / "stages/notes").mkdir()
    (tmp_path / "stages" / f"mine-{MADE.format(5)}").mkdir()
    (tmp_path / "stages" / f"link-{MADE.format(6)}").symlink_to(tmp_path / "stages" / f"train-{MADE.format(1)}")
    os.utime(write_manifest(tmp_path, (), (now,)), (200, 200))
    return tmp_path


def left(run_dir):
    return sorted(path.name.replace("0" * 11, "") for path in (run_dir / "stages").iterdir())


ALL = ["link-6", "mine-5", "notes", "sample-base-4", "train-1", "train-1-3", "train-2"]


def test_what_would_go_is_listed_and_stays_without_a_yes(run_dir, run_command):
    code, out, _ = run_command("clean", run_dir)
    assert code == 0
    lines = out.splitlines()
    assert [line.rpartition("stages/")[2] for line in lines] == [
        f"train-{MADE.format(2)}  (of other settings, inputs or code)",
        f"train-1-{MADE.format(3)}  (never finished)",
        "       2.0 MiB in 2 directories",
    ]
    assert left(run_dir) == ALL


@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ([], ["train-1-3", "train-2"]),
        (["--unfinished"], ["sample-base-4", "train-1-3", "train-2"]),
        (["--stage", "train"], ["train-1", "train-1-3", "train-2"]),
    ],
)
def test_what_is_listed_goes_and_nothing_else(run_dir, run_command, words, gone):
    code, _, _ = run_command("clean", run_dir, "--yes", *words)
    assert code == 0
    assert left(run_dir) == [name for name in ALL if name not in gone]


def test_what_a_run_that_was_interrupted_has_taken_stays(run_dir, run_command):
    (run_dir / ".taken").write_text(f"train-{MADE.format(2)}\n")
    assert f"train-{MADE.format(2)}" not in run_command("clean", run_dir)[1]
    run_command("clean", run_dir, "--yes")
    assert left(run_dir) == [name for name in ALL if name != "train-1-3"]
    run_command("clean", run_dir, "--yes", "--unfinished")
    assert left(run_dir) == [name for name in ALL if name not in ("train-1-3", "train-2", "sample-base-4")]


def test_what_a_run_takes_during_the_question_stays(run_dir, run_command, monkeypatch):
    @contextmanager
    def after_another(directory):
        (directory / ".taken").write_text(f"train-{MADE.format(2)}\n")
        yield 0

    monkeypatch.setattr("lambda_package.engine.lock", after_another)
    code, out, _ = run_command("clean", run_dir, "--yes")
    assert code == 0
    assert f"train-{MADE.format(2)}" in out
    assert left(run_dir) == [name for name in ALL if name != "train-1-3"]


def test_without_a_manifest_all_is_of_a_run_that_may_go_on(run_dir, run_command):
    (run_dir / "manifest.json").unlink()
    assert run_command("clean", run_dir)[1] == "       0.0 MiB in 0 directories\n"
    assert len(run_command("clean", run_dir, "--unfinished")[1].splitlines()) == 5


@pytest.mark.parametrize(
    ("words", "said"), [([], "is not the directory of a run"), (["--stage", "trian"], "no stage `trian`")]
)
def test_mistakes_are_told(run_dir, run_command, words, said):
    place = run_dir / "stages" if not words else run_dir
    code, _, err = run_command("clean", place, *words)
    assert code == 2
    assert said in err
