"""What a problem fixes: the signature, the items that the prompt gives, and the tests that must run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from human_eval_rust.problems.crates import imported
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.rust.lexer import mask, unbalanced
from human_eval_rust.rust.tree import name_of, parse, text_of, walk
from sigil_common.manifest import digest_json
from sigil_common.records import Problem

_TEST_MARKS = frozenset({"test", "should_panic", "ignore", "cfg(test)"})
_EXPECTED = re.compile(r'expected\s*=\s*"((?:[^"\\]|\\.)*)"')


class UnusableProblemError(ValueError):
    """The problem cannot be scored; the message says why."""


@dataclass(frozen=True)
class Parameter:
    """One parameter of a function, its type as written."""

    name: str
    type: str


@dataclass(frozen=True)
class Signature:
    """A function's signature in parts; `generics`, `returns` and `where` are empty or ready to be pasted."""

    name: str
    generics: str
    parameters: tuple[Parameter, ...]
    returns: str
    where: str
    is_async: bool = False


@dataclass(frozen=True)
class TestCase:
    """One `#[test]` function: its path from the module that holds the tests, and how it is meant to end."""

    __test__ = False

    path: str
    should_panic: bool = False
    expected: str = ""


@dataclass(frozen=True)
class Frame:
    """Everything about a problem that does not depend on an answer.

    `head` is the entry point's signature with its opening brace; `tests_source` is the test module made
    callable from outside; `given` are the prompt's other items, made public. `crates` are the crates
    that the problem imports, and its answers may use.
    """

    problem: Problem
    signature: Signature
    head: str
    given: tuple[Item, ...]
    tests_source: str
    tests: tuple[TestCase, ...]
    crates: frozenset[str] = frozenset()

    @cached_property
    def key(self) -> str:
        """A digest of the problem's text, by which its compiled tests are found again."""
        problem = self.problem
        return digest_json([problem.prompt, problem.test, problem.entry_point])

    @property
    def names(self) -> frozenset[str]:
        """Names that the prompt declares beside the entry point."""
        return frozenset(item.name for item in self.given if item.name)


def frame(problem: Problem) -> Frame:
    """Analyse a problem; raise `UnusableProblemError` where it cannot be scored."""
    close = "\n}" * max(mask(problem.prompt).code.count("{") - mask(problem.prompt).code.count("}"), 0)
    items = cut_items(problem.prompt + close).items
    entry = next((item for item in reversed(items) if item.name == problem.entry_point), None)
    if entry is None or entry.kind != "fn":
        raise UnusableProblemError(f"the prompt does not declare `fn {problem.entry_point}`")
    node = next(one for one in walk(parse(entry.text).root_node) if one.type == "function_item")
    given = tuple(publish(item) for item in items if item is not entry and item.name not in ("main", entry.name))
    if unbalanced(mask(problem.test)) is not None:
        raise UnusableProblemError("its test is cut off, or its brackets do not match")
    tests_source, tests = test_module(problem.test)
    if not tests:
        raise UnusableProblemError("its test has no `#[test]` function")
    crates = imported((problem.prompt, problem.canonical_solution, problem.test))
    return Frame(problem, signature(node), _head(node), given, tests_source, tests, crates)


def signature(node: Node) -> Signature:
    """Return the signature of a `function_item`."""
    parameters: list[Parameter] = []
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else []:
        if child.type == "parameter":
            parameters.append(Parameter(text_of(child.child_by_field_name("pattern")),
                                        text_of(child.child_by_field_name("type"))))  # fmt: skip
        elif child.type == "self_parameter":
            parameters.append(Parameter("self", "Self"))
    returns = text_of(node.child_by_field_name("return_type"))
    where = next((text_of(child) for child in node.children if child.type == "where_clause"), "")
    modifiers = next((text_of(child) for child in node.children if child.type == "function_modifiers"), "")
    return Signature(
        name=name_of(node),
        generics=text_of(node.child_by_field_name("type_parameters")),
        parameters=tuple(parameters),
        returns=f" -> {returns}" if returns else "",
        where=f" {where}" if where else "",
        is_async="async" in modifiers.split(),
    )


def _head(node: Node) -> str:
    body = node.child_by_field_name("body")
    raw = text_of(node).encode()
    end = (body.start_byte if body is not None else node.end_byte) - node.start_byte
    head = raw[:end].decode().rstrip()
    visibility = next((text_of(child) for child in node.children if child.type == "visibility_modifier"), "")
    return "pub " + head.removeprefix(visibility).lstrip() + " {"


_PUBLISHED = frozenset(
    {"function_item", "struct_item", "enum_item", "union_item", "trait_item", "type_item", "const_item", "static_item",
     "mod_item", "field_declaration"}
)  # fmt: skip
_NOT_IN = frozenset({"trait_item", "enum_variant", "block"})


def publish(item: Item) -> Item:
    """Return `item` with everything in it public, so that the crate with the tests can use it."""
    return Item(**{**vars(item), "text": published(item.text)})


def published(source: str) -> str:
    """Insert `pub` where an item, field or inherent method of `source` has no visibility of its own."""
    raw = source.encode()
    inserts: list[int] = []
    for node in walk(parse(source).root_node):
        if node.type in _PUBLISHED and not _has_visibility(node) and _may_be_public(node):
            inserts.append(node.start_byte)
        elif node.type == "ordered_field_declaration_list" and _may_be_public(node):
            inserts += [child.start_byte for child in _bare_fields(node)]
    for at in sorted(inserts, reverse=True):
        raw = raw[:at] + b"pub " + raw[at:]
    return raw.decode()


def _bare_fields(node: Node) -> list[Node]:
    """Return the types of a tuple struct's fields that have no visibility."""
    bare: list[Node] = []
    seen_visibility = False
    for child in node.children:
        if child.type == "visibility_modifier":
            seen_visibility = True
        elif child.is_named and child.type != "attribute_item" and "comment" not in child.type:
            if not seen_visibility:
                bare.append(child)
            seen_visibility = False
    return bare


def _has_visibility(node: Node) -> bool:
    return any(child.type == "visibility_modifier" for child in node.children)


def _may_be_public(node: Node) -> bool:
    above = node.parent
    while above is not None:
        if above.type in _NOT_IN or (above.type == "impl_item" and above.child_by_field_name("trait") is not None):
            return False
        above = above.parent
    return True


def test_module(source: str) -> tuple[str, tuple[TestCase, ...]]:
    """Make a test module callable: drop `#[test]` and `#[cfg(test)]`, publish modules and test functions.

    Returns the module, line for line where it was, and its test functions. Tests that are ignored stay
    ignored, as in `cargo test`.
    """
    raw = source.encode()
    edits: list[tuple[int, int, bytes]] = []
    tests: list[TestCase] = []
    _visit(parse(source).root_node, "", edits, tests)
    for start, end, new in sorted(edits, reverse=True):
        raw = raw[:start] + new + b"\n" * raw[start:end].count(b"\n") + raw[end:]
    return raw.decode(), tuple(tests)


test_module.__test__ = False  # type: ignore[attr-defined]  # not a pytest test


def _visit(parent: Node, path: str, edits: list[tuple[int, int, bytes]], tests: list[TestCase]) -> None:
    marks: list[Node] = []
    for node in parent.children:
        if node.type == "attribute_item":
            marks.append(node)
            continue
        if "comment" in node.type:
            continue
        words = {_mark(mark) for mark in marks}
        if node.type == "mod_item":
            _publish(node, edits)
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) == "cfg(test)"]
            body = node.child_by_field_name("body")
            if body is not None:
                _visit(body, f"{path}{name_of(node)}::", edits, tests)
        elif node.type == "function_item" and "test" in words:
            _publish(node, edits)
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) in _TEST_MARKS]
            if "ignore" not in words:
                tests.append(_case(node, path, marks))
        elif "cfg(test)" in words:
            edits += [(mark.start_byte, mark.end_byte, b"") for mark in marks if _mark(mark) == "cfg(test)"]
        marks = []


def _case(node: Node, path: str, marks: list[Node]) -> TestCase:
    panics = next((text_of(mark) for mark in marks if _mark(mark) == "should_panic"), None)
    expected = _EXPECTED.search(panics) if panics else None
    return TestCase(path + name_of(node), panics is not None, expected[1] if expected else "")


def _mark(node: Node) -> str:
    """Return which mark an attribute is: `test`, `should_panic`, `ignore`, `cfg(test)`, or its own text."""
    inner = text_of(node).removeprefix("#[").removesuffix("]").strip()
    if re.fullmatch(r"cfg\s*\(\s*test\s*\)", inner):
        return "cfg(test)"
    word = re.match(r"\w+", inner)
    return word.group() if word and word.group() in ("test", "should_panic", "ignore") else inner


def _publish(node: Node, edits: list[tuple[int, int, bytes]]) -> None:
    visibility = next((child for child in node.children if child.type == "visibility_modifier"), None)
    if visibility is None:
        edits.append((node.start_byte, node.start_byte, b"pub "))
    else:
        edits.append((visibility.start_byte, visibility.end_byte, b"pub"))
