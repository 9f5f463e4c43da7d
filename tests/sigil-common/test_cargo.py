"""How cargo is run: what of the user's environment it sees, and what of the machine is shown to it."""

import os
from functools import partial
from pathlib import Path

import pytest

from sigil_common.cargo import RUSTFLAGS, Confined, _is_source_setting, cargo_home, fetch_side, host_triple
from sigil_common.errors import MissingError
from sigil_common.rustc import Toolchain, find_toolchain
from sigil_common.rustc.toolchain import find_linker
from sigil_common.sandbox import Outcome, memory_of_machine, open_sandbox, workdir

from ..clock import HANG_S


def program(path, text):
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


@pytest.fixture
def tools(tmp_path):
    """A toolchain whose cargo prints its words and environment."""
    cargo = program(tmp_path / "cargo", 'echo "$*"; pwd; env; echo trouble >&2; exit ${STATUS:-0}')
    rustc = program(tmp_path / "rustc", "echo 'rustc 1.2.3'; echo 'host: riscv64gc-unknown-linux-gnu'")
    return Toolchain(rustc, cargo, None, tmp_path / "sysroot", "rustc 1.2.3")


class Recording:
    """A sandbox that notes what it is asked for."""

    name = "recording"

    def __init__(self, **changes):
        plain = {
            "returncode": 0,
            "signal": None,
            "stdout": b"out",
            "stderr": b"err\xff",
            "timed_out": False,
            "output_exceeded": False,
            "memory_exceeded": False,
            "wall_s": 0.1,
            "trouble": None,
        }
        self.outcome = Outcome(**(plain | changes))

    def run(self, argv, spec, stdin=b""):
        self.argv, self.spec = argv, spec
        return self.outcome


def test_the_home_of_cargo(monkeypatch):
    monkeypatch.setenv("CARGO_HOME", "/somewhere")
    assert cargo_home() == Path("/somewhere")
    for unset in ("", None):
        monkeypatch.delenv("CARGO_HOME") if unset is None else monkeypatch.setenv("CARGO_HOME", unset)
        assert cargo_home() == Path.home() / ".cargo"


def test_fetching_keeps_the_users_configuration_but_nothing_that_changes_a_build(tools, tmp_path, monkeypatch):
    kept = {"CARGO_SOURCE_CRATES_IO_REPLACE_WITH": "mirror", "HTTPS_PROXY": "http://proxy:1"}
    dropped = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET")
    for name, value in kept.items():
        monkeypatch.setenv(name, value)
    for name in dropped:
        monkeypatch.setenv(name, "x")
    found = fetch_side(tools, ["fetch", "--locked"], tmp_path)
    words, folder, *rest = found.stdout.decode().splitlines()
    seen = dict(line.split("=", 1) for line in rest if "=" in line)
    assert (words, folder) == ("fetch --locked", str(tmp_path))
    assert seen.items() >= kept.items()
    assert not set(dropped) & set(seen)
    assert (seen["RUSTC"], seen["CARGO_TERM_COLOR"]) == (str(tools.rustc), "never")
    assert (found.ok, found.stderr, found.trouble) == (True, "trouble\n", None)


def test_a_failed_fetch_is_told_and_not_raised(tools, tmp_path, monkeypatch):
    monkeypatch.setenv("STATUS", "101")
    assert fetch_side(tools, [], tmp_path).ok is False


@pytest.mark.parametrize("run", [lambda tools, at: fetch_side(tools, [], at), lambda tools, at: confined(tools, at)])
def test_without_cargo_a_whole_toolchain_is_asked_for(tools, tmp_path, run):
    bare = Toolchain(tools.rustc, None, None, tools.sysroot, tools.version)
    with pytest.raises(MissingError, match="rustc is installed, but cargo is not"):
        run(bare, tmp_path)


def test_the_host_platform_is_what_rustc_says(tools, tmp_path):
    assert host_triple(tools) == "riscv64gc-unknown-linux-gnu"
    program(tmp_path / "rustc", "echo strange >&2")
    assert host_triple(tools) == "riscv64gc-unknown-linux-gnu", "a toolchain is asked once"
    host_triple.cache_clear()
    with pytest.raises(MissingError, match="does not name its host platform") as caught:
        host_triple(tools)
    assert caught.value.cause == "strange"


def confined(tools, tmp_path, *, env=None, readable=(), sandbox=None):
    """Run cargo on a crate below `tmp_path`; return what the sandbox was asked for."""
    sandbox = sandbox or Recording()
    root = tmp_path / "crates" / "one"
    root.mkdir(parents=True, exist_ok=True)
    made = Confined(tools, sandbox, jobs=3, timeout_s=7.0, readable=readable)
    return made.run(["check", "--offline"], root=root, target=tmp_path / "target", env=env), sandbox


def test_untrusted_sources_are_read_only_and_only_the_target_can_be_written(tools, tmp_path, monkeypatch):
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "none"))
    _, sandbox = confined(tools, tmp_path)
    root, target = tmp_path / "crates" / "one", tmp_path / "target"
    assert [(mount.source, mount.writable) for mount in sandbox.spec.mounts] == [(root, False), (target, True)]
    assert target.is_dir()
    assert sandbox.argv == [str(tools.cargo), "check", "--offline"]
    assert sandbox.spec.cwd == str(root)
    assert sandbox.spec.network is False
    assert sandbox.spec.limits.wall_s == 7.0


def test_what_cargo_downloaded_and_how_it_is_configured_is_shown_where_it_is_there(tools, tmp_path, monkeypatch):
    home = tmp_path / "home"
    for name in ("registry", "git"):
        (home / name).mkdir(parents=True)
    for path in (home / "config.toml", home / "credentials.toml"):
        path.write_text("")
    outer = tmp_path / "crates" / ".cargo"
    outer.mkdir(parents=True)
    (outer / "config.toml").write_text("")
    extra = tmp_path / "extra"
    extra.mkdir()
    monkeypatch.setenv("CARGO_HOME", str(home))
    _, sandbox = confined(tools, tmp_path, readable=(extra, extra, tmp_path / "gone"))
    shown = [mount.source for mount in sandbox.spec.mounts[2:]]
    ours = [home / "registry", home / "git", home / "config.toml", extra, outer / "config.toml"]
    assert [path for path in shown if path.is_relative_to(tmp_path)] == ours
    assert not any("credentials" in path.name for path in shown)
    assert not any(mount.writable for mount in sandbox.spec.mounts[2:])


def test_the_environment_holds_mirrors_and_no_secret(tools, tmp_path, monkeypatch):
    for name in [name for name in os.environ if name.startswith("CARGO_")]:
        monkeypatch.delenv(name)
    kept = {"CARGO_SOURCE_MIRROR_REGISTRY": "sparse+https://mirror/", "CARGO_REGISTRIES_OURS_INDEX": "https://ours/"}
    hidden = (
        "CARGO_REGISTRIES_OURS_TOKEN",
        "CARGO_REGISTRIES_OURS_SECRET_KEY",
        "CARGO_REGISTRY_TOKEN",
        "CARGO_REGISTRIES_OURS_CREDENTIAL_PROVIDER",
        "HF_TOKEN",
        "SSH_AUTH_SOCK",
        "RUSTC_WRAPPER",
    )
    for name in (*kept, *hidden):
        monkeypatch.setenv(name, kept.get(name, "secret"))
    _, sandbox = confined(tools, tmp_path, env={"EXTRA": "1", "RUSTFLAGS": "-Dwarnings"})
    seen = sandbox.spec.env
    assert seen.items() >= kept.items()
    assert "secret" not in seen.values()
    assert seen["RUSTC_WRAPPER"] == ""
    assert (seen["CARGO_NET_OFFLINE"], seen["CARGO_BUILD_JOBS"], seen["HOME"]) == ("true", "3", "/tmp")
    assert seen["PATH"].split(":")[0] == str(tools.sysroot / "bin")
    assert (seen["EXTRA"], seen["RUSTFLAGS"]) == ("1", "-Dwarnings")


def test_lints_that_a_crate_denies_do_not_end_its_build(tools, tmp_path):
    _, sandbox = confined(tools, tmp_path)
    assert sandbox.spec.env["RUSTFLAGS"] == RUSTFLAGS == "--cap-lints warn"


@pytest.mark.parametrize(
    ("changes", "ok", "timed_out", "trouble"),
    [
        ({}, True, False, None),
        ({"returncode": 101}, False, False, None),
        ({"returncode": None, "signal": 9, "timed_out": True}, False, True, None),
        ({"returncode": None, "trouble": "no sandbox"}, False, False, "no sandbox"),
    ],
)
def test_how_a_confined_run_ended(tools, tmp_path, changes, ok, timed_out, trouble):
    found, _ = confined(tools, tmp_path, sandbox=Recording(**changes))
    assert (found.ok, found.timed_out, found.trouble) == (ok, timed_out, trouble)
    assert (found.stdout, found.stderr) == (b"out", "err\ufffd")


GIB = 1024**3


@pytest.mark.parametrize(("machine", "build"), [(64 * GIB, 16 * GIB), (32 * GIB, 16 * GIB), (7 * GIB, 7 * GIB // 2)])
def test_a_build_never_has_more_than_half_of_the_memory(tools, tmp_path, monkeypatch, machine, build):
    monkeypatch.setattr("sigil_common.sandbox.memory_of_machine", lambda: machine)
    _, sandbox = confined(tools, tmp_path)
    assert sandbox.spec.limits.memory_bytes == build


def test_on_this_machine_too(tools, tmp_path):
    _, sandbox = confined(tools, tmp_path)
    assert sandbox.spec.limits.memory_bytes == min(16 * GIB, memory_of_machine() // 2)


NO_JOBS = b"error: failed to create jobserver\n\nCaused by:\n  Resource temporarily unavailable (os error 11)\n"


def test_jobs_that_cargo_cannot_prepare_are_nobodys_crate(tools, tmp_path):
    failed = Recording(returncode=101, stdout=b"", stderr=NO_JOBS)
    with pytest.raises(MissingError, match="cargo cannot prepare 3 parallel jobs") as caught:
        confined(tools, tmp_path, sandbox=failed)
    assert caught.value.cause == "failed to create jobserver: Resource temporarily unavailable (os error 11)"


@pytest.mark.parametrize(("stdout", "before"), [(b'{"reason":"build-finished"}', b""), (b"", b"error: in x\n")])
def test_a_crate_that_says_the_same_ends_nothing(tools, tmp_path, stdout, before):
    printed = Recording(returncode=101, stdout=stdout, stderr=before + NO_JOBS)
    found, _ = confined(tools, tmp_path, sandbox=printed)
    assert not found.ok


def test_cargo_says_so_of_too_many_jobs():
    with workdir() as folder:
        root, target = folder / "crate", folder / "target"
        (root / "src").mkdir(parents=True)
        (root / "src" / "lib.rs").touch()
        (root / "Cargo.toml").write_text('[package]\nname = "x"\nversion = "0.0.0"\n[workspace]\n')
        fetch_side(find_toolchain(), ["generate-lockfile", "--offline"], root)
        prepared = partial(Confined, find_toolchain(), open_sandbox(), timeout_s=HANG_S)
        args = ["check", "--offline", "--quiet", "--message-format=json"]
        with pytest.raises(MissingError, match="cannot prepare 1000000 parallel jobs"):
            prepared(jobs=1_000_000).run(args, root=root, target=target)
        assert prepared(jobs=256).run(args, root=root, target=target).ok


def test_tokens_stay_outside_the_sandbox():
    assert _is_source_setting("CARGO_SOURCE_CRATES_IO_REPLACE_WITH")
    assert _is_source_setting("CARGO_REGISTRIES_MIRROR_INDEX")
    for secret in ("CARGO_REGISTRIES_MIRROR_TOKEN", "CARGO_REGISTRY_TOKEN", "CARGO_HOME", "HTTPS_PROXY"):
        assert not _is_source_setting(secret)


def test_a_percent_sign_in_the_target_does_not_end_every_link(tools, tmp_path):
    _, sandbox = confined(tools, tmp_path / "50%")
    assert sandbox.spec.env["RUSTFLAGS"] == f"{RUSTFLAGS} -Clinker={find_linker()}"


@pytest.mark.parametrize(
    ("changes", "exceeded"),
    [
        ({"memory_exceeded": True}, True),
        ({"returncode": 101, "stderr": b"rustc: memory allocation of 8 bytes failed\n(signal: 6, SIGABRT)"}, True),
        ({"returncode": 101, "stderr": b"LLVM ERROR: out of memory"}, True),
        ({"returncode": 101, "stderr": b"error: could not compile"}, False),
        ({"stderr": b"memory allocation of 8 bytes failed"}, False),  # what ended well had enough
    ],
)
def test_what_was_refused_memory_is_told(tools, tmp_path, changes, exceeded):
    found, _ = confined(tools, tmp_path, sandbox=Recording(**changes))
    assert found.memory_exceeded is exceeded
