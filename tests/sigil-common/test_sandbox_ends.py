"""Before and after a run: what is refused, who the program is, and how its end is told."""

import os
import stat
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.sandbox import Limits, Mount, Outcome, SandboxSpec, check, child, identity, open_sandbox
from sigil_common.sandbox.child import Capture, Waited, net, outcome, signals_negative, source_of
from sigil_common.sandbox.spec import not_run
from sigil_common.sandbox.usage import Usage

from ..clock import HANG_S

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root runs programs as another user")


def spec(*mounts, **limits):
    return SandboxSpec(Limits(**{"wall_s": 1.0, **limits}), mounts)


# What is refused before anything starts


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program"
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("name", "mode", "refusal"),
    [
        ("program", 0o755, None),
        ("program", 0o644, "not an executable file"),
        ("gone", 0o755, "No such file or directory"),
        ("", 0o755, "not an executable file"),
    ],
)
def test_a_program_that_cannot_run_is_refused(program, name, mode, refusal):
    program.chmod(mode)
    path = str(program.parent / name)
    found = check.refusal([path], spec(), drops_uid=False)
    assert found == (refusal and f"cannot run {path}: {refusal}")


def test_a_program_is_named_by_its_absolute_path():
    assert check.refusal(["true"], spec(), drops_uid=False) == "cannot run 'true': not an absolute path"


def test_a_program_is_looked_for_where_mounts_put_it(program):
    (program.parent / "plain").write_text("")
    mounts = [Mount(program.parent, "/inside"), Mount(program, "/other/name"), Mount(program.parent / "plain", "/top")]
    for inside, fine in [("/inside/program", True), ("/other/name", True), ("/inside/plain", False), ("/top", False)]:
        assert (check.refusal([inside], spec(*mounts), drops_uid=False) is None) is fine
    covered = [Mount(program, "/x"), Mount(program.parent / "plain", "/x")]
    assert "not an executable" in check.refusal(["/x"], spec(*covered), drops_uid=False)


def test_a_mount_of_nothing_is_refused(program):
    asked = spec(Mount(program.parent / "gone"))
    assert "gone: no such file" in check.refusal([str(program)], asked, drops_uid=False)


@pytest.mark.parametrize(("target", "moved"), [(None, False), ("same", False), ("/elsewhere", True)])
def test_only_a_moved_mount_is_told_to_a_sandbox_that_cannot_move(tmp_path, target, moved):
    mount = Mount(tmp_path, str(tmp_path) if target == "same" else target)
    found = check.moved(spec(mount), "none")
    assert (found is not None) is moved
    assert not moved or found == f"sandbox `none` cannot show {tmp_path} as /elsewhere"


def test_a_mount_without_a_target_is_at_its_absolute_path(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Mount(Path("a")).inside == str(tmp_path / "a")
    assert Mount(Path("a"), "/b").inside == "/b"


# The user that programs run as


@pytest.mark.parametrize(
    ("mode", "is_folder", "expected"),
    [
        (0o755, True, True),
        (0o754, True, False),
        (0o751, True, False),
        (0o700, True, False),
        (0o705, True, True),
        (0o644, False, True),
        (0o600, False, False),
        (0o711, False, True),
        (0o770, False, False),
    ],
)
def test_who_may_read_what(tmp_path, mode, is_folder, expected):
    path = tmp_path / "x"
    path.mkdir() if is_folder else path.write_text("")
    path.chmod(mode)
    assert identity.readable(path) is expected


@ROOT
@pytest.mark.parametrize(("mode", "expected"), [(0o750, True), (0o740, False), (0o705, False)])
def test_the_sandboxs_group_counts_before_all_others(tmp_path, mode, expected):
    os.chown(tmp_path, 0, identity.FIRST_UID)
    tmp_path.chmod(mode)
    assert identity.readable(tmp_path) is expected


@ROOT
def test_a_shared_folder_is_entered_by_the_sandboxs_user_and_nobody_else(tmp_path):
    with identity.workdir(parent=tmp_path) as folder:
        found = folder.stat()
        assert (stat.S_IMODE(found.st_mode), found.st_gid) == (0o750, identity.FIRST_UID)
        assert identity.readable(folder)


@ROOT
def test_a_handed_over_tree_changes_hands_once_and_links_in_it_are_not_followed(tmp_path):
    (tmp_path / "precious").write_text("")
    tree = tmp_path / "tree"
    (tree / "deep").mkdir(parents=True)
    (tree / "deep" / "link").symlink_to(tmp_path / "precious")
    identity.hand_over(tree)
    owned = [path.lstat().st_uid for path in (tree, tree / "deep", tree / "deep" / "link")]
    assert owned == [identity.FIRST_UID] * 3
    assert (tmp_path / "precious").stat().st_uid == 0
    (tree / "later").write_text("")
    identity.hand_over(tree)
    assert (tree / "later").stat().st_uid == 0


@pytest.mark.parametrize("what", ["link", "home", "above home", "top", "here"])
def test_what_is_precious_is_not_handed_over(tmp_path, monkeypatch, what):
    monkeypatch.setattr(identity, "drops_uid", lambda: True)
    home = tmp_path / "users" / "me"
    (home / "work").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(home / "work")
    (tmp_path / "link").symlink_to(home)
    path = {
        "link": tmp_path / "link",
        "home": home,
        "above home": home.parent,
        "top": Path("/usr"),
        "here": home / "work",
    }[what]
    owner = path.stat().st_uid
    with pytest.raises(ValueError, match=r"cannot be mounted writable|not a directory to hand"):
        identity.hand_over(path)
    assert path.stat().st_uid == owner


def test_lent_users_are_each_for_one_program_and_come_back():
    with identity.lent_uid() as one, identity.lent_uid() as two:
        assert len({one, two, identity.FIRST_UID}) == 3
        assert all(identity.FIRST_UID < uid <= identity.FIRST_UID + 500 for uid in (one, two))
    assert {one, two} <= set(identity._free)


def test_a_program_that_writes_runs_as_the_owner_of_what_it_writes_to():
    with ExitStack() as stack:
        writes = identity.change_of_user("/setpriv", spec(Mount(Path("/a"), writable=True)), stack)
        reads = identity.change_of_user("/setpriv", spec(Mount(Path("/a"))), stack)
    assert writes[1:3] == ["--reuid", str(identity.FIRST_UID)]
    assert reads[2] != str(identity.FIRST_UID)
    for words in (writes, reads):
        assert {"--clear-groups", "--inh-caps=-all", "--bounding-set=-all"} < set(words)
        assert words[-1] == "--"


# How a run ended


@given(st.integers(0, 255))
def test_a_shells_status_of_a_signal_is_undone(status):
    found = signals_negative(status)
    assert found == (status if status <= 128 or status > 192 else 128 - status)


@pytest.fixture
def streams():
    made = Capture("out"), Capture("err")
    yield made
    for capture in made:
        capture.close()


@pytest.mark.parametrize(
    ("status", "stderr", "oom", "expected"),
    [
        (0, b"", False, {"returncode": 0, "signal": None, "ok": True}),
        (3, b"", False, {"returncode": 3, "signal": None, "ok": False}),
        (-9, b"", False, {"returncode": None, "signal": 9, "memory_exceeded": False}),
        (-9, b"", True, {"signal": 9, "memory_exceeded": True}),
        (-6, b"memory allocation of 8 bytes failed", False, {"signal": 6, "memory_exceeded": True}),
        (-6, b"thread panicked", False, {"signal": 6, "memory_exceeded": False}),
        (101, b"memory allocation of 8 bytes failed", False, {"returncode": 101, "memory_exceeded": False}),
        (-24, b"", False, {"signal": 24, "timed_out": True}),
    ],
)
def test_an_end_is_told_apart(streams, status, stderr, oom, expected):
    os.write(streams[1].child_end, stderr)
    group = SimpleNamespace(ran_out_of_memory=lambda: oom, cpu_s=lambda: 1.5, peak_bytes=lambda: None)
    found = outcome(status, Waited(False, False), *streams, spec(), 0.5, group)
    assert (found.cpu_s, found.peak_bytes) == (1.5, None)
    assert {name: getattr(found, name) for name in expected} == expected
    assert (found.stderr, found.trouble) == (stderr, None)


@pytest.mark.parametrize(
    ("waited_s", "seconds"),
    [(0.0, 40), (None, 40), (25.5, 65.5), (1e6, 400)],  # slept; nobody knows; kept waiting; patience has an end
)
def test_waiting_for_a_cpu_is_not_counted(waited_s, seconds):
    assert net(Limits(wall_s=40), Usage(0.0, waited_s)) == seconds


@pytest.mark.slow
@pytest.mark.parametrize(("waited_s", "timed_out"), [(0.0, True), (HANG_S, False)])
def test_a_program_that_was_kept_waiting_is_given_longer(monkeypatch, waited_s, timed_out):
    monkeypatch.setattr(child.Watch, "look", lambda self: Usage(0.0, waited_s))
    sandbox = open_sandbox("none", allow_none=True)
    found = sandbox.run(["/bin/sleep", str(HANG_S) if timed_out else "2.5"], spec(wall_s=2))
    assert (found.timed_out, found.trouble) == (timed_out, None)


@pytest.mark.parametrize(
    ("cpu_s", "waited_s", "busy"),
    [
        (7.9, 375.0, True),  # it wanted to run nearly all the time
        (8.1, 375.0, False),  # it had what it may use
        (0.0, 0.0, False),  # it slept
        (0.0, 359.0, False),  # it slept longer than it may
        (0.0, None, True),  # nobody knows
    ],
)
def test_a_busy_machine_is_not_the_programs_fault(streams, cpu_s, waited_s, busy):
    limits = replace(spec(), limits=Limits(wall_s=40, cpu_s=10))
    waited = Waited(True, False, Usage(cpu_s, waited_s))
    found = outcome(-9, waited, *streams, limits, 400.0, None)
    assert found.timed_out
    assert ("too busy" in (found.trouble or "")) == busy
    without = outcome(-9, waited, *streams, replace(spec(), limits=Limits(wall_s=40)), 400.0, None)
    assert without.trouble is None


@pytest.mark.parametrize(
    "change", [{"timed_out": True}, {"output_exceeded": True}, {"trouble": "x"}, {"returncode": 1}]
)
def test_a_run_is_fine_only_within_all_its_limits(change):
    good = Outcome(0, None, b"", b"", False, False, False, 0.1, None)
    assert good.ok
    assert not replace(good, **change).ok
    assert not not_run("no").ok


def test_a_stream_is_appended_to_and_cut_where_it_is_read(streams):
    out = streams[0]
    os.write(out.child_end, b"12345")
    os.lseek(out.child_end, 0, os.SEEK_SET)
    os.write(out.child_end, b"6")
    assert (out.size(), out.read(100), out.read(2)) == (6, b"123456", b"12")
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.read(out.child_end, 1)


@pytest.mark.parametrize("data", [b"", b"input"])
def test_input_is_there_from_its_first_byte(data):
    with source_of(data) as handle:
        assert os.read(handle, 100) == data
        assert os.read(handle, 100) == b""
