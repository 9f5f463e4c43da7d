"""What /proc tells of a program, and what control groups count: CPU seconds, waiting, memory."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from sigil_common.proc import kill_group
from sigil_common.sandbox import memory_of_machine, open_sandbox
from sigil_common.sandbox.cgroups import open_pool
from sigil_common.sandbox.spec import Limits, SandboxSpec
from sigil_common.sandbox.usage import Usage, Watch

from ..clock import HANG_S, until

BUSY = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: pass'])"


def test_a_family_is_counted_together():
    child = subprocess.Popen([sys.executable, "-c", BUSY], start_new_session=True)
    try:
        watch = Watch(child.pid)
        until(lambda: watch.look().cpu_s > 1.0)
        assert watch.look().waited_s >= 0.0
    finally:
        kill_group(child)


def test_nothing_is_known_of_a_process_that_is_gone():
    child = subprocess.Popen(["true"])
    child.wait(HANG_S)
    assert Watch(child.pid).look() == Usage(0.0, None)


def test_waits_of_threads_that_have_ended_are_not_lost(tmp_path, monkeypatch):
    """One thread after the other is kept waiting for 3 s, a third one sleeps."""
    monkeypatch.setattr("sigil_common.sandbox.usage._family", lambda process: [tmp_path])
    (tmp_path / "stat").write_text("1 (a b) R" + " 0" * 40)
    watch = Watch(1)
    for thread in ("11", "12"):
        for waited in (1, 2, 3):
            for name, value in ((thread, waited), ("13", 0)):
                (tmp_path / "task" / name).mkdir(parents=True, exist_ok=True)
                (tmp_path / "task" / name / "schedstat").write_text(f"5 {value * 10**9} 1")
            found = watch.look()
        shutil.rmtree(tmp_path / "task" / thread)
    assert found.waited_s == 6.0
    (tmp_path / "task" / "13" / "schedstat").write_text("0 0 0")
    assert watch.look().waited_s == 6.0


@pytest.mark.skipif(open_pool() is None, reason="control groups cannot be made here")
def test_each_run_is_counted_for_itself():
    sandbox = open_sandbox()
    spec = SandboxSpec(Limits(wall_s=HANG_S, scratch_bytes=64 << 20))
    script = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; head -c 30000000 /dev/zero > /tmp/x"
    much = sandbox.run(["/bin/sh", "-c", script], spec)
    little = sandbox.run(["/bin/true"], spec)
    assert much.ok, much
    assert 0 <= little.cpu_s < much.cpu_s
    if little.peak_bytes is not None:
        assert little.peak_bytes < 30_000_000 < much.peak_bytes


@pytest.mark.parametrize(
    ("own", "files", "limit"),
    [
        ("0::/job/inner", {"job/memory.max": "1000000", "job/inner/memory.max": "max"}, 1_000_000),
        ("5:memory:/job", {"memory/job/memory.limit_in_bytes": "2000000"}, 2_000_000),
        ("5:memory:/job", {"memory/memory.limit_in_bytes": "9223372036854771712"}, None),
        ("3:cpu:/", {}, None),
    ],
)
def test_memory_is_what_the_group_may_use(tmp_path, own, files, limit):
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "own").write_text(own + "\n")
    whole = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert memory_of_machine(tmp_path, tmp_path / "own") == (limit or whole)
