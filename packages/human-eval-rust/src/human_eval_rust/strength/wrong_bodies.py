"""Bodies that solve nothing: whatever test accepts one of them is too weak.

Beside defaults these are the literals that a problem's own tests name, as one of them is often the only value
that thin tests expect.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from tree_sitter import Node

from human_eval_rust.building.entry import plain_type
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.rust.tree import parse, text_of, walk

DEFAULT = "Default::default()"
_MOST = 16
_FEW = 4
_SIGNED = frozenset({"i8", "i16", "i32", "i64", "i128", "isize"})
_UNSIGNED = frozenset({"u8", "u16", "u32", "u64", "u128", "usize"})
_FLOATS = frozenset({"f32", "f64"})
_NUMBERS = _SIGNED | _UNSIGNED | _FLOATS
_NUMBER = re.compile(r"(?P<digits>\w[\w.+-]*?)_?(?P<suffix>[iu](?:8|16|32|64|128|size)|f(?:32|64))?\Z")
_STR = re.compile(r"&\s*(?:'\w+\s+)?str\Z")
_WRAPPED = re.compile(r"(?P<outer>Option|Result|Vec|Box)\s*<(?P<inner>.+)>\Z", re.DOTALL)
_BUILT = {"Option": "Some({})", "Result": "Ok({})", "Vec": "vec![{}]", "Box": "Box::new({})"}
_ZERO = {**dict.fromkeys(_SIGNED | _UNSIGNED, "0"), **dict.fromkeys(_FLOATS, "0.0")}
_FIXED = {
    **dict.fromkeys(_SIGNED, ("1", "-1")),
    **dict.fromkeys(_UNSIGNED, ("1",)),
    **dict.fromkeys(_FLOATS, ("1.0",)),
    "bool": ("true", "false"),
    "&str": ('""',),
    "String": ("String::new()",),
    "char": ("' '",),
}


def constants(task: ParsedProblem) -> list[str]:
    """Return expressions of the problem's return type that depend on no argument, the likeliest first."""
    returns = task.signature.returns.removeprefix(" -> ").strip()
    if not returns:
        return []
    named: Counter[str] = Counter()
    expected: set[str] = set()
    for kind, text, ends in _literals(task.problem.test):
        for value in _fitting(kind, text, returns):
            named[value] += 1
            expected |= {value} if ends else set()
    # A value that all tests expect is named by each of them, so the rare ones are tried only where values are few.
    ranked = sorted(named, key=lambda value: (-named[value], value not in expected))
    return list(dict.fromkeys([*_simple(returns), *ranked[: _FEW if len(expected) > _FEW else _MOST]]))


def parameters(task: ParsedProblem) -> list[str]:
    """Return expressions of the problem's return type that are one of its parameters in another form at most."""
    returns = plain_type(task.signature.returns).removeprefix("->")
    forms = (form for one in task.signature.parameters for form in _forms(one.name, plain_type(one.type), returns))
    return list(dict.fromkeys(forms))


def _forms(name: str, have: str, need: str) -> Iterator[str]:
    """Yield how a parameter of type `have` is written as a value of type `need`, if it can be."""
    if have == need:
        yield name
    elif have in _NUMBERS and need in _NUMBERS:
        yield f"{name} as {need}"
    elif have in (f"&{need}", f"&mut{need}"):
        yield f"{name}.clone()"
    elif need == "String" and have in ("&str", "char", "bool", *_NUMBERS):
        yield f"{name}.to_string()"
    elif need.startswith("Vec<") and have in (f"&[{need[4:-1]}]", f"&mut[{need[4:-1]}]"):
        yield f"{name}.to_vec()"
    elif wrapped := _WRAPPED.match(need):
        for inner in _forms(name, have, _first(wrapped["inner"])):
            yield _BUILT[wrapped["outer"]].format(inner)


def _simple(returns: str) -> tuple[str, ...]:
    if wrapped := _WRAPPED.match(returns):
        first = _first(wrapped["inner"])
        inner = [*_simple(first), *([_ZERO[first]] if first in _ZERO else [])]
        built = tuple(_BUILT[wrapped["outer"]].format(one) for one in inner)
        return ("None", *built) if wrapped["outer"] == "Option" else built
    return _FIXED.get("&str" if _STR.match(returns) else returns, ())


def _fitting(kind: str, text: str, returns: str) -> Iterator[str]:
    """Yield how a literal is written as a value of the type `returns`, if it can be."""
    if wrapped := _WRAPPED.match(returns):
        for inner in _fitting(kind, text, _first(wrapped["inner"])):
            yield _BUILT[wrapped["outer"]].format(inner)
    elif kind == "string_literal" and not text.startswith(("b", "c")):
        if returns == "String":
            yield f"String::from({text})"
        elif _STR.match(returns):
            yield text
    elif kind == "char_literal" and returns == ("u8" if text.startswith("b") else "char"):
        yield text
    elif kind in ("integer_literal", "float_literal") and (number := _NUMBER.match(text.removeprefix("-"))):
        whole = kind == "integer_literal" and returns in (_SIGNED if text.startswith("-") else _SIGNED | _UNSIGNED)
        if (whole or (kind == "float_literal" and returns in _FLOATS)) and number["suffix"] in (None, returns):
            yield text.removesuffix(number["suffix"] or "").removesuffix("_")


def _literals(source: str) -> Iterator[tuple[str, str, bool]]:
    """Yield kind and text of every literal, a number with its minus, and whether it stands where results are named."""
    for node in walk(parse(source).root_node):
        if node.type.endswith("_literal"):
            yield node.type, ("-" if _negative(node) else "") + text_of(node), _is_last(node)


def _is_last(node: Node) -> bool:
    """Whether a literal is the last argument, but for a message, or one side of `==`."""
    before, after = node.prev_sibling, node.next_sibling
    if (before is not None and text_of(before) == "==") or after is None:
        return True
    if text_of(after) == ",":
        after = after.next_sibling
        return after is None or text_of(after) == ")" or after.type == "string_literal"
    return text_of(after) in (")", "]", ".", "==")


def _negative(node: Node) -> bool:
    minus = node.prev_sibling
    if minus is None or text_of(minus) != "-":
        return False
    before = minus.prev_sibling
    return before is None or not (before.is_named or text_of(before) in (")", "]"))


def _first(arguments: str) -> str:
    """Return the first of some generic arguments: `i32` of `i32, String`."""
    depth = 0
    for at, char in enumerate(arguments):
        depth += (char in "<([") - (char in ">)]")
        if char == "," and depth == 0:
            return arguments[:at].strip()
    return arguments.strip()
