"""What a result says that it was made with: packages, interpreter, tools, commit."""

import json
import platform
import subprocess
import sys

import pytest

from lambda_package import provenance
from lambda_package.provenance import environment, origin, python_choice

from ..gpus import DRIVER, listed, smi


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("file:///home/someone/checkout/packages/demo", "local"),
        ("git+ssh://forge/demo", "git+ssh://forge/demo"),
        ("", "package index"),
        (None, "package index"),
    ],
)
def test_the_origin_is_what_the_installer_recorded(installed, url, shown):
    installed("demo-package", url)
    assert origin("demo-package") == {"version": "9.9", "origin": shown}


def test_a_package_that_is_not_there_is_missing():
    assert origin("demo-package-that-nobody-has") == {"version": "missing", "origin": "missing"}


def test_every_package_is_listed_and_ours_with_their_origin(installed):
    installed("Zebra"), installed("aardvark")
    found = environment()
    assert found["packages"]["Zebra"] == found["packages"]["aardvark"] == "9.9"
    names = list(found["packages"])
    assert names.index("aardvark") < names.index("numpy") < names.index("Zebra")
    assert list(found["own_packages"]) == list(provenance.OWN)
    assert {row["origin"] for row in found["own_packages"].values()} == {"local"}


def test_python_is_the_one_that_runs_whatever_the_file_says(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    choice = {"source": "python3 on the PATH", "reason": "the pinned one is not there", "version": "1.0"}
    (tmp_path / "python-choice.json").write_text(json.dumps(choice))
    monkeypatch.setattr(provenance, "PINNED_PYTHON", "1.0")
    running = platform.python_version()
    assert python_choice() == choice | {"version": running, "pinned": "1.0", "pinned_python": False}
    monkeypatch.setattr(provenance, "PINNED_PYTHON", running)
    assert python_choice()["pinned_python"] is True


@pytest.mark.parametrize("content", [None, "{torn", "\udcff"])
def test_an_environment_of_unknown_making_says_so(tmp_path, monkeypatch, content):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    if content is not None:
        (tmp_path / "python-choice.json").write_bytes(content.encode(errors="surrogateescape"))
    found = python_choice()
    assert (found["source"], found["version"]) == ("not recorded", platform.python_version())


def test_tools_are_named_by_the_first_line_that_they_print(tools):
    tools({"rustc": "echo rustc 1.90.0; echo more", "cargo": "echo clippy >&2; exit 101", "nvidia-smi": smi(7)})
    found = environment()
    assert (found["rustc"], found["clippy"], found["machine"]["gpu_memory_mib"]) == ("rustc 1.90.0", None, 7)
    assert (found["commit"], found["machine"]["memory_gib"] > 0, found["machine"]["cores"] >= 1) == (None, True, True)


def test_all_gpus_are_listed_and_the_memory_is_of_the_one_that_is_got(tools, monkeypatch):
    tools({"nvidia-smi": smi(listed(15_360, "7.5", name="Tesla T4"), 81_559, listed("[N/A]", "7.0", name="Other"))})
    rows = [("Tesla T4", "15360 MiB"), ("NVIDIA H100 80GB HBM3", "81559 MiB"), ("Other", "[N/A]")]
    gpus = [{"name": name, "driver": DRIVER, "memory": memory} for name, memory in rows]
    for shown, memory in ((None, 81_559), ("1", 15_360), ("2", None), ("", None)):
        if shown is not None:
            monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
        found = environment()["machine"]
        assert (found["gpus"], found["gpu_memory_mib"]) == (gpus, memory)


def test_a_machine_without_any_tool_is_described_all_the_same(tools):
    found = environment()
    assert [found[key] for key in ("rustc", "clippy", "commit")] == [None, None, None]
    assert (found["machine"]["gpu_memory_mib"], found["machine"]["gpus"]) == (None, [])


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository with one commit, as the working directory; returns the commit."""
    root = tmp_path / "repository"
    root.mkdir()
    monkeypatch.chdir(root)
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    (root / "file").write_text("one\n")
    author = ["-c", "user.name=A", "-c", "user.email=a@localhost"]
    for args in (["init", "-q"], ["add", "file"], [*author, "commit", "-q", "-m", "Add a file"]):
        subprocess.run(["git", *args], check=True)
    return subprocess.run(["git", "rev-parse", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()


def test_the_commit_says_whether_files_differ_from_it(repository, tmp_path):
    assert environment()["commit"] == repository
    (tmp_path / "repository/untracked").touch()
    assert environment()["commit"] == repository
    (tmp_path / "repository/file").write_text("two\n")
    assert environment()["commit"] == f"{repository}+changes"
    subprocess.run(["git", "add", "file"], check=True)
    assert environment()["commit"] == f"{repository}+changes"


def test_outside_a_checkout_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    assert environment()["commit"] is None


def test_of_two_versions_the_one_that_is_imported_is_listed(installed):
    installed("numpy")
    assert environment()["packages"]["numpy"] == "9.9"


def test_what_an_interrupted_uninstall_left_does_not_end_the_run(installed):
    (installed("half-gone") / "METADATA").unlink()
    assert None not in environment()["packages"]
