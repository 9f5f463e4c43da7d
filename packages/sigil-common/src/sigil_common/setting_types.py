"""What kinds of value a setting takes, by the type of its field, and what is refused although pydantic converts it."""

from __future__ import annotations

import dataclasses
import itertools
import math
import re
import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sigil_common.errors import InputError

# `1e-4`, without a point or a sign, is text in YAML 1.1, which PyYAML reads, and a number in YAML 1.2.
_EXPONENT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)[eE][-+]?[0-9]+")


def sections_of(kind: type[Any]) -> dict[str, type[Any]]:
    """Return the nested groups of settings; one that may be left out (`| None`) is one too."""
    options = {name: options_of(hint) for name, hint in typing.get_type_hints(kind).items()}
    return {
        name: option
        for name, found in options.items()
        for option in found
        if isinstance(option, type) and dataclasses.is_dataclass(option)
    }


def refuse_conversions(hint: Any, value: Any, key: str, places: Mapping[str, str]) -> None:
    """Raise `InputError` where pydantic has made a number of a truth value or of text, and for one without end.

    That could not be written down: JSON has no infinity.
    """
    options = options_of(hint)
    if float in options and not _is_finite(value, text=str not in options):
        what = f"{places.get(key, key)}: `{key}`: Input should be a finite number"
        raise InputError(what, cause=f"got {value!r}")
    number = next((option for option in options if option in (int, float)), None)
    if number is not None and isinstance(value, (bool, str)) and not any(_means(option, value) for option in options):
        wanted = "integer" if number is int else "number"
        given = "text" if isinstance(value, str) else "a truth value"
        what = f"{places.get(key, key)}: `{key}`: Input should be a valid {wanted}, not {given}"
        raise InputError(what, cause=f"got {value!r}")
    for option in options:
        for name, inner_hint, inner in _parts(option, value):
            refuse_conversions(inner_hint, inner, ".".join(filter(None, (key, name))), places)


def _is_finite(value: Any, *, text: bool) -> bool:
    """Tell whether a value is no infinite number; with `text` also one that is written as such a number."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number and not (text and isinstance(value, str) and _EXPONENT.fullmatch(value)):
        return True
    try:
        return math.isfinite(float(value))
    except OverflowError:
        return False


def options_of(hint: Any) -> list[Any]:
    """Return the kinds of value that a hint allows."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return [option for arg in typing.get_args(hint) for option in options_of(arg)]
    return [hint]


def _means(option: Any, value: bool | str) -> bool:
    """Whether an option takes a truth value or a text as it is, or takes a text for the number that YAML 1.2 sees."""
    if typing.get_origin(option) is typing.Literal:
        return any(type(arg) is type(value) and arg == value for arg in typing.get_args(option))
    if option is float:
        return isinstance(value, str) and _EXPONENT.fullmatch(value) is not None
    return option is Any or option is type(value) or (option is Path and isinstance(value, str))


def _parts(option: Any, value: Any) -> Iterator[tuple[str, Any, Any]]:
    """Yield name, hint and value of what a section, mapping or list holds; items of lists have no name."""
    origin, args = typing.get_origin(option), typing.get_args(option)
    if dataclasses.is_dataclass(option) and isinstance(value, Mapping):
        hints = typing.get_type_hints(option)
        yield from ((name, hints[name], inner) for name, inner in value.items())
    elif origin is dict and isinstance(value, Mapping):
        yield from ((str(name), args[1], inner) for name, inner in value.items())
    elif origin in (list, tuple) and isinstance(value, (list, tuple)):
        hints_of_items = itertools.repeat(args[0]) if origin is list or args[1:] == (...,) else args
        yield from (("", wanted, inner) for wanted, inner in zip(hints_of_items, value, strict=False))


def base_type(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Return what a field's hint asks for on the command line: `(type or 'literal' or 'list' or 'dict', args)`.

    `Annotated` and `| None` are looked through.
    """
    while True:
        origin = typing.get_origin(hint)
        if origin is typing.Annotated:
            hint = typing.get_args(hint)[0]
        elif origin in (typing.Union, types.UnionType):
            hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        elif origin is typing.Literal:
            return "literal", typing.get_args(hint)
        elif origin in (list, tuple):
            return "list", typing.get_args(hint)
        elif origin is dict or hint is dict:
            return "dict", typing.get_args(hint)
        else:
            return hint, ()
