"""Settings: one frozen dataclass per configuration, filled from defaults, a YAML or JSON file, options.

The dataclass is the only place where a setting is written down: its fields give the keys of the file,
the command-line options, their help and the generated reference. pydantic checks the values, but is
imported only when a command really runs, which keeps `--help` quick (docs/adr/0003).

    @dataclass(frozen=True)
    class Settings:
        limit: Annotated[int, Gt(0)] | None = setting(None, "Stop after this many crates")
        lora: LoraSettings = section(LoraSettings)
"""

from __future__ import annotations

import copy
import dataclasses
import re
import typing
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sigil_common.errors import InputError
from sigil_common.setting_types import options_of, refuse_conversions, sections_of
from sigil_common.settings_file import read_mapping

T = TypeVar("T")

_NAMED = re.compile(r"`([\w.]+)`")


def setting(default: Any, help: str, *, flag: str | None = None, hidden: bool = False) -> Any:
    """Declare a field: its default (a list, dict or callable default is made afresh) and its help.

    `flag` replaces the derived option name (`val_ratio` -> `--val-ratio`); `hidden` keeps the field out
    of the command line, leaving it to the file.
    """
    metadata = {"help": help, "flag": flag, "hidden": hidden}
    if isinstance(default, (list, dict)):
        return field(default_factory=lambda: default.copy(), metadata=metadata)
    return field(default=default, metadata=metadata)


def section(kind: type[Any]) -> Any:
    """Declare a nested group of settings, a mapping of its own in the file."""
    return field(default_factory=kind, metadata={"help": "", "flag": None, "hidden": True})


@dataclass(frozen=True)
class Resolved(Generic[T]):
    """Checked settings, and for each dotted key where its value came from."""

    settings: T
    sources: dict[str, str]


@dataclass(frozen=True)
class Spelling:
    """The setting that another name means, and other names of its values."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


def load_settings(
    kind: type[T],
    *,
    file: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    override_places: Mapping[str, str] | None = None,
    spellings: Mapping[str, Spelling] | None = None,
) -> Resolved[T]:
    """Build `kind` from its defaults, then `file`, then `overrides` (dotted keys), each over the last.

    `override_places` says how the user spelled an override that has no option of its own (`--set a.b=1`), `spellings`
    are other names of settings, by dotted keys. Raises `InputError` that names file and line, or the option, of an
    unknown key or a bad value, or of a setting that is given under two names.
    """
    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    if file is not None:
        values, places = read_mapping(file)
    for other, spelling in (spellings or {}).items():
        _respell(values, places, other, spelling)
    for name, given in (overrides or {}).items():
        key, value = _meant(name, given, spellings or {})
        spelled = f"--set {key}" if "." in key else f"option {flag_of(kind, key)}"
        where = (override_places or {}).get(name, spelled)
        places = {known: place for known, place in places.items() if not known.startswith(f"{key}.")}
        places |= dict.fromkeys(_keys_in(key, value), where)
        _set_dotted(values, key, copy.deepcopy(value))
    _refuse_unknown(kind, values, places, prefix="")
    settings = _validate(kind, values, places)
    refuse_conversions(kind, values, "", places)
    sources = {key: places.get(key, "default") for key in _dotted_keys(kind)}
    return Resolved(settings, sources)


def _respell(values: dict[str, Any], places: dict[str, str], other: str, spelling: Spelling) -> None:
    """Let a value of a file stand under the name of its setting."""
    *parents, last = other.split(".")
    holder: Any = values
    for parent in parents:
        holder = holder.get(parent) if isinstance(holder, dict) else None
    if not isinstance(holder, dict) or last not in holder:
        return
    if other != spelling.key and spelling.key in places:
        raise InputError(
            f"{places[other]}: `{other}` is another name of `{spelling.key}`",
            cause=f"which is given at {places[spelling.key]}",
        )
    _, value = _meant(other, holder.pop(last), {other: spelling})
    _set_dotted(values, spelling.key, value)
    places[spelling.key] = places.pop(other)


def _meant(name: str, value: Any, spellings: Mapping[str, Spelling]) -> tuple[str, Any]:
    spelling = spellings.get(name, Spelling(name))
    return spelling.key, spelling.values.get(value, value) if isinstance(value, str) else value


def to_mapping(settings: Any) -> dict[str, Any]:
    """Return settings as plain JSON values, nested sections as nested dicts."""
    from pydantic import TypeAdapter

    dumped = TypeAdapter(type(settings)).dump_python(settings, mode="json")
    return typing.cast("dict[str, Any]", dumped)


@contextmanager
def naming_places(sources: Mapping[str, str]) -> Iterator[None]:
    """Add to an `InputError` that begins with a setting's name the place of the first value that was given.

    `sources` are those of `Resolved`.
    """
    try:
        yield
    except InputError as error:
        names = _NAMED.findall(error.what) if error.what.startswith("`") else []
        places = (sources.get(name, "default") for name in names)
        place = next((place for place in places if place != "default"), None)
        if place is None:
            raise
        raise InputError(f"{place}: {error.what}", cause=error.cause, hint=error.hint) from error


def flag_of(kind: type[Any], key: str) -> str:
    """Return the command-line spelling of a dotted key."""
    fields = {item.name: item for item in dataclasses.fields(kind)}
    own = fields.get(key)
    if own is not None and own.metadata.get("flag"):
        return str(own.metadata["flag"])
    return "--" + key.replace("_", "-").replace(".", "-")


def _refuse_unknown(kind: type[Any], values: Mapping[str, Any], places: Mapping[str, str], prefix: str) -> None:
    sections = sections_of(kind)
    known = [item.name for item in dataclasses.fields(kind)]
    for key, value in values.items():
        dotted = f"{prefix}{key}"
        if key not in known:
            import difflib

            near = difflib.get_close_matches(str(key), known, n=1)
            hint = f"did you mean `{prefix}{near[0]}`?" if near else f"known here: {', '.join(known)}"
            given = (place for known, place in places.items() if known == dotted or known.startswith(f"{dotted}."))
            raise InputError(f"{next(given, dotted)}: unknown setting `{dotted}`", hint=hint)
        if key in sections and isinstance(value, Mapping):
            _refuse_unknown(sections[key], value, places, prefix=f"{dotted}.")


def _dotted_keys(kind: type[Any], prefix: str = "") -> list[str]:
    sections = sections_of(kind)
    keys: list[str] = []
    for item in dataclasses.fields(kind):
        if item.name in sections:
            keys += _dotted_keys(sections[item.name], f"{prefix}{item.name}.")
        else:
            keys.append(prefix + item.name)
    return keys


def _keys_in(key: str, value: Any) -> list[str]:
    """Return `key` and the dotted keys of all that its value holds."""
    inner = value.items() if isinstance(value, Mapping) else ()
    return [key, *(dotted for name, item in inner for dotted in _keys_in(f"{key}.{name}", item))]


def _set_dotted(values: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for parent in parents:
        # An empty section of a file (`train:` alone) is None.
        if not isinstance(values.get(parent), dict):
            values[parent] = {}
        values = values[parent]
    values[last] = value


def _validate(kind: type[T], values: Mapping[str, Any], places: Mapping[str, str]) -> T:
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        # pydantic adds the branch of a union to the path; only the part that we know is a key.
        parts = [str(part) for part in first["loc"]]
        key = next(
            (".".join(parts[:n]) for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in places), ".".join(parts)
        )
        where = places.get(key, key)
        message = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{where}: `{key}`: {message}", cause=f"got {first['input']!r}") from None


def hint_of(kind: type[Any], key: str, place: str) -> Any:
    """Return the type of the setting that a dotted key names, or None of a key inside a mapping.

    Needs no pydantic. Raises `InputError` that begins with `place` where there is no such setting.
    """
    values: dict[str, Any] = {}
    _set_dotted(values, key, None)
    _refuse_unknown(kind, values, {key: place}, prefix="")
    hint: Any = kind
    for name in key.split("."):
        group = next((option for option in options_of(hint) if dataclasses.is_dataclass(option)), None)
        if group is None:
            return None
        hint = typing.get_type_hints(group, include_extras=True)[name]
    return hint
