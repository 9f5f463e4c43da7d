"""Evaluate `cfg` predicates such as `all(unix, not(target_os = "macos"))` for the host platform."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from sigil_common import proc

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

_TOKEN = re.compile(r'\s*([A-Za-z_][\w.:]*|"[^"]*"|[(),=])')


def host_cfg(toolchain: Toolchain) -> tuple[str, ...]:
    """Return what holds on this machine, as rustc prints it: `unix`, `target_os="linux"`."""
    return tuple(proc.run([str(toolchain.rustc), "--print", "cfg"], timeout=60).stdout.split("\n"))


def holds(predicate: str, platform: Sequence[str]) -> bool | None:
    """Evaluate a predicate; `None` when it speaks of things that are not the platform's (features, custom flags)."""
    tokens = _TOKEN.findall(predicate)
    try:
        value, rest = _parse(tokens, platform)
    except IndexError:
        return None
    return value if not rest else None


def _parse(tokens: list[str], platform: Sequence[str]) -> tuple[bool | None, list[str]]:
    name, rest = tokens[0], tokens[1:]
    if rest[:1] == ["("]:
        values, rest = [], rest[1:]
        while rest[0] != ")":
            value, rest = _parse(rest, platform)
            values.append(value)
            rest = rest[1:] if rest[0] == "," else rest
        return _combine(name, values), rest[1:]
    if rest[:1] == ["="]:
        return _known(name, f"{name}={rest[1]}" in platform), rest[2:]
    return _known(name, name in platform), rest


def _known(name: str, value: bool) -> bool | None:
    about_platform = name.startswith("target_") or name in ("unix", "windows", "panic")
    return value if about_platform else None


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
