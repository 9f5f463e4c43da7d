"""Lock files of crates that were resolved apart, made one, so that they can be built together as they were resolved."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from sigil_pipeline.crates import toml_text

_Id = tuple[str, str, str]


def merged_locks(locks: Sequence[str]) -> str:
    """Return a lock file with the packages of all; dependencies are named in full, as names alone may become unclear.

    Of two versions of which a build can have only one, cargo would take either: see `closure.agree`.
    """
    if len(locks) == 1:
        return locks[0]
    entries: dict[_Id, str] = {}
    newest = 3
    for lock in locks:
        data = tomllib.loads(lock)
        newest = max(newest, int(data.get("version", newest)))
        packages = data.get("package", [])
        for package in packages:
            entries.setdefault(_id(package), _entry(package, packages))
    body = "\n".join(entries[key] for key in sorted(entries))
    return f"version = {newest}\n\n{body}"


def _id(package: Mapping[str, Any]) -> _Id:
    return package["name"], package["version"], package.get("source", "")


def _entry(package: Mapping[str, Any], packages: Sequence[Mapping[str, Any]]) -> str:
    known = {key: package[key] for key in ("name", "version", "source", "checksum") if key in package}
    lines = ["[[package]]", *(f"{key} = {toml_text.quote(value)}" for key, value in known.items())]
    needed = [_in_full(text, packages) for text in package.get("dependencies", [])]
    if needed:
        lines += ["dependencies = [", *(f" {toml_text.quote(text)}," for text in needed), "]"]
    return "\n".join(lines) + "\n"


def _in_full(text: str, packages: Sequence[Mapping[str, Any]]) -> str:
    name, *rest = text.split(" ")
    if rest:
        return text
    versions = [package["version"] for package in packages if package["name"] == name]
    return f"{name} {versions[0]}" if len(versions) == 1 else text
