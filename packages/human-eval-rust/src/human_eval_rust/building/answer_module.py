"""Lay an answer out as the source of a module, together with what the prompt gives.

The answer becomes a module of the crate `answers`. What the prompt gives (types, helpers, constants) is
always the prompt's own text, whatever the answer says about it. How the tests meet it: `building.test_module`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from human_eval_rust.building.entry import adapted_call, wrapper
from human_eval_rust.building.isolation import must_be_alone
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.reading.extract import Code
from human_eval_rust.rust.imports import function_inside, imports_of, way_to, without
from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import edited, parse, public
from sigil_common.rust_text import mask

ANSWERS_CRATE = "answers"
DERIVABLE = frozenset({"Clone", "Copy", "Debug", "Default", "Eq", "Hash", "Ord", "PartialEq", "PartialOrd"})

_LINT_ATTRIBUTE = re.compile(r"#!?\[\s*(allow|warn|deny|forbid|expect)\s*\(([^()\[\]]*)\)\s*\]")
_LINT_NAME = re.compile(r"[A-Za-z_]\w*(?:::\w+)*")
_REACHED = frozenset({"fn", "broken", "const", "static"})
_REACHED_NODES = frozenset({"function_item", "const_item", "static_item"})
TYPES = frozenset({"struct", "enum", "union", "trait", "type", "mod"})


@dataclass(frozen=True)
class AnswerSource:
    """A module's text and, for each of its lines, the line of the answer that it came from (or 0).

    `alone`: it may disturb others, or be disturbed by them, in a shared crate. `calls` holds the arguments
    with which the tests call its functions, in the problem's order; `adapted` tells which of them are converted.
    `strangers` as in `needed.Kept`.
    """

    text: str
    lines: tuple[int, ...]
    alone: bool
    calls: tuple[str, ...]
    adapted: tuple[str, ...] = ()
    strangers: tuple[tuple[str, int], ...] = ()

    def line(self, line: int) -> int | None:
        """Return the answer's line for a line of the module, where it came from the answer."""
        found = self.lines[line - 1] if 1 <= line <= len(self.lines) else 0
        return found or None


def answer_source(parsed: ParsedProblem, code: Code, *, called: bool = False) -> AnswerSource:
    """Return the module that holds an answer's code together with what the prompt gives.

    `called`: it shall only compile if it can be called as the prompt says.
    """
    own = [item for item in code.items if not _is_given(item, parsed)]
    derives = _extra_derives(code.items, parsed)
    imported = imports_of(parsed.given)
    if code.path:  # The way to the tests is a function of ours, so the answer's own is left out.
        imported |= {leaf for leaf in imports_of(code.items) if leaf[1].removeprefix("r#") == parsed.signature.name}
    public_names = {parsed.signature.name, *parsed.further.names}
    functions = {item.name: item for item in own if item.name in public_names and item.kind in _REACHED}
    parts = [(calm(item.text), item.line) for item in own if item.kind == "inner attribute"]
    parts += [(derives.get(given.name, "") + given.text, 0) for given in parsed.given]
    if code.body is not None:
        parts += [(parsed.head, 0), (calm(code.body.text), code.body.line)]
    for item in own:
        text = calm(without(item, imported) if item.kind == "use" else item.text)
        if item.kind != "inner attribute":
            parts.append((_made_public(text) if item.name in functions else text, item.line))
    nested: list[str] = []
    for wanted in parsed.functions if code.path else ():
        way = code.path if wanted is parsed.signature else way_to(code.items, wanted.name)
        if way and wanted.name not in functions:
            call, changed = adapted_call(wanted, function_inside(code.items, way.rsplit("::", 1)[-1]))
            parts.append((wrapper(wanted, way, call), 0))
            nested += changed
    calls = [adapted_call(wanted, functions.get(wanted.name)) for wanted in parsed.functions]
    for wanted, (call, _) in zip(parsed.functions, calls, strict=True):
        if called and wanted.name in functions:
            parts.append((wrapper(replace(wanted, name=f"called_{wanted.name}"), wanted.name, call), 0))
    text, lines = _laid_out(parts)
    alone = must_be_alone(text, own, parsed.names)
    adapted = (*nested, *(which for _, changed in calls for which in changed))
    return AnswerSource(text, lines, alone, tuple(call for call, _ in calls), adapted, code.strangers)


def _laid_out(parts: Iterable[tuple[str, int]]) -> tuple[str, tuple[int, ...]]:
    """Return texts as whole lines, and where each of these stood if the first one's line in the answer is not 0."""
    whole = [(text if text.endswith("\n") else text + "\n", line) for text, line in parts]
    lines = tuple(line and line + i for text, line in whole for i in range(text.count("\n")))
    return "".join(text for text, _ in whole), lines


def _is_given(item: Item, parsed: ParsedProblem) -> bool:
    """Whether the answer repeats something that the prompt declares; the prompt's own text then stands."""
    for given in parsed.given:
        if item.name and given.name == item.name and (given.kind in TYPES) == (item.kind in TYPES):
            return True
        if item.kind == given.kind == "impl" and (item.trait, item.subject) == (given.trait, given.subject):
            return bool(item.trait) or _squeeze(item.text) == _squeeze(given.text)
        if item.kind == given.kind == "use" and _squeeze(item.text) == _squeeze(given.text):
            return True
    return False


def _squeeze(text: str) -> str:
    return re.sub(r"\s+|\bpub\b", "", mask(text).code)


def _extra_derives(items: tuple[Item, ...], parsed: ParsedProblem) -> dict[str, str]:
    """Return derives that an answer adds where it repeats a given type, as lines of Rust."""
    extra: dict[str, str] = {}
    for given in parsed.given:
        for item in items:
            same = given.kind in ("struct", "enum") and (item.kind, item.name) == (given.kind, given.name)
            if same and (new := sorted(_derives(item) - _derives(given))):
                extra[given.name] = f"#[derive({', '.join(new)})]\n"
    return extra


def _derives(item: Item) -> frozenset[str]:
    derives = [one for one in item.attributes if re.match(r"#\[\s*derive\b", one)]
    return DERIVABLE.intersection(re.findall(r"\w+", "".join(derives)))


def calm(text: str) -> str:
    """Blank attributes that set lint levels, line for line, save an `allow` of plain compiler lints.

    The policy forbids its lints, and rustc refuses an `allow` that touches a forbidden lint or a group
    that holds one; `deny` would turn mere warnings into errors.
    """
    # By the lexer: such attributes stand in macros too, where the tree knows tokens alone.
    for found in reversed(list(_LINT_ATTRIBUTE.finditer(mask(text).code))):
        names = _LINT_NAME.findall(found[2])
        if found[1] != "allow" or any("::" in name or name in ("warnings", "unsafe_code") for name in names):
            text = text[: found.start()] + re.sub(r"[^\n]", " ", found.group()) + text[found.end() :]
    return text


def _made_public(text: str) -> str:
    """Make what the tests use `pub`, on the same line."""
    reached = next((node for node in parse(text).root_node.children if node.type in _REACHED_NODES), None)
    return edited(text, [public(reached)]) if reached else text
