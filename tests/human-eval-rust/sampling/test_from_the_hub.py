"""A checkpoint of the hub, named as the seed document does, is what its directory would be, on its own base."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.sampling import draw as sampling
from human_eval_rust.sampling.samplers.source import find_model
from human_eval_rust.sampling.settings import ModelSettings, SampleSettings
from sigil_common.errors import InputError

from ...clock import HANG_S
from ...played_hub import commit_of, files_below, playing

SCRIPT = Path(__file__).resolve().parents[3] / "scripts/generate_samples.py"
PUBLISHED = "Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLora"
LLAMA = "meta-llama/Meta-Llama-3.1-8B-Instruct"
INFO = {"base_model": "u/base", "step": 9, "quantization": "nf4", "config_sha256": "c", "data_sha256": "d"}


def adapter(base=None, **more):
    """Return the files of an adapter, weights that none can load among them."""
    named = {} if base is None else {"base_model_name_or_path": base}
    return {"adapter_config.json": json.dumps(named | more).encode(), "adapter_model.safetensors": b"weights"}


def in_folder(files, folder):
    return {f"{folder}/{name}": data for name, data in files.items()}


@pytest.fixture
def hub(monkeypatch, tmp_path):
    base = {"config.json": b"{}"}
    info = json.dumps(INFO | {"base_revision": "b" * 40}).encode()
    many = in_folder(adapter("u/base"), "checkpoint-9") | in_folder(adapter("u/base", revision="main"), "checkpoint-10")
    repositories = {
        "u/base": base,
        "u/many": many,
        "u/root": adapter("u/base") | {"README.md": b"read", "config.json": b"{}"},
        "u/ours": in_folder(adapter("elsewhere") | {"sigil_checkpoint.json": info}, "checkpoint-9"),
        "u/moved": adapter("/home/me/base"),
        "u/unnamed": adapter(),
    }
    with playing(repositories) as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        yield hub


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("u/many/checkpoint-9", "u/base+checkpoint-9"),
        ("u/many/checkpoint-10", "u/base+checkpoint-10"),
        ("u/many", "u/base+checkpoint-10"),
        ("u/root", "u/base+root"),
    ],
)
@pytest.mark.parametrize("pinned", [False, True])
def test_the_base_has_its_own_revision_and_the_adapter_its_own(hub, model, name, pinned):
    repository = "/".join(model.split("/")[:2])
    found = find_model(ModelSettings(model=model, revision=commit_of(repository) if pinned else None))
    assert (found.base, found.revision, found.name) == ("u/base", commit_of("u/base"), name)
    assert f"/{commit_of(repository)}" in str(found.adapter)
    assert found.describe().keys() == {"name", "revision", "adapter_sha256"}


def test_a_base_can_be_pinned_beside_the_checkpoint(hub):
    other = "c" * 40
    for model in ("u/many", "u/ours"):
        assert find_model(ModelSettings(model=model, base_revision=other)).revision == other
    assert find_model(ModelSettings(model="u/ours")).revision == "b" * 40  # which the training recorded
    directory = find_model(ModelSettings(model="u/many")).adapter
    for settings in ({"base_revision": other}, {"revision": other}, {"revision": "v1", "base_revision": other}):
        assert find_model(ModelSettings(model=str(directory), **settings)).revision == other


def test_a_base_that_cannot_be_found_by_its_name_is_given(hub):
    for model, what in (("u/moved", "its base model is not here: /home/me/base"), ("u/unnamed", "does not name its")):
        with pytest.raises(InputError, match=what) as caught:
            find_model(ModelSettings(model=model))
        assert caught.value.hint == "name it with --base-model"
        assert find_model(ModelSettings(model=model, base_model="u/base")).revision == commit_of("u/base")


def test_a_whole_model_is_loaded_from_the_hub_at_its_commit(hub):
    found = find_model(ModelSettings(model="u/base"))
    assert (found.base, found.revision, found.adapter) == ("u/base", commit_of("u/base"), None)
    assert hub.fetched == set()


def test_all_weights_in_a_folder_are_the_model_that_their_directory_is(hub, tmp_path):
    path = tmp_path / "run/checkpoint-3"
    path.mkdir(parents=True)
    for name in ("config.json", "model.safetensors"):
        (path / name).write_bytes(b"{}")
    hub.repositories["u/whole"] = files_below(path, path.name) | {"checkpoint-3/optimizer.pt": b"state"}
    found = find_model(ModelSettings(model="u/whole"))
    assert found.describe() == find_model(ModelSettings(model=str(path))).describe()
    assert found.name == "checkpoint-3"


def test_it_draws_what_its_directory_draws(tmp_path, monkeypatch, checkpoint):
    def drawn(model, name):
        settings = SampleSettings(
            model=model,
            problem_file=[Path("RustFirstSteps")],
            limit=2,
            max_new_tokens=12,
            dtype="float32",
            output=tmp_path / name,
        )
        sampling.generate(settings)
        return settings.output.read_bytes(), json.loads(sampling.manifest_path(settings.output).read_bytes())

    repositories = {"u/run": files_below(checkpoint, checkpoint.name), "u/checkpoint-7": files_below(checkpoint)}
    with playing(repositories) as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        here = drawn(str(checkpoint), "here.jsonl")
        assert hub.asked == []
        assert here == drawn("u/run/checkpoint-7", "folder.jsonl") == drawn("u/checkpoint-7", "root.jsonl")


def generate(tmp_path, hub):
    """Run the command of the seed document as it stands, where this hub is the hub."""
    command = ["--checkpoint", f"{PUBLISHED}/checkpoint-9000", "--output", "rust_samples.jsonl"]
    return subprocess.run(
        [sys.executable, str(SCRIPT), *command],
        cwd=tmp_path,
        env={**os.environ, **hub.environment(tmp_path / "cache")},
        capture_output=True,
        text=True,
        timeout=HANG_S,
        check=False,
    )


@pytest.mark.slow
def test_the_command_of_the_seed_document_gets_as_far_as_loading_the_model(tmp_path, tiny, cold):
    base = {name: data for name, data in files_below(tiny).items() if not name.endswith(".safetensors")}
    files = in_folder(adapter(LLAMA) | {"optimizer.pt": b"state", "tokenizer.json": b"{}"}, "checkpoint-9000")
    with playing({PUBLISHED: files, LLAMA: base}) as hub:
        done = generate(tmp_path, hub)
    assert done.returncode == 2, done.stderr
    assert f"error: cannot load model {LLAMA}+checkpoint-9000" in done.stderr
    assert "Traceback" not in done.stderr
    assert f"checkpoint: checkpoint-9000 of {PUBLISHED} at commit {commit_of(PUBLISHED)}" in done.stderr
    fetched = {name for name in hub.fetched if name.startswith(PUBLISHED)}
    assert fetched == {f"{PUBLISHED}: checkpoint-9000/{name}" for name in adapter()}
    assert f"{LLAMA}: tokenizer.json" in hub.fetched  # at its own commit, as all that was asked for


def test_without_the_hub_the_command_of_the_seed_document_says_so(tmp_path):
    with playing({}) as gone:
        pass
    done = generate(tmp_path, gone)
    assert done.returncode == 3, done.stderr
    what = f"no directory {PUBLISHED}/checkpoint-9000 here; cannot reach the hub for `{PUBLISHED}`"
    assert f"error: {what}, and it is not in the cache" in done.stderr
    assert "hint: check the network" in done.stderr
    assert "Traceback" not in done.stderr
