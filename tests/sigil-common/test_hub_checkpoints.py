"""Checkpoints of the hub: what a name stands for, and that only its own files come here, from the hub or the cache."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.checkpoints import ADAPTER_CONFIG, CHECKPOINT_INFO, MODEL_CONFIG
from sigil_common.errors import InputError, MissingError
from sigil_common.hub_checkpoints import HubName, fetch, fetch_directory, files_of, hint_to_fetch, hub_name, is_local

from ..played_hub import commit_of, playing

PUBLISHED = "Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLora/checkpoint-9000"
ADAPTER = json.dumps({"base_model_name_or_path": "u/base"}).encode()
WEIGHTS = "adapter_model.safetensors"
REPOSITORIES = {
    "u/root": {
        ADAPTER_CONFIG: ADAPTER,
        WEIGHTS: b"w",
        MODEL_CONFIG: b"{}",
        "optimizer.pt": b"o",
        "tokenizer.json": b"t",
    },
    "u/many": {
        "README.md": b"r",
        **{
            f"checkpoint-{step}/{name}": data
            for step in (9, 10)
            for name, data in {
                ADAPTER_CONFIG: ADAPTER,
                "adapter_model.bin": b"w",
                CHECKPOINT_INFO: b"{}",
                "optimizer.pt": b"o",
                "tokenizer.json": b"t",
                "sub/tokenizer.json": b"t",
            }.items()
        },
    },
    "u/whole": {
        MODEL_CONFIG: b"{}",
        "model.safetensors": b"w",
        "checkpoint-3/config.json": b"{}",
        "checkpoint-3/model-00001-of-00001.safetensors": b"w",
        "checkpoint-3/tokenizer.json": b"t",
        "checkpoint-3/optimizer.pt": b"o",
        "checkpoint-3/training_state.bin": b"o",
        "checkpoint-4/config.json": b"{}",
    },
    "u/bare": {ADAPTER_CONFIG: ADAPTER},
    "u/other": {"README.md": b"r"},
}


@pytest.fixture
def hub(monkeypatch, tmp_path):
    with playing(REPOSITORIES) as hub:
        hub.use(monkeypatch, tmp_path / "cache")
        yield hub


@pytest.fixture
def offline(monkeypatch):
    """A function after which nothing is asked for."""
    from huggingface_hub import constants

    return lambda: monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("user/model", HubName("user/model", "")),
        (PUBLISHED, HubName("Superuser666-Sigil/Llama-3.1-8B-Instruct-Rust-QLora", "checkpoint-9000")),
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
        ([ADAPTER_CONFIG], "", ("", "adapter")),
        ([MODEL_CONFIG, ADAPTER_CONFIG], "", ("", "adapter")),
        ([MODEL_CONFIG], "", ("", "model")),
        ([f"checkpoint-{n}/{ADAPTER_CONFIG}" for n in (9, 10)], "", ("checkpoint-10", "adapter")),
        ([f"a/checkpoint-{n}/{ADAPTER_CONFIG}" for n in (9, 10)], "a", ("a/checkpoint-10", "adapter")),
        ([f"checkpoint-9/{ADAPTER_CONFIG}", ADAPTER_CONFIG], "checkpoint-9", ("checkpoint-9", "adapter")),
        ([f"checkpoint-9/{ADAPTER_CONFIG}", f"checkpoint-10/{MODEL_CONFIG}"], "", ("checkpoint-10", "model")),
        (["README.md"], "", None),
        ([f"checkpoint-9/{ADAPTER_CONFIG}"], "checkpoint-8", None),
    ],
)
def test_where_in_a_repository_the_checkpoint_is(files, folder, expected):
    assert files_of(files, folder) == expected


def test_what_is_in_a_directory_of_this_machine_is_not_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "out/run/checkpoint-1").mkdir(parents=True)
    here = ["out/run/checkpoint-1", "out/run/checkpoint-2", "out/run/", "out/checkpoint-3", "./x", "~/x/y/z", "/u/m"]
    assert [is_local(name) for name in here] == [True] * len(here)
    there = ["u/m", "u/m/checkpoint-2", "out/other", "out/other/checkpoint-2", "u/checkpoint-2"]
    assert [is_local(name) for name in there] == [False] * len(there)


@pytest.mark.parametrize("name", ["u/many/checkpoint-9", "u/many/checkpoint-9/", "u/many"])
def test_an_adapter_comes_without_the_state_of_its_training(hub, name):
    found = fetch(name, None)
    step = 10 if name == "u/many" else 9
    assert (found.repository, found.commit, found.called) == ("u/many", commit_of("u/many"), f"checkpoint-{step}")
    assert sorted(path.name for path in found.directory.iterdir()) == [
        ADAPTER_CONFIG,
        "adapter_model.bin",
        CHECKPOINT_INFO,
    ]
    assert hub.fetched == {f"u/many: checkpoint-{step}/{path.name}" for path in found.directory.iterdir()}


def test_further_files_are_those_of_the_same_folder(hub):
    directory = fetch_directory("u/many/checkpoint-9", None, ("tokenizer*",))
    assert hub.fetched == {
        f"u/many: checkpoint-9/{name}"
        for name in (ADAPTER_CONFIG, "adapter_model.bin", CHECKPOINT_INFO, "tokenizer.json")
    }
    assert (directory / "tokenizer.json").read_bytes() == b"t"


def test_an_adapter_beside_a_model_is_an_adapter(hub):
    found = fetch("u/root", commit_of("u/root"))
    assert (found.kind, found.folder, found.called) == ("adapter", "", "root")
    assert hub.fetched == {f"u/root: {ADAPTER_CONFIG}", f"u/root: {WEIGHTS}"}


def test_a_whole_model_is_only_named(hub):
    found = fetch("u/whole", None)
    assert (found.kind, found.directory, found.commit) == ("model", None, commit_of("u/whole"))
    assert hub.fetched == set()
    with pytest.raises(InputError, match="`u/whole` is a model of the hub, not a checkpoint"):
        fetch_directory("u/whole", None)


def test_all_weights_in_a_folder_are_fetched_without_the_state_of_their_training(hub, offline):
    found = fetch("u/whole/checkpoint-3", None)
    names = (MODEL_CONFIG, "model-00001-of-00001.safetensors", "tokenizer.json")
    assert (found.kind, found.called, found.files) == ("model", "checkpoint-3", names)
    assert hub.fetched == {f"u/whole: checkpoint-3/{name}" for name in names}
    offline()
    assert fetch("u/whole/checkpoint-3", commit_of("u/whole")) == found


@pytest.mark.parametrize(
    ("name", "revision", "what"),
    [
        ("u/other", None, "`u/other` holds neither an adapter nor a model"),
        ("u/many/checkpoint-8", None, "`u/many/checkpoint-8` holds neither an adapter nor a model"),
        ("u/bare", None, "`u/bare` holds no weights"),
        ("u/whole/checkpoint-4", None, "`u/whole/checkpoint-4` holds no weights"),
        ("u/gone", None, "no directory u/gone here; the hub knows no model `u/gone`, or it is private"),
        ("u/gone", "0" * 40, "the hub knows no model `u/gone`, or it is private"),
        ("out/run/checkpoint-3", None, "no directory out/run/checkpoint-3 here; the hub knows no model `out/run`"),
        ("u/many", "v9", "no directory u/many here; `u/many` has no revision `v9`"),
        ("u/many", "0" * 40, f"`u/many` has no revision `{'0' * 40}`"),
    ],
)
def test_what_the_hub_does_not_have(hub, name, revision, what):
    with pytest.raises(InputError, match=f"^{re.escape(what)}"):
        fetch(name, revision)


def test_without_network_the_cache_has_what_was_fetched_at_its_commit(hub, offline, tmp_path):
    first, root, whole = fetch("u/many/checkpoint-9", None), fetch("u/root", None), commit_of("u/whole")
    offline()
    asked = len(hub.asked)
    assert fetch("u/many/checkpoint-9", commit_of("u/many")) == first
    with pytest.raises(MissingError, match="cannot reach the hub for `u/many`, and it is not in the cache"):
        fetch("u/many/checkpoint-9", None)
    (tmp_path / "cache/models--u--many/refs").mkdir(exist_ok=True)
    (tmp_path / "cache/models--u--many/refs/main").write_text(commit_of("u/many"))  # as `hf download` does
    assert fetch("u/many/checkpoint-9", None) == first
    assert fetch("u/root", commit_of("u/root")) == root
    for name in ("u/many", "u/many/checkpoint-10"):  # the newest one of what happens to be here is not the newest one
        with pytest.raises(MissingError, match="cannot fetch `u/many` from the hub"):
            fetch(name, commit_of("u/many"))
    with pytest.raises(MissingError, match="cannot fetch `u/whole` from the hub"):
        fetch("u/whole", whole)
    with pytest.raises(MissingError, match="no directory u/gone/checkpoint-1 here; cannot reach the hub for `u/gone`"):
        fetch("u/gone/checkpoint-1", None)
    assert len(hub.asked) == asked


@pytest.mark.parametrize(
    ("revision", "what"),
    [
        (None, "no directory u/m/checkpoint-1 here; cannot reach the hub for `u/m`, and it is not in the cache"),
        ("0" * 40, "cannot fetch `u/m` from the hub"),
    ],
)
def test_a_hub_that_does_not_answer_is_said_at_once(monkeypatch, tmp_path, revision, what):
    with playing({}) as gone:
        gone.use(monkeypatch, tmp_path)
    with pytest.raises(MissingError, match=f"^{re.escape(what)}") as caught:
        fetch("u/m/checkpoint-1", revision)
    assert caught.value.exit_code == 3
    assert "check the network" in caught.value.hint


def test_who_needs_all_files_is_told_how_to_fetch_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    words = "hf download u/m --include 'checkpoint-3/*' --local-dir u/m"
    assert hint_to_fetch("u/m/checkpoint-3") == f"if it is on the hub: {words}"
    assert hint_to_fetch("u/m") == "if it is on the hub: hf download u/m --local-dir u/m"
    assert hint_to_fetch("gone") is None
    assert hint_to_fetch("./u/m") is None
