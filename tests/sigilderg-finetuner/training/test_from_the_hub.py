"""A checkpoint of the hub is exported and looked into as its directory is; what needs one says how to fetch it."""

import json

import pytest
from click.testing import CliRunner

from sigil_common.errors import BadResultError, InputError
from sigilderg_finetuner import infer_export, inspect_checkpoint
from sigilderg_finetuner.training import continuing, model

from ...played_hub import commit_of, files_below, playing


@pytest.fixture
def played(monkeypatch, tmp_path):
    """A function that returns a hub with these repositories."""
    opened = []

    def play(**repositories):
        opened.append(playing({name.replace("__", "/"): files for name, files in repositories.items()}))
        hub = opened[-1].__enter__()
        hub.use(monkeypatch, tmp_path / "cache")
        return hub

    yield play
    for one in opened:
        one.__exit__(None, None, None)


def contents(directory):
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_it_is_exported_with_its_own_tokenizer(saved, tiny, tmp_path, played):
    path, _, _ = saved()
    hub = played(u__m=files_below(path, path.name))
    for checkpoint, name in ((str(path), "here"), (f"u/m/{path.name}", "there")):
        words = [checkpoint, "--output", str(tmp_path / name), "--base-model", str(tiny)]
        found = CliRunner().invoke(infer_export.command, words)
        assert found.exit_code == 0, found.output
    assert contents(tmp_path / "here") == contents(tmp_path / "there")
    assert f"u/m: {path.name}/tokenizer.json" in hub.fetched
    assert not any("training_state" in name for name in hub.fetched)


def test_its_base_is_pinned_at_the_commit_of_the_base(saved, tmp_path, played):
    path, _, _ = saved()
    (path / "sigil_checkpoint.json").unlink()
    config = json.loads((path / "adapter_config.json").read_text()) | {"base_model_name_or_path": "u/base"}
    (path / "adapter_config.json").write_text(json.dumps(config))
    played(u__base={"config.json": b"{}"})
    assert infer_export._made_from(path, None, None) == ("u/base", commit_of("u/base"), 7)
    assert infer_export._made_from(path, None, "c" * 40) == ("u/base", "c" * 40, 7)


def test_it_is_looked_into_with_all_its_files(saved, played):
    path, _, _ = saved()
    hub = played(u__m=files_below(path, path.name), u__other={"adapter_config.json": b"{}", "adapter_model.bin": b""})
    found = CliRunner().invoke(inspect_checkpoint.command, ["u/m", "--revision", commit_of("u/m")])
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout) | {"checkpoint": ""} == inspect_checkpoint.inspect(path) | {"checkpoint": ""}
    assert hub.fetched == {f"u/m: {path.name}/{name}" for name in contents(path)}


def test_of_others_no_state_is_fetched_to_say_that_it_is_of_others(played):
    files = {"adapter_config.json": b"{}", "adapter_model.bin": b"w", "optimizer.pt": b"state"}
    hub = played(u__m=files)
    found = CliRunner().invoke(inspect_checkpoint.command, ["u/m"])
    assert isinstance(found.exception, InputError | BadResultError)
    assert "not a checkpoint of sigilderg-train" in found.exception.what
    assert not any("optimizer" in name for name in hub.fetched)


def test_a_run_that_is_to_begin_with_one_says_how_it_is_fetched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"`misc\.load_from`: u/m/checkpoint-3 cannot be loaded") as caught:
        continuing._check_kind(tmp_path.joinpath("u/m/checkpoint-3").relative_to(tmp_path), whole=False)
    assert caught.value.hint.endswith("hf download u/m --include 'checkpoint-3/*' --local-dir u/m")
    with pytest.raises(InputError, match="no such model directory: u/m/checkpoint-3") as caught:
        model.check_model_name("u/m/checkpoint-3")
    assert caught.value.hint == "a run begins with a checkpoint by `misc.load_from`"
