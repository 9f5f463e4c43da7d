"""Temporary directories: gone in the end, held while in use, and what others left is removed with care."""

import fcntl
import os
import tempfile

import pytest

from sigil_common import tempdirs
from sigil_common.tempdirs import sweep, tempdir


def left(parent, name="sigil-x-held-1", age_s=0.0):
    """A directory as a killed process leaves it."""
    folder = parent / name
    folder.mkdir()
    (folder / "file").write_text("x")
    then = folder.stat().st_mtime - age_s
    os.utime(folder, (then, then))
    return folder


@pytest.mark.parametrize("error", [None, ZeroDivisionError, KeyboardInterrupt])
def test_it_is_gone_however_the_block_ends(tmp_path, error):
    seen = []
    try:
        with tempdir("sigil-test-", tmp_path) as folder:
            seen.append(folder)
            (folder / "deep" / "er").mkdir(parents=True)
            (folder / "deep" / "file").write_text("x")
            if error is not None:
                raise error
    except (ZeroDivisionError, KeyboardInterrupt) as caught:
        assert type(caught) is error
    assert seen[0].parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_it_is_for_its_owner_alone_and_empty(tmp_path):
    with tempdir(parent=tmp_path) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert list(folder.iterdir()) == []


def test_each_has_its_own_name(tmp_path):
    with tempdir(parent=tmp_path) as one, tempdir(parent=tmp_path) as two:
        assert one != two
        assert one.name.startswith("sigil-held-")


def test_one_in_use_is_not_swept_however_old_it_is(tmp_path):
    with tempdir("sigil-test-", tmp_path) as folder:
        os.utime(folder, (0, 0))
        sweep(tmp_path)
        assert folder.is_dir()


def test_one_that_removed_itself_is_no_trouble(tmp_path):
    with tempdir("sigil-test-", tmp_path) as folder:
        folder.rmdir()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("age_s", "stays"), [(0, True), (50, True), (70, False), (1e6, False)])
def test_only_what_is_old_enough_to_be_nobodys_is_swept(tmp_path, age_s, stays):
    folder = left(tmp_path, age_s=age_s)
    sweep(tmp_path)
    assert folder.exists() is stays


@pytest.mark.parametrize("name", ["other-held-1", "sigil-other", "xsigil-held-1"])
def test_names_of_others_are_left_alone(tmp_path, name):
    folder = left(tmp_path, name, age_s=1e6)
    sweep(tmp_path)
    assert folder.is_dir()


def test_a_link_is_not_followed(tmp_path):
    precious = left(tmp_path, "precious", age_s=1e6)
    (tmp_path / "sigil-held-1").symlink_to(precious)
    sweep(tmp_path, young_s=-1e9)
    assert (precious / "file").read_text() == "x"


def test_a_plain_file_of_such_a_name_is_left_alone(tmp_path):
    (tmp_path / "sigil-held-1").write_text("x")
    sweep(tmp_path, young_s=-1e9)
    assert (tmp_path / "sigil-held-1").read_text() == "x"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's directory")
def test_another_users_directory_is_left_alone(tmp_path):
    folder = left(tmp_path, age_s=1e6)
    os.chown(folder, 12345, -1)
    sweep(tmp_path)
    assert folder.is_dir()


def test_one_that_is_held_does_not_keep_the_others(tmp_path):
    held, free = left(tmp_path, "sigil-held-1", age_s=1e6), left(tmp_path, "sigil-held-2", age_s=1e6)
    handle = os.open(held, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH)
        sweep(tmp_path)
    finally:
        os.close(handle)
    assert held.is_dir()
    assert not free.exists()


def test_the_usual_place_is_swept_once(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tempdirs._sweep_once.cache_clear()
    first = left(tmp_path, age_s=1e6)
    with tempdir() as folder:
        assert folder.parent == tmp_path
        assert not first.exists()
    second = left(tmp_path, age_s=1e6)
    with tempdir():
        assert second.exists()
    tempdirs._sweep_once.cache_clear()
