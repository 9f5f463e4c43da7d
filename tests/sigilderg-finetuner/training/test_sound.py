"""Nothing is lost or poisoned: foreign directories stay, torn and non-finite checkpoints are passed over."""

import errno
import json
import shutil
import subprocess

import pytest
import torch

from sigil_common.errors import BadResultError, InputError, InterruptedRunError, MissingError
from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import checkpoint, model, plan, sound, sums


def flip(path):
    """Change one bit in the last byte of a file."""
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))


def test_what_is_removed_is_whole_or_gone_whenever_it_is_killed(saved, monkeypatch):
    path, _, _ = saved("safetensors")
    with monkeypatch.context() as killed:
        killed.setattr(shutil, "rmtree", lambda path, **how: next(path.iterdir()).unlink() if path.exists() else None)
        checkpoint.remove(path)
    assert not list(path.parent.glob("checkpoint-*"))
    sound.refuse_foreign(path.parent)
    path.mkdir()
    checkpoint.remove(path)
    checkpoint.remove(path)
    assert not list(path.parent.glob("*checkpoint-*"))


def test_a_whole_checkpoint_is_sound(saved):
    for kind in ("safetensors", "bin"):
        path, _, _ = saved(kind)
        assert sound.fault_of(path) is None
        assert sound.newest_sound(path.parent) == path
        shutil.rmtree(path.parent)


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_one_flipped_bit_of_the_adapter_is_found(saved, format):
    path, _, _ = saved(format)
    flip(path / f"adapter_model.{format}")
    assert "damaged or changed: its digest is" in sound.fault_of(path)
    with pytest.raises(InputError, match="damaged or changed"):
        checkpoint.read_adapter(path)


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_values_that_are_no_numbers_are_found_in_old_checkpoints_too(saved, format):
    path, _, _ = saved(format)
    weights = {name: w * float("nan") for name, w in checkpoint.read_adapter(path).items()}
    if format == "bin":
        torch.save(weights, path / "adapter_model.bin")
    else:
        from safetensors.torch import save_file

        save_file(weights, path / "adapter_model.safetensors")
    row = json.loads((path / checkpoint.INFO_FILE).read_text())
    del row["adapter_sha256"]  # as before there were digests
    (path / checkpoint.INFO_FILE).write_text(json.dumps(row))
    (path / sums.SUMS_FILE).unlink()
    assert sound.fault_of(path).endswith("holds values that are not numbers")


@pytest.mark.parametrize("name", ["training_state.bin", "adapter_model.safetensors", "sigil_checkpoint.json"])
def test_a_torn_file_is_found(saved, name):
    path, _, _ = saved()
    data = (path / name).read_bytes()
    (path / name).write_bytes(data[: len(data) // 2])
    assert sound.fault_of(path) is not None


def test_one_flipped_bit_of_any_file_is_found(saved):
    path, _, _ = saved()
    for file in sorted(path.iterdir()):
        data = file.read_bytes()
        for place in (0, len(data) // 2, len(data) - 2):
            file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert sound.fault_of(path) is not None, (file.name, place)
        file.unlink()
        assert sound.fault_of(path) is not None or file.name == sums.SUMS_FILE, file.name
        file.write_bytes(data)
    assert sound.fault_of(path) is None


def test_what_is_no_archive_any_more_is_found_in_old_checkpoints_too(saved):
    path, _, _ = saved()
    (path / sums.SUMS_FILE).unlink()
    file = path / checkpoint.STATE_FILE
    data = file.read_bytes()
    head = data.rindex(b"PK\x01\x02")  # of the last part, in the list of parts
    for place in (head + 8, head + 10, head + 46):  # says "encrypted", "packed in another way", another name
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x81]) + data[place + 1 :])
        assert "training_state.bin" in sound.fault_of(path)


def test_the_digests_are_those_of_sha256sum(saved):
    path, _, _ = saved()
    done = subprocess.run(["sha256sum", "--check", "--strict", sums.SUMS_FILE], cwd=path, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_a_checkpoint_of_another_step_than_its_name_says_is_passed_over(saved, caplog):
    path, _, _ = saved()
    path.rename(path.with_name("checkpoint-9"))
    assert sound.newest_sound(path.parent) is None
    assert "checkpoint-9 is passed over: it is of step 7" in caplog.text


def test_a_run_does_not_begin_anew_where_no_checkpoint_is_whole(saved, settings_of):
    path, _, _ = saved()
    flip(path / "training_state.bin")
    settings = settings_of(misc__output_dir=str(path.parent))
    before = {file: file.read_bytes() for file in path.iterdir()}
    with pytest.raises(InputError, match="none of its checkpoints is whole"):
        flow.run(settings)
    assert {file: file.read_bytes() for file in path.iterdir()} == before


RUN_FILES = ("metrics.jsonl", "timings.jsonl", "answers.jsonl", "loss.svg", "data.json", "result.json", "settings.json")


@pytest.mark.parametrize("name", RUN_FILES)
def test_a_users_file_of_a_name_of_ours_is_neither_removed_nor_written_over(settings_for, name):
    settings = settings_for()
    output = settings.misc.output_dir
    output.mkdir()
    (output / name).write_text('{"model_name": "mine"}')
    for restart in (False, True):
        with pytest.raises(InputError, match="would be written over, and no run"):
            flow.run(settings, restart=restart)
    with pytest.raises(InputError, match="would be written over, and no run"):
        plan.make_plan(settings)
    assert (output / name).read_text() == '{"model_name": "mine"}'
    assert [path.name for path in output.iterdir()] == [name]


def test_what_a_run_left_before_its_first_checkpoint_is_ours(tmp_path, settings_of):
    write_json(tmp_path / "settings.json", to_mapping(settings_of()))
    (tmp_path / "metrics.jsonl").write_text("")
    sound.refuse_foreign(tmp_path)


def not_ours(output, kind):
    made = output / "checkpoint-7"
    if kind == "file":
        output.mkdir(parents=True, exist_ok=True)
        made.write_text("mine")
    else:
        (output / kind).mkdir(parents=True)
        (output / kind / "notes.txt").write_text("mine")


@pytest.mark.parametrize("kind", ["file", "checkpoint-7", "checkpoint-mine"])
@pytest.mark.parametrize("restart", [True, False])
def test_what_is_not_ours_is_neither_removed_nor_written_over(settings_for, kind, restart):
    settings = settings_for()
    output = settings.misc.output_dir
    not_ours(output, kind)
    before = {path: path.read_bytes() for path in output.rglob("*") if path.is_file() and path.name != ".lock"}
    with pytest.raises(InputError, match="is not a checkpoint of sigilderg-train"):
        flow.run(settings, restart=restart)
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("left", ["adapter and settings", "state and settings", "settings", "info"])
def test_a_checkpoint_that_lost_files_is_removed_by_a_restart_where_it_is_plainly_ours(saved, left):
    path, _, _ = saved()
    gone = {"adapter and settings": [checkpoint.INFO_FILE, checkpoint.STATE_FILE]}
    gone |= {"state and settings": [checkpoint.INFO_FILE, "adapter_model.safetensors"]}
    kept = {"settings": "settings.json", "info": checkpoint.INFO_FILE}
    for file in list(path.iterdir()):
        if file.name in gone.get(left, ()) or kept.get(left, file.name) != file.name:
            file.unlink()
    sound.refuse_foreign(path.parent)
    assert sound.newest_sound(path.parent) is None
    sound.remove_checkpoints(path.parent)
    assert list(path.parent.glob("checkpoint-*")) == []


def test_a_directory_that_could_be_anybodys_says_what_it_lacks(saved):
    path, _, _ = saved()
    for name in (checkpoint.INFO_FILE, "settings.json"):
        (path / name).unlink()
    with pytest.raises(InputError, match="is not a checkpoint of sigilderg-train") as caught:
        sound.remove_checkpoints(path.parent)
    assert caught.value.cause == "it lacks sigil_checkpoint.json, and has no settings.json of a run"
    assert (path / "adapter_model.safetensors").is_file()


def save_again(path, settings, tuned, state, tokenizer):
    parts = {"model": tuned, "tokenizer": tokenizer, "state": state, "info": checkpoint.read_info(path)}
    optimizer = torch.optim.AdamW(model.adapter_parameters(tuned).values())
    return checkpoint.save(path.parent, settings=settings, optimizer=optimizer, **parts)


@pytest.mark.parametrize("where", ["loss", "validation loss", "adapter"])
def test_what_is_no_number_is_not_saved_and_prunes_nothing(saved, settings_of, tuned_of, tokenizer, where):
    path, _, _ = saved()
    settings = settings_of(train__keep_checkpoints=1)
    tuned, _ = tuned_of(settings)
    state = checkpoint.TrainingState(step=8)
    if where == "loss":
        state.loss_sum = torch.tensor(float("nan"))
    elif where == "validation loss":
        state.last_val_loss = float("inf")
    else:
        next(iter(model.adapter_parameters(tuned).values())).data[0, 0] = float("nan")
    with pytest.raises(BadResultError, match="no checkpoint is written of step 8") as caught:
        save_again(path, settings, tuned, state, tokenizer)
    assert caught.value.cause == "checkpoint-7 is the last one with numbers"
    assert [one.name for one in path.parent.iterdir()] == ["checkpoint-7"]


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left on device"), RuntimeError("unexpected pos 64")])
def test_a_full_disk_is_called_so(saved, settings_of, tokenizer, monkeypatch, error):
    path, state, tuned = saved()

    def fails(*_, **__):
        raise error

    monkeypatch.setattr(torch, "save", fails)
    monkeypatch.setattr(checkpoint.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 0))
    with pytest.raises(MissingError) as caught:
        save_again(path, settings_of(), tuned, state, tokenizer)
    assert caught.value.cause == f"disk full: {getattr(error, 'strerror', None) or error}"


# Whole runs

SHORT = {"train__num_steps": 3, "train__save_every": 1, "train__val_every": 0, "train__val_rows": 1}


def adapters(output):
    return {
        path.name: (path / "adapter_model.safetensors").read_bytes() for path in checkpoint.list_checkpoints(output)
    }


@pytest.mark.slow
def test_damaged_checkpoints_are_named_and_made_again(settings_for, caplog):
    settings = settings_for(**SHORT)
    output = settings.misc.output_dir
    flow.run(settings)
    before = adapters(output)
    flip(output / "checkpoint-3/adapter_model.safetensors")
    (output / "checkpoint-2/training_state.bin").write_bytes(b"")
    with caplog.at_level("WARNING"):
        assert flow.run(settings)["step"] == 3
    told = [text for text in caplog.messages if " is passed over: " in text]
    assert [text.partition(" is passed over: ")[0] for text in told] == [
        str(output / "checkpoint-3"),
        str(output / "checkpoint-2"),
    ]
    assert adapters(output) == before


@pytest.mark.slow
def test_a_run_can_be_extended_and_told_to_report_otherwise(settings_for):
    settings = settings_for(train__scheduler="constant", **SHORT)
    flow.run(settings)
    longer = SHORT | {"train__num_steps": 4, "train__logging_steps": 1, "train__save_every": 2, "train__val_rows": 3}
    assert flow.run(settings_for(train__scheduler="constant", **longer))["step"] == 4
    rows = [json.loads(line) for line in (settings.misc.output_dir / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "train_loss" in row] == [3, 4]
    with pytest.raises(InputError, match="other settings") as caught:
        flow.run(settings_for(train__scheduler="constant", train__lr=0.5, lora__r=2, **longer))
    assert caught.value.cause == "`train.lr` was 0.01, now 0.5; `lora.r` was 4, now 2"


@pytest.mark.slow
def test_a_mean_that_would_lack_steps_is_refused(settings_for):
    short = SHORT | {"train__average_last": 2}
    flow.run(settings_for(**short))
    with pytest.raises(InputError, match="too near to the new last step") as caught:
        flow.run(settings_for(**short | {"train__num_steps": 4}))
    assert "5 or more" in caught.value.hint


@pytest.mark.slow
def test_a_lost_record_does_not_invent_a_first_loss(settings_for, caplog):
    settings = settings_for(**SHORT)
    with pytest.raises(InterruptedRunError):
        flow.run(settings, stop_after=2)
    (settings.misc.output_dir / "metrics.jsonl").unlink()
    result = flow.run(settings)
    assert (result["val_loss_before"], result["step"]) == (None, 3)
    assert result["val_loss"] is not None
    assert any("metrics.jsonl is gone: what it said of the first 2 steps is lost" in text for text in caplog.messages)


@pytest.mark.slow
def test_a_norm_that_is_no_number_ends_the_run_before_it_is_saved(settings_for, monkeypatch):
    settings = settings_for(**SHORT | {"train__logging_steps": 9, "train__keep_checkpoints": 1})
    clip, count = torch.nn.utils.clip_grad_norm_, []

    def second_is_infinite(*given, **more):
        count.append(clip(*given, **more))
        return count[-1] * (float("inf") if len(count) == 2 else 1.0)

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", second_is_infinite)
    with pytest.raises(BadResultError, match="norm of the gradients is inf at step 2"):
        flow.run(settings)
    assert [path.name for path in settings.misc.output_dir.glob("checkpoint-*")] == ["checkpoint-1"]
