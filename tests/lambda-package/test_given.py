"""A checkpoint that exists: of a directory or of the hub, which is played, and of which base it is."""

import json
from pathlib import Path

import pytest

from lambda_package.commands import base_model
from lambda_package.given import fetch, given_subject, local_checkpoint, require_base
from lambda_package.settings import RunSettings
from lambda_package.stages import chain
from sigil_common.checkpoints import ADAPTER_CONFIG as ADAPTER
from sigil_common.checkpoints import CHECKPOINT_INFO as INFO
from sigil_common.checkpoints import MODEL_CONFIG as MODEL
from sigil_common.errors import InputError
from sigil_common.hub_checkpoints import is_local
from sigil_common.manifest import digest_tree
from sigil_common.settings import load_settings

from ..played_hub import commit_of, playing

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LLAMA = "meta-llama/Meta-Llama-3.1-8B-Instruct"
PUBLISHED = "Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLora/checkpoint-9000"
EVALUATION = [
    "problems",
    "sample-base",
    "sample-tuned",
    *(f"judge-{model}-policy-{policy}" for model in ("base", "tuned") for policy in ("off", "on")),
    "compare",
    "report",
]


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A working directory with the problems of a run, and what was asked of both models."""
    monkeypatch.chdir(tmp_path)
    Path("problems").mkdir()
    problem = {"task_id": "HumanEval/0", "prompt": "p", "canonical_solution": "c", "entry_point": "f", "test": "t"}
    Path("problems/problems.jsonl").write_text(json.dumps(problem) + "\n")
    for model in ("base", "tuned"):
        Path(f"sample-{model}").mkdir()
        Path(f"sample-{model}/samples.jsonl.manifest.json").write_text('{"ran_on": {"dtype": "bfloat16"}}')


def adapter(path, base=LLAMA, digest=None):
    """Make the directory of an adapter, as PEFT writes it, and as our trainer does where a digest is known."""
    path = Path(path)
    path.mkdir(parents=True)
    (path / ADAPTER).write_text(json.dumps({"base_model_name_or_path": base}))
    (path / "adapter_model.safetensors").write_text("weights")
    if digest is not None:
        info = {"base_model": base, "base_revision": digest, "step": 9, "quantization": "nf4"}
        (path / INFO).write_text(json.dumps(info | {"config_sha256": "c", "data_sha256": "d"}))
    return path


def settings_of(checkpoint, profile="h100", **changes):
    overrides = {"train.checkpoint": str(checkpoint)} | {k.replace("__", "."): v for k, v in changes.items()}
    return load_settings(RunSettings, file=CONFIGS / f"eval-{profile}.yml", overrides=overrides).settings


def stages(settings):
    done = {}
    for build in chain(settings):
        stage = build({name: Path(name) for name in done})
        if stage is not None:
            done[stage.name] = stage
    return done


def fetched(kind="adapter"):
    """Leave what the stage `checkpoint` makes."""
    directory = adapter("checkpoint/checkpoint/checkpoint-9000").name if kind == "adapter" else None
    source = {"repository": "u/m", "revision": COMMIT, "folder": "", "kind": kind, "directory": directory}
    Path("checkpoint").mkdir(exist_ok=True)
    Path("checkpoint/source.json").write_text(json.dumps(source))


def test_a_given_directory_leaves_out_data_and_training():
    path = adapter("mine/checkpoint-7")
    found = stages(settings_of(path, model__revision="abc", sample__sampler="hf"))
    assert list(found) == EVALUATION
    base, tuned = (" ".join(found[f"sample-{model}"].argv) for model in ("base", "tuned"))
    assert f"--model {LLAMA} --revision abc --output" in base
    assert f"--model mine/checkpoint-7 --base-model {LLAMA} --revision abc --output" in tuned
    assert path in found["sample-tuned"].inputs
    report = found["report"].argv
    assert "--dataset-summary" not in report
    assert "--checkpoint" not in report  # which has no record of its training


def test_the_published_comparison_fetches_its_checkpoint_and_trains_nothing():
    fetched()
    settings = load_settings(RunSettings, file=CONFIGS / "eval-h100.yml").settings
    assert settings.train.checkpoint == PUBLISHED
    found = stages(settings)
    assert list(found) == ["checkpoint", EVALUATION[0], "merge", *EVALUATION[1:]]
    assert " ".join(found["checkpoint"].argv) == f"sigilderg-lambda checkpoint {PUBLISHED} --output-dir {{out}}"
    assert found["merge"].argv[:2] == ("sigilderg-export", "checkpoint/checkpoint/checkpoint-9000")
    assert found["merge"].argv[-2:] == ("--base-model", LLAMA)


def test_a_whole_model_of_the_hub_is_left_to_the_sampler():
    fetched("model")
    found = stages(settings_of("u/m", train__checkpoint_revision="v1"))
    assert found["checkpoint"].argv[-2:] == ("--revision", "v1")
    assert f"generate --model u/m --revision {COMMIT} --output" in " ".join(found["sample-tuned"].argv)


def test_held_out_functions_still_want_the_data_set_but_no_exercises():
    Path("model/SmolLM2-135M-Instruct").mkdir(parents=True)
    checkpoint = adapter("mine", "elsewhere/SmolLM2", digest_tree(Path("model/SmolLM2-135M-Instruct")))
    settings = settings_of(checkpoint, "local", stats__primary_set=None, stats__primary_metric=None)
    found = stages(settings)
    assert list(found) == ["model", "dataset", *EVALUATION]
    assert "--exercises" not in found["dataset"].argv
    assert "exercises.jsonl" not in found["dataset"].outputs
    assert found["report"].argv[found["report"].argv.index("--checkpoint") + 1] == "mine"


def test_of_many_checkpoints_the_newest_is_taken():
    for step in (9, 10):
        adapter(f"out/checkpoint-{step}")
    Path("out/checkpoint-11").mkdir()
    with pytest.raises(InputError, match="checkpoint-11 holds neither an adapter nor a model"):
        local_checkpoint("out/checkpoint-11")
    Path("out/checkpoint-11").rmdir()
    assert local_checkpoint("out") == Path("out/checkpoint-10")


@pytest.mark.parametrize("name", ["./none", "/none", "problems", "problems/problems.jsonl"])
def test_a_directory_without_a_checkpoint_is_refused(name):
    assert is_local(name)
    with pytest.raises(InputError):
        local_checkpoint(name)


def test_an_adapter_of_another_base_is_refused_before_anything_is_sampled():
    path = adapter("mine", "mistralai/Mistral-7B-v0.3")
    settings = settings_of(path)
    build = next(iter(chain(settings)))
    with pytest.raises(InputError, match="was not trained on the base model") as caught:
        build({})
    assert caught.value.cause == "it names mistralai/Mistral-7B-v0.3"
    assert caught.value.hint == "--set model.name=mistralai/Mistral-7B-v0.3"


@pytest.mark.parametrize("named", [LLAMA, LLAMA.replace("Meta-", ""), LLAMA.lower(), "/home/me/models/llama"])
def test_the_same_base_under_another_name(named):
    require_base(adapter("mine", named), LLAMA)


def test_a_base_directory_is_known_by_its_digest():
    Path("base").mkdir()
    Path("base/config.json").write_text("{}")
    require_base(adapter("same", "/gone/base", digest_tree(Path("base"))), "base")
    require_base(adapter("of-the-hub", LLAMA, COMMIT), "base")
    with pytest.raises(InputError, match="was not trained on the base model base"):
        require_base(adapter("other", "/gone/base", "0" * 64), "base")


def test_an_adapter_that_names_no_base():
    path = adapter("mine")
    (path / ADAPTER).write_text("{}")
    with pytest.raises(InputError, match="does not name its base model"):
        given_subject(settings_of(path), {}, str(path))
    assert base_model(settings_of(path), {}) == LLAMA


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A hub with an adapter in a folder, and with a whole model."""
    inside = {ADAPTER: b"{}", "adapter_model.safetensors": b"weights", "optimizer.pt": b"state"}
    adapters = {f"checkpoint-9000/{name}": data for name, data in inside.items()} | {"README.md": b"read"}
    whole = {MODEL: b"{}", "model.safetensors": b"weights"}
    whole |= {f"checkpoint-3/{name}": data for name, data in whole.items()} | {"checkpoint-3/optimizer.pt": b"state"}
    with playing({"u/m": adapters, "u/whole": whole}) as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        yield hub


def test_the_adapter_is_fetched_without_the_state_of_its_training(hub, tmp_path):
    source = fetch("u/m/checkpoint-9000", None, tmp_path / "out")
    assert (source.repository, source.revision, source.directory) == ("u/m", commit_of("u/m"), "checkpoint-9000")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out/checkpoint/checkpoint-9000").iterdir()} == {
        ADAPTER: b"{}",
        "adapter_model.safetensors": b"weights",
    }
    assert json.loads((tmp_path / "out/source.json").read_text()) == source.to_row()
    assert not any("optimizer" in path for path in hub.asked)


def test_a_whole_model_is_only_named(hub, tmp_path):
    source = fetch("u/whole", commit_of("u/whole"), tmp_path / "out")
    assert (source.kind, source.directory) == ("model", None)
    assert hub.fetched == set()
    assert (tmp_path / "out/checkpoint").is_dir()


def test_all_weights_in_a_folder_are_fetched_and_asked_as_a_directory(hub):
    source = fetch("u/whole/checkpoint-3", None, Path("checkpoint"))
    assert (source.kind, source.directory) == ("model", "checkpoint-3")
    assert sorted(path.name for path in Path("checkpoint/checkpoint/checkpoint-3").iterdir()) == [
        MODEL,
        "model.safetensors",
    ]
    found = given_subject(settings_of("u/whole/checkpoint-3"), {"checkpoint": Path("checkpoint")}, "u/whole")
    assert found.words == ("--model", "checkpoint/checkpoint/checkpoint-3")


def test_nothing_is_left_of_what_the_hub_does_not_have(hub, tmp_path):
    with pytest.raises(InputError, match="`u/m/checkpoint-1` holds neither an adapter nor a model"):
        fetch("u/m/checkpoint-1", None, tmp_path / "out")
    assert not (tmp_path / "out").exists()
