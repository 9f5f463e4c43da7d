"""Samplers other than transformers in a run: the stages that they need, and what is checked before it begins."""

import json
from pathlib import Path

import pytest

from lambda_package import accelerator
from lambda_package.accelerator import Seen
from lambda_package.commands import Subject
from lambda_package.merging import merge, merged
from lambda_package.serving import look
from lambda_package.settings import RunSettings
from lambda_package.stages import chain
from sigil_common.errors import InputError
from sigil_common.settings import load_settings

from ..scripted_server import serving, stub

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
BASE = "meta-llama/Meta-Llama-3.1-8B-Instruct"
FINE = Seen("2.14.0", "13.0", 13000, True, "H100, sm_90")


def settings_of(profile="h100", **changes):
    overrides = {key.replace("__", "."): value for key, value in changes.items()}
    return load_settings(RunSettings, file=CONFIGS / f"eval-{profile}.yml", overrides=overrides).settings


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """Return the stages of profile `h100` by name, each in a directory of its own name, with a checkpoint of a kind."""
    monkeypatch.chdir(tmp_path)
    Path("problems").mkdir()
    row = {
        "task_id": "HumanEval/0",
        "prompt": "fn f() {\n",
        "canonical_solution": "}\n",
        "entry_point": "f",
        "test": "t",
    }
    Path("problems/problems.jsonl").write_text(json.dumps(row) + "\n")
    for model in ("base", "tuned"):
        Path(f"sample-{model}").mkdir()
        Path(f"sample-{model}/samples.jsonl.manifest.json").write_text('{"ran_on": {}}')

    def stages(kind="adapter", **changes):
        source = {"repository": "a/b", "revision": "r" * 40, "folder": "", "kind": kind}
        Path("checkpoint/checkpoint/checkpoint-9").mkdir(parents=True, exist_ok=True)
        if kind == "adapter":
            source["directory"] = "checkpoint-9"
            config = {"base_model_name_or_path": BASE}
            Path("checkpoint/checkpoint/checkpoint-9/adapter_config.json").write_text(json.dumps(config))
        Path("checkpoint/source.json").write_text(json.dumps(source))
        done = {}
        for build in chain(settings_of(**changes)):
            stage = build({name: Path(name) for name in done})
            if stage is not None:
                done[stage.name] = stage
        return done

    return stages


def test_a_look_does_not_compare_what_two_kinds_of_machines_drew(stages):
    for model, instructions in (("base", "sm_80"), ("tuned", "sm_90")):
        Path(f"sample-{model}-look-1").mkdir()
        said = json.dumps({"ran_on": {"device": "cuda", "instructions": instructions}})
        Path(f"sample-{model}-look-1/samples.jsonl.manifest.json").write_text(said)
    with pytest.raises(InputError, match="answered on different kinds of machines") as caught:
        stages(sample__n_samples="auto")
    assert caught.value.hint == "rm -r sample-base-look-1 sample-tuned-look-1, and run the same command again"


def test_an_adapter_is_merged_before_vllm_samples(stages):
    found = stages(model__revision="c" * 40)
    assert list(found)[:5] == ["checkpoint", "problems", "merge", "sample-base", "sample-tuned"]
    assert " ".join(found["merge"].argv) == (
        "sigilderg-export checkpoint/checkpoint/checkpoint-9 "
        "--output {out}/Meta-Llama-3.1-8B-Instruct+checkpoint-9 "
        f"--base-model {BASE} --base-revision {'c' * 40}"
    )
    assert found["merge"].outputs == ("Meta-Llama-3.1-8B-Instruct+checkpoint-9",)
    assert found["merge"].inputs == (Path("checkpoint/checkpoint/checkpoint-9"),)
    whole = "merge/Meta-Llama-3.1-8B-Instruct+checkpoint-9"
    base, tuned = (" ".join(found[f"sample-{model}"].argv) for model in ("base", "tuned"))
    assert tuned == base.replace(f"--model {BASE} --revision {'c' * 40}", f"--model {whole}")
    assert "--sampler vllm" in base
    assert found["sample-tuned"].inputs[1:] == (Path(whole),)
    assert found["sample-tuned"].quiet_words == ("--in-flight", "256")
    assert not found["sample-tuned"].loads_model


def test_a_whole_model_needs_no_merging_nor_does_another_sampler(stages):
    assert "merge" not in stages("model")
    assert "merge" not in stages(sample__sampler="hf")


def test_the_models_of_exercises_are_merged_between_the_rounds(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = settings_of("local", sample__sampler="vllm")
    checkpoint = Path("train-1/checkpoints/checkpoint-9")
    checkpoint.mkdir(parents=True)
    (checkpoint / "adapter_config.json").write_text("{}")
    done = {"model": Path("model"), "train-1": Path("train-1")}
    subject = Subject(("--model", str(checkpoint)), (checkpoint, Path("model/SmolLM2-135M-Instruct")))
    stage = merge(settings, done, "merge-1", subject)
    assert " ".join(stage.argv) == (
        "sigilderg-export train-1/checkpoints/checkpoint-9 --output {out}/SmolLM2-135M-Instruct+checkpoint-9 "
        "--base-model model/SmolLM2-135M-Instruct"
    )
    assert stage.inputs == subject.models
    assert merged(settings, done, "merge-1", subject) is subject
    asked = merged(settings, {**done, "merge-1": Path("merge-1")}, "merge-1", subject)
    assert asked.words == ("--model", "merge-1/SmolLM2-135M-Instruct+checkpoint-9")
    assert settings.exercises.rounds == 2
    number = len(list(chain(settings_of("local"))))
    assert len(list(chain(settings))) == number + 2  # `merge-1` and `merge`


def test_a_server_is_asked_for_both_models_or_two_servers_for_one_each(stages):
    one = {"sample__sampler": "server", "sample__base_url": "http://a:1/v1", "sample__in_flight": 7}
    found = stages(**one, sample__served_base="b", sample__served_tuned="t")
    for model, name in (("base", "b"), ("tuned", "t")):
        stage = found[f"sample-{model}"]
        assert stage.argv[-4:] == ("--base-url", "http://a:1/v1", "--served-model", name)
        assert stage.quiet_words == ("--in-flight", "7")
    assert "--model checkpoint/checkpoint/checkpoint-9" in " ".join(found["sample-tuned"].argv)
    found = stages(**one, sample__tuned_url="http://b:2")
    assert found["sample-base"].argv[-1] == "http://a:1/v1"
    assert found["sample-tuned"].argv[-1] == "http://b:2"
    with pytest.raises(InputError, match=r"sample\.base_url"):
        stages(sample__sampler="server")


# Before it begins


def findings(**changes):
    return list(look(settings_of(**changes)))


def test_vllm_is_looked_for_and_its_torch_is_asked(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "none"))
    name, level, found, hint = findings()[0]
    assert (name, level) == ("vllm", "missing")
    assert found.startswith("vLLM is not installed")
    assert hint.startswith("bash eval_setup.sh, or --set sample.sampler=hf")
    command = stub(tmp_path / ".venv-vllm/bin/vllm")
    (tmp_path / ".venv-vllm/lib/python3.12/site-packages/vllm-0.33.0.dist-info").mkdir(parents=True)
    python = command.with_name("python")
    python.touch()
    asked = []

    def ask(place):
        asked.append(place)
        return FINE if len(asked) == 1 else Seen("2.14.0", "13.0", 12080, False)

    monkeypatch.setattr(accelerator, "ask_torch", ask)
    assert findings() == [("vllm", "ok", f"vLLM 0.33.0 in {tmp_path}/.venv-vllm", "")]
    name, level, found, hint = findings()[0]
    assert (name, level) == ("vllm", "missing")
    assert "the driver offers CUDA 12.8, torch 2.14.0 is built for 13.0" in found
    assert asked == [python, python]
    assert findings(sample__sampler="hf") == []


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sample__base_url": None}, "`sample.base_url` is not set"),
        (
            {"sample__base_url": "http://u:s3cret@a/v1", "sample__served_tuned": "t"},
            "`sample.base_url`: it holds credentials",
        ),
        ({"sample__tuned_url": "a:1"}, "`sample.tuned_url`: not the address of a server"),
        ({}, "base and tuned model are one and the same model of one server"),
        ({"sample__served_tuned": "t", "train__checkpoint": None}, "the tuned model is made in this run"),
    ],
)
def test_settings_of_servers_that_do_not_fit_are_named(changes, said):
    found = findings(**({"sample__sampler": "server", "sample__base_url": "http://127.0.0.1:1/v1"} | changes))
    assert [(name, level) for name, level, _, _ in found] == [("settings", "missing")]
    assert said in found[0][2]
    assert "s3cret" not in str(found)


def test_servers_are_asked_for_their_models(monkeypatch):
    monkeypatch.setenv("SIGIL_API_KEY", "s3cret")
    with serving(lambda _: ([], "stop"), models=[{"id": "a"}, {"id": "b"}]) as server:
        own = {"sample__sampler": "server", "sample__base_url": server.url, "sample__served_base": "a"}
        found = findings(**own, sample__served_tuned="b")
        assert [(level, what) for _, level, what, _ in found] == [
            ("ok", f"a at {server.url}"),
            ("ok", f"b at {server.url}"),
        ]
        found = findings(**own, sample__served_tuned="c")
        assert found[1][:3] == ("server of the tuned model", "missing", f"{server.url} has a, b")
        server.pages = {"/v1/models": {"data": "?"}}
        assert findings(**own, sample__served_tuned="b")[0][2] == f"{server.url} has no model"
    found = findings(**own, sample__served_tuned="b")
    assert [level for _, level, _, _ in found] == ["missing", "missing"]
    assert f"{server.url} does not answer: ConnectError" in found[0][2]
    assert "s3cret" not in str(found)
