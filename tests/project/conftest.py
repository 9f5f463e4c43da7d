"""A machine on which eval_setup.sh is run: a PATH of the usual tools, to which stand-ins are added."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = (
    "bash sh dirname id cat rm mkdir cp awk df sha256sum cut readlink tail sed timeout env command date sleep".split()
)


@pytest.fixture
def machine(tmp_path):
    """A PATH with the usual tools only, and a clone-like directory with a space in its name."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        if found:
            (tools / name).symlink_to(found)
    checkout = tmp_path / "a clone"
    for name in ("scripts", "configs", "requirements", "packages"):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).symlink_to(ROOT / name)
    shutil.copy(ROOT / "eval_setup.sh", checkout)

    def run(*args, fake=(), **env):
        for name in fake:
            (tools / name).write_text("#!/bin/sh\nexit 0\n")
            (tools / name).chmod(0o755)
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        return subprocess.run(
            [str(tools / "bash"), str(checkout / "eval_setup.sh"), *args],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=tmp_path,
            env={"PATH": str(tools), "HOME": str(home), **env},
        )

    return run
