"""What is asked of the hub, and what a name stands for when it does not answer."""

import pytest

from sigil_common.errors import MissingError
from sigil_common.hub import resolve_commit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def asked(monkeypatch, tmp_path):
    """The requests that reached the hub; it answers with `answer[0]`, and the cache is an empty directory."""
    import huggingface_hub
    from huggingface_hub import constants

    requests, answer = [], [COMMIT]

    def model_info(self, name, revision, timeout):
        requests.append((name, revision))
        assert timeout <= 30
        if isinstance(answer[0], Exception):
            raise answer[0]
        return huggingface_hub.ModelInfo(id=name, sha=answer[0])

    monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return requests, answer


def cached(tmp_path, commit, ref=None):
    place = tmp_path / "models--owner--model"
    (place / "snapshots" / commit).mkdir(parents=True)
    (place / "snapshots" / commit / "config.json").write_text("{}")
    if ref is not None:
        (place / "refs").mkdir(exist_ok=True)
        (place / "refs" / ref).write_text(commit)


def test_a_whole_commit_is_taken_at_its_word(asked):
    assert resolve_commit("owner/model", COMMIT) == COMMIT
    assert asked[0] == []


@pytest.mark.parametrize("revision", [None, "main", "v1.0", COMMIT[:12], COMMIT.upper(), COMMIT + "0"])
def test_anything_else_is_asked_for_by_its_name(asked, revision):
    assert resolve_commit("owner/model", revision) == COMMIT
    assert asked[0] == [("owner/model", revision)]


@pytest.mark.parametrize(("ref", "revision"), [("main", None), ("main", "main"), ("v1.0", "v1.0")])
def test_offline_the_cached_commit_of_the_same_revision_counts(asked, tmp_path, ref, revision):
    asked[1][0] = OSError("no network")
    cached(tmp_path, COMMIT, ref)
    assert resolve_commit("owner/model", revision) == COMMIT


def test_offline_another_revision_in_the_cache_does_not_stand_in(asked, tmp_path):
    asked[1][0] = TimeoutError("no answer\nfrom anybody")
    cached(tmp_path, COMMIT, "main")
    with pytest.raises(MissingError, match="cannot reach the hub for `owner/model`") as caught:
        resolve_commit("owner/model", "v2.0")
    assert caught.value.cause == "no answer"
    assert "model directory" in caught.value.hint


def test_without_the_hubs_package_it_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "huggingface_hub", None)
    with pytest.raises(MissingError, match="huggingface_hub is not installed"):
        resolve_commit("owner/model", None)
