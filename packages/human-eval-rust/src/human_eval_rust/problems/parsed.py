"""What a problem fixes: the signature, the items that the prompt gives, and the tests that must run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Node

from human_eval_rust.problems.crates import imported
from human_eval_rust.problems.further import Further, further
from human_eval_rust.problems.publish import TestCase, publish, test_module
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.rust.signature import Signature, function_in, signature
from human_eval_rust.rust.tree import child_of, text_of
from sigil_common.manifest import digest_json
from sigil_common.records import Problem
from sigil_common.rust_text import closed, mask, open_body, unbalanced

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
        unusual = [value for value in (problem.edition, problem.kind) if value not in ("2021", "tests")]
        return digest_json([problem.prompt, problem.test, problem.entry_point, *unusual])

    @property
    def only_compiles(self) -> bool:
        """Whether an answer passes when it compiles: there are no tests."""
        return self.problem.kind == "compile"

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
    items = cut_items(closed(problem.prompt)).items
    entry = next((item for item in reversed(items) if item.name == problem.entry_point), None)
    if entry is None or entry.kind != "fn":
        raise UnusableProblemError(f"the prompt does not declare `fn {problem.entry_point}`")
    node = function_in(entry.text)
    if node is None:
        raise UnusableProblemError(f"the prompt only declares `fn {entry.name}` and leaves no place for a body")
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
    if not tests and problem.kind == "tests":
        raise UnusableProblemError("its test has no `#[test]` function")
    crates = imported((problem.prompt, problem.canonical_solution, problem.test))
    return ParsedProblem(problem, head, _head(node), given, tests_source, tests, crates, brought)


def _head(function: Node) -> str:
    said, body = child_of(function, "visibility_modifier"), function.child_by_field_name("body")
    start, end = said.end_byte if said else function.start_byte, body.start_byte if body else function.end_byte
    raw = text_of(function).encode()
    return "pub " + open_body(raw[start - function.start_byte : end - function.start_byte].decode().strip())
