"""A hub model is pinned to a commit: asked for, or found in the cache; every refusal has its own sentence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError, MissingError
from sigil_common.hub import is_hub_name, is_of_hub, require_access, resolve_commit

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """Replace the hub's answer; the cache is an empty directory."""
    import huggingface_hub
    from huggingface_hub import constants

    def answer(result):
        def model_info(self, name, revision, timeout):
            if isinstance(result, Exception):
                raise result
            return huggingface_hub.ModelInfo(id=name, sha=result)

        monkeypatch.setattr(huggingface_hub.HfApi, "model_info", model_info)

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return answer


def error(kind):
    import huggingface_hub.errors

    made = getattr(huggingface_hub.errors, kind).__new__(getattr(huggingface_hub.errors, kind))
    Exception.__init__(made, kind)
    return made


def test_a_commit_needs_nobody_to_be_asked():
    assert resolve_commit("owner/model", COMMIT) == COMMIT


@given(st.text(alphabet="aZ0-_./ é", max_size=12) | st.from_regex(r"[a-z.-]{1,4}/[a-z.-]{1,4}(\.git)?", fullmatch=True))
def test_names_are_those_that_the_hub_takes(name):
    from huggingface_hub.errors import HFValidationError
    from huggingface_hub.utils import validate_repo_id

    try:
        validate_repo_id(name)
    except HFValidationError:
        taken = False
    else:
        taken = "/" in name  # without an owner a name is that of a directory
    assert is_hub_name(name) == taken


def test_what_is_here_or_belongs_below_models_is_not_of_the_hub(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = ["owner/model", "models/tiny", "gpt2", "./owner/model", "owner/model/"]
    assert [name for name in names if is_of_hub(name)] == ["owner/model"]
    (tmp_path / "owner/model").mkdir(parents=True)
    assert not is_of_hub("owner/model")


@pytest.mark.parametrize("name", ["nowhere/", "a/b/c", "my model/x", "a--b/c", "gpt2"])
def test_what_is_no_name_of_the_hub_is_not_asked_for(name):
    for ask in (lambda: resolve_commit(name, None), lambda: require_access(name)):
        with pytest.raises(InputError, match="no such model"):
            ask()


def test_the_hub_is_asked(hub):
    hub(COMMIT)
    assert resolve_commit("owner/model", None) == COMMIT


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("GatedRepoError", "is gated"),
        ("RepositoryNotFoundError", "knows no model"),
        ("RevisionNotFoundError", "has no revision"),
    ],
)
def test_refusals(hub, kind, message):
    hub(error(kind))
    with pytest.raises(InputError, match=message):
        resolve_commit("owner/model", "main")


def test_without_network_and_cache(hub):
    hub(OSError("Name or service not known"))
    with pytest.raises(MissingError, match="not in the cache"):
        resolve_commit("owner/model", None)


def test_without_network_the_cache_knows(hub, tmp_path):
    hub(OSError("Name or service not known"))
    place = tmp_path / "models--owner--model"
    (place / "refs").mkdir(parents=True)
    (place / "refs/main").write_text(COMMIT)
    (place / "snapshots" / COMMIT).mkdir(parents=True)
    (place / "snapshots" / COMMIT / "config.json").write_text("{}")
    assert resolve_commit("owner/model", None) == COMMIT


@pytest.fixture
def access(monkeypatch, tmp_path):
    """Replace what the hub says of this account, and its token; the cache is an empty directory."""
    import huggingface_hub
    from huggingface_hub import constants

    def answer(result, token=None):
        def auth_check(self, name):
            if result is not None:
                raise result

        monkeypatch.setattr(huggingface_hub.HfApi, "auth_check", auth_check)
        monkeypatch.setattr(huggingface_hub, "get_token", lambda: token)

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    return answer


def test_a_model_that_may_be_read(access):
    access(None)
    require_access("owner/model")


@pytest.mark.parametrize(("token", "cause"), [(None, "no token is set on this machine"), ("hf_x", None)])
def test_a_gate_is_said_with_whether_there_is_a_token(access, token, cause):
    access(error("GatedRepoError"), token)
    with pytest.raises(InputError, match="`owner/model` is gated") as caught:
        require_access("owner/model")
    assert caught.value.cause == cause
    access(error("RepositoryNotFoundError"), token)
    with pytest.raises(InputError, match="knows no model `owner/model`"):
        require_access("owner/model")


def test_without_network_the_cache_allows_it(access, tmp_path):
    access(OSError("Name or service not known"))
    with pytest.raises(MissingError, match="not in the cache"):
        require_access("owner/model")
    place = tmp_path / "models--owner--model"
    (place / "refs").mkdir(parents=True)
    (place / "refs/main").write_text(COMMIT)
    (place / "snapshots" / COMMIT).mkdir(parents=True)
    (place / "snapshots" / COMMIT / "config.json").write_text("{}")
    require_access("owner/model")
