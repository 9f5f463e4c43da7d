"""The commands as a user meets them: clear refusals, a plan before anything is rented."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sigil_common.errors import InputError
from sigil_common.settings import load_settings
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.cli import command, read_assignments
from sigilderg_finetuner.identity import identity
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training.plan import make_plan, memory, read_shape, work

BIN = Path(sys.executable).parent
CONFIGS = Path(__file__).parents[2] / "configs"


def run(*args, cwd=None):
    return subprocess.run(
        [str(BIN / args[0]), *map(str, args[1:])], capture_output=True, text=True, cwd=cwd, check=False
    )


@pytest.mark.parametrize("name", ["llama8b-phase1.yml", "llama8b-phase2.yml", "smollm2-local.yml"])
def test_shipped_configs_are_valid(name):
    settings = load_settings(Settings, file=CONFIGS / name).settings
    check_together(settings)
    assert settings.quantization == ("none" if name == "smollm2-local.yml" else "nf4")  # ADR 50


def test_the_seed_settings_of_the_large_model_are_kept():
    settings = load_settings(Settings, file=CONFIGS / "llama8b-phase2.yml").settings
    assert (settings.train.micro_batch_size, settings.train.gradient_accumulation) == (16, 4)
    assert (settings.train.num_steps, settings.train.lr, settings.train.save_every) == (12_000, 1e-4, 500)
    assert (settings.lora.r, settings.lora.alpha, settings.lora.dropout) == (16, 16, 0.05)
    assert settings.dataset.task_weights["transformations"] == 1.5


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["gone.yml"], "no such config file: gone.yml"),
        (["c.yml", "--set", "train.num_step=4"], "did you mean `train.num_steps`?"),
        (["c.yml", "--set", "train.num_steps=0"], "--set train.num_steps=0: `train.num_steps`"),
        (["c.yml", "--set", "train.num_steps"], "expected KEY=VALUE"),
        (["c.yml", "--set", "train.lr=[1"], "not valid YAML"),
        (["bad.yml"], "bad.yml:2: unknown setting `train.lerning_rate`"),
        (["c.yml", "--dataset", "local:gone.jsonl"], "no such file: gone.jsonl"),
        (["c.yml", "--dataset", "local:bad.jsonl"], "bad.jsonl:1: field `gen` is missing"),
        (["c.yml", "--model", "models/gone"], "no such model directory: models/gone"),
        (["c.yml", "--model", ""], "Invalid value for '--model': it is empty."),
        (["c.yml", "--dataset", ""], "Invalid value for '--dataset': it is empty."),
        (["c.yml", "--output-dir", " "], "Invalid value for '--output-dir': it is empty."),
        (["c.yml", "--reward-problems", ""], "Invalid value for '--reward-problems': it is empty."),
    ],
)
def test_wrong_input_ends_with_code_2_and_one_clear_sentence(tmp_path, tiny, dataset, args, message):
    (tmp_path / "c.yml").write_text(f"model_name: {tiny}\ndataset:\n  names: ['local:{dataset}']\n")
    (tmp_path / "bad.yml").write_text("train:\n  lerning_rate: 1\n")
    (tmp_path / "bad.jsonl").write_text('{"prompt": "p"}\n')
    found = run("sigilderg-train", *args, cwd=tmp_path)
    assert found.returncode == 2
    assert message in found.stderr
    assert "Traceback" not in found.stderr
    assert found.stdout == ""


def test_bad_data_is_found_before_torch_is_imported(tmp_path, tiny):
    (tmp_path / "bad.jsonl").write_text("{\n")
    code = (
        "import sys\nfrom sigilderg_finetuner import flow\nfrom sigilderg_finetuner.settings import Settings\n"
        "from sigil_common.settings import load_settings\n"
        f"values = {{'model_name': {str(tiny)!r}, 'dataset.names': ['local:bad.jsonl']}}\n"
        "try:\n    flow.run(load_settings(Settings, overrides=values).settings)\n"
        "except Exception as error:\n    print(error)\n"
        "print('torch' in sys.modules, 'transformers' in sys.modules)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert "bad.jsonl:1: not JSON" in found.stdout
    assert found.stdout.endswith("False False\n")


def test_assignments_are_yaml():
    values, places = read_assignments(
        ("train.lr=1.0e-3", "dataset.names=[a, b]", "lora.dropout=0", "misc.output_dir=a=b")
    )
    assert values == {"train.lr": 1e-3, "dataset.names": ["a", "b"], "lora.dropout": 0, "misc.output_dir": "a=b"}
    assert places["train.lr"] == "--set train.lr=1.0e-3"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dataset.min_length": 300, "dataset.max_length": 200}, "`dataset.min_length` is above `dataset.max_length`"),
        ({"dataset.min_length": 300, "train.max_seq_len": 200}, "no sample would be left"),
        ({"dataset.names": ["local:a", "local:a"]}, "holds a source twice"),
        ({"dataset.dataset_weights": {"local:b": 1.0}}, "not in `dataset.names`"),
        ({"train.num_epochs": 2, "train.max_tokens": 9}, "both say how long to train"),
        ({"dataset.names": ["local:a"], "dataset.dataset_weights": {"local:a": 0.0}}, "all 0"),
        (
            {
                "dataset.names": ["local:a"],
                "dataset.interleave_mode": "sequential",
                "dataset.dataset_weights": {"local:a": 1.0},
            },
            "only in `weighted` mode",
        ),
        ({"dataset.task_weights": {"poetry": 1.0}}, "unknown task `poetry`"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(change, message):
    with pytest.raises(InputError, match=message):
        check_together(load_settings(Settings, overrides=change).settings)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--i-know"], "--i-know is for `method: grpo`"),
        (["--plan", "--i-know"], "--i-know is for `method: grpo`"),
        (["--plan-gib", "40"], "--plan-gib is for --plan"),
        (["--plan", "--plan-gib", "40", "--reward-problems", "p"], "--plan-gib is not for `method: grpo`"),
        (["--nproc", "2", "--reward-problems", "p"], "--nproc is not for `method: grpo`"),
        (["--plan", "--nproc", "2"], "--nproc is not for --plan"),
    ],
)
def test_options_that_nothing_would_look_at_are_refused(tmp_path, options, message):
    (tmp_path / "c.yml").write_text("{}")
    found = CliRunner().invoke(command, [str(tmp_path / "c.yml"), *options])
    assert isinstance(found.exception, InputError), found.output
    assert found.exception.what.startswith(message)


def test_identity_follows_what_is_learned_and_not_where_it_lies():
    def of(**change):
        return identity(
            load_settings(Settings, overrides={k.replace("__", "."): v for k, v in change.items()}).settings
        )

    same = (
        {"misc__output_dir": "x"},
        {"dataset__names": ["local:y"]},
        {"model_name": "z"},
        {"train__save_every": 7},
        {"train__num_steps": 7},
        {"train__dataloader_num_workers": 0},
    )
    other = (
        {"train__lr": 1e-5},
        {"train__seed": 1},
        {"lora__r": 8},
        {"quantization": "none"},
        {"dataset__shuffle_seed": 1},
    )
    assert {of(**change) for change in same} == {of()}
    assert len({of(**change) for change in other} | {of()}) == len(other) + 1


def test_the_plan_of_the_large_model_agrees_with_published_sizes(dataset):
    overrides = {"dataset.names": [f"local:{dataset}"], "train.micro_batch_size": 1}
    settings = load_settings(Settings, file=CONFIGS / "llama8b-phase2.yml", overrides=overrides).settings
    plan = make_plan(settings)
    assert plan["weights"] == pytest.approx(8.03e9, rel=0.001)
    assert 5.0 < plan["memory_gib"]["base"] < 6.0  # 5.47 GB allocated was reported for NF4 with double quantisation
    assert plan["rows"][f"local:{dataset}"] == {"train": 84, "val": 12}
    shape = read_shape(settings.model_name)
    assert memory(shape, settings).adapter == 16 * 41_943_040  # the well-known 41.9 M weights at rank 16


def test_the_work_of_the_large_model_agrees_with_published_figures():
    shape = read_shape("meta-llama/Llama-3.1-8B-Instruct")
    each = work(shape, repeated=False)
    assert each.token + 1024 * each.square == pytest.approx(31e9, rel=0.02)
    assert each.token + 4096 * each.square == pytest.approx(33.5e9, rel=0.02)


def test_a_plan_needs_a_known_model(dataset, monkeypatch):
    import urllib.request

    def fail(*_, **__):
        raise OSError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", fail)
    settings = load_settings(
        Settings, overrides={"model_name": "some/model", "dataset.names": [f"local:{dataset}"]}
    ).settings
    with pytest.raises(InputError, match=r"config\.json is not here"):
        make_plan(settings)


def test_the_plan_is_printed_as_json(tmp_path, dataset, tiny):
    (tmp_path / "c.yml").write_text("train:\n  num_steps: 10\n")
    found = run("sigilderg-train", "c.yml", "--dataset", f"local:{dataset}", "--model", tiny, "--plan", cwd=tmp_path)
    assert found.returncode == 0, found.stderr
    assert json.loads(found.stdout)["steps"] == 10
