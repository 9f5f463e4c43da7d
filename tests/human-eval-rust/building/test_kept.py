"""What is compiled once and kept: used while it is whole, made again when it is not, and never needed."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from human_eval_rust.building.kept import Kept, cache_folder, kept
from human_eval_rust.building.shared_tests import TestLibrary
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox, workdir


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return cache_folder("tests")


@pytest.fixture
def make(tmp_path):
    """A way to make a crate that counts how often it is asked."""
    rlib = tmp_path / "libx.rlib"
    rlib.write_bytes(b"code")
    made = []

    def make(lasting=True):
        made.append(1)
        return Kept((rlib,), {"broken": {}}, lasting)

    make.made = made
    return make


def test_it_is_made_once(make, cache):
    first, second = kept([1, "a"], make), kept([1, "a"], make)
    assert first == second
    assert first.rlibs[0].parent.parent == cache
    assert (first.rlibs[0].read_bytes(), first.found, len(make.made)) == (b"code", {"broken": {}}, 1)
    kept([2, "a"], make)
    assert len(make.made) == 2


@pytest.mark.parametrize(
    "spoil",
    [
        lambda place: (place / "libx.rlib").write_bytes(b"other"),
        lambda place: (place / "libx.rlib").unlink(),
        lambda place: (place / "index.json").write_text("[]"),
        lambda place: (place / "index.json").write_text("{"),
    ],
)
def test_what_is_not_whole_is_made_again(make, spoil):
    spoil(kept("x", make).rlibs[0].parent)
    assert kept("x", make).rlibs[0].read_bytes() == b"code"
    assert kept("x", make).rlibs[0].read_bytes() == b"code"
    assert len(make.made) == 2


def test_trouble_is_not_kept(make, cache):
    assert kept("x", lambda: make(lasting=False)).rlibs[0].read_bytes() == b"code"
    assert not cache.exists()


def test_a_home_that_cannot_be_written_is_no_hindrance(make, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert kept("x", make).rlibs[0].read_bytes() == b"code"


@pytest.mark.slow
def test_a_crash_of_the_compiler_is_not_kept(parsed, monkeypatch):
    compile_ = Compiler.compile

    def crash(self, source, out, crate, limits):
        done = compile_(self, source, out, crate, limits)
        if not crate.name.startswith("tests_"):
            return done
        return replace(done, artefact=None, diagnostics=(), outcome=replace(done.outcome, returncode=None, signal=9))

    task = parsed["running_max"]
    for broken in (True, False):
        with monkeypatch.context() as patched, workdir() as folder:
            if broken:
                patched.setattr(Compiler, "compile", crash)
            library = TestLibrary(folder, Compiler(find_toolchain(), open_sandbox()))
            library.add([task])
            assert (library.find(task) is None) == broken
            assert library.why_broken(task) is None


def test_what_nobody_uses_is_forgotten(make, cache):
    old, used = kept("old", make).rlibs[0].parent, kept("used", make).rlibs[0].parent
    for place in (old, used):
        os.utime(place, (1, 1))
    kept("used", make)
    kept("new", make)
    assert not old.exists()
    assert used.exists()


@pytest.mark.slow
def test_a_second_library_compiles_nothing(parsed, monkeypatch):
    compiler = Compiler(find_toolchain(), open_sandbox())
    runs = []
    compile_ = Compiler.compile
    monkeypatch.setattr(Compiler, "compile", lambda self, *args: runs.append(args) or compile_(self, *args))
    known = []
    for _ in range(2):
        with workdir() as folder:
            library = TestLibrary(folder, compiler)
            library.add(parsed.values())
            known.append({name: library.find(one) for name, one in parsed.items()})
    assert known[0] == known[1]
    assert any(known[0].values())
    first = len(runs)
    with workdir() as folder:
        TestLibrary(folder, compiler).harness()
    assert len(runs) == first
