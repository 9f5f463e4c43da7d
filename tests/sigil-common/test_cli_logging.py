"""Console scripts: what goes to stdout, to stderr and to the log file, and with which status they end."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from sigil_common import cli, errors
from sigil_common.errors import SigilError

PROGRAM = """
import logging, os, signal, sys
import click
from sigil_common import cli
log = logging.getLogger("sigil_common.test")

@cli.command()
@click.argument("what", default="talk")
@cli.common_options
def main(what):
    "Do it."
    log.debug("a detail"); log.info("a line"); log.warning("careful"); log.error("bad")
    click.echo("result")
    logging.getLogger("httpx").info("chatter")
    if what == "terminate": os.kill(os.getpid(), signal.SIGTERM); signal.pause()
    if what == "abort": raise click.Abort
    if what == "usage": raise click.UsageError("not so")
    if what == "one": return 1
    if what == "text": return "text"
    if what == "flood":
        for _ in range(100_000): click.echo("x" * 100)
cli.run(main)
"""
ALL = ["a line", "warning: careful", "error: bad"]


def run(*args, **options):
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *args], capture_output=True, text=True, check=False, **options
    )


@pytest.mark.parametrize(
    ("args", "lines"),
    [
        ([], ALL),
        (["--quiet"], ALL[1:]),
        (["-q"], ALL[1:]),
        (["--debug"], ["a detail", *ALL]),
        (["--debug", "--quiet"], ["a detail", *ALL]),
        (["--quiet", "--debug"], ["a detail", *ALL]),
    ],
)
def test_stderr_holds_what_was_asked_for_and_stdout_the_result_alone(args, lines):
    found = run(*args)
    assert found.stdout == "result\n"
    assert found.stderr.splitlines() == lines
    assert found.returncode == 0


@pytest.mark.parametrize(
    ("what", "code", "message"),
    [
        ("terminate", 4, "error: interrupted\n\nhint: run the same command again to continue\n"),
        ("abort", 4, "error: interrupted\n\nhint: run the same command again to continue\n"),
        ("usage", 2, "error: not so\n\nhint: -c --help\n"),
        ("one", 1, ""),
        ("text", 0, ""),
    ],
)
def test_every_end_has_its_status(what, code, message):
    found = run(what, "--quiet")
    assert found.returncode == code
    assert found.stderr.replace("\n\nerror", "\nerror") == f"warning: careful\nerror: bad\n{message}"


def test_a_reader_that_left_is_no_error():
    script = f"'{sys.executable}' -c \"$0\" flood --quiet | head -1; echo ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", script, PROGRAM], capture_output=True, text=True, check=False)
    assert found.stdout == "result\n0\n"
    assert "Traceback" not in found.stderr
    assert "BrokenPipe" not in found.stderr


def test_the_log_file_has_time_level_and_place_and_is_added_to(tmp_path):
    path = tmp_path / "logs" / "run.log"
    for _ in range(2):
        assert run("--quiet", "--log-file", str(path)).returncode == 0
    lines = path.read_text().splitlines()
    assert len(lines) == 4
    assert lines[0].endswith(" WARNING sigil_common.test: careful")
    assert lines[1].endswith(" ERROR sigil_common.test: bad")
    assert lines[0][:4].isdigit()


def test_a_log_file_that_cannot_be_written_ends_the_run_before_it_begins(tmp_path):
    (tmp_path / "file").write_text("")
    found = run("--log-file", str(tmp_path / "file" / "log"))
    assert (found.returncode, found.stdout) == (2, "")
    assert f"cannot write {tmp_path / 'file' / 'log'}" in found.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--no-such"], "No such option"),
        (["a", "b"], "unexpected extra argument"),
        (["--quiet=yes"], "does not take a value"),
    ],
)
def test_a_mistake_on_the_command_line_points_to_help(args, message):
    found = run(*args)
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("error: ")
    assert message in found.stderr


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_names_the_exit_codes_and_the_common_options(flag):
    found = run(flag)
    assert found.returncode == 0
    for words in ("Do it.", "--quiet", "--debug", "--log-file", "--version", "Exit codes: 0 fine"):
        assert words in found.stdout
    assert found.stderr == ""


def test_the_version_is_that_of_the_installed_packages():
    from importlib.metadata import version

    assert run("--version").stdout.split()[-1] == version("sigil-common")


def test_a_group_has_the_same_settings_as_a_command():
    @cli.group()
    def group():
        "Many."

    @group.command()
    @click.option("--n_workers")
    def inner(n_workers):
        click.echo(n_workers)

    runner = CliRunner()
    assert "Exit codes" in runner.invoke(group, ["-h"]).output
    assert runner.invoke(group, ["--version"]).exit_code == 0
    assert runner.invoke(group, ["inner", "--n-workers", "3"]).output == "3\n"


# Errors


@pytest.mark.parametrize(
    ("cause", "hint", "text"),
    [
        (None, None, "it broke"),
        ("disk full", None, "it broke\n  cause: disk full"),
        (None, "make room", "it broke\n\nhint: make room"),
        ("disk full", "make room", "it broke\n  cause: disk full\n\nhint: make room"),
        ("", "", "it broke"),
    ],
)
def test_an_error_shows_what_it_knows(cause, hint, text):
    assert str(SigilError("it broke", cause=cause, hint=hint)) == text


def test_every_kind_of_error_has_a_code_of_its_own_and_help_lists_it():
    kinds = [SigilError, *SigilError.__subclasses__()]
    codes = {kind.exit_code for kind in kinds if kind.__module__ == errors.__name__}
    assert codes == {1, 2, 3, 4, 5}
    assert all(f" {code} " in cli.EXIT_CODES for code in codes)
