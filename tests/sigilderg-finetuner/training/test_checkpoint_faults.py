"""A checkpoint whose files are missing, cut, overwritten or of another run: each fault is named, none passes."""

import shutil

import pytest
import torch

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.training import checkpoint, model


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_what_was_saved_comes_back(saved, tuned_of, settings_of, format):
    path, state, before = saved(format)
    tuned, optimizer = tuned_of(settings_of())
    found = checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert vars(found) == vars(state) | {"loss_sum": 1.5}
    for name, parameter in model.adapter_parameters(tuned).items():
        assert torch.equal(parameter, model.adapter_parameters(before)[name])
    assert all(int(kept["step"]) == 1 for kept in optimizer.state.values())


def test_a_checkpoint_has_these_files_that_all_may_read(saved):
    path, _, _ = saved()
    names = {
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_state.bin",
        "settings.json",
        "sigil_checkpoint.json",
        "SHA256SUMS",
        "tokenizer.json",
        "tokenizer_config.json",
        "chat_template.jinja",
    }
    assert {file.name for file in path.iterdir()} == names
    assert {file.stat().st_mode & 0o777 for file in path.iterdir()} == {0o644}


def harm(path, damage):
    data = path.read_bytes()
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes({"empty": b"", "junk": b"junk" * 9, "half": data[: len(data) // 2]}[damage])


DAMAGES = ["gone", "empty", "junk", "half"]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_damaged_weights_are_an_input_error(saved, format, damage):
    path, _, _ = saved(format)
    harm(path / f"adapter_model.{format}", damage)
    with pytest.raises(InputError, match="no adapter weights" if damage == "gone" else "damaged") as caught:
        checkpoint.read_adapter(path)
    assert caught.value.cause


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_state_is_an_input_error(saved, tuned_of, settings_of, damage):
    path, _, _ = saved()
    harm(path / "training_state.bin", damage)
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match=r"training_state\.bin: damaged or missing") as caught:
        checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert caught.value.cause


@pytest.mark.parametrize(
    "kept",
    [[], {}, {"state": {}}, {"state": {"no_such": 1}, "optimizer": None}, {"state": {}, "optimizer": {}}, "text"],
)
def test_a_state_of_another_form_is_too(saved, tuned_of, settings_of, kept):
    path, _, _ = saved()
    torch.save(kept, path / "training_state.bin")
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="damaged or missing"):
        checkpoint.restore(path, model=tuned, optimizer=optimizer)


def test_a_state_cannot_smuggle_in_code(saved, tuned_of, settings_of):
    path, _, _ = saved()
    torch.save({"state": {}, "optimizer": shutil.rmtree}, path / "training_state.bin")
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="damaged or missing"):
        checkpoint.restore(path, model=tuned, optimizer=optimizer)


@pytest.mark.parametrize("text", [None, "", "{}", "[]", '{"step": -1}', "\x00"])
def test_a_checkpoint_must_say_what_it_is(saved, text):
    path, _, _ = saved()
    if text is None:
        (path / checkpoint.INFO_FILE).unlink()
    else:
        (path / checkpoint.INFO_FILE).write_text(text)
    with pytest.raises(InputError, match="not a checkpoint" if text is None else "damaged"):
        checkpoint.read_info(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda weights: dict(list(weights.items())[1:]),
        lambda weights: {name: w for name, w in weights.items() if "v_proj" not in name},
        lambda weights: weights | {"base_model.model.model.layers.0.mlp.up_proj.lora_A.weight": torch.zeros(2, 64)},
        lambda weights: {name: w[:1] if ".lora_A." in name else w for name, w in weights.items()},
        lambda weights: {},
    ],
    ids=["one is missing", "a kind is missing", "one too many", "another size", "nothing"],
)
def test_an_adapter_that_does_not_fit_the_model_is_refused(saved, tuned_of, rewrite, settings_of, change):
    path, _, _ = saved()
    rewrite(path, change)
    tuned, optimizer = tuned_of(settings_of())
    with pytest.raises(InputError, match="does not fit the model") as caught:
        checkpoint.restore(path, model=tuned, optimizer=optimizer)
    assert caught.value.cause


# Among others


def test_only_whole_checkpoints_are_listed_and_by_number(tmp_path):
    for name in (
        "checkpoint-10",
        "checkpoint-9",
        "checkpoint-100",
        "checkpoint-x",
        "checkpoint-5.tmp",
        ".checkpoint-7.tmp",
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / checkpoint.INFO_FILE).write_text("{}")
    (tmp_path / "checkpoint-8").mkdir()
    assert [path.name for path in checkpoint.list_checkpoints(tmp_path)] == [
        "checkpoint-9",
        "checkpoint-10",
        "checkpoint-100",
    ]
    assert checkpoint.list_checkpoints(tmp_path / "gone") == []


@pytest.mark.parametrize(("keep", "left"), [(0, [1, 2, 3, 10]), (1, [10]), (3, [2, 3, 10]), (9, [1, 2, 3, 10])])
def test_the_newest_are_kept(tmp_path, keep, left):
    for number in (1, 2, 3, 10):
        (tmp_path / f"checkpoint-{number}").mkdir()
        (tmp_path / f"checkpoint-{number}" / checkpoint.INFO_FILE).write_text("{}")
    checkpoint._prune(tmp_path, keep, (), 10)
    assert [path.name for path in checkpoint.list_checkpoints(tmp_path)] == [f"checkpoint-{number}" for number in left]


def test_a_later_one_that_was_passed_over_takes_no_place(tmp_path):
    for number in (1, 2, 3, 10):
        (tmp_path / f"checkpoint-{number}").mkdir()
        (tmp_path / f"checkpoint-{number}" / checkpoint.INFO_FILE).write_text("{}")
    checkpoint._prune(tmp_path, 1, (1,), 3)
    assert [path.name for path in checkpoint.list_checkpoints(tmp_path)] == [
        f"checkpoint-{number}" for number in (1, 3, 10)
    ]


def test_a_place_that_cannot_be_written_is_named(saved, settings_of, tokenizer, tmp_path):
    path, state, tuned = saved()
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match=r"cannot write .*file/checkpoint-7") as caught:
        checkpoint.save(
            tmp_path / "file",
            model=tuned,
            optimizer=torch.optim.AdamW(tuned.parameters()),
            state=state,
            tokenizer=tokenizer,
            info=checkpoint.read_info(path),
            settings=settings_of(),
        )
    assert "last whole checkpoint" in caught.value.hint
