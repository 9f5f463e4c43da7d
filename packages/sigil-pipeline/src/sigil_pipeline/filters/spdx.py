"""SPDX licence expressions: may a crate be used under a set of accepted licences?

`OR` (and the old `/`) needs one accepted side, `AND` both; `X WITH exception` counts as a licence of
its own name. `+` after an identifier is accepted where the plain licence is. Grammar: SPDX 2.3, annex D.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TOKEN = re.compile(r"\s*(\(|\)|[A-Za-z0-9.\-+]+)")


class LicenseSyntaxError(ValueError):
    """Not an SPDX expression."""


def accepted(expression: str, licenses: Collection[str]) -> bool:
    """Whether the expression can be satisfied with `licenses` alone; raises `LicenseSyntaxError`."""
    tokens = _tokens(expression.replace("/", " OR "))
    value, rest = _either(tokens, {name.lower() for name in licenses})
    if rest:
        raise LicenseSyntaxError(f"unexpected `{rest[0]}` in `{expression}`")
    return value


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
    if rest and rest[0].upper() == "WITH":
        if len(rest) < 2 or rest[1] in ("(", ")"):
            raise LicenseSyntaxError("an exception is missing after WITH")
        name, rest = f"{name} with {rest[1].lower()}", rest[2:]
    return name in licenses or name.removesuffix("+") in licenses, rest
