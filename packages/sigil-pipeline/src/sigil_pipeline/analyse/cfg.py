"""Evaluate `cfg` predicates such as `all(unix, not(target_os = "macos"))` for the host platform."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from sigil_common import proc

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

# What is never set in the builds of libraries that are analysed here.
_NEVER = ("false", "test", "doctest", "doc", "fuzzing", "kani", "loom", "miri")
_Truths = Mapping[str, bool]
_TOKEN = re.compile(r'\s*([A-Za-z_][\w.:]*|"[^"]*"|[(),=])')


def host_cfg(toolchain: Toolchain) -> tuple[str, ...]:
    """Return what holds on this machine, as rustc prints it: `unix`, `target_os="linux"`."""
    return tuple(proc.run([str(toolchain.rustc), "--print", "cfg"], timeout=60).stdout.split("\n"))


def holds(predicate: str, platform: Sequence[str], features: Collection[str] | None = None) -> bool | None:
    """Evaluate a predicate; `None` when it speaks of what is not known: custom flags, and features unless given."""
    truths = dict.fromkeys((*platform, "true"), True) | dict.fromkeys(_NEVER, False)
    if features is not None:
        truths |= {f'feature="{name}"': True for name in features}
    about = ("target_", "feature") if features is not None else ("target_",)
    try:
        value, rest = _parse(_TOKEN.findall(predicate), truths, about)
    except IndexError:
        return None
    return value if rest in ([], [","]) else None


def _parse(tokens: list[str], truths: _Truths, about: tuple[str, ...]) -> tuple[bool | None, list[str]]:
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["("]:
        values, rest = [], rest[1:]
        while rest[0] != ")":
            value, rest = _parse(rest, truths, about)
            values.append(value)
            rest = rest[1:] if rest[0] == "," else rest
        return _combine(name, values), rest[1:]
    known = False if name.startswith(about) or name in ("unix", "windows", "panic") else None
    if rest[:1] == ["="]:
        return truths.get(f"{name}={rest[1]}", known), rest[2:]
    return truths.get(name, known), rest


def _combine(name: str, values: list[bool | None]) -> bool | None:
    """Three-valued logic: an unknown part matters only if the known ones do not decide."""
    if name == "not" and len(values) == 1:
        return None if values[0] is None else not values[0]
    decisive = {"any": True, "all": False}.get(name)
    if decisive is None:
        return None
    if decisive in values:
        return decisive
    return None if None in values else not decisive
