"""Which crates to process: words of the command line, or a list file with one crate a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sigil_common.errors import InputError
from sigil_pipeline.settings import Settings

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_VERSION = re.compile(r"\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")
_PATH = "path:"


@dataclass(frozen=True)
class CrateSpec:
    """One entry of the list: a crate of the registry (its newest version if none is given), or a local directory.

    A crate that is `held_out` gives problems, and no samples.
    """

    name: str
    version: str | None = None
    path: Path | None = None
    held_out: bool = False

    @property
    def text(self) -> str:
        """The entry as the user would write it."""
        if self.path is not None:
            return f"{_PATH}{self.path}"
        return f"{self.name}@{self.version}" if self.version else self.name


def wanted_crates(settings: Settings) -> list[CrateSpec]:
    """Return the crates to process, in order, without repeats.

    Raises `InputError` naming file and line of what cannot be read, and when no crate is named.
    """
    specs = _from_words(settings.crates) if settings.crates else read_crate_list(settings.crate_list)
    unique = _without_repeats(specs)
    if not unique:
        where = "--crates" if settings.crates else str(settings.crate_list)
        raise InputError(f"{where} names no crate", hint="give --crates NAME, or put one crate a line into the list")
    return unique[: settings.limit]


def heldout_crates(settings: Settings, trained: Iterable[CrateSpec]) -> list[CrateSpec]:
    """Return the crates that only give held-out problems, in order; none if no such problems are wanted.

    Raises `InputError` for a list that cannot be read, and for a crate of it that is `trained` on, wanted or not.
    """
    if settings.heldout_crates is None:
        return []
    specs = _without_repeats(read_crate_list(settings.heldout_crates))
    known = {_plain(spec.name) for spec in trained}
    both = [spec.name for spec in specs if _plain(spec.name) in known]
    if both:
        raise InputError(
            f"{settings.heldout_crates}: `{both[0]}` is held out and trained on",
            cause="what a model was trained on measures nothing",
            hint="take it out of one of the two lists",
        )
    return [replace(spec, held_out=True) for spec in specs] if settings.heldout_problems is not None else []


def read_crate_list(file: Path) -> list[CrateSpec]:
    """Read a list: blank lines and `#` comments are skipped, paths are relative to the list."""
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError(f"no such crate list: {file}", hint="give --crates NAME or --crate-list FILE") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read crate list {file}", cause=str(error)) from None
    specs = []
    for number, line in enumerate(lines, start=1):
        text = line.split("#", 1)[0].strip()
        if text:
            specs.append(parse_spec(text, where=f"{file}:{number}", base=file.parent))
    return specs


def _from_words(words: Iterable[str]) -> list[CrateSpec]:
    texts = [text.strip() for word in words for text in word.split(",")]
    return [parse_spec(text, where="--crates", base=Path()) for text in texts if text]


def parse_spec(text: str, *, where: str, base: Path) -> CrateSpec:
    """Parse `name`, `name@version`, `name = "version"` or `path:DIR`; raise `InputError` naming `where`."""
    if text.startswith(_PATH):
        return _local(text.removeprefix(_PATH).strip(), where, base)
    name, _, version = re.sub(r'\s*=\s*"=?([^"]*)"$', r"@\1", text).partition("@")
    name, version = name.strip(), version.strip().removeprefix("=")
    if not _NAME.fullmatch(name):
        raise InputError(f"{where}: not a crate name: `{text}`", hint="write NAME, NAME@VERSION or path:DIR")
    if version and not _VERSION.fullmatch(version):
        raise InputError(f"{where}: not a full version: `{version}`", hint=f"write it as {name}@1.2.3")
    return CrateSpec(name, version or None)


def _local(text: str, where: str, base: Path) -> CrateSpec:
    directory = (base / text).resolve()
    try:
        manifest = tomllib.loads((directory / "Cargo.toml").read_text(encoding="utf-8"))
        return CrateSpec(str(manifest["package"]["name"]), path=directory)
    except FileNotFoundError:
        raise InputError(f"{where}: no Cargo.toml in {directory}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{where}: cannot read {directory / 'Cargo.toml'}", cause=str(error)) from None
    except (KeyError, TypeError):
        raise InputError(f"{where}: {directory / 'Cargo.toml'} describes no package") from None


def _without_repeats(specs: list[CrateSpec]) -> list[CrateSpec]:
    # Two versions of one crate would be near-duplicates of each other, so the first one counts.
    kept: dict[str, CrateSpec] = {}
    for spec in specs:
        first = kept.setdefault(_plain(spec.name), spec)
        if (first.version, first.path) != (spec.version, spec.path):
            raise InputError(f"`{spec.name}` is wanted in two versions: {first.text} and {spec.text}")
    return list(kept.values())


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
