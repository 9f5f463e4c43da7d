"""What a newcomer types first: `--help` loads nothing heavy, names its exit codes, and exists for every command."""

import importlib
import json
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import click
import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
ENTRIES = {
    name: entry
    for file in sorted(ROOT.glob("packages/*/pyproject.toml"))
    for name, entry in tomllib.loads(file.read_text())["project"].get("scripts", {}).items()
}
SCRIPTS = sorted(ENTRIES)
# Beyond those that click itself loads for a help text: our own, and what they use of the standard library. There are
# 19 to 37 of them; one careless import of a larger package brings more than are left.
MOST_MODULES = 38
LOADED = """
import json, sys
sys.argv = sys.argv[1:]
try:
    {run}
finally:
    print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


def commands(words, command):
    """Return the words of a command and of all below it."""
    found = [words]
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None, f"{words}: no such command: {name}"
            found += commands([*words, name], below)
    return found


COMMANDS = [
    words
    for name in SCRIPTS
    for words in commands([name], importlib.import_module(ENTRIES[name].partition(":")[0]).command)
]


def run(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=False)


def loaded(statement, *words):
    """Run a statement in a fresh Python; return the modules that were loaded in the end, and what it printed."""
    found = run(sys.executable, "-c", LOADED.format(run=statement), *words)
    assert found.returncode == 0, found.stderr
    return set(json.loads(found.stderr.splitlines()[-1])), found.stdout


@pytest.fixture(scope="module")
def baseline():
    """What click itself loads for a help text, and whatever this installation loads at every start."""
    return loaded("import click; click.Command('x').main()", "x", "--help")[0]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_loads_nothing_heavy(words, baseline):
    module, _, function = ENTRIES[words[0]].partition(":")
    modules, text = loaded(f"from {module} import {function} as main; main()", *words, "--help")
    assert text.startswith("Usage: ")
    more = modules - baseline
    names = {name.partition(".")[0] for name in more}
    ours = {path.name for path in ROOT.glob("packages/*/src/*")}
    assert names - ours - set(sys.stdlib_module_names) == set(), "packages that a help text can do without"
    assert "sigil_common.records" not in more
    assert len(more) <= MOST_MODULES, sorted(more)


@pytest.mark.parametrize("script", SCRIPTS)
def test_help_names_the_exit_codes(script):
    found = run(str(BIN / script), "--help")
    assert found.returncode == 0, found.stderr
    assert "Exit codes: 0 fine" in " ".join(found.stdout.split())


@pytest.mark.parametrize("script", SCRIPTS)
def test_version(script):
    found = run(str(BIN / script), "--version")
    assert (found.returncode, found.stdout) == (0, f"{script} {version('sigil-common')}\n")


@pytest.mark.parametrize(
    "module", ["sigil_pipeline.main", "human_eval_rust.commands.evaluate", "sigilderg_finetuner.cli"]
)
def test_module_forms(module):
    found = run(sys.executable, "-m", module, "--help")
    assert found.returncode == 0
    assert found.stdout.startswith("Usage: ")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_mistyped_option_exits_2(script):
    found = run(str(BIN / script), "--no-such-option")
    assert found.returncode == 2
    assert found.stderr.startswith("error: ")
    assert "Traceback" not in found.stderr


def found(words):
    """Return the command that these words name."""
    command = importlib.import_module(ENTRIES[words[0]].partition(":")[0]).command
    for name in words[1:]:
        command = command.get_command(click.Context(command), name)
    return command


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_an_option_of_text_refuses_an_empty_one(words):
    """`--revision "$UNSET"` shall not mean that no revision was asked for."""
    options = [one for one in found(words).params if isinstance(one, click.Option)]
    plain = [one.opts[-1] for one in options if type(one.type) is type(click.STRING)]
    assert plain == []
