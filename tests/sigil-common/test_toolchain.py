"""Finding the Rust toolchain: on machines that are made here out of small scripts."""

import os

import pytest

from sigil_common.errors import MissingError
from sigil_common.rustc import Crate
from sigil_common.rustc import toolchain as finding
from sigil_common.rustc.toolchain import find_linker, find_toolchain, link_options

find = find_toolchain.__wrapped__


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with a `rustc` on its path, a sysroot, and nothing in the home directory."""
    sysroot = tmp_path / "sysroot"
    sysroot.mkdir()
    speak = f'case "$*" in "--print sysroot") echo "{sysroot}";; "--version") echo "rustc 1.2.3 ($0)";; esac'
    proxy = program(tmp_path / "bin" / "rustc", speak)
    monkeypatch.setenv("PATH", f"{proxy.parent}{os.pathsep}/usr/bin:/bin")
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "cargo"))
    return tmp_path, speak


def test_the_program_inside_the_sysroot_is_taken_and_not_the_proxy(machine):
    root, speak = machine
    inside = program(root / "sysroot" / "bin" / "rustc", speak)
    found = find()
    assert (found.rustc, found.sysroot) == (inside, root / "sysroot")
    assert found.version == f"rustc 1.2.3 ({inside})"


def test_without_one_inside_the_program_itself_is_taken_its_links_resolved(machine):
    root, _ = machine
    (root / "bin" / "rustc").rename(root / "real-rustc")
    (root / "bin" / "rustc").symlink_to(root / "real-rustc")
    assert find().rustc == root / "real-rustc"


def test_cargo_and_clippy_are_those_beside_it(machine):
    root, speak = machine
    for name in ("rustc", "cargo", "clippy-driver"):
        program(root / "sysroot" / "bin" / name, speak)
    found = find()
    assert found.cargo == root / "sysroot" / "bin" / "cargo"
    assert found.clippy_driver == root / "sysroot" / "bin" / "clippy-driver"


def test_a_proxy_does_not_stand_for_what_is_missing(machine, monkeypatch):
    root, _ = machine
    rustup = program(root / "rustup", "exit 0")
    (root / "bin" / "cargo").symlink_to(rustup)
    plain = program(root / "bin" / "clippy-driver", "exit 0")
    which = finding.shutil.which
    monkeypatch.setattr(
        finding.shutil,
        "which",
        lambda name, path=None: which(name, path=f"{root / 'bin'}:{path or os.environ['PATH']}"),
    )
    found = find()
    assert found.cargo is None
    assert found.clippy_driver == plain


def test_cargos_own_folder_is_looked_into_last(machine, monkeypatch):
    root, speak = machine
    (root / "bin" / "rustc").unlink()
    monkeypatch.setenv("PATH", str(root / "bin"))
    with pytest.raises(MissingError, match="rustc is not installed"):
        find()
    there = program(root / "cargo" / "bin" / "rustc", speak)
    assert find().rustc == there


@pytest.mark.parametrize(
    ("text", "cause"), [("echo 'no toolchain' >&2; exit 1", "no toolchain"), ("exit 7", None), ("kill -9 $$", None)]
)
def test_a_rustc_that_does_not_work_is_told_with_its_own_words(machine, text, cause):
    root, _ = machine
    path = program(root / "bin" / "rustc", text)
    with pytest.raises(MissingError, match=f"`{path} --print sysroot` failed") as caught:
        find()
    assert caught.value.cause == cause
    assert "rustup" in caught.value.hint


def test_the_folder_where_the_command_was_started_plays_no_part(machine, monkeypatch):
    root, _ = machine
    program(root / "bin" / "rustc", f'case "$1" in --print) echo "{root}/$(pwd)";; *) pwd;; esac')
    monkeypatch.chdir(root)
    found = find()
    assert found.sysroot == root
    assert found.version == "/"


def test_the_real_linker_is_no_link_and_can_be_run():
    found = find_linker()
    assert found.is_absolute()
    assert not found.is_symlink()
    assert os.access(found, os.X_OK)


@pytest.mark.parametrize("only", ["gcc", "clang"])
def test_any_c_compiler_will_do(monkeypatch, tmp_path, only):
    there = program(tmp_path / only, "exit 0")
    monkeypatch.setattr(finding.shutil, "which", lambda name, path=None: str(there) if name == only else None)
    assert find_linker.__wrapped__() == there


def test_without_one_the_package_is_named(monkeypatch):
    monkeypatch.setattr(finding.shutil, "which", lambda name, path=None: None)
    with pytest.raises(MissingError, match="no C compiler") as caught:
        find_linker.__wrapped__()
    assert "gcc" in caught.value.hint


@pytest.mark.parametrize(("shipped", "taken"), [(True, True), (True, False), (False, True)])
def test_the_linker_of_the_toolchain_is_used_where_the_c_compiler_takes_it(monkeypatch, tmp_path, shipped, taken):
    compiler = program(tmp_path / "cc", f"exit {0 if taken else 1}")
    monkeypatch.setattr(finding, "find_linker", lambda: compiler)
    if shipped:
        (tmp_path / "lib/rustlib/some-target/bin/gcc-ld").mkdir(parents=True)
    found = link_options.__wrapped__(tmp_path)
    assert found[0] == f"-Clinker={compiler}"
    assert (f"-Clink-arg=-B{tmp_path}/lib/rustlib/some-target/bin/gcc-ld" in found) == (shipped and taken)
    assert ("-Clink-arg=-fuse-ld=lld" in found) == (shipped and taken)


def test_a_program_is_linked_by_it(compiler, tmp_path):
    """Told which C compiler to use, rustc would have it use the system's."""
    if len(link_options(compiler.toolchain.sysroot)) == 1:
        pytest.skip("this toolchain brings no linker")
    (tmp_path / "src").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "src/main.rs").write_text("fn main() {}\n")
    found = compiler.compile(tmp_path / "src", tmp_path / "out", Crate(root="main.rs", kind="bin"))
    assert found.artefact is not None
    assert b"LLD" in found.artefact.read_bytes()
