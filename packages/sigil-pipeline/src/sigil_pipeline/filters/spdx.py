"""SPDX licence expressions: may a crate be used under a set of accepted licences?

`OR` (and the old `/`) needs one accepted side, `AND` both; `X WITH exception` counts as a licence of
its own name. `+` after an identifier is accepted where the plain licence is. Grammar: SPDX 2.3, annex D.
A name must be on SPDX's list, which `packaging` carries, or begin with `LicenseRef-`.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection

# `packaging` has no public name for the list itself, which the nearest name is looked up in.
from packaging.licenses._spdx import EXCEPTIONS, LICENSES

_TOKEN = re.compile(r"\s*(\(|\)|[A-Za-z0-9.\-+]+)")
_OWN_NAME = "licenseref-"


class LicenseSyntaxError(ValueError):
    """Not an SPDX expression, or one with a name that is on no list."""


def accepted(expression: str, licenses: Collection[str]) -> bool:
    """Whether the expression can be satisfied with `licenses` alone; raises `LicenseSyntaxError`."""
    tokens = _tokens(expression.replace("/", " OR "))
    value, rest = _either(tokens, {" ".join(name.lower().split()) for name in licenses})
    if rest:
        raise LicenseSyntaxError(f"unexpected `{rest[0]}` in `{expression}`")
    return value


def check_single(text: str) -> None:
    """Raise `LicenseSyntaxError` unless `text` names one licence, maybe with an exception."""
    tokens = _tokens(text)
    rest = tokens if tokens[:1] == ["("] else _one(tokens, ())[1]
    if rest:
        raise LicenseSyntaxError(f"unexpected `{rest[0]}`")


def nearest(name: str) -> str | None:
    """Return the SPDX identifier that looks most like `name`, `None` if there is nothing like it."""
    plain = re.sub(r"\s*\blicen[cs]e\b", "", name.lower())
    near = difflib.get_close_matches(plain, LICENSES, n=1, cutoff=0.7)
    return LICENSES[near[0]]["id"] if near else None


def _tokens(expression: str) -> list[str]:
    tokens, position = [], 0
    text = expression.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise LicenseSyntaxError(f"unexpected `{text[position]}` in `{expression}`")
        tokens.append(match.group(1))
        position = match.end()
    return tokens


def _either(tokens: list[str], licenses: Collection[str]) -> tuple[bool, list[str]]:
    value, rest = _both(tokens, licenses)
    while rest and rest[0].upper() == "OR":
        other, rest = _both(rest[1:], licenses)
        value = value or other
    return value, rest


def _both(tokens: list[str], licenses: Collection[str]) -> tuple[bool, list[str]]:
    value, rest = _one(tokens, licenses)
    while rest and rest[0].upper() == "AND":
        other, rest = _one(rest[1:], licenses)
        value = value and other
    return value, rest


def _one(tokens: list[str], licenses: Collection[str]) -> tuple[bool, list[str]]:
    if not tokens or tokens[0].upper() in ("OR", "AND", "WITH", ")"):
        raise LicenseSyntaxError("a licence is missing")
    if tokens[0] == "(":
        value, rest = _either(tokens[1:], licenses)
        if not rest or rest[0] != ")":
            raise LicenseSyntaxError("`)` is missing")
        return value, rest[1:]
    name, rest = tokens[0].lower(), tokens[1:]
    if name.removesuffix("+") not in LICENSES and not name.startswith(_OWN_NAME):
        raise LicenseSyntaxError(f"no SPDX licence is called `{tokens[0]}`")
    if rest and rest[0].upper() == "WITH":
        if len(rest) < 2 or rest[1] in ("(", ")"):
            raise LicenseSyntaxError("an exception is missing after WITH")
        if rest[1].lower() not in EXCEPTIONS:
            raise LicenseSyntaxError(f"no SPDX exception is called `{rest[1]}`")
        name, rest = f"{name} with {rest[1].lower()}", rest[2:]
    return name in licenses or name.removesuffix("+") in licenses, rest
