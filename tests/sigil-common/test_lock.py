"""One writer at a time, whatever becomes of the first."""

import fcntl
import subprocess
import sys
from types import SimpleNamespace

import pytest

from sigil_common import lock
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


def wrong_input(path):
    with pytest.raises(InputError, match="wrong"), only_run(path, path.parent):
        raise InputError("wrong")


def test_wrong_input_leaves_no_lock_and_none_of_the_folders_that_were_made_for_it(tmp_path):
    (tmp_path / "there").mkdir()
    wrong_input(tmp_path / "there" / "deep" / "deeper" / "lock")
    assert list((tmp_path / "there").iterdir()) == []


def test_wrong_input_leaves_what_was_there_before_or_was_put_there_since(tmp_path):
    with only_run(tmp_path / "old" / "lock", tmp_path):
        pass
    wrong_input(tmp_path / "old" / "lock")
    with pytest.raises(InputError, match="wrong"), only_run(tmp_path / "new" / "deep" / "lock", tmp_path):
        (tmp_path / "new" / "kept").write_text("")
        raise InputError("wrong")
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")} == {
        "old",
        "old/lock",
        "new",
        "new/kept",
    }


def test_a_lock_that_goes_while_it_is_taken_is_taken_again(tmp_path, monkeypatch):
    path, taken = tmp_path / "lock", []

    def flock(handle, how):
        if not taken:
            path.unlink()  # as its holder does, between our opening of the file and our locking of it
        taken.append(how)
        fcntl.flock(handle, how)

    monkeypatch.setattr(lock, "fcntl", SimpleNamespace(**{**vars(fcntl), "flock": flock}))
    with only_run(path, tmp_path):
        assert path.exists()
        with pytest.raises(InputError, match="another run"), only_run(path, tmp_path):
            pass


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot write .*file/lock"), only_run(tmp_path / "file" / "lock", tmp_path):
        pass
