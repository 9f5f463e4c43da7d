"""What the doctor says of a machine's Rust."""

import os
from types import SimpleNamespace

import pytest

from lambda_package import doctor
from sigil_common.rustc import find_toolchain

from ..rustup import NO_DEFAULT, make_proxies

pytestmark = pytest.mark.usefixtures("ask_again")


def rust(monkeypatch, **changed):
    """The checks of Rust by name, as if the toolchain found on this machine were `changed`."""
    if changed:
        real = vars(find_toolchain())
        monkeypatch.setattr(doctor, "find_toolchain", lambda: SimpleNamespace(**{**real, **changed}))
    return {check.name: check for check in doctor._rust()}


def test_a_whole_toolchain_is_ok(monkeypatch):
    found = rust(monkeypatch)
    assert {name: check.level for name, check in found.items()} == {"rustc": "ok", "clippy": "ok"}
    assert found["rustc"].found.startswith("rustc 1.")
    assert found["clippy"].found.startswith("clippy 0.")


def test_rustup_without_a_default_toolchain_is_told_as_that(monkeypatch, tmp_path):
    make_proxies(tmp_path, NO_DEFAULT)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    (check,) = rust(monkeypatch).values()
    assert (check.name, check.level, check.hint) == ("rustc", "missing", "rustup default stable")
    assert check.found.startswith("rustup has no default toolchain: rustup could not choose a version of rustc to run")


def test_no_rustc_at_all(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path))
    (check,) = rust(monkeypatch).values()
    assert (check.name, check.level) == ("rustc", "missing")
    assert check.found == "rustc is not installed: no `rustc` on PATH"
    assert "install Rust" in check.hint


def test_what_is_missing_beside_rustc_is_named(monkeypatch):
    found = rust(monkeypatch, cargo=None, clippy_driver=None)
    assert {name: check.level for name, check in found.items()} == {
        "rustc": "ok",
        "cargo": "missing",
        "clippy": "missing",
    }
    assert "clippy" in found["clippy"].hint


def test_a_rustc_that_fails_is_told_in_its_own_words(monkeypatch, tools, tmp_path):
    tools({"rustc": "echo no such command >&2; exit 101"})
    (check,) = rust(monkeypatch).values()
    assert (check.name, check.level) == ("rustc", "missing")
    assert check.found == f"`{tmp_path / 'bin/rustc'} --print sysroot` failed: no such command"
    assert "install Rust" in check.hint


def test_a_clippy_that_fails_is_told_in_its_own_words(monkeypatch, tmp_path):
    driver = tmp_path / "clippy-driver"
    driver.write_text("#!/bin/sh\necho no such command >&2; echo more >&2; exit 101\n")
    driver.chmod(0o755)
    found = rust(monkeypatch, clippy_driver=driver)
    assert found["rustc"].level == "ok"
    assert (found["clippy"].level, found["clippy"].found) == ("missing", "no such command")
    assert "clippy" in found["clippy"].hint
