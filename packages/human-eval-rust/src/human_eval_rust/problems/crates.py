"""Which crates a problem imports, and how its imports are left out where a crate is not there.

The crates in `data/crates/pins.toml` can be offered; `building.extern_crates` builds them. An import of any other
crate is left out when a foreign problem file is read, and one of these where they cannot be built.
"""

from __future__ import annotations

import importlib.resources
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache

from human_eval_rust.rust.lexer import mask

_IMPORT = re.compile(r"\b(?:use\s+(?:::\s*)?|extern\s+crate\s+)(?:r#)?(\w+)")
_IMPORT_LINE = re.compile(
    r"^[ \t]*(?:pub\s+)?(?:use\s+(?:::)?|extern\s+crate\s+)(\w+)\b(?:(?:::|\s+as\b)[^;]*)?;[ \t]*$", re.MULTILINE
)
_OWN = frozenset({"std", "core", "alloc", "crate", "self", "super"})


@dataclass(frozen=True)
class Pin:
    """One crate at one version; `sha256` is its checksum. `offered`: problems may import it."""

    name: str
    version: str
    sha256: str
    offered: bool = False


@cache
def pins() -> tuple[Pin, ...]:
    """Return the crates that are built, those that are offered and what they need."""
    text = importlib.resources.files("human_eval_rust").joinpath("data/crates/pins.toml").read_text(encoding="utf-8")
    return tuple(Pin(**row) for row in tomllib.loads(text)["crate"])


@cache
def offered() -> dict[str, str]:
    """Return the versions of the crates that problems may import, by name."""
    return {pin.name: pin.version for pin in pins() if pin.offered}


def imported(texts: Iterable[str]) -> frozenset[str]:
    """Return the names of the offered crates that one of `texts` imports."""
    found: set[str] = set()
    for text in texts:
        code = mask(text).code
        names = {line[1] for line in _IMPORT.finditer(code)} & offered().keys()
        found |= {name for name in names if not _is_module(name, code)}
    return frozenset(found)


def without_imports(text: str, unwanted: Callable[[str], bool]) -> str:
    """Blank imports from the crates that are `unwanted`, line for line."""
    code = mask(text).code
    for line in reversed(list(_IMPORT_LINE.finditer(code))):
        if unwanted(line[1]) and not _is_module(line[1], code):
            text = text[: line.start()] + "\n" * line.group().count("\n") + text[line.end() :]
    return text


def unknown_imports(text: str) -> frozenset[str]:
    """Return the names of the crates whose imports `without_imports(text, is_unknown)` blanks."""
    code = mask(text).code
    names = {line[1] for line in _IMPORT_LINE.finditer(code)}
    return frozenset(name for name in names if is_unknown(name) and not _is_module(name, code))


def is_unknown(name: str) -> bool:
    """Whether `name` is neither the standard library nor a crate that can be offered."""
    return name not in _OWN and name not in offered()


def _is_module(name: str, code: str) -> bool:
    return re.search(rf"\bmod\s+{name}\b", code) is not None
