"""Holding a manifest against real files."""

import json

import pytest

from lambda_package.verify import verify
from sigil_common.errors import InputError
from sigil_common.manifest import describe_files


@pytest.fixture
def run_dir(tmp_path):
    """A run of two stages with three outputs, and one published file."""
    root = tmp_path / "run"
    stages = []
    for name, files in {"train": ("a/weights", "log"), "report": ("report.md",)}.items():
        directory = root / "stages" / name
        for file in files:
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (directory / file).write_text(f"{name} {file}\n")
        outputs = describe_files([directory / file for file in files], relative_to=directory)
        stages.append({"directory": f"stages/{name}", "outputs": outputs})
    (root / "report.md").write_text("report report.md\n")
    published = describe_files([root / "report.md"], relative_to=root)
    (root / "manifest.json").write_text(json.dumps({"stages": stages, "published": published}))
    return root


def test_what_is_as_recorded_has_no_faults(run_dir, tmp_path):
    assert verify(run_dir / "manifest.json") == (4, [])
    assert verify(run_dir) == (4, [])
    moved = run_dir.rename(tmp_path / "moved")
    assert verify(moved) == (4, [])


@pytest.mark.parametrize("file", ["stages/train/a/weights", "stages/train/log", "report.md"])
def test_a_missing_file_a_changed_byte_and_a_cut_end_are_told(run_dir, file):
    path = run_dir / file
    whole = path.read_bytes()
    path.write_bytes(whole.swapcase())
    assert verify(run_dir) == (4, [f"{path}: differs from its digest"])
    path.write_bytes(whole[:-1])
    assert verify(run_dir) == (4, [f"{path}: differs from its digest"])
    path.unlink()
    assert verify(run_dir) == (4, [f"{path}: missing"])
    path.mkdir()
    assert verify(run_dir) == (4, [f"{path}: missing"])


def test_every_fault_is_told(run_dir):
    (run_dir / "stages/train/log").unlink()
    (run_dir / "report.md").write_text("")
    (run_dir / "stages/report/extra").write_text("not recorded, not our concern")
    assert len(verify(run_dir)[1]) == 2


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{torn",
        "[]",
        "null",
        "{}",
        '{"stages": [], "published": 3}',
        '{"stages": [{"outputs": []}, {}], "published": []}',
        '{"stages": [{"directory": 1, "outputs": [{"path": "a"}]}], "published": []}',
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, content):
    (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(InputError, match="is not a run's manifest") as caught:
        verify(tmp_path)
    assert caught.value.cause


def test_bytes_that_are_no_text_are_no_manifest(tmp_path):
    (tmp_path / "manifest.json").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="is not a run's manifest"):
        verify(tmp_path)


def test_a_manifest_that_is_not_there_says_what_to_name(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*manifest\.json") as caught:
        verify(tmp_path)
    assert caught.value.hint == "name the manifest.json of a run, or its directory"


def test_a_row_without_a_digest_is_no_manifest(run_dir):
    manifest = json.loads((run_dir / "manifest.json").read_text())
    del manifest["published"][0]["sha256"]
    (run_dir / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match="is not a run's manifest"):
        verify(run_dir)
