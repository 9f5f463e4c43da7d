"""Which version of a crate is wanted: one version exactly, or what cargo takes for a requirement in a manifest.

The grammar is that of the `semver` crate, by which cargo reads `1.0`, `^1.5`, `~1.2`, `1.*` and `>=1, <2`.
"""

from __future__ import annotations

import re

_NUMBER = r"(?:0|[1-9][0-9]{0,18})"  # what fits into 64 bits
_PRE = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_BUILD = r"[0-9A-Za-z-]+"
_TAIL = rf"(?:-{_PRE}(?:\.{_PRE})*)?(?:\+{_BUILD}(?:\.{_BUILD})*)?"
_ANY = r"[*xX]"
_PARTIAL = rf"{_NUMBER}(?:\.{_ANY}(?:\.{_ANY})?|\.{_NUMBER}(?:\.(?:{_NUMBER}{_TAIL}|{_ANY}))?)?"
_EXACT = re.compile(rf"=? *({_NUMBER}\.{_NUMBER}\.{_NUMBER}{_TAIL})")
_COMPARATOR = re.compile(rf" *(=|>=?|<=?|~|\^)? *({_PARTIAL}) *")
_MOST_COMPARATORS = 32


def exact_version(text: str) -> str | None:
    """Return the version that `1.2.3` or `=1.2.3` names, `None` for anything else."""
    match = _EXACT.fullmatch(text.strip(" "))
    return match.group(1) if match else None


def read_requirement(text: str) -> str | None:
    """Return a requirement without needless spaces, `*` for any version, `None` for what cargo would not read."""
    if re.fullmatch(_ANY, text.strip(" ")):
        return "*"
    parts = [_COMPARATOR.fullmatch(part) for part in text.split(",")]
    plain = [f"{part.group(1) or ''}{part.group(2)}" for part in parts if part]
    return ", ".join(plain) if len(plain) == len(parts) <= _MOST_COMPARATORS else None
