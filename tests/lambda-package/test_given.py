"""A checkpoint that exists: of a directory or of the hub, which is played, and of which base it is."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.commands import base_model
from lambda_package.given import (
    ADAPTER,
    INFO,
    MODEL,
    HubName,
    fetch,
    files_of,
    given_subject,
    hub_name,
    is_local,
    local_checkpoint,
    require_base,
)
from lambda_package.settings import RunSettings
from lambda_package.stages import chain
from sigil_common.errors import InputError, MissingError
from sigil_common.manifest import digest_tree
from sigil_common.settings import load_settings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
LLAMA = "meta-llama/Meta-Llama-3.1-8B-Instruct"
PUBLISHED = "Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLoRA/checkpoint-9000"
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
    (path / ADAPTER).write_text("[]")
    with pytest.raises(InputError, match="does not name its base model"):
        given_subject(settings_of(path), {}, str(path))
    assert base_model(settings_of(path), {}) == LLAMA


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user/model", HubName("user/model", "")),
        (PUBLISHED, HubName("Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLoRA", "checkpoint-9000")),
        ("user/model/a/b/", HubName("user/model", "a/b")),
        ("model", None),
        ("user/", None),
        ("", None),
        ("user/mo del", None),
        ("user/model/../..", None),
    ],
)
def test_names_of_the_hub(name, expected):
    if expected is None:
        with pytest.raises(InputError, match="no such checkpoint"):
            hub_name(name)
    else:
        assert hub_name(name) == expected


@given(st.text())
def test_any_name_is_one_of_the_hub_or_wrong_input(name):
    try:
        found = hub_name(name)
    except InputError:
        return
    assert found.repository.count("/") == 1
    assert ".." not in found.folder.split("/")


@pytest.mark.parametrize(
    ("files", "folder", "expected"),
    [
        ([ADAPTER], "", ("", "adapter")),
        ([MODEL, ADAPTER], "", ("", "adapter")),
        ([MODEL], "", ("", "model")),
        ([f"checkpoint-{n}/{ADAPTER}" for n in (9, 10)], "", ("checkpoint-10", "adapter")),
        ([f"a/checkpoint-{n}/{ADAPTER}" for n in (9, 10)], "a", ("a/checkpoint-10", "adapter")),
        ([f"checkpoint-9/{ADAPTER}", ADAPTER], "checkpoint-9", ("checkpoint-9", "adapter")),
        (["README.md"], "", None),
        ([f"checkpoint-9/{ADAPTER}"], "checkpoint-8", None),
    ],
)
def test_where_in_a_repository_the_checkpoint_is(files, folder, expected):
    assert files_of(files, folder) == expected


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """Play a hub whose repository holds these files; return what was asked of it."""
    import huggingface_hub

    root, asked = tmp_path / "snapshot", []

    def make(*files):
        for file in files:
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(file)
        monkeypatch.setattr(huggingface_hub.HfApi, "list_repo_files", lambda self, name, revision: list(files))
        monkeypatch.setattr(
            huggingface_hub,
            "snapshot_download",
            lambda name, revision, allow_patterns: asked.append((name, revision, allow_patterns)) or str(root),
        )
        return asked

    return make


def test_the_adapter_is_fetched_without_the_state_of_its_training(hub, tmp_path):
    weights = "checkpoint-9000/adapter_model.safetensors"
    asked = hub(f"checkpoint-9000/{ADAPTER}", weights, "checkpoint-9000/optimizer.pt", "README.md")
    source = fetch("u/m/checkpoint-9000", COMMIT, tmp_path / "out")
    assert (source.repository, source.revision, source.directory) == ("u/m", COMMIT, "checkpoint-9000")
    assert [(name, revision) for name, revision, _ in asked] == [("u/m", COMMIT)]
    assert not any("optimizer" in pattern for pattern in asked[0][2])
    assert {path.name for path in (tmp_path / "out/checkpoint/checkpoint-9000").iterdir()} == {
        ADAPTER,
        "adapter_model.safetensors",
    }
    assert json.loads((tmp_path / "out/source.json").read_text())["revision"] == COMMIT


def test_a_whole_model_is_only_named(hub, tmp_path):
    asked = hub(MODEL, "model.safetensors")
    assert fetch("u/m", COMMIT, tmp_path / "out").kind == "model"
    assert asked == []
    assert (tmp_path / "out/checkpoint").is_dir()
    hub(f"sub/{MODEL}")
    with pytest.raises(InputError, match="a whole model in a folder"):
        fetch("u/m/sub", COMMIT, tmp_path / "out")


def test_a_repository_without_a_checkpoint_and_a_hub_that_fails(hub, tmp_path, monkeypatch):
    import huggingface_hub

    hub("README.md")
    with pytest.raises(InputError, match="`u/m/checkpoint-1` holds neither an adapter nor a model"):
        fetch("u/m/checkpoint-1", COMMIT, tmp_path / "out")

    def fail(self, name, revision):
        raise OSError("no route to host\nmore")

    monkeypatch.setattr(huggingface_hub.HfApi, "list_repo_files", fail)
    with pytest.raises(MissingError, match="cannot fetch `u/m` from the hub") as caught:
        fetch("u/m", COMMIT, tmp_path / "out")
    assert caught.value.cause == "no route to host"
