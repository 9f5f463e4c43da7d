"""What a stage means, as a number, and the digest of the code that made it.

A stage that takes minutes or hours is done again when its number is raised, and not for an edit that leaves the meaning
alone; what code made it is recorded, and the report names the stages that other code made. All other stages, the
verdicts' among them, are done again whenever their code changes (docs/adr/0086-stages-carry-a-version.md).
"""

from __future__ import annotations

import importlib.util
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sigil_common.errors import MissingError
from sigil_common.manifest import digest_json, digest_tree
from sigil_common.records import StageRecord

VERSIONS = {
    "sigilderg-import-gguf": 1,
    "sigilderg-lambda checkpoint": 1,
    "sigil-pipeline": 1,
    "sigilderg-train": 1,
    "sigilderg-export": 1,
    "human-eval-rust generate": 1,
    "human-eval-rust likelihood": 1,
}
"""By command. Raise the number of one whose stage would come out otherwise, with the same words and the same inputs."""


def version_of(argv: Sequence[str]) -> int | None:
    """Return the version of a command; None for one that is done again whenever its code changes."""
    return VERSIONS.get(" ".join(argv[:2]), VERSIONS.get(argv[0]))


@cache
def code_digest(package: str) -> str:
    """Return a digest of the package's own modules and of `sigil_common`."""
    roots = []
    for name in (package, "sigil_common"):
        spec = importlib.util.find_spec(name)
        if spec is None or not spec.submodule_search_locations:
            raise MissingError(f"package `{name}` is not installed", hint="bash eval_setup.sh")
        roots.append(digest_tree(Path(spec.submodule_search_locations[0])))
    return digest_json(roots)


def other_code(record: StageRecord) -> str | None:
    """Say that a stage was made by other code than is installed, and of which version; None where it was not.

    So is one that was begun by other code than it was finished by.
    """
    found = _made_by(record)
    if record.begun is None:
        return found
    parts = f"begun by other code of {record.package} than went on with it after an interruption"
    return parts if found is None else f"{parts}, and {found}"


def _made_by(record: StageRecord) -> str | None:
    if record.package is None:
        return None
    now = version_of(record.argv)
    if record.code == code_digest(record.package):
        same = record.version is None or record.version == now
        return None if same else f"kept as it was asked, of version {record.version}, and now it is {now}"
    if record.version == now and now is not None:
        return f"made by other code of {record.package} than is installed now, of the same version, {now}"
    versions = "" if record.version is None or now is None else f": version {record.version}, and now it is {now}"
    return f"kept as it was asked, though made by other code of {record.package} than is installed now{versions}"
