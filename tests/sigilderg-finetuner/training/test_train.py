"""Whole runs on the tiny model: they learn, and an interruption leaves no trace in their files."""

import json
import os
import resource
import signal
import sys
from pathlib import Path

import pytest

from sigil_common.errors import BadResultError, InputError, InterruptedRunError, MissingError
from sigil_common.jsonl import write_json
from sigil_common.lock import only_run
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import checkpoint, sound

from ...clock import is_free, running, until

pytestmark = pytest.mark.slow
SAME = ("metrics.jsonl", "loss.svg", "checkpoint-20/adapter_model.safetensors")


def contents(directory):
    return {name: (directory / name).read_bytes() for name in SAME}


@pytest.fixture(scope="module")
def whole(tmp_path_factory, request):
    """A run of 20 steps without any interruption; made once."""
    made = {}

    def run(settings):
        if not made:
            made["result"] = flow.run(settings)
            made["dir"] = settings.misc.output_dir
            made["files"] = contents(settings.misc.output_dir)
        return made

    return run


def test_it_learns_and_writes_what_it_promises(settings_for, whole):
    made = whole(settings_for())
    result, output = made["result"], made["dir"]
    assert result["step"] == 20
    assert result["val_loss"] < result["val_loss_before"] - 0.1
    assert json.loads((output / "result.json").read_text()) == result
    rows = [json.loads(line) for line in (output / "metrics.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows if "val_loss" in row] == [0, 5, 10, 15, 20]
    assert [row["step"] for row in rows if "train_loss" in row] == [3, 6, 9, 12, 15, 18, 20]
    assert sorted(path.name for path in output.glob("checkpoint-*")) == ["checkpoint-10", "checkpoint-20"]
    files = {path.name for path in (output / "checkpoint-20").iterdir()}
    assert {
        "adapter_config.json",
        "adapter_model.safetensors",
        "training_state.bin",
        "tokenizer.json",
        "chat_template.jinja",
        "sigil_checkpoint.json",
        "settings.json",
    } <= files
    assert (output / "loss.svg").read_text().startswith("<svg")


def test_a_stopped_run_goes_on_to_the_same_bytes(settings_for, whole):
    expected = whole(settings_for())["files"]
    settings = settings_for("stopped")
    for stop in (4, 13):  # in the middle of a line of metrics, and after a checkpoint of its own
        with pytest.raises(InterruptedRunError, match=f"stopped at step {stop} of 20"):
            flow.run(settings, stop_after=stop)
    flow.run(settings)
    assert contents(settings.misc.output_dir) == expected


def test_a_killed_run_goes_on_to_the_same_bytes(settings_for, whole, tmp_path):
    expected = whole(settings_for())["files"]
    settings = settings_for("killed")
    write_json(tmp_path / "run.json", to_mapping(settings))
    command = [sys.executable, "-m", "sigilderg_finetuner.cli", str(tmp_path / "run.json")]
    metrics = settings.misc.output_dir / "metrics.jsonl"
    with running(command) as child:
        child.until(lambda: metrics.exists() and b'"step": 12' in metrics.read_bytes(), "step 12")
        assert child.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: is_free(settings.misc.output_dir / ".lock"), "what it went on in has ended, too")
    newest = checkpoint.list_checkpoints(settings.misc.output_dir)[-1]
    assert newest.name == "checkpoint-10"
    flow.run(settings)
    assert contents(settings.misc.output_dir) == expected


def test_a_finished_run_is_not_repeated(settings_for, whole, monkeypatch):
    settings = settings_for()
    result = whole(settings)["result"]
    moved = settings_for(misc__output_dir=str(whole(settings)["dir"]))
    monkeypatch.setattr(flow, "_train", None)
    assert flow.run(moved) == result


@pytest.mark.parametrize(
    ("change", "what"),
    [({"train__lr": 0.02}, "settings"), ({"lora__r": 2}, "settings"), ({"train__seed": 1}, "settings")],
)
def test_checkpoints_of_another_run_are_not_gone_on_from(settings_for, whole, change, what):
    output = str(whole(settings_for())["dir"])
    with pytest.raises(InputError, match=f"other {what}"):
        flow.run(settings_for(misc__output_dir=output, **change))


def test_other_data_is_noticed(settings_for, whole, tmp_path, dataset):
    output = str(whole(settings_for())["dir"])
    changed = tmp_path / "changed.jsonl"
    changed.write_text(dataset.read_text().replace("takes a slice", "takes the slice", 1))
    with pytest.raises(InputError, match="other data"):
        flow.run(settings_for(misc__output_dir=output, dataset__names=[f"local:{changed}"]))


def test_the_place_of_the_data_does_not_matter(settings_for, whole, tmp_path, dataset):
    moved = tmp_path / "moved.jsonl"
    moved.write_bytes(dataset.read_bytes())
    settings = settings_for("elsewhere", dataset__names=[f"local:{moved}"])
    flow.run(settings)
    assert contents(settings.misc.output_dir) == whole(settings_for())["files"]


@pytest.fixture
def machine(monkeypatch):
    """A function that makes this a machine whose CPU has such flags."""
    from sigil_common import compute

    for name in ("ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"):
        monkeypatch.delenv(name, raising=False)
    avx2 = {"avx2", "fma"}
    bf16 = avx2 | {"avx512f", "avx512bw", "avx512vl", "avx512dq", "avx512_bf16"}
    return lambda name: monkeypatch.setattr(compute, "cpu_flags", lambda: frozenset({"old": avx2, "new": bf16}[name]))


def test_the_number_type_is_chosen_by_the_machine_and_recorded(settings_for, machine, caplog):
    machine("old")
    auto = {"train__bf16": "auto", "bnb_4bit__compute_dtype": "auto", "quantization": "nf4"}
    with caplog.at_level("INFO"):
        result = flow.run(settings_for(train__num_steps=1, train__val_every=0, **auto))
    assert "computing in float32 on cpu (avx2)" in caplog.text
    last = Path(result["checkpoint"])
    found = dict(checkpoint.read_info(last).compute)
    assert found.pop("attention").startswith("torch scaled_dot_product_attention")
    assert found.pop("name") in caplog.text
    assert found == {
        "device": "cpu",
        "instructions": "avx2",
        "dtype": "float32",
        "products": "float32",
    }
    kept = json.loads((last / "settings.json").read_text())
    assert (kept["train"]["bf16"], kept["bnb_4bit"]["compute_dtype"]) == (False, "float32")


@pytest.mark.parametrize(
    ("cpu", "bf16", "asked", "products"),
    [
        ("new", "auto", "auto", "bfloat16"),
        ("new", False, "auto", "float32"),
        ("old", True, "auto", "float32"),
        ("old", "auto", "auto", "float32"),
        ("old", False, "bfloat16", "bfloat16"),
    ],
)
def test_products_with_four_bit_weights(settings_for, machine, cpu, bf16, asked, products):
    from sigilderg_finetuner.training import runtime

    machine(cpu)
    settings = settings_for(train__bf16=bf16, bnb_4bit__compute_dtype=asked, quantization="nf4")
    assert runtime.resolve(settings)[0].bnb_4bit.compute_dtype == products


def test_a_run_is_not_continued_in_another_number_type(settings_for, machine):
    short = {"train__num_steps": 2, "train__val_every": 0}
    machine("new")
    with pytest.raises(InterruptedRunError):
        flow.run(settings_for(train__bf16="auto", **short), stop_after=1)
    machine("old")
    with pytest.raises(InputError, match=r"was trained in bfloat16, this run would continue in float32") as caught:
        flow.run(settings_for(train__bf16="auto", **short))
    assert "--set train.bf16=true" in caught.value.hint
    assert flow.run(settings_for(train__bf16=True, **short))["step"] == 2
    with pytest.raises(InputError, match="continue in float32"):  # of a finished run too
        flow.run(settings_for(train__bf16=False, **short))


def test_the_first_validation_shows_progress(settings_for, monkeypatch, caplog):
    from sigil_common import progress

    monkeypatch.setattr(progress, "LOG_EVERY_S", 0.0)
    with caplog.at_level("INFO"):
        flow.run(settings_for(train__num_steps=1, train__val_every=0))
    lines = [record.getMessage() for record in caplog.records]
    first = next(i for i, line in enumerate(lines) if line.startswith("step 0: "))
    assert any(line.startswith("validating: 4/12 samples") or "/12 samples, " in line for line in lines[:first])


def test_without_validation_rows_it_trains_and_says_so_once(settings_for, rows, tmp_path, dataset, caplog):
    file = tmp_path / "accepted.jsonl"
    file.write_text("".join(json.dumps(row | {"split": "train"}) + "\n" for row in rows[:24]))
    few = {"train__num_steps": 2, "train__val_every": 1, "train__val_rows": 4}
    result = flow.run(settings_for(dataset__names=[f"local:{file}"], **few))
    assert (result["step"], result["val_loss"], result["val_loss_before"]) == (2, None, None)
    assert len([text for text in caplog.messages if text.startswith("no validation rows")]) == 1
    caplog.clear()
    both = flow.run(settings_for("both", dataset__names=[f"local:{file}", f"local:{dataset}"], **few))
    assert both["val_loss"] is not None
    assert not [text for text in caplog.messages if text.startswith("no validation rows")]


def test_restart_begins_anew(settings_for):
    settings = settings_for(train__num_steps=2, train__val_every=0)
    flow.run(settings)
    first = settings.misc.output_dir / "checkpoint-2"
    with pytest.raises(InputError, match="--restart would remove it"):
        flow.run(settings_for(train__num_steps=1, misc__load_from=str(first)), restart=True)
    assert sound.fault_of(first) is None
    other = settings_for(train__num_steps=1, train__val_every=0)
    flow.run(other, restart=True)
    assert [path.name for path in checkpoint.list_checkpoints(settings.misc.output_dir)] == ["checkpoint-1"]


def test_four_bits_checkpointing_and_bf16_resume_exactly_too(settings_for):
    exact = {
        "quantization": "nf4",
        "train__bf16": True,
        "train__grad_checkpointing": True,
        "train__num_steps": 4,
        "train__save_every": 2,
        "train__val_every": 2,
        "train__dataloader_num_workers": 1,
    }
    one, two = settings_for("one", **exact), settings_for("two", **exact)
    flow.run(one)
    with pytest.raises(InterruptedRunError):
        flow.run(two, stop_after=3)
    flow.run(two)
    name = "checkpoint-4/adapter_model.safetensors"
    assert (one.misc.output_dir / name).read_bytes() == (two.misc.output_dir / name).read_bytes()
    assert (one.misc.output_dir / "metrics.jsonl").read_bytes() == (two.misc.output_dir / "metrics.jsonl").read_bytes()


@pytest.mark.parametrize("change", [{"train__optimizer": "adamw_8bit"}, {"misc__adapter_format": "bin"}])
def test_other_optimizers_and_formats_resume_too(settings_for, change):
    short = {"train__num_steps": 3, "train__val_every": 0, **change}
    one, two = settings_for("one", **short), settings_for("two", **short)
    flow.run(one)
    with pytest.raises(InterruptedRunError):
        flow.run(two, stop_after=1)
    flow.run(two)
    first, second = (checkpoint.read_adapter(s.misc.output_dir / "checkpoint-3") for s in (one, two))
    assert all((first[name] == second[name]).all() for name in first)


def test_old_checkpoints_are_pruned(settings_for):
    settings = settings_for(train__num_steps=4, train__save_every=1, train__keep_checkpoints=2, train__val_every=0)
    flow.run(settings)
    names = [path.name for path in checkpoint.list_checkpoints(settings.misc.output_dir)]
    assert names == ["checkpoint-3", "checkpoint-4"]


def test_an_unfinished_checkpoint_is_passed_over(settings_for):
    settings = settings_for(train__num_steps=2, train__save_every=1, train__val_every=0)
    flow.run(settings)
    (settings.misc.output_dir / "checkpoint-2" / checkpoint.INFO_FILE).unlink()
    assert flow.run(settings)["step"] == 2


def test_a_loss_that_is_no_number_ends_the_run(settings_for):
    settings = settings_for(train__lr=1.0, train__max_grad_norm=1e30, train__warmup_steps=0, lora__alpha=2**126)
    with pytest.raises(BadResultError, match=r"is (nan|inf) at step"):
        flow.run(settings)


def test_a_signal_ends_the_run_after_the_step_in_hand(settings_for, monkeypatch):
    from sigilderg_finetuner.training.engine import PackedTrainer

    loss = PackedTrainer.compute_loss

    def interrupted(trainer, *given, **named):
        if trainer.progress.step == 1 and not trainer.progress.labelled:
            os.kill(os.getpid(), signal.SIGTERM)
        return loss(trainer, *given, **named)

    monkeypatch.setattr(PackedTrainer, "compute_loss", interrupted)
    settings = settings_for(train__val_every=0, train__logging_steps=1)
    with pytest.raises(InterruptedRunError, match="stopped at step 2"):
        flow.run(settings)
    assert (settings.misc.output_dir / "checkpoint-2").is_dir()


@pytest.mark.parametrize("format", ["safetensors", "bin"])
def test_a_full_disk_is_said_and_loses_nothing(settings_for, format):
    settings = settings_for(train__num_steps=4, train__save_every=2, train__val_every=0, misc__adapter_format=format)
    with pytest.raises(InterruptedRunError):
        flow.run(settings, stop_after=2)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))  # a larger file cannot be written
    try:
        with pytest.raises(MissingError, match=r"cannot write .*checkpoint-4"):
            flow.run(settings)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in settings.misc.output_dir.glob("*checkpoint*")] == ["checkpoint-2"]
    assert flow.run(settings)["step"] == 4


def test_two_runs_do_not_write_to_one_directory(settings_for):
    settings = settings_for()
    with only_run(settings.misc.output_dir / ".lock", settings.misc.output_dir):
        with pytest.raises(InputError, match="another run is writing"):
            flow.run(settings)


def test_eight_bit_layers_learn_too(settings_for):
    settings = settings_for(quantization="int8", train__num_steps=3, train__val_every=1, train__bf16=True)
    assert flow.run(settings)["step"] == 3
