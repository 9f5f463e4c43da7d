"""One writer at a time, whatever becomes of the first."""

import subprocess
import sys

import pytest

from sigil_common.errors import InputError, MissingError
from sigil_common.lock import only_run

HOLD = (
    "import sys; from pathlib import Path; from sigil_common.lock import only_run\n"
    "with only_run(Path(sys.argv[1]), Path('out')): print('held', flush=True); sys.stdin.read()\n"
)


@pytest.fixture
def holder(tmp_path):
    """Another process that holds the lock until its input ends."""
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "lock")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout.readline() == "held\n"
    yield child
    child.kill()
    child.communicate()


def test_a_second_run_is_refused_and_told_what_to_do(tmp_path, holder):
    with pytest.raises(InputError, match="another run is writing results") as caught:
        with only_run(tmp_path / "lock", tmp_path.relative_to(tmp_path) / "results"):
            raise AssertionError("two runs at a time")
    assert "wait" in caught.value.hint


@pytest.mark.parametrize("end", ["exit", "kill"])
def test_the_lock_is_free_however_its_holder_ended(tmp_path, holder, end):
    if end == "kill":
        holder.kill()
    holder.communicate("")
    with only_run(tmp_path / "lock", tmp_path):
        pass


def test_another_place_is_not_locked(tmp_path, holder):
    with only_run(tmp_path / "other", tmp_path):
        pass


def test_it_is_refused_within_one_process_too(tmp_path):
    with only_run(tmp_path / "lock", tmp_path), pytest.raises(InputError, match="another run"):
        with only_run(tmp_path / "lock", tmp_path):
            pass


def test_an_error_inside_passes_through_and_frees_the_lock(tmp_path):
    with pytest.raises(ZeroDivisionError), only_run(tmp_path / "lock", tmp_path):
        raise ZeroDivisionError
    with only_run(tmp_path / "lock", tmp_path):
        pass


def test_the_file_stays_and_so_does_what_is_in_it(tmp_path):
    path = tmp_path / "deep" / "lock"
    with only_run(path, tmp_path):
        path.write_text("note")
    with only_run(path, tmp_path):
        pass
    assert path.read_text() == "note"


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot write .*file/lock"), only_run(tmp_path / "file" / "lock", tmp_path):
        pass
