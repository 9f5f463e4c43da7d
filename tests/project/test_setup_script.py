"""eval_setup.sh before any environment exists: what is missing or mistyped is said at once, with its exit code."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from ..rustup import NO_DEFAULT, NO_DEFAULT_1_24, NOT_INSTALLED, make_proxies

ROOT = Path(__file__).resolve().parents[2]


def test_help_needs_nothing(machine):
    found = machine("--help")
    assert found.returncode == 0
    assert "--profile NAME" in found.stdout
    assert found.stderr == ""


@pytest.mark.parametrize(
    ("args", "what", "hint"),
    [
        (["--profile", "h200"], "error: unknown profile h200", "profiles: h100-train h100 local"),
        (["--profile"], "error: option --profile needs a value", "eval_setup.sh --help"),
        (["--config", "none.yml"], "error: cannot read config file none.yml", "check the path"),
        (["--proflie", "local"], "error: unknown option --proflie", "eval_setup.sh --help"),
        (["extra"], "error: unknown option extra", "eval_setup.sh --help"),
    ],
)
def test_mistakes_exit_2_before_anything_is_installed(machine, args, what, hint):
    found = machine(*args)
    assert found.returncode == 2
    assert found.stderr.startswith(what)
    assert hint in found.stderr


def test_missing_rust_exits_3(machine):
    found = machine()
    assert found.returncode == 3
    assert found.stderr.startswith("error: rustc is missing")
    assert "hint: install Rust" in found.stderr


@pytest.mark.parametrize(
    ("stderr", "what", "cause", "hint"),
    [
        (
            NO_DEFAULT,
            "rustup has no default toolchain",
            "rustup could not choose a version of rustc to run",
            "rustup default stable",
        ),
        (NO_DEFAULT_1_24, "rustup has no default toolchain", "no override and no default", "rustup default stable"),
        (NOT_INSTALLED, "rustc does not work", "toolchain 'foo' is not installed", "try: rustc --version"),
    ],
)
def test_rustup_without_a_toolchain_is_told_as_that(machine, tmp_path, stderr, what, cause, hint):
    make_proxies(tmp_path / "bin", stderr)
    found = machine()
    assert found.returncode == 3
    assert found.stderr.startswith(f"error: {what}\n  cause: {cause}")
    assert found.stderr.endswith(f"\n\nhint: {hint}\n")
    assert "clippy" not in found.stderr


def test_the_real_rustup_says_what_its_stand_in_says(machine, tmp_path):
    rustup = shutil.which("rustup")
    if rustup is None:
        pytest.skip("rustup is not installed")
    for name in ("rustc", "cargo"):
        (tmp_path / "bin" / name).symlink_to(rustup)
    found = machine(RUSTUP_HOME=str(tmp_path / "rustup"))
    assert found.stderr.startswith("error: rustup has no default toolchain\n  cause: rustup could not choose")


@pytest.mark.parametrize("by_rustup", [True, False])
def test_missing_clippy_is_told_with_what_mends_it(machine, tmp_path, by_rustup):
    tools = tmp_path / "bin"
    working = "#!/bin/sh\n[ $1 = --version ] && exit 0\necho 'error: no such command: `clippy`' >&2\nexit 101\n"
    for name in ("rustc", "cargo", *(["rustup"] if by_rustup else [])):
        (tools / name).write_text(working)
        (tools / name).chmod(0o755)
    found = machine()
    assert found.returncode == 3
    assert found.stderr.startswith("error: clippy is missing\n  cause: no such command: `clippy`\n")
    assert found.stderr.endswith("hint: rustup component add clippy\n") == by_rustup
    assert ("apt-get install rust-clippy" in found.stderr) != by_rustup


def test_compiled_modules_are_kept_whatever_the_environment_asks_of_python(machine, tmp_path):
    seen = tmp_path / "seen"
    for name in ("rustc", "cargo"):
        (tmp_path / "bin" / name).write_text(f'#!/bin/sh\necho "${{PYTHONDONTWRITEBYTECODE-unset}}" > "{seen}"\n')
        (tmp_path / "bin" / name).chmod(0o755)
    machine(PYTHONDONTWRITEBYTECODE="1")
    assert seen.read_text() == "unset\n"
    look = ["make", "--no-print-directory", "--eval", "look:\n\t@echo $${PYTHONDONTWRITEBYTECODE-unset}", "look"]
    asked = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    assert subprocess.run(look, capture_output=True, text=True, check=True, cwd=ROOT, env=asked).stdout == "unset\n"


def test_missing_sandbox_exits_3_with_the_command(machine):
    found = machine(fake=("rustc", "cargo"))
    assert found.returncode == 3
    assert "sandbox" in found.stderr
    assert "apt-get install bubblewrap" in found.stderr


def test_a_wrong_python_is_named(machine):
    found = machine(fake=("rustc", "cargo", "bwrap", "uv"), SIGIL_PYTHON="/bin/false")
    assert found.returncode == 2
    assert found.stderr.startswith("error: SIGIL_PYTHON=/bin/false is not a Python 3.11 or newer")


def test_a_full_disk_is_told_before_the_download(machine, tmp_path):
    found = machine(fake=("rustc", "cargo", "bwrap", "uv"))  # makes the directory of tools
    df = tmp_path / "bin" / "df"
    df.unlink()
    df.write_text("#!/bin/sh\necho head\necho '/dev/x 9 9 1048576 9% /'\n")
    df.chmod(0o755)
    found = machine()
    assert found.returncode == 3
    assert "error: not enough disk space" in found.stderr
    assert "1 GiB free, 8 needed" in found.stderr


def test_nothing_of_the_user_is_edited(machine, tmp_path):
    machine()
    machine("--help")
    assert os.listdir(tmp_path / "home") == []


def test_shell_scripts_parse():
    for script in (ROOT / "eval_setup.sh", *(ROOT / "scripts").glob("*.sh")):
        subprocess.run(["bash", "-n", str(script)], check=True)
