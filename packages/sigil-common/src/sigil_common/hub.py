"""Models of the hub: the commit that a name stands for now, from the cache where there is no network, and files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sigil_common.errors import InputError, MissingError, SigilError

OWN_MODELS = "models/"
"""Models that were made here lie below it, so one that is missing there is asked of nobody."""

_COMMIT = re.compile(r"[0-9a-f]{40}")
_NAME = re.compile(r"\b[\w.-]+\b/\b[\w.-]{1,96}\b", re.ASCII)


def is_hub_name(name: str) -> bool:
    """Tell whether `name` can be `owner/model` of the hub, by the rule of huggingface_hub's `validate_repo_id`."""
    return _NAME.fullmatch(name) is not None and "--" not in name and ".." not in name and not name.endswith(".git")


def is_of_hub(model: str) -> bool:
    """Tell whether a model is one of the hub: it can be, nothing here is called so, and it is not below `models/`."""
    return is_hub_name(model) and not model.startswith(OWN_MODELS) and not Path(model).exists()


def resolve_commit(name: str, revision: str | None, files: Sequence[str] = ("config.json",)) -> str:
    """Return the commit of `owner/model` at `revision` (branch, tag or commit; the main branch if None).

    Where the hub does not answer, the cache is asked for the commit of this revision that has one of `files`. Raises
    `InputError` if it cannot be a name of the hub, or the hub does not know it or wants an account, `MissingError` if
    neither hub nor cache can be asked.
    """
    _require_hub_name(name)
    if revision is not None and _COMMIT.fullmatch(revision):
        return revision
    try:
        with _refusals(name, revision):
            from huggingface_hub import HfApi

            return str(HfApi().model_info(name, revision=revision, timeout=10).sha)
    except SigilError:
        raise
    except Exception as error:
        # Which errors mean "no network" changes with the HTTP library under huggingface_hub.
        found = [path.parents[file.count("/")].name for file in files if (path := cached_file(name, revision, file))]
        if not found:
            raise MissingError(
                f"cannot reach the hub for `{name}`, and it is not in the cache",
                cause=str(error).partition("\n")[0],
                hint="check the network, or name a model directory",
            ) from error
        return found[0]


def _require_hub_name(name: str) -> None:
    if not is_hub_name(name):
        raise InputError(f"no such model: {name}", cause="it is neither a directory here nor OWNER/NAME of the hub")


def cached_file(name: str, revision: str | None, file: str) -> Path | None:
    """Return where the cache has a file of `owner/model`; None if it does not."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(name, file, revision=revision)
    return Path(found) if isinstance(found, str) else None


def require_access(name: str) -> None:
    """Ask the hub whether this machine's account, or none, may read `owner/model`.

    Raises `InputError` if not, `MissingError` if the hub does not answer and the cache does not have it.
    """
    _require_hub_name(name)
    from huggingface_hub import HfApi, get_token
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    cause = None if get_token() else "no token is set on this machine"
    try:
        HfApi().auth_check(name)
    except GatedRepoError:
        hint = f"accept its terms on the hub's page of {name}, then `hf auth login`, or set HF_TOKEN"
        raise InputError(f"`{name}` is gated", cause=cause, hint=hint) from None
    except RepositoryNotFoundError:
        hint = "correct the name; if it is private: `hf auth login`, or set HF_TOKEN"
        raise InputError(f"the hub knows no model `{name}`, or it is private", cause=cause, hint=hint) from None
    except Exception as error:
        if cached_file(name, None, "config.json") is None:
            raise MissingError(
                f"cannot reach the hub for `{name}`, and it is not in the cache",
                cause=str(error).partition("\n")[0],
                hint="check the network, or name a directory",
            ) from error


def list_files(name: str, commit: str) -> list[str]:
    """Return the paths of all files of `owner/model`.

    Raises `InputError` if the hub knows no such commit or wants an account, `MissingError` if it does not answer.
    """
    with _answering(name, commit):
        from huggingface_hub import HfApi

        found = HfApi().model_info(name, revision=commit, timeout=10).siblings or []
        return [file.rfilename for file in found]


def download(name: str, commit: str, paths: Sequence[str]) -> Path:
    """Fetch files of `owner/model` into the cache, those that there are, and return the directory that they are in.

    Raises `InputError` if the hub wants an account, `MissingError` if it does not answer and the cache lacks them.
    """
    with _answering(name, commit):
        from huggingface_hub import snapshot_download

        return Path(snapshot_download(name, revision=commit, allow_patterns=list(paths)))


@contextmanager
def _answering(name: str, commit: str) -> Iterator[None]:
    try:
        with _refusals(name, commit):
            yield
    except SigilError:
        raise
    except Exception as error:  # which ones mean "no network" changes with the HTTP library under huggingface_hub
        cause = str(error).partition("\n")[0]
        raise MissingError(f"cannot fetch `{name}` from the hub", cause=cause, hint="check the network") from error


@contextmanager
def _refusals(name: str, revision: str | None) -> Iterator[None]:
    """Say in a sentence why the hub refuses a model; whatever else it raises passes."""
    try:
        from huggingface_hub import errors
    except ImportError:
        raise MissingError(f"`{name}` is on the hub, and the package huggingface_hub is not installed") from None
    try:
        yield
    except errors.GatedRepoError:
        raise InputError(f"`{name}` is gated", hint="accept its terms on the hub, then set HF_TOKEN") from None
    except errors.RepositoryNotFoundError:
        raise InputError(f"the hub knows no model `{name}`, or it is private", hint="set HF_TOKEN if it is") from None
    except errors.RevisionNotFoundError:
        raise InputError(f"`{name}` has no revision `{revision}`") from None
