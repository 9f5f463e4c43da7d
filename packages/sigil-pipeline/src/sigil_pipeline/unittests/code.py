"""What of a crate's source is there for its unit tests alone, and which of these assert something."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sigil_pipeline.chunk.extract import SourceFile, open_source
from sigil_pipeline.chunk.syntax import field, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.compiler.ask import Sources
    from sigil_pipeline.crates.packages import Package

_TEST = re.compile(r"#\[\s*(?:\w+\s*::\s*)*test\s*\]")
_FOR_TESTS = re.compile(
    r"#\[\s*cfg\s*\((?!.*\bnot\b).*\btest\b|#\[\s*(?:\w+\s*::\s*)*\w*(?:test|check)\w*\s*[\](]", re.S
)
_ASSERTS = re.compile(r"\b(?:debug_)?assert\w*\s*!")
_LEADING = frozenset({"attribute_item", "line_comment", "block_comment"})
# Of a crate whose root lies at its top, these are programs of their own.
_OTHER_TARGETS = frozenset({"tests", "benches", "examples", "target"})

Span = tuple[int, int]


class _Item(NamedTuple):
    """An item with the first byte of its attributes and docs, and whether it is compiled for tests alone."""

    node: Node
    start: int
    for_tests: bool


def test_count(data: bytes) -> int:
    """Return how many tests a piece of source marks; those of macros count as often as they are written."""
    return len(_TEST.findall(data.decode("utf-8", "replace")))


@dataclass(frozen=True)
class TestCode:
    """The source files of a crate by path, of which the library is made of those in `compiled`."""

    files: Mapping[str, SourceFile]
    compiled: frozenset[str]

    @property
    def tests(self) -> int:
        """How many tests the source marks."""
        return sum(test_count(one.data) for one in self.files.values())

    def item_at(self, file: str, first: int, last: int) -> Span | None:
        """Return the bytes of the smallest item for tests that holds these lines, or of a file that only tests have."""
        source = self.files.get(file)
        if source is None:
            return None
        found = None if file in self.compiled else (0, len(source.data))
        for item in self._items(file):
            begins = source.data.count(b"\n", 0, item.start) + 1
            if item.for_tests and begins <= first and last <= item.node.end_point[0] + 1:
                found = (item.start, item.node.end_byte)
        return found

    def asserts(self, test: str) -> bool:
        """Whether a test, named as the test program does, makes an assertion, or calls what does."""
        texts = self.texts_of(test)
        return bool(texts) and all(_ASSERTS.search(one) or self._calls_asserting(one) for one in texts)

    def texts_of(self, test: str) -> list[str]:
        """Return the functions of a test's name, or the calls of macros that seem to define it."""
        name = test.rpartition("::")[2]
        return self._functions.get(name) or [call for call in self._calls if re.search(rf"\b{re.escape(name)}\b", call)]

    def _calls_asserting(self, code: str) -> bool:
        return not self._asserting.isdisjoint(re.findall(r"\b(\w+)\s*[!(]", code))

    @cached_property
    def _asserting(self) -> frozenset[str]:
        """Functions for tests, and macros, that assert something, or call what does."""
        found = {name for name, texts in self._definitions.items() if any(map(_ASSERTS.search, texts))}
        while more := {
            name
            for name, texts in self._definitions.items()
            if name not in found and any(found.intersection(re.findall(r"\b(\w+)\s*[!(]", one)) for one in texts)
        }:
            found |= more
        return frozenset(found)

    @property
    def _definitions(self) -> dict[str, list[str]]:
        found = {name: list(texts) for name, texts in self._functions.items()}
        for source in self.files.values():
            for node in walk(source.root):
                name = field(node, "name") if node.type == "macro_definition" else None
                if name is not None:
                    found.setdefault(text(name), []).append(text(node))
        return found

    @cached_property
    def _functions(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for item in self._test_items():
            for node in walk(item.node):
                name = field(node, "name") if node.type == "function_item" else None
                if name is not None:
                    found.setdefault(text(name), []).append(text(node))
        return found

    @cached_property
    def _calls(self) -> list[str]:
        """Return the calls of macros that stand beside items for tests."""
        calls = ("macro_invocation", "expression_statement")
        return [text(item.node) for item in self._test_items() if item.node.type in calls]

    def _test_items(self) -> Iterator[_Item]:
        """Yield the innermost items for tests: not the modules around them."""
        for file in self.files:
            yield from (one for one in self._items(file) if one.for_tests and one.node.type != "mod_item")

    def _items(self, file: str) -> Iterator[_Item]:
        """Yield the items of a file, outer ones first; those of a block only where the block is not for tests."""
        waiting = [(self.files[file].root, file not in self.compiled)]
        while waiting:
            parent, inside = waiting.pop()
            leading: list[Node] = []
            for node in parent.named_children:
                if node.type in _LEADING:
                    leading.append(node)
                    continue
                marked = any(_FOR_TESTS.match(text(one)) for one in leading if one.type == "attribute_item")
                yield _Item(node, (leading or [node])[0].start_byte, inside or marked)
                body = field(node, "body")
                nested = node.type == "mod_item" or (node.type == "impl_item" and not (inside or marked))
                if nested and body is not None:
                    waiting.append((body, inside or marked))
                leading = []


def read_test_code(package: Package, sources: Sources) -> TestCode | None:
    """Return the source of a crate as it was fetched, with the files of its tests; `None` if it marks no tests."""
    home = package.library.parent
    files = dict(sources)
    for path in sorted((package.root / home).rglob("*.rs")):
        name = path.relative_to(package.root)
        foreign = home == Path() and name.parts[0] in _OTHER_TARGETS
        if not foreign and name.as_posix() not in files and path.is_file() and not path.is_symlink():
            files[name.as_posix()] = open_source(name.as_posix(), path.read_bytes())
    if not any(_TEST.search(one.data.decode("utf-8", "replace")) for one in files.values()):
        return None
    return TestCode(files, frozenset(sources))
