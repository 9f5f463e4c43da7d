"""Mutations that are right but for one edge of the input: nothing, one item, many, equal ones, a zero, capitals.

They stand for the solution that forgot a case. Where the statement leaves a case out, the mutant that is wrong
only there is equivalent; everywhere else a test has to try the case.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from human_eval_rust.rust.signature import Parameter, Signature
from human_eval_rust.strength.mutation.signature_slips import FLOATS, INTEGERS, plain_type

_ITEMS = re.compile(r"(?:&(?:mut )?\[(?P<slice>.*)\]|&(?:mut )?Vec<(?P<lent>.*)>|Vec<(?P<vec>.*)>)")
_TEXT = frozenset({"&str", "String", "&String"})


def edge_slips(signature: Signature) -> Iterator[tuple[str, str]]:
    """Yield conditions on the arguments, each with an expression that is never equal to the right `result`."""
    other = _other("result", plain_type(signature.returns.removeprefix(" -> ")))
    if other:
        for parameter in signature.parameters:
            yield from ((condition, other) for condition in _edges(parameter))


def _edges(parameter: Parameter) -> Iterator[str]:
    name, type_ = parameter.name.removeprefix("mut "), plain_type(parameter.type)
    if type_ in INTEGERS:
        yield from (f"{name} == 0", f"{name} == 1", f"{name} > 100")
        if type_[0] == "i":
            yield f"{name} < 0"
    elif type_ in FLOATS:
        yield from (f"{name} == 0.0", f"{name} < 0.0", f"{name} > 100.0", f"{name} != {name}.trunc()")
    elif type_ == "bool":
        yield from (name, f"!{name}")
    elif type_ == "char":
        yield from (f"{name}.is_uppercase()", f"!{name}.is_alphabetic()", f"!{name}.is_ascii()")
    elif type_ in _TEXT:
        yield from (f"{name}.is_empty()", f"{name}.chars().count() == 1", f"!{name}.is_ascii()")
        yield from (f"{name}.contains(char::{kind})" for kind in ("is_whitespace", "is_uppercase", "is_numeric"))
    elif type_.startswith("Option<"):
        yield from (f"{name}.is_none()", f"{name}.is_some()")
    elif items := _ITEMS.fullmatch(type_):
        yield from (f"{name}.is_empty()", f"{name}.len() == 1", f"{name}.len() == 2", f"{name}.len() > 10")
        yield f"{name}.windows(2).any(|pair| pair[0] == pair[1])"
        yield from _item_edges(name, next(part for part in items.groups() if part is not None))


def _item_edges(name: str, item: str) -> Iterator[str]:
    if item in INTEGERS:
        yield f"{name}.contains(&0)"
    elif item in FLOATS:
        yield f"{name}.contains(&0.0)"
    elif item in _TEXT:
        yield f"{name}.iter().any(|item| item.is_empty())"
    if item in FLOATS or (item in INTEGERS and item[0] == "i"):
        yield f"{name}.iter().any(|item| *item < {'0.0' if item in FLOATS else '0'})"


def _other(name: str, type_: str) -> str | None:
    """Return an expression of the type that differs from the value of `name`, `None` for types not known here."""
    if type_ in INTEGERS:
        return f"{name}.wrapping_add(1)"
    if type_ in FLOATS:
        return f"{name} + 1.0"
    if type_ == "bool":
        return f"!{name}"
    if type_ == "char":
        return f"if {name} == 'x' {{ 'y' }} else {{ 'x' }}"
    if type_ == "String":
        return f'{name} + "x"'
    if type_ == "&str":
        return f'if {name}.is_empty() {{ "x" }} else {{ "" }}'
    if type_.startswith("Vec<"):
        return f"if {name}.is_empty() {{ vec![Default::default()] }} else {{ vec![] }}"
    if type_.startswith("Option<"):
        return f"if {name}.is_none() {{ Some(Default::default()) }} else {{ None }}"
    if type_.startswith("Result<"):
        return f"if {name}.is_err() {{ Ok(Default::default()) }} else {{ Err(Default::default()) }}"
    if pair := re.fullmatch(r"\((\w+), (.*)\)", type_):
        first = _other(f"{name}.0", pair[1])
        return first and f"({first}, {name}.1)"
    return None
