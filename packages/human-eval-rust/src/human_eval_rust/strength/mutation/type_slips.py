"""Mutations of a whole solution by the types in its signature; what they are stands in `type_slips.toml`.

They stand for wrong solutions of any shape: one that misses the first or last item, one whose answer is off by one, in
reverse order or constant, and one that is right but for one edge of the input. Where the statement leaves a case out,
the mutant that is wrong only there is equivalent; everywhere else a test has to try the case.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from human_eval_rust.rust.signature import Signature
from human_eval_rust.strength.mutation.edits import table

_LIFETIME = re.compile(r"'\w+\s*")
# Kinds of types, each with the family that it is of, and what it is made of as a group.
_KINDS = [
    ("signed", "integer", re.compile(r"(i(?:8|16|32|64|128|size))")),
    ("unsigned", "integer", re.compile(r"(u(?:8|16|32|64|128|size))")),
    ("float", "", re.compile(r"(f32|f64)")),
    ("bool", "", re.compile("(bool)")),
    ("char", "", re.compile("(char)")),
    ("&str", "text", re.compile("(&str)")),
    ("String", "text", re.compile("(String)")),
    ("&String", "text", re.compile("(&String)")),
    ("&[]", "list", re.compile(r"&\[(.*)\]")),
    ("&mut []", "list", re.compile(r"&mut \[(.*)\]")),
    ("&Vec", "list", re.compile(r"&(?:mut )?Vec<(.*)>")),
    ("Vec", "list", re.compile(r"Vec<(.*)>")),
    ("Option", "", re.compile(r"Option<(.*)>")),
    ("Result", "", re.compile(r"Result<(.*?)(?:, [^,]+)?>")),
]
_PAIR = re.compile(r"\((\w+), (.*)\)")


def argument_slips(signature: Signature) -> Iterator[str]:
    """Yield lines to put before a body, each of which falsifies or forgets one argument, or swaps two of a type."""
    for one in signature.parameters:
        for value in (*_values("argument", one.name, one.type), *_values("forgotten", one.name, one.type)):
            yield f"let {one.name} = {value};"
    for first, second in itertools.pairwise(signature.parameters):
        if _plain(first.type) == _plain(second.type):
            yield f"let ({first.name}, {second.name}) = ({second.name}, {first.name});"


def constant_results(signature: Signature) -> Iterator[str]:
    """Yield expressions that may stand for a whole body whatever the arguments are."""
    if returns := _result_type(signature):
        yield "Default::default()"
        yield from _constants(returns)


def _constants(type_: str) -> Iterator[str]:
    yield from _values("constant", "", type_)
    kind, _, inner = _kind(type_)
    if kind == "Option":
        yield from (f"Some({value})" for value in _constants(inner))


def result_slips(signature: Signature) -> Iterator[str]:
    """Yield expressions that falsify `result`, the value of the unchanged body."""
    yield from _result_slips("result", _result_type(signature))


def _result_slips(name: str, type_: str) -> Iterator[str]:
    yield from _values("result", name, type_)
    kind, _, inner = _kind(type_)
    if kind in ("Option", "Result"):
        yield from (f"{name}.map(|value| {slip})" for slip in _result_slips("value", inner))
    elif (pair := _PAIR.fullmatch(type_)) and pair[2].isidentifier():
        if pair[1] == pair[2]:
            yield f"({name}.1, {name}.0)"
        if _kind(pair[1])[1] == "integer":
            yield f"({name}.0.saturating_add(1), {name}.1)"
        if _kind(pair[2])[1] == "integer":
            yield f"({name}.0, {name}.1.saturating_add(1))"


def edge_slips(signature: Signature) -> Iterator[tuple[str, str]]:
    """Yield conditions on the arguments, each with an expression that is never equal to the right `result`."""
    if other := _other("result", _result_type(signature)):
        for one in signature.parameters:
            yield from ((condition, other) for condition in _values("edge", one.name.removeprefix("mut "), one.type))


def _other(name: str, type_: str) -> str | None:
    """Return an expression of the type that differs from the value of `name`, `None` for types not known here."""
    if pair := _PAIR.fullmatch(type_):
        first = _other(f"{name}.0", pair[1])
        return first and f"({first}, {name}.1)"
    return next(_values("other", name, type_), None)


def _values(group: str, name: str, type_: str) -> Iterator[str]:
    """Yield what a group of the table has for a type, said of the value `name`."""
    kind, family, inner = _kind(_plain(type_))
    inner_kind, inner_family, _ = _kind(inner)
    outer = (family, kind)
    keys = (*outer, *(f"{a} of {b}" for a in outer for b in (inner_family, inner_kind)))
    for entry in (entry for key in keys for entry in table("type_slips")[group].get(key, ())):
        yield entry.replace("$", name).replace("@", inner)


def _kind(type_: str) -> tuple[str, str, str]:
    """Return the kind of a type, its family and what it is made of, as far as they are known here."""
    matches = ((kind, family, pattern.fullmatch(type_)) for kind, family, pattern in _KINDS)
    return next(((kind, family, found[1]) for kind, family, found in matches if found), ("", "", ""))


def _plain(written: str) -> str:
    """Return a type without lifetimes."""
    return _LIFETIME.sub("", written).strip()


def _result_type(signature: Signature) -> str:
    return _plain(signature.returns.removeprefix(" -> "))
