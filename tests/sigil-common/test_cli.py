"""Exit codes and messages, as a shell sees them."""

import subprocess
import sys

import pytest

PROGRAM = """
import click, sys
from sigil_common import cli, errors
@cli.command()
@click.argument("what")
@cli.common_options
def main(what):
    "Do it."
    if what == "os": open("/nonexistent/x")
    if what == "bug": 1 / 0
    if what == "interrupt": raise KeyboardInterrupt
    if what == "fine": click.echo("result"); return
    raise getattr(errors, what)("it went wrong", cause="a cause", hint="do this")
cli.run(main)
"""


def run(*args):
    return subprocess.run([sys.executable, "-c", PROGRAM, *args], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ("fine", 0),
        ("BadResultError", 1),
        ("InputError", 2),
        ("MissingError", 3),
        ("InterruptedRunError", 4),
        ("SigilError", 5),
        ("bug", 5),
        ("interrupt", 4),
        ("os", 3),
    ],
)
def test_exit_codes(what, code):
    found = run(what)
    assert found.returncode == code
    assert "Traceback" not in found.stderr
    if what == "fine":
        assert (found.stdout, found.stderr) == ("result\n", "")


def test_shape_of_an_error():
    assert run("InputError").stderr == "error: it went wrong\n  cause: a cause\n\nhint: do this\n"


def test_debug_shows_the_traceback():
    assert "ZeroDivisionError" in run("bug", "--debug").stderr
    assert "Traceback" in run("InputError", "--debug").stderr


def test_usage_errors_exit_2_and_point_to_help():
    found = run("fine", "--quite")
    assert found.returncode == 2
    assert "--quiet" in found.stderr
    assert found.stderr.endswith("--help\n")


def test_log_file(tmp_path):
    run("InputError", "--debug", "--log-file", str(tmp_path / "deep" / "log"))
    assert "it went wrong" in (tmp_path / "deep" / "log").read_text()
