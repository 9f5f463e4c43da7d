"""Each thing that a sandboxed program must not be able to do, tried by a real program under bubblewrap."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from sigil_common.sandbox import Limits, Mount, Outcome, Sandbox, SandboxSpec, child, hand_over, share, workdir

from ..clock import HANG_S, running, until

Attempt = Callable[..., Outcome]
SYSTEMS = ("minimal", "toolchain")


def worked(found: Outcome) -> bool:
    assert found.stdout.startswith((b"yes", b"no:")), found
    return found.stdout.startswith(b"yes")


# What must work.


def test_threads_random_numbers_input_and_output_work(attempt: Attempt) -> None:
    assert worked(attempt("threads", "8"))
    assert worked(attempt("random"))
    assert attempt("echo", stdin=b"hello").stdout == b"yes hello\n"


def test_the_environment_is_the_one_asked_for(attempt: Attempt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGIL_SECRET", "secret")
    found = attempt("environment", env={"GREETING": "hi there"})
    assert sorted(found.stdout.decode()[4:].split(" ")) == ["GREETING=hi", "PWD=/tmp\n", "there"]


@pytest.mark.parametrize(
    ("what", "code", "signal"), [("exit", 7, None), ("abort", None, 6), ("overflow", None, 6), ("panic", 101, None)]
)
def test_the_end_of_the_program_is_told(attempt: Attempt, what: str, code: int | None, signal: int | None) -> None:
    found = attempt(what, "7")
    assert (found.returncode, found.signal) == (code, signal)
    assert not found.timed_out
    assert not found.memory_exceeded


def test_scratch_and_writable_mounts_can_be_written(bubblewrap: Sandbox, probe: Path) -> None:
    with workdir() as folder:
        (folder / "old").mkdir()
        (folder / "old" / "note").write_text("old")
        mounts = (Mount(probe), Mount(folder, writable=True))
        for target in ("/tmp/file", f"{folder}/new", f"{folder}/old/note"):
            spec = SandboxSpec(Limits(HANG_S), mounts, system="minimal")
            assert bubblewrap.run([str(probe), "write", target], spec).stdout == b"yes \n"
        assert (folder / "new").is_file()


def test_a_mount_may_appear_elsewhere_and_is_read_only(attempt: Attempt, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "file").write_text("x")
    mounts = (Mount(tmp_path / "data", "/elsewhere/deep"),)
    assert worked(attempt("read", "/elsewhere/deep/file", mounts=mounts))
    assert not worked(attempt("write", "/elsewhere/deep/file", mounts=mounts))
    assert not worked(attempt("write", "/elsewhere/deep/new", mounts=mounts))


def test_a_toolchain_below_tmp_is_seen(bubblewrap: Sandbox) -> None:
    with workdir(parent=Path("/tmp")) as folder:
        (folder / "library").write_text("here")
        (folder / "library").chmod(0o644)
        folder.chmod(0o755)
        found = bubblewrap.run(["/bin/cat", f"{folder}/library"], SandboxSpec(Limits(10), sysroot=folder))
    assert found.stdout == b"here"


def test_many_at_once(bubblewrap: Sandbox, probe: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    spec = SandboxSpec(Limits(HANG_S, scratch_bytes=0), (Mount(probe),), system="minimal")
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda n: bubblewrap.run([str(probe), "echo"], spec, str(n).encode()), range(60)))
    assert [item.stdout for item in found] == [f"yes {n}\n".encode() for n in range(60)]


# Files.


@pytest.mark.parametrize("system", SYSTEMS)
def test_host_files_cannot_be_read(attempt: Attempt, tmp_path: Path, system: str) -> None:
    canary = tmp_path / "canary"
    canary.write_text("canary")
    for path in (canary, "/etc/passwd", "/etc/shadow", Path.home() / ".bashrc", f"/proc/{os.getpid()}/environ"):
        assert not worked(attempt("read", str(path), system=system))


@pytest.mark.parametrize("system", SYSTEMS)
def test_nothing_outside_can_be_written(attempt: Attempt, probe: Path, system: str) -> None:
    for path in ("/new", "/usr/new", "/dev/new", "/etc/new", str(probe), "/proc/sys/kernel/core_pattern"):
        assert not worked(attempt("write", path, system=system))


def test_minimal_shows_next_to_nothing(attempt: Attempt) -> None:
    for path in ("/proc", "/sys", "/etc", "/home", "/run", "/var"):
        assert not worked(attempt("list", path))
    assert attempt("list", "/dev").stdout == b"yes null\n"


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_file_of_ours_is_open(attempt: Attempt, system: str) -> None:
    held = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(held, True)
    try:
        assert attempt("files", system=system).stdout == b"yes 0 1 2\n"
    finally:
        os.close(held)


def test_what_is_left_in_scratch_is_gone_next_time(attempt: Attempt) -> None:
    assert worked(attempt("write", "/tmp/left", scratch_bytes=1 << 20))
    assert not worked(attempt("read", "/tmp/left", scratch_bytes=1 << 20))


def test_scratch_has_a_size(attempt: Attempt) -> None:
    found = attempt("fill", scratch_bytes=8 << 20)
    assert int(found.stdout.split()[1]) <= 8


def test_one_file_has_a_size(attempt: Attempt) -> None:
    found = attempt("big-file", str(3 << 20), scratch_bytes=8 << 20, file_bytes=2 << 20)
    assert found.signal == 25  # SIGXFSZ


# Network, users, kernel.


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_network(attempt: Attempt, system: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not worked(attempt("tcp", f"127.0.0.1:{port}", system=system))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
        receiver.bind(("127.0.0.1", 0))
        receiver.settimeout(0.2)
        attempt("udp", f"127.0.0.1:{receiver.getsockname()[1]}", system=system)
        with pytest.raises(TimeoutError):
            receiver.recv(1)
    for family in (17, 38, 40):  # AF_PACKET, AF_ALG, AF_VSOCK
        assert not worked(attempt("socket", str(family), system=system))


def test_minimal_has_no_sockets_at_all(attempt: Attempt) -> None:
    for family in (1, 2, 10, 16):
        assert not worked(attempt("socket", str(family)))


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize(
    "what",
    [
        "root",
        "ptrace",
        "unshare",
        "bpf",
        "keyctl",
        "io_uring",
        "clone3",
        "personality",
        "chroot",
        "mount",
        "terminal",
        "fake-input",
    ],
)
def test_no_way_deeper_into_the_kernel(attempt: Attempt, what: str, system: str) -> None:
    assert not worked(attempt(what, system=system))


def test_the_program_is_not_root_and_cannot_touch_others(attempt: Attempt) -> None:
    assert attempt("user").stdout.split()[1] != b"0"
    for pid in ("1", str(os.getpid()), str(os.getppid())):
        assert not worked(attempt("kill", pid, system="toolchain")) or pid == "1"
    attempt("kill-init", system="toolchain")
    attempt("kill-all", system="toolchain")


def test_the_program_cannot_patch_itself(attempt: Attempt) -> None:
    assert not worked(attempt("patch-memory"))


# Processes, memory, time, output.


def test_minimal_has_no_new_processes(attempt: Attempt) -> None:
    assert not worked(attempt("fork"))
    assert not worked(attempt("spawn"))


def test_processes_are_counted(attempt: Attempt) -> None:
    found = attempt("fork-bomb", system="toolchain", processes=20)
    assert not found.timed_out
    assert found.stdout.count(b"Resource temporarily unavailable") > 0


def test_threads_are_counted(attempt: Attempt) -> None:
    assert not worked(attempt("threads", "100", processes=20))


def test_nothing_survives(attempt: Attempt) -> None:
    mark = f"left-by-{os.getpid()}"
    # What is left behind would run for ever; so this run would reach its time limit if it waited for that.
    found = attempt("leave", mark, system="toolchain")
    assert worked(found)
    assert not found.timed_out
    assert not any(mark.encode() in line for line in _command_lines())


def test_memory_is_limited(attempt: Attempt) -> None:
    found = attempt("memory", "400", memory_bytes=64 << 20)
    assert found.memory_exceeded
    assert found.returncode != 0
    assert worked(attempt("memory", "20", memory_bytes=64 << 20))


@pytest.mark.parametrize("scratch", [0, 1 << 20])
def test_a_flood_of_output_is_stopped(attempt: Attempt, scratch: int) -> None:
    found = attempt("flood", output_bytes=1 << 20, scratch_bytes=scratch)
    assert found.output_exceeded
    assert len(found.stdout) == 1 << 20
    assert not found.timed_out


def test_wall_time_is_limited(attempt: Attempt) -> None:
    found = attempt("sleep", str(24 * HANG_S), wall_s=0.3)
    assert found.timed_out
    assert found.wall_s >= 0.3


def test_cpu_time_is_limited(attempt: Attempt) -> None:
    found = attempt("spin", cpu_s=1)
    assert found.timed_out
    assert found.signal == signal.SIGXCPU


@pytest.mark.parametrize(
    ("status", "used", "over", "trouble"),
    [
        (0, 0.99, False, False),
        (0, 1.0, True, False),
        (-signal.SIGXCPU, 1.5, True, False),
        (-signal.SIGXCPU, 0.7, False, True),
        (-signal.SIGKILL, 0.1, False, False),
    ],
)
def test_cpu_time_is_what_the_control_group_counts(status: int, used: float, over: bool, trouble: bool) -> None:
    group = SimpleNamespace(cpu_s=lambda: used, peak_bytes=lambda: 1, ran_out_of_memory=lambda: False)
    spec = SandboxSpec(Limits(4.0, cpu_s=1.0))
    with child.captures() as (out, err):
        found = child.outcome(status, child.Waited(False, False), out, err, spec, 2.0, group)  # type: ignore[arg-type]
    assert found.cpu_exceeded is over
    assert found.timed_out is (over or status == -signal.SIGXCPU)
    assert (found.trouble is not None) is trouble


CALLER = """
import os, signal, sys
from pathlib import Path
from sigil_common.sandbox import *
from sigil_common.sandbox import bubblewrap
from sigil_common.sandbox.selftest import _bubblewraps
program, seconds, when = sys.argv[1:]
def killed_in_the_pause(self, report):
    inner = bubblewrap._CHILD_PID.search(report)[1].decode()
    while program not in Path("/proc", inner, "mountinfo").read_text():
        pass  # bwrap still builds the file system
    os.kill(os.getpid(), signal.SIGKILL)
if when == "early":
    bubblewrap._Run._limit = killed_in_the_pause
sandbox = next(_bubblewraps())
sandbox.run([program, "sleep", seconds], SandboxSpec(Limits(1e6), (Mount(Path(program)),)))
"""


@pytest.mark.parametrize("when", ["early", "late"])
def test_killing_the_caller_ends_the_program(probe: Path, when: str) -> None:
    seconds = f"{24 * HANG_S}{os.getpid()}"  # its mark among all processes of the machine

    def program_runs() -> bool:
        return any(line.startswith(bytes(probe)) and seconds.encode() in line for line in _command_lines())

    with running([sys.executable, "-c", CALLER, str(probe), seconds, when]) as caller:
        if when == "late":
            caller.until(program_runs, "the program ran")
            caller.end(signal.SIGKILL)
        else:
            caller.process.wait(HANG_S)
    assert caller.process.returncode == -signal.SIGKILL
    until(lambda: not any(seconds.encode() in line for line in _command_lines()), "all of it is gone")


def test_without_control_groups_each_process_is_limited(bubblewrap: Sandbox, probe: Path) -> None:
    bare = dataclasses.replace(bubblewrap, pool=None)  # type: ignore[type-var]
    spec = SandboxSpec(Limits(HANG_S, memory_bytes=64 << 20, processes=20), (Mount(probe),))
    found = bare.run([str(probe), "memory", "400"], spec)
    assert found.memory_exceeded
    found = bare.run([str(probe), "fork-bomb"], spec)
    assert b"Resource temporarily unavailable" in found.stdout


# Trouble is distinguished from failure.


def test_trouble_is_told(bubblewrap: Sandbox, probe: Path, tmp_path: Path) -> None:
    def trouble(argv: list[str], *mounts: Mount, cwd: str = "/tmp") -> str | None:
        return bubblewrap.run(argv, SandboxSpec(Limits(HANG_S), mounts, cwd=cwd)).trouble

    assert "no such file" in (trouble(["/usr/bin/true"], Mount(tmp_path / "absent")) or "")
    assert "absolute" in (trouble(["true"]) or "")
    assert trouble(["/absent/program"])
    (tmp_path / "text").write_text("x")
    assert "not an executable" in (trouble([str(tmp_path / "text")], Mount(tmp_path / "text")) or "")
    assert "chdir" in (trouble(["/usr/bin/true"], cwd="/absent") or "")
    assert trouble(["/usr/bin/true"]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes the user inside")
def test_root_shares_and_hands_over_directories(bubblewrap: Sandbox, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    spec = SandboxSpec(Limits(HANG_S), (Mount(closed),))
    assert "may not read" in (bubblewrap.run(["/usr/bin/true"], spec).trouble or "")
    share(closed)
    assert bubblewrap.run(["/usr/bin/true"], spec).trouble is None
    with pytest.raises(ValueError, match="not a directory to hand"):
        hand_over(Path.home())
    (closed / "link").symlink_to("/etc")
    with pytest.raises(ValueError, match="is a link"):
        hand_over(closed / "link")
    hand_over(closed)
    assert Path("/etc").stat().st_uid == 0
    assert (closed / "link").lstat().st_uid == closed.stat().st_uid != 0


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user is what the other tests ran as")
def test_it_works_for_an_ordinary_user_too(probe: Path, tmp_path: Path) -> None:
    import sigil_common

    source = Path(sigil_common.__file__).parents[1]
    script = """
import sys
from pathlib import Path
from sigil_common.sandbox import *
program, *tries = sys.argv[1:]
sandbox = open_sandbox("bubblewrap")
for system in ("minimal", "toolchain"):
    for what in tries:
        spec = SandboxSpec(Limits(1800), (Mount(Path(program)),), system=system)
        print(what, sandbox.run([program, *what.split()], spec).stdout)
"""
    tries = [
        "user",
        "root",
        "unshare",
        "socket 40",
        "write /new",
        "write /usr/new",
        "write /proc/sys/kernel/core_pattern",
        "mount",
        "read /etc/passwd",
        "kill-all",
    ]
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    able = f"import sys; sys.path.insert(0, {str(source)!r}); import sigil_common.sandbox"
    for needed in (["unshare", "--user", "true"], ["/usr/bin/python3", "-c", able]):
        if subprocess.run([*nobody, *needed], cwd="/", capture_output=True, check=False).returncode != 0:
            pytest.skip(f"an ordinary user cannot run {needed[0]}")
    public = Path("/tmp", f"sigil-probe-{os.getpid()}")
    try:
        public.write_bytes(probe.read_bytes())
        public.chmod(0o755)
        found = subprocess.run(
            [*nobody, "/usr/bin/python3", "-c", script, str(public), *tries],
            env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=HANG_S,
            cwd="/",
            check=False,
        )
    finally:
        public.unlink()
    lines = found.stdout.splitlines()
    assert len(lines) == 2 * len(tries), found
    assert all("no: " in line for line in lines if not line.startswith("user"))
    assert all("65534" in line for line in lines if line.startswith("user"))


def _command_lines() -> list[bytes]:
    lines = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                lines.append((folder / "cmdline").read_bytes())
            except OSError:
                continue
    return lines
