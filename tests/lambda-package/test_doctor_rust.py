"""What the doctor says of a machine's Rust."""

import os
from types import SimpleNamespace

import pytest

from lambda_package import doctor
from sigil_common.rustc import find_toolchain

from ..rustup import NO_DEFAULT, make_proxies


@pytest.fixture(autouse=True)
def ask_again():
    """The toolchain is looked for once in a process."""
    find_toolchain.cache_clear()
    yield
    find_toolchain.cache_clear()


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
        "rustc": "ok", "cargo": "missing", "clippy": "missing",
    }  # fmt: skip
    assert "clippy" in found["clippy"].hint
