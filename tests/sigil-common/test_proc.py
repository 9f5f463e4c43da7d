"""Child processes: what goes in, what comes out, what is cut, and that nobody stays behind."""

import os
import select
import signal
import subprocess
import sys

import pytest

from sigil_common import proc
from sigil_common.errors import MissingError

from ..clock import alive, until


def sh(script, **options):
    return proc.run(["sh", "-c", script], **{"timeout": 60, **options})


@pytest.mark.parametrize(
    ("script", "returncode", "ok"),
    [("exit 0", 0, True), ("exit 3", 3, False), ("kill -TERM $$", -15, False), ("kill -KILL $$", -9, False)],
)
def test_the_end_is_told_as_subprocess_tells_it(script, returncode, ok):
    found = sh(script)
    assert (found.returncode, found.ok, found.timed_out, found.truncated) == (returncode, ok, False, False)
    assert found.argv == ("sh", "-c", script)


def test_the_two_streams_are_kept_apart():
    found = sh("echo out; echo err >&2")
    assert (found.stdout, found.stderr) == ("out\n", "err\n")


@pytest.mark.parametrize(
    ("size", "limit", "kept", "truncated"), [(10, 10, 10, False), (11, 10, 10, True), (0, 0, 0, False), (1, 0, 0, True)]
)
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_each_stream_is_cut_at_its_very_byte(stream, size, limit, kept, truncated):
    script = f"head -c {size} /dev/zero | tr '\\0' x" + (" >&2" if stream == "stderr" else "")
    found = sh(script, output_limit=limit)
    assert getattr(found, stream) == "x" * kept
    assert found.truncated is truncated
    assert found.ok, "a flood is cut, not blamed"


def test_what_is_no_utf8_is_replaced_and_a_character_may_be_cut():
    assert sh(r"printf 'a\377b'").stdout == "a\ufffdb"
    assert sh(r"printf 'aé'", output_limit=2).stdout == "a\ufffd"


@pytest.mark.parametrize("stdin", [None, b""])
def test_without_input_the_child_reads_the_end_at_once(stdin):
    assert proc.run(["cat"], timeout=60, stdin=stdin).stdout == ""


def test_large_input_and_output_do_not_block_each_other():
    data = bytes(range(32, 127)) * 20_000
    assert proc.run(["cat"], timeout=60, stdin=data).stdout.encode() == data


def test_input_that_nobody_reads_is_no_error():
    assert proc.run(["true"], timeout=60, stdin=b"x" * 1_000_000).ok


def test_folder_and_environment_are_those_given(tmp_path):
    found = sh('pwd; echo "$ONLY:$HOME"', cwd=tmp_path, env={"PATH": os.environ["PATH"], "ONLY": "this"})
    assert found.stdout == f"{tmp_path}\nthis:\n"


def test_without_an_environment_ours_is_handed_down(monkeypatch):
    monkeypatch.setenv("SIGIL_TEST", "seen")
    assert sh("echo $SIGIL_TEST").stdout == "seen\n"


@pytest.mark.parametrize("what", ["program", "folder", "rights", "format"])
def test_what_cannot_be_started_says_why(tmp_path, what):
    plain = tmp_path / "plain"
    plain.write_text("no program")
    if what == "format":
        plain.chmod(0o755)
        plain.write_bytes(b"\x7fELFno")
    argv, cwd, cause = {
        "program": ([str(tmp_path / "gone")], None, f"no such file: {tmp_path / 'gone'}"),
        "folder": (["true"], tmp_path / "gone", f"no such file: {tmp_path / 'gone'}"),
        "rights": ([str(plain)], None, "Permission denied"),
        "format": ([str(plain)], None, "Exec format error"),
    }[what]
    with pytest.raises(MissingError, match=f"cannot run `{argv[0]}`") as caught:
        proc.run(argv, timeout=60, cwd=cwd)
    assert cause in caught.value.cause


@pytest.fixture
def pipe(tmp_path):
    """A named pipe whose reader learns when the last process that writes to it is gone."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    yield path, reader
    os.close(reader)


def is_closed(reader):
    """Wait until nobody holds the other end; a process that was killed lets go of it in no time."""
    poll = select.poll()
    poll.register(reader, select.POLLHUP)
    return any(event & select.POLLHUP for _, event in poll.poll(10_000))


def test_nobody_of_the_group_outlives_an_ordinary_end(pipe):
    path, reader = pipe
    assert sh(f"exec 3>{path}; (trap '' HUP TERM; sleep 50) & exit 0").ok
    assert is_closed(reader)


def test_a_time_out_ends_even_a_child_that_ignores_signals(pipe):
    path, reader = pipe
    found = sh(f"exec 3>{path}; trap '' HUP INT TERM; echo begun; while :; do sleep 50; done", timeout=0.3)
    assert found.timed_out
    assert found.returncode == -signal.SIGKILL
    assert not found.ok
    assert is_closed(reader)


def test_what_was_printed_before_a_time_out_is_kept():
    found = sh("echo begun; echo trouble >&2; exec sleep 50", timeout=0.5)
    assert (found.stdout, found.stderr, found.timed_out) == ("begun\n", "trouble\n", True)


def test_an_interrupt_takes_the_child_along(pipe):
    path, reader = pipe
    code = (
        "import os, signal, sys; from sigil_common import proc\n"
        "signal.signal(signal.SIGALRM, signal.default_int_handler)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.2)\n"
        "try: proc.run(['sh', '-c', 'exec 3>\"$0\"; sleep 50 & sleep 50', sys.argv[1]], timeout=60)\n"
        "except KeyboardInterrupt: print('interrupted')\n"
    )
    told = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False)
    assert told.stdout == "interrupted\n"
    assert is_closed(reader)


def test_the_child_leads_a_session_of_its_own():
    code = "import os; print(os.getpid() == os.getpgrp() == os.getsid(0))"
    assert proc.run([sys.executable, "-c", code], timeout=60).stdout == "True\n"


def test_the_wall_time_is_that_of_the_run():
    found = sh("exec sleep 50", timeout=0.2)
    assert found.wall_s >= 0.2


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGKILL])
def test_a_child_may_end_with_its_parent(sent):
    """The parent starts a child that would sleep for long, says its number, and is killed."""
    child = f"from sigil_common import proc; import signal, time; proc.die_with_parent(signal.{sent.name}); "
    child += "print('ready', flush=True); time.sleep(1000)"
    parent = "import subprocess, sys, time\n"
    parent += f"one = subprocess.Popen([sys.executable, '-c', {child!r}], stdout=subprocess.PIPE)\n"
    parent += "one.stdout.readline(); print(one.pid, flush=True); time.sleep(1000)"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as started:
        number = int(started.stdout.readline())
        started.kill()
    until(lambda: not alive(number), "the child is gone")
