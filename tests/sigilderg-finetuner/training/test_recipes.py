"""What a recipe may ask of a run besides the usual: means, a pull towards the base, token budgets. Whole runs."""

import json
import signal
import sys

import pytest
import torch

from sigil_common.errors import InputError, InterruptedRunError
from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.training import checkpoint

from ...clock import is_free, running, until

pytestmark = pytest.mark.slow
SHORT = {"train__num_steps": 12, "train__val_every": 4, "train__save_every": 5}
ALL = {
    "train__average_last": 4,
    "train__kl_to_base": 0.3,
    "train__warmup_ratio": 0.2,
    "train__save_at_tokens": [4_000, 9_000],
    "train__max_tokens": 30_000,
    "train__keep_checkpoints": 1,
    "train__save_every": 3,
    "train__val_every": 4,
    "dataset__max_answer_length": 110,
}


def files_of(directory):
    """Every file of a run but settings and result, which name the directory, their digests, and times.

    Of a state it is the content: pickles of equal objects differ in which of their parts are the same object.
    """
    paths = [path for path in directory.rglob("*") if path.is_file()]
    left_out = ("settings.json", "result.json", "timings.jsonl", "SHA256SUMS")
    return {str(path.relative_to(directory)): _content(path) for path in paths if path.name not in left_out}


def _content(path):
    if path.name != checkpoint.STATE_FILE:
        return path.read_bytes()
    return _plain(torch.load(path, weights_only=True))


def _plain(value):
    """Nested values with tensors as lists, which can be compared."""
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return (str(value.dtype), value.tolist()) if isinstance(value, torch.Tensor) else value


@pytest.fixture(scope="module")
def whole():
    """A run with all of them and no interruption, made once."""
    made = {}

    def run(settings):
        if not made:
            made["result"] = flow.run(settings)
            made["files"] = files_of(settings.misc.output_dir)
            made["dir"] = settings.misc.output_dir
        return made

    return run


def test_an_interruption_leaves_no_trace(settings_for, whole):
    made = whole(settings_for(**ALL))
    last = made["result"]["step"]
    settings = settings_for("stopped", **ALL)
    for stop in (2, last - 2, last - 1):  # before all windows, and twice inside of the last one
        with pytest.raises(InterruptedRunError):
            flow.run(settings, stop_after=stop)
    flow.run(settings)
    found = files_of(settings.misc.output_dir)
    expected = {name: data for name, data in made["files"].items() if name in found}
    assert [name for name in expected if found[name] != expected[name]] == []
    assert f"checkpoint-{last}/adapter_model.safetensors" in expected


def test_a_killed_run_goes_on_to_the_same_bytes(settings_for, whole, tmp_path):
    made = whole(settings_for(**ALL))
    settings = settings_for("killed", **ALL)
    write_json(tmp_path / "run.json", to_mapping(settings))
    command = [sys.executable, "-m", "sigilderg_finetuner.cli", str(tmp_path / "run.json")]
    first = f"checkpoint-{min(steps_of_budgets(made['dir']))}"
    with running(command) as child:
        there = settings.misc.output_dir / first / checkpoint.INFO_FILE
        child.until(there.exists, first)
        assert child.end(signal.SIGKILL) == -signal.SIGKILL
    until(lambda: is_free(settings.misc.output_dir / ".lock"), "what it went on in has ended, too")
    flow.run(settings)
    found = files_of(settings.misc.output_dir)
    assert set(found) == set(made["files"])
    assert [name for name in found if found[name] != made["files"][name]] == []


def steps_of_budgets(directory):
    return [
        info.step
        for path in checkpoint.list_checkpoints(directory)
        if (info := checkpoint.read_info(path)).token_budgets
    ]


def test_checkpoints_of_budgets_stay_and_say_what_they_are(settings_for, whole):
    made = whole(settings_for(**ALL))
    infos = [checkpoint.read_info(path) for path in checkpoint.list_checkpoints(made["dir"])]
    kept = {info.step: info for info in infos}
    by_budget = {budget: info for info in infos for budget in info.token_budgets or ()}
    assert set(by_budget) == {4_000, 9_000}
    assert len(kept) == 3  # both, and the newest
    last = kept[max(kept)]
    assert last.tokens == made["result"]["tokens"] >= 30_000
    for budget, info in by_budget.items():
        assert budget <= info.tokens < budget + 4 * 512
        assert info.averaged_steps == min(4, info.step)
    assert last.averaged_steps == 4


def test_a_finished_run_of_so_many_tokens_is_not_repeated(settings_for, whole, monkeypatch):
    made = whole(settings_for(**ALL))
    monkeypatch.setattr(flow, "_train", None)
    assert flow.run(settings_for(misc__output_dir=str(made["dir"]), **ALL)) == made["result"]


def test_what_is_learned_is_said_and_written(settings_for, whole, caplog):
    made = whole(settings_for(**ALL))
    found = json.loads((made["dir"] / "data.json").read_text())
    (source,) = found["sources"]
    assert (source["tokens"], source["learned_tokens"]) == (found["tokens"], found["learned_tokens"])
    assert 0 < found["learned_tokens"] < found["tokens"]
    metrics = [json.loads(line) for line in (made["dir"] / "metrics.jsonl").read_text().splitlines()]
    trained = [row for row in metrics if "train_loss" in row]
    assert trained[0]["kl_to_base"] < trained[-1]["kl_to_base"]
    assert all(row["kl_to_base"] >= 0 for row in trained)


def adapters_of(directory):
    return {
        checkpoint.read_info(path).step: checkpoint.read_adapter(path)
        for path in checkpoint.list_checkpoints(directory)
    }


def test_the_last_checkpoint_is_the_mean_of_the_last_and_is_what_was_validated(settings_for):
    every = {**SHORT, "train__num_steps": 6, "train__save_every": 1, "train__val_every": 0}
    raw, mean = settings_for("raw", **every), settings_for("mean", train__average_last=3, **every)
    flow.run(raw)
    result = flow.run(mean)
    steps, found = adapters_of(raw.misc.output_dir), adapters_of(mean.misc.output_dir)
    for name, weight in found[6].items():
        expected = torch.stack([steps[step][name].double() for step in (4, 5, 6)]).mean(0).float()
        assert torch.equal(weight, expected)
        assert all(torch.equal(found[step][name], steps[step][name]) for step in range(1, 6))
    kept = torch.load(mean.misc.output_dir / "checkpoint-6" / checkpoint.STATE_FILE, weights_only=True)
    assert all(torch.equal(kept["average"]["raw"][_own_name(name)], weight) for name, weight in steps[6].items())
    assert result["val_loss"] != json.loads((raw.misc.output_dir / "result.json").read_text())["val_loss"]


def _own_name(name):
    """The model's own name of a weight of the file."""
    return name.replace(".weight", ".default.weight")


@pytest.mark.parametrize("change", [{"quantization": "nf4"}, {"train__grad_checkpointing": True}])
def test_the_pull_works_in_bfloat16_too(settings_for, change):
    short = {"train__num_steps": 3, "train__val_every": 2, "train__bf16": True, **change}
    flow.run(settings_for("free", **short))
    flow.run(settings_for("held", train__kl_to_base=50.0, **short))
    free, held = (
        [json.loads(line) for line in (settings_for(name).misc.output_dir / "metrics.jsonl").read_text().splitlines()][
            -1
        ]
        for name in ("free", "held")
    )
    assert held["val_loss"] != free["val_loss"]


def test_a_strong_pull_keeps_the_model_near_its_base(settings_for):
    ends = {}
    for weight in (0.01, 30.0):
        settings = settings_for(f"pull{weight}", train__kl_to_base=weight, **SHORT)
        flow.run(settings)
        lines = (settings.misc.output_dir / "metrics.jsonl").read_text().splitlines()
        ends[weight] = [row["kl_to_base"] for row in map(json.loads, lines) if "kl_to_base" in row][-1]
    assert ends[30.0] < ends[0.01] / 2


def test_nothing_of_it_is_left_where_it_is_off(settings_for):
    settings = settings_for(train__num_steps=2, train__val_every=0)
    flow.run(settings)
    kept = torch.load(settings.misc.output_dir / "checkpoint-2" / checkpoint.STATE_FILE, weights_only=True)
    assert set(kept) == {"state", "optimizer"}
    assert "divergence" not in kept["state"]
    info = json.loads((settings.misc.output_dir / "checkpoint-2" / checkpoint.INFO_FILE).read_text())
    assert not {"tokens", "token_budgets", "averaged_steps"} & set(info)
    assert "kl_to_base" not in (settings.misc.output_dir / "metrics.jsonl").read_text()


def test_a_budget_that_is_not_reached_is_told_before_the_first_step(settings_for):
    settings = settings_for(train__num_steps=2, train__save_at_tokens=[1_000_000])
    with pytest.raises(InputError, match="1,000,000 tokens are not reached"):
        flow.run(settings)
    assert not list(settings.misc.output_dir.glob("checkpoint-*"))
