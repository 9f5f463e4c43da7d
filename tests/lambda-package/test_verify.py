"""Holding a manifest against real files."""

import json

import pytest

from lambda_package.verify import verify
from sigil_common.errors import InputError
from sigil_common.manifest import describe_files
from sigil_common.records import StageRecord

HINT = "name the manifest.json of a run, or its directory"


@pytest.fixture
def run_dir(tmp_path, write_manifest):
    """A run of two stages with three outputs, and one published file."""
    root = tmp_path / "run"
    stages = []
    for name, files in {"train": ("a/weights", "log"), "report": ("report.md",)}.items():
        directory = root / "stages" / name
        for file in files:
            (directory / file).parent.mkdir(parents=True, exist_ok=True)
            (directory / file).write_text(f"{name} {file}\n")
        outputs = describe_files([directory / file for file in files], relative_to=directory)
        stage = StageRecord(
            name=name,
            key="k",
            argv=(name, "{out}"),
            code="c",
            seconds=1.0,
            inputs=(),
            outputs=outputs,
            directory=f"stages/{name}",
        )
        stages.append(stage)
    (root / "report.md").write_text("report report.md\n")
    published = describe_files([root / "report.md"], relative_to=root)
    write_manifest(root, published, stages)
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
    ("content", "cause"),
    [
        (b"", "Invalid JSON: "),
        (b"{torn", "Invalid JSON: "),
        (b"\xff\xfe", "Invalid JSON: "),
        (b"[]", "Input should be an object"),
        (b"null", "Input should be an object"),
        (b"{}", "field `profile`: Field required"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, content, cause):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=r"manifest\.json: not a RunManifest file") as caught:
        verify(tmp_path)
    assert caught.value.cause.startswith(cause)
    assert caught.value.hint == HINT


def test_a_manifest_that_is_not_there_says_what_to_name(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*manifest\.json") as caught:
        verify(tmp_path)
    assert caught.value.hint == HINT


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda manifest: manifest.pop("stages"), "field `stages`: Field required"),
        (lambda manifest: manifest.update(published=3), "field `published`: Input should be a valid "),
        (lambda manifest: manifest["stages"][1].pop("outputs"), "field `stages.1.outputs`: Field required"),
        (lambda manifest: manifest["stages"][0].update(directory=1), "field `stages.0.directory`: Input should be a "),
        (lambda manifest: manifest["published"][0].pop("sha256"), "field `published.0.sha256`: Field required"),
        (
            lambda manifest: manifest["stages"][0]["outputs"][1].pop("sha256"),
            "field `stages.0.outputs.1.sha256`: Field required",
        ),
    ],
)
def test_a_manifest_with_a_wrong_field_is_refused_by_its_name(run_dir, spoil, cause):
    manifest = json.loads((run_dir / "manifest.json").read_text())
    spoil(manifest)
    (run_dir / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"manifest\.json: not a RunManifest file") as caught:
        verify(run_dir)
    assert caught.value.cause.startswith(cause)
