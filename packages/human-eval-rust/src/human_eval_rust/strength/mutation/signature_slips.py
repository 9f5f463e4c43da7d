"""Mutations of a whole solution by the types in its signature: a slip in an argument, a slip in the result.

They stand for wrong solutions of any shape: one that misses the first or last item, one whose answer is
off by one or in reverse order, one that returns a constant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator

from human_eval_rust.rust.signature import Parameter, Signature

INTEGERS = frozenset(f"{sign}{size}" for sign in "iu" for size in ("8", "16", "32", "64", "128", "size"))
FLOATS = frozenset({"f32", "f64"})
_LIFETIME = re.compile(r"'\w+\s*")


def plain_type(written: str) -> str:
    """Return a type without lifetimes."""
    return _LIFETIME.sub("", written).strip()


def argument_slips(signature: Signature) -> Iterator[str]:
    """Yield lines to put before a body, each of which falsifies or forgets one argument, or swaps two of a type."""
    parameters = signature.parameters
    for parameter in parameters:
        yield from (f"let {parameter.name} = {value};" for value in _slips(parameter))
        if forgotten := _forgotten(plain_type(parameter.type)):
            yield f"let {parameter.name} = {forgotten};"
    for first, second in itertools.pairwise(parameters):
        if plain_type(first.type) == plain_type(second.type):
            yield f"let ({first.name}, {second.name}) = ({second.name}, {first.name});"


def _forgotten(type_: str) -> str | None:
    """Return what a body sees that takes no notice of an argument."""
    if type_ in INTEGERS:
        return f"0{type_}"
    if type_ in FLOATS:
        return f"0.0{type_}"
    simple = {"bool": "false", "char": "'a'", "&str": '""', "String": "String::new()"}
    if type_.startswith("Option<"):
        return f"None::<{type_[7:-1]}>"
    if type_.startswith(("Vec<", "&[")):
        return "Vec::new()" if type_[0] == "V" else "&[]"
    return simple.get(type_)


def _slips(parameter: Parameter) -> Iterator[str]:
    name, type_ = parameter.name, plain_type(parameter.type)
    if type_ in INTEGERS:
        yield from (f"{name}.saturating_{change}" for change in ("add(1)", "sub(1)", "mul(2)"))
    elif type_ in FLOATS:
        yield from (f"{name} + 1.0", f"{name} - 1.0", f"{name} * 2.0")
    elif type_ == "bool":
        yield f"!{name}"
    elif type_ == "&str":
        yield f'{name}.char_indices().nth(1).map_or("", |(at, _)| &{name}[at..])'
        yield f'{name}.char_indices().last().map_or("", |(at, _)| &{name}[..at])'
    elif re.fullmatch(r"&\[.*\]", type_):
        yield f"{name}.get(1..).unwrap_or_default()"
        yield f"&{name}[..{name}.len().saturating_sub(1)]"
    elif type_.startswith("Vec<") or type_ == "String":
        yield f"{{ let mut cut = {name}; cut.pop(); cut }}"
        if type_ != "String":
            yield f"{name}.into_iter().skip(1).collect::<Vec<_>>()"
    elif re.fullmatch(r"Option<(\w+)>", type_) and type_[7:-1] in INTEGERS:
        yield f"{name}.map(|value| value.saturating_add(1))"


def constant_results(signature: Signature) -> Iterator[str]:
    """Yield expressions that may stand for a whole body whatever the arguments are."""
    returns = plain_type(signature.returns.removeprefix(" -> "))
    if returns:
        yield "Default::default()"
    yield from _constants(returns)


def _constants(type_: str) -> Iterator[str]:
    if type_ in INTEGERS:
        yield from ("1", "2") if type_[0] == "u" else ("1", "-1")
    elif type_ in FLOATS:
        yield from ("1.0", "-1.0")
    elif type_ == "bool":
        yield from ("true", "false")
    elif type_ == "String":
        yield 'String::from("x")'
    elif type_ == "&str":
        yield from ('""', '"x"')
    elif type_.startswith("Vec<"):
        yield "vec![Default::default()]"
    elif inner := re.fullmatch(r"Option<(.*)>", type_):
        yield from ("None", "Some(Default::default())")
        yield from (f"Some({value})" for value in _constants(inner[1]))
    elif type_.startswith("Result<"):
        yield from ("Ok(Default::default())", "Err(Default::default())")


def result_slips(signature: Signature) -> Iterator[str]:
    """Yield expressions that falsify `result`, the value of the unchanged body."""
    yield from _result_slips("result", plain_type(signature.returns.removeprefix(" -> ")))


def _result_slips(name: str, type_: str) -> Iterator[str]:
    if type_ in INTEGERS:
        yield from (f"{name}.saturating_{change}" for change in ("add(1)", "sub(1)", "mul(2)"))
    elif type_ in FLOATS:
        yield from (f"{name} + 1.0", f"-{name}", f"{name} * 2.0")
    elif type_ == "bool":
        yield f"!{name}"
    elif type_ == "&str":
        yield from (f'{name}.get(1..).unwrap_or("x")', f"{name}.trim_end_matches(char::is_alphanumeric)")
    elif type_ == "String":
        yield from (f'{name} + " "', f"{name}.chars().skip(1).collect()", f"{name}.chars().rev().collect()")
    elif type_.startswith("Vec<"):
        for iterator in ("rev()", "skip(1)", f"take({name}_len.saturating_sub(1))"):
            length = f"let {name}_len = {name}.len(); " if "_len" in iterator else ""
            yield f"{{ {length}{name}.into_iter().{iterator}.collect() }}"
    elif pair := re.fullmatch(r"\((\w+), (\w+)\)", type_):
        if pair[1] == pair[2]:
            yield f"({name}.1, {name}.0)"
        for place, part in ((0, pair[1]), (1, pair[2])):
            if part in INTEGERS:
                other = f"{name}.{1 - place}"
                slip = f"{name}.{place}.saturating_add(1)"
                yield f"({slip}, {other})" if place == 0 else f"({other}, {slip})"
    elif (inner := re.fullmatch(r"Option<(.*)>", type_)) or (inner := re.fullmatch(r"Result<(.*), [^,]+>", type_)):
        yield from (f"{name}.map(|value| {slip})" for slip in _result_slips("value", inner[1]))
