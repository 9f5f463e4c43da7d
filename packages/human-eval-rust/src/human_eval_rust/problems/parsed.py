"""What a problem fixes: the signature, the items that the prompt gives, and the tests that must run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from human_eval_rust.problems.crates import imported
from human_eval_rust.problems.further import Further, further
from human_eval_rust.problems.publish import TestCase, publish, test_module
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.rust.lexer import mask, open_body, unbalanced
from human_eval_rust.rust.signature import Signature, signature
from human_eval_rust.rust.tree import parse, text_of, walk
from sigil_common.manifest import digest_json
from sigil_common.records import Problem

# The crates that can be imported, and the edition.
Surroundings = tuple[frozenset[str], str]


class UnusableProblemError(ValueError):
    """The problem cannot be scored; the message says why."""


@dataclass(frozen=True)
class ParsedProblem:
    """Everything about a problem that does not depend on an answer.

    `head` is the entry point's signature with its opening brace; `tests_source` is the test module made
    callable from outside; `given` are the prompt's other items, made public, and the types of `further`.
    `crates` are the crates that the problem imports, and its answers may use.
    """

    problem: Problem
    signature: Signature
    head: str
    given: tuple[Item, ...]
    tests_source: str
    tests: tuple[TestCase, ...]
    crates: frozenset[str] = frozenset()
    further: Further = Further()

    @cached_property
    def key(self) -> str:
        """A digest of the problem's text, by which its compiled tests are found again."""
        problem = self.problem
        edition = () if problem.edition == "2021" else (problem.edition,)
        return digest_json([problem.prompt, problem.test, problem.entry_point, *edition])

    @property
    def surroundings(self) -> Surroundings:
        """What the problems that are compiled in one crate have in common."""
        return self.crates, self.problem.edition

    @property
    def functions(self) -> tuple[Signature, ...]:
        """What the tests may call: the entry point first."""
        return self.signature, *self.further.functions

    @property
    def names(self) -> frozenset[str]:
        """Names that the prompt declares besides the entry point, and the types that the tests need."""
        return frozenset(item.name for item in self.given if item.name)


def parse_problem(problem: Problem) -> ParsedProblem:
    """Analyse a problem; raise `UnusableProblemError` where it cannot be scored."""
    close = "\n}" * max(mask(problem.prompt).code.count("{") - mask(problem.prompt).code.count("}"), 0)
    items = cut_items(problem.prompt + close).items
    entry = next((item for item in reversed(items) if item.name == problem.entry_point), None)
    if entry is None or entry.kind != "fn":
        raise UnusableProblemError(f"the prompt does not declare `fn {problem.entry_point}`")
    node = next((one for one in walk(parse(entry.text).root_node) if one.type == "function_item"), None)
    if node is None:
        raise UnusableProblemError(
            f"the prompt only declares `fn {problem.entry_point}` and leaves no place for a body"
        )
    head = signature(node)
    brought = further(problem, head, {item.name for item in items if item.name})
    given = tuple(publish(item) for item in items if item is not entry and item.name not in ("main", entry.name))
    given += brought.types
    if brought.methods:
        called = ", ".join(f"`{name}`" for name in brought.methods)
        raise UnusableProblemError(f"its tests call methods of types that only its reference solution has: {called}")
    if unbalanced(mask(problem.test)) is not None:
        raise UnusableProblemError("its test is cut off, or its brackets do not match")
    tests_source, tests = test_module(problem.test)
    if not tests:
        raise UnusableProblemError("its test has no `#[test]` function")
    crates = imported((problem.prompt, problem.canonical_solution, problem.test))
    return ParsedProblem(problem, head, _head(node), given, tests_source, tests, crates, brought)


def _head(node: Node) -> str:
    body = node.child_by_field_name("body")
    raw = text_of(node).encode()
    end = (body.start_byte if body is not None else node.end_byte) - node.start_byte
    head = raw[:end].decode().rstrip()
    visibility = next((text_of(child) for child in node.children if child.type == "visibility_modifier"), "")
    return "pub " + open_body(head.removeprefix(visibility).lstrip())
