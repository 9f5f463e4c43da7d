"""Choosing a sandbox, the other two kinds, and the parts that they are made of."""

from __future__ import annotations

import atexit
import dataclasses
import errno
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from sigil_common.errors import MissingError
from sigil_common.sandbox import Limits, Mount, Outcome, Sandbox, SandboxSpec, cgroups, open_sandbox, probes, seccomp
from sigil_common.sandbox import selftest as choice
from sigil_common.sandbox.__main__ import report
from sigil_common.sandbox.spec import not_run

from ..clock import HANG_S

pytestmark = pytest.mark.slow

Attempt = Callable[..., Outcome]
SHELL = ["/bin/sh", "-c"]


def worked(found: Outcome) -> bool:
    assert found.stdout.startswith((b"yes", b"no:")), found
    return found.stdout.startswith(b"yes")


@dataclasses.dataclass(frozen=True)
class Fake:
    """A sandbox that answers as asked."""

    answer: Callable[[Sequence[str], SandboxSpec], Outcome]
    name: str = "fake"

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        return self.answer(argv, spec)


def test_bubblewrap_is_taken_first(bubblewrap: Sandbox) -> None:
    assert open_sandbox("auto").name == "bubblewrap"
    assert "SUCCEEDED" not in report(bubblewrap)
    assert report(bubblewrap).count("held back") == len(probes.ATTEMPTS)


def test_no_sandbox_needs_consent(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(MissingError, match="all your rights"):
        open_sandbox("none")
    assert open_sandbox("none", allow_none=True).name == "none"
    assert "all your rights" in caplog.text


def test_a_sandbox_that_cannot_start_is_refused() -> None:
    broken = Fake(lambda argv, spec: not_run("no namespaces"))
    assert "no namespaces" in (choice.fault(broken) or "")


def test_a_sandbox_that_starts_slowly_is_not_refused() -> None:
    given: list[float] = []

    def run(argv: Sequence[str], spec: SandboxSpec) -> Outcome:
        if "sleep 600" not in argv:
            return Outcome(0, None, b"done", b"", False, False, False, 0.0, None)
        given.append(spec.limits.wall_s)
        stands = len(given) == 3
        return Outcome(None, 9, b"", b"", True, False, False, 0.0, None) if stands else not_run("does not stand yet")

    assert probes.successful_attempts(Fake(run)) == (set(), None)
    assert given == sorted(set(given))


def test_a_sandbox_that_holds_nothing_back_is_refused(tmp_path: Path) -> None:
    open_wide = open_sandbox("none", allow_none=True)

    def run(argv: Sequence[str], spec: SandboxSpec) -> Outcome:
        # The writing attempts are left out: they would really write.
        harmless = [
            word.replace("/usr/sigil-canary", f"{tmp_path}/a").replace("/sigil-canary", f"{tmp_path}/b")
            for word in argv
        ]
        harmless = [
            word.replace("/proc/sys/kernel/core_pattern", f"{tmp_path}/c").replace("/tmp/", f"{tmp_path}/")
            for word in harmless
        ]
        return open_wide.run(harmless, dataclasses.replace(spec, cwd=str(tmp_path)), b"in")

    found = choice.fault(Fake(run)) or ""
    assert "read-host-file" in found
    assert "signal-host-process" in found


def test_missing_programs_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choice.shutil, "which", lambda name, path=None: None)
    with pytest.raises(MissingError) as caught:
        open_sandbox("auto")
    assert "bubblewrap: `bwrap` is not installed; firejail: `firejail` is not installed" in str(caught.value)
    assert "apt-get install bubblewrap" in str(caught.value)


def test_the_report_runs_as_a_program() -> None:
    done = subprocess.run([sys.executable, "-m", "sigil_common.sandbox"], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3)
    assert ("sandbox: " in done.stdout) == (done.returncode == 0)


# firejail


def test_firejail_lets_programs_work(firejail_attempt: Attempt) -> None:
    assert worked(firejail_attempt("threads", "8"))
    assert firejail_attempt("echo", stdin=b"hello").stdout == b"yes hello\n"
    found = firejail_attempt("environment", env={"GREETING": "hi"}, system="toolchain")
    assert found.stdout.decode().split()[1:] == ["GREETING=hi"]
    assert firejail_attempt("abort").signal == 6


def test_firejail_holds_back(firejail_attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "canary").write_text("canary")
    for path in (tmp_path / "canary", "/etc/passwd", Path.home() / ".bashrc", "/var/lib/dpkg/status", "/run/utmp"):
        assert not worked(firejail_attempt("read", str(path)))
    for path in ("/new", "/usr/new", "/dev/new", "/proc/sys/kernel/core_pattern"):
        assert not worked(firejail_attempt("write", path, system="toolchain"))
    for what in ("root", "ptrace", "unshare", "bpf", "keyctl", "mount", "chroot", "terminal"):
        assert not worked(firejail_attempt(what, system="toolchain"))
    assert not worked(firejail_attempt("socket", "2"))


def test_firejail_keeps_its_limits(firejail: Sandbox, firejail_attempt: Attempt, probe: Path) -> None:
    for wall_s in (0.8, 8, 80, 800):
        limits = Limits(wall_s, scratch_bytes=0)
        found = firejail.run([str(probe), "sleep", str(24 * HANG_S)], SandboxSpec(limits, (Mount(probe),)))
        if found.trouble is None:  # it did not stand yet: its own start counts
            break
    assert found.timed_out
    assert firejail_attempt("flood").output_exceeded
    assert firejail_attempt("memory", "400", memory_bytes=64 << 20).memory_exceeded
    assert worked(firejail_attempt("leave", system="toolchain"))


def test_firejail_tells_trouble(firejail: Sandbox, probe: Path) -> None:
    moved = SandboxSpec(Limits(HANG_S), (Mount(probe, "/elsewhere"),))
    assert "cannot show" in (firejail.run(["/elsewhere"], moved).trouble or "")
    assert firejail.run(["/usr/bin/true"], SandboxSpec(Limits(HANG_S), cwd="/absent")).trouble


# none


def test_none_still_limits(probe: Path) -> None:
    sandbox = open_sandbox("none", allow_none=True)

    def run(*words: str, **limits: float) -> Outcome:
        spec = SandboxSpec(Limits(**{"wall_s": HANG_S, **limits}), (Mount(probe),), {"A": "b"})  # type: ignore[arg-type]
        return sandbox.run([str(probe), *words], spec, b"hello")

    assert run("echo").stdout == b"yes hello\n"
    assert b"A=b" in run("environment").stdout
    assert (run("exit", "3").returncode, run("abort").signal) == (3, 6)
    assert run("sleep", str(24 * HANG_S), wall_s=0.3).timed_out
    assert run("flood").output_exceeded
    assert run("memory", "400", memory_bytes=64 << 20).memory_exceeded
    assert "absolute" in (sandbox.run(["true"], SandboxSpec(Limits(HANG_S))).trouble or "")


# System call filters


@pytest.mark.parametrize("machine", ["x86_64", "aarch64"])
@pytest.mark.parametrize("profile", ["toolchain", "minimal"])
def test_filters_never_jump_beyond_their_end(
    monkeypatch: pytest.MonkeyPatch, machine: str, profile: seccomp.Profile
) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    rules = list(struct.iter_unpack("<HBBI", seccomp.program.__wrapped__(profile)))
    assert rules[-1] == (0x06, 0, 0, 0x7FFF0000)
    for position, (code, if_true, if_false, _) in enumerate(rules):
        if code & 0x07 == 0x05:
            assert position + 1 + max(if_true, if_false) < len(rules)
    assert _decide(rules, 0xDEAD, 1, 0) == 0x80000000, "a foreign architecture kills"


@pytest.mark.parametrize(("machine", "arch", "clone"), [("x86_64", 0xC000003E, 56), ("aarch64", 0xC00000B7, 220)])
def test_filters_decide_on_flags(monkeypatch: pytest.MonkeyPatch, machine: str, arch: int, clone: int) -> None:
    monkeypatch.setattr(seccomp.platform, "machine", lambda: machine)
    allow, denied, absent = 0x7FFF0000, 0x00050001, 0x00050026
    rules = {
        name: list(struct.iter_unpack("<HBBI", seccomp.program.__wrapped__(name))) for name in ("toolchain", "minimal")
    }
    thread, child, namespace = 0x003D0F00, 17, 0x10000000 | 17
    assert [_decide(rules["minimal"], arch, clone, flags) for flags in (thread, child, namespace)] == [
        allow,
        denied,
        denied,
    ]
    assert [_decide(rules["toolchain"], arch, clone, flags) for flags in (thread, child, namespace)] == [
        allow,
        allow,
        denied,
    ]
    assert _decide(rules["toolchain"], arch, 435, 0) == absent
    assert _decide(rules["minimal"], arch, 425, 0) == absent


def _decide(rules: list[tuple[int, int, int, int]], arch: int, number: int, argument: int) -> int:
    """Run a filter as the kernel does."""
    data = struct.pack("<IIQ6Q", number, arch, 0, argument, 0, 0, 0, 0, 0)
    held = position = 0
    while True:
        code, if_true, if_false, value = rules[position]
        position += 1
        if code == 0x20:
            held = struct.unpack_from("<I", data, value)[0]
        elif code == 0x06:
            return value
        else:
            met = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
            position += if_true if met else if_false


def test_a_place_where_nothing_can_be_run_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [*os.statvfs("/")]
    found[8] |= os.ST_NOEXEC
    mounted = os.statvfs_result(found)
    monkeypatch.setattr(os, "statvfs", lambda _: mounted)
    with pytest.raises(MissingError, match="no program can be run in") as said:
        open_sandbox()
    assert "TMPDIR" in str(said.value.hint)


# Control groups, version 2, on files that look like the kernel's


def test_version_2_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scope = tmp_path / "user.slice" / "mine.scope"
    scope.mkdir(parents=True)
    for folder, controllers in ((tmp_path, "cpu memory pids"), (scope.parent, "memory pids"), (scope, "")):
        (folder / "cgroup.subtree_control").write_text(controllers)
    own = tmp_path / "own"
    own.write_text("0::/user.slice/mine.scope\n")
    real_mkdir = Path.mkdir

    def mkdir(self: Path, *args: object, **options: object) -> None:
        real_mkdir(self, *args, **options)  # type: ignore[arg-type]
        for name, text in {
            "memory.events": "oom 0\noom_kill 0\n",
            "memory.current": "0",
            "pids.current": "0",
            "cgroup.procs": "",
            "memory.max": "max",
            "pids.max": "max",
        }.items():
            (self / name).write_text(text)

    monkeypatch.setattr(Path, "mkdir", mkdir)
    pool = cgroups.open_pool(tmp_path, own)
    assert pool is not None
    atexit.unregister(pool.close)  # ordinary directories cannot be removed as the kernel's can
    assert pool.version == 2
    with pool.group(1 << 30, 10) as group:
        made = next(scope.parent.glob("sigil-*")) / "0"
        assert (made / "memory.max").read_text() == str(1 << 30)
        assert int((made / "pids.max").read_text()) >= 10
        group.add(4711)
        assert (made / "cgroup.procs").read_text() == "4711"
        assert not group.ran_out_of_memory()
        (made / "memory.events").write_text("oom 1\noom_kill 1\n")
        assert group.ran_out_of_memory()
        assert not group.ran_out_of_memory()
    with pool.group(1 << 30, 10) as again:
        assert again is group
    (made / "pids.current").write_text("1")
    with pool.group(1 << 30, 10) as other:
        assert other is not group, "a group that still holds a process is not lent"
    (made / "cgroup.procs").write_text("")
    with pool.group(1 << 30, 10) as another:
        assert another is not group, "a dead one would leave the next program one thread less"


def test_without_controllers_there_are_no_groups(tmp_path: Path) -> None:
    (tmp_path / "cgroup.subtree_control").write_text("hugetlb")
    own = tmp_path / "own"
    own.write_text("0::/\n")
    assert cgroups.open_pool(tmp_path, own) is None


def test_groups_of_dead_processes_are_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = tmp_path / "sigil-999999999"
    inner = dead / "sigil-999999998"
    for folder in (dead / "0", inner / "0", inner / "1"):
        folder.mkdir(parents=True)
    removed = []

    def rmdir(path: Path) -> None:
        """As for groups: files do not count, groups within do."""
        if any(entry.is_dir() for entry in path.iterdir()):
            raise OSError(errno.EBUSY, "Device or resource busy")
        removed.append(path)
        shutil.rmtree(path)

    for folder in (dead, dead / "0", inner, inner / "0", inner / "1"):
        (folder / "cgroup.procs").touch()
    monkeypatch.setattr(Path, "rmdir", rmdir)
    # None is waited for: each is free when its turn comes.
    monkeypatch.setattr(cgroups, "_REMOVE_S", -1)
    (tmp_path / "others").mkdir()
    cgroups._sweep(tmp_path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["others"]
    assert len(removed) == 5
