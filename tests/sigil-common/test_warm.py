"""Commands that go on in a fork of a process which has done the imports: all that a caller sees is as without it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sigil_common import warm
from sigil_common.compute import LIBRARIES
from sigil_common.errors import SigilError

from ..clock import alive, running, until

COMMAND = """
import os, signal, sys, time
import click
from sigil_common import cli

@cli.command()
@click.argument("what")
def command(what):
    print("imported" if "json.tool" in sys.modules else "cold", what, os.getcwd(), os.environ.get("TOLD"), flush=True)
    print("a word to stderr", file=sys.stderr)
    if what == "fail":
        raise cli.SigilError("it failed")
    if what == "raise":
        raise ValueError("inside")
    if what == "read":
        print(sys.stdin.read())
    if what == "abort":
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "wait":
        open("pid", "w").write(str(os.getpid()))
        try:
            time.sleep(100_000)
        finally:
            open("saved", "w").close()

def main():
    cli.run(command, warm="wanted")

if __name__ == "__main__":
    main()
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    (tmp_path / "wanted.py").write_text(COMMAND)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.delenv(warm.VARIABLE, raising=False)
    return tmp_path


@pytest.fixture
def ready(place):
    with warm.warm_process(["json.tool"]) as found:
        yield {**os.environ, **found}


def run(place, env, what, **options):
    argv = [sys.executable, str(place / "wanted.py"), what]
    return subprocess.run(argv, capture_output=True, text=True, check=False, env=env, cwd=place, **options)


def test_bitsandbytes_is_left_to_the_commands(place):
    (place / "bitsandbytes.py").write_text("")
    (place / "eager.py").write_text("try:\n    import bitsandbytes\nexcept ImportError:\n    import json.tool\n")
    with warm.warm_process(["eager"]) as found:
        assert run(place, {**os.environ, **found}, "hello").stdout.startswith("imported")


@pytest.mark.parametrize("what", ["hello", "fail", "raise", "read", "abort", "--help", "--no-such"])
def test_streams_exit_code_and_directory_are_those_of_the_command(place, ready, what):
    said = {"TOLD": "so"}
    with_it = run(place, ready | said, what, input="from stdin")
    without = run(place, {**os.environ} | said, what, input="from stdin")
    assert with_it.returncode == without.returncode
    assert with_it.stderr == without.stderr
    assert with_it.stdout.replace("imported", "cold") == without.stdout
    assert ("imported" in with_it.stdout) == (not what.startswith("--"))


def test_several_run_at_a_time_and_none_sees_the_others_state(place, ready):
    with running([sys.executable, str(place / "wanted.py"), "wait"], env=ready, cwd=place) as child:
        child.until((place / "pid").exists, "the first is at work")
        assert run(place, ready, "hello").stdout.startswith("imported hello")


@pytest.mark.parametrize(("how", "code", "saved"), [(signal.SIGINT, 4, True), (signal.SIGKILL, -9, False)])
def test_signals_reach_the_command_and_a_killed_caller_takes_it_along(capfd, place, ready, how, code, saved):
    with running([sys.executable, str(place / "wanted.py"), "wait"], env=ready, cwd=place) as child:
        child.until(lambda: (place / "pid").exists() and (place / "pid").read_text(), "it is at work")
        pid = int((place / "pid").read_text())
        assert pid != child.process.pid
        keeper = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        assert child.end(how) == code
    until(lambda: not alive(pid), "the fork has ended, too")
    until(lambda: not alive(keeper), "and so has what waited for it")
    assert "Traceback" not in capfd.readouterr().err  # a caller that is gone is told nothing
    assert (place / "saved").exists() == saved


def test_other_settings_of_the_libraries_are_not_taken(place, ready):
    assert run(place, ready, "hello").stdout.startswith("imported")
    assert run(place, ready | {"ATEN_CPU_CAPABILITY": "default"}, "hello").stdout.startswith("cold")


@pytest.mark.parametrize("more", [LIBRARIES, {warm.MADE_BY_TORCH: "/tmp/elsewhere"}])
def test_what_we_and_torch_set_makes_no_difference(place, ready, more):
    assert run(place, ready | more, "hello").stdout.startswith("imported")


def test_without_the_process_a_command_runs_as_ever(place):
    with warm.warm_process(["json.tool"]) as found:
        env = {**os.environ, **found}
    assert run(place, env, "hello").stdout.startswith("cold")


def test_imports_that_fail_leave_commands_as_they_were(place):
    with warm.warm_process(["no_such_module_of_ours"]) as found:
        assert run(place, {**os.environ, **found}, "hello").stdout.startswith("cold")


def test_the_process_ends_with_whoever_started_it(place):
    code = (
        "import os, sys, time\n"
        "from sigil_common.warm import warm_process\n"
        "with warm_process(['json.tool']) as found:\n"
        "    print(os.popen(f'ps -o pid= --ppid {os.getpid()} | head -1').read().strip(), flush=True)\n"
        "    time.sleep(100_000)\n"
    )
    with running([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        pid = int(child.process.stdout.readline())
        assert alive(pid)
        child.end(signal.SIGKILL)
    until(lambda: not alive(pid), "it has ended, too")


@pytest.mark.parametrize("module", ["human_eval_rust.commands.main", "sigilderg_finetuner.cli"])
def test_commands_name_the_module_that_they_are(module, monkeypatch):
    found = []
    monkeypatch.setenv(warm.VARIABLE, "a socket")
    monkeypatch.setattr(warm, "hand_over", lambda name: found.append(name) or (_ for _ in ()).throw(SigilError("seen")))
    monkeypatch.setattr(sys, "argv", ["command", "generate"])
    with pytest.raises(SystemExit):
        __import__(module, fromlist=["main"]).main()
    assert found == [module]
