"""Which crates to process: words of the command line, or a list file with one crate a line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sigil_common.errors import InputError
from sigil_pipeline.crates.requirement import exact_version, read_requirement
from sigil_pipeline.settings import Settings

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_PATH = "path:"
_COMMA = re.compile(r",(?!\s*[<>=~^*0-9])")  # between crates, not between the parts of a requirement
_MOST_SHOWN = 20


@dataclass(frozen=True)
class CrateSpec:
    """One entry of the list: a crate of the registry, or a local directory.

    Of the registry the exact `version` is taken, or the newest that meets the `requirement`, or the newest of all. A
    crate that is `held_out` gives problems, and no samples.
    """

    name: str
    version: str | None = None
    path: Path | None = None
    held_out: bool = False
    requirement: str | None = None

    @property
    def text(self) -> str:
        """The entry as the user would write it."""
        if self.path is not None:
            return f"{_PATH}{self.path}"
        wish = self.version or self.requirement
        return f"{self.name}@{wish}" if wish else self.name


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
    _refuse(
        [
            InputError(
                f"{settings.heldout_crates}: `{name}` is held out and trained on",
                cause="what a model was trained on measures nothing",
                hint="take it out of one of the two lists",
            )
            for name in both
        ]
    )
    return [replace(spec, held_out=True) for spec in specs] if settings.heldout_problems is not None else []


def read_crate_list(file: Path) -> list[CrateSpec]:
    """Read a list: blank lines and `#` comments are skipped, paths are relative to the list.

    Raises one `InputError` for all lines that are wrong.
    """
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        raise InputError(f"no such crate list: {file}", hint="give --crates NAME or --crate-list FILE") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read crate list {file}", cause=str(error)) from None
    entries = ((f"{file}:{number}", line.split("#", 1)[0]) for number, line in enumerate(lines, start=1))
    return _parsed(entries, file.parent)


def _from_words(words: Iterable[str]) -> list[CrateSpec]:
    return _parsed((("--crates", text) for word in words for text in _COMMA.split(word)), Path())


def _parsed(entries: Iterable[tuple[str, str]], base: Path) -> list[CrateSpec]:
    specs, faults = [], []
    for where, text in entries:
        try:
            specs += [parse_spec(text.strip(), where=where, base=base)] if text.strip() else []
        except InputError as error:
            faults.append(error)
    _refuse(faults)
    return specs


def _refuse(faults: Sequence[InputError]) -> None:
    """Raise all faults as one, that tells the first ones in full."""
    if len(faults) == 1:
        raise faults[0]
    if faults:
        told = [fault.what if fault.cause is None else f"{fault.what} ({fault.cause})" for fault in faults]
        more = [f"and {len(told) - _MOST_SHOWN} more"] if len(told) > _MOST_SHOWN else []
        hints = dict.fromkeys(fault.hint for fault in faults if fault.hint)
        raise InputError(
            f"{len(faults)} crates of the list cannot be taken",
            cause="\n         ".join(told[:_MOST_SHOWN] + more),
            hint="; ".join(hints) or None,
        )


def parse_spec(text: str, *, where: str, base: Path) -> CrateSpec:
    """Parse `name`, `name@version`, `name@requirement`, `name = "version"` or `path:DIR`.

    Raises `InputError` that begins with `where`.
    """
    if text.startswith(_PATH):
        return _local(text.removeprefix(_PATH).strip(), where, base)
    name, _, wish = re.sub(r'\s*=\s*"([^"]*)"$', r"@\1", text).partition("@")
    name, wish = name.strip(), wish.strip()
    if not _NAME.fullmatch(name):
        raise InputError(f"{where}: not a crate name: `{text}`", hint="write NAME, NAME@1.2.3 or path:DIR")
    version, requirement = exact_version(wish), read_requirement(wish or "*")
    if requirement is None:
        raise InputError(
            f"{where}: not a version that cargo knows: `{text}`",
            hint="write versions in full, NAME@1.2.3, or as a requirement of cargo's, NAME@^1.2",
        )
    return CrateSpec(name, version, requirement=None if version or requirement == "*" else requirement)


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
    faults = []
    for spec in specs:
        first = kept.setdefault(_plain(spec.name), spec)
        if (first.version, first.requirement, first.path) != (spec.version, spec.requirement, spec.path):
            faults.append(InputError(f"`{spec.name}` is wanted in two versions: {first.text} and {spec.text}"))
    _refuse(faults)
    return list(kept.values())


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")
