"""Whether unit tests of a crate test a place: as far as they compile without what only tests depend on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from dataset_audit.place import Place, insert
from dataset_audit.syntax import ATTRIBUTES, parse, text

if TYPE_CHECKING:
    from tree_sitter import Node

    from dataset_audit.crates import Copy, Said

_PANIC = ' panic!("sigil audit"); '
_TEST = re.compile(r"#\s*\[\s*(cfg\s*\(.*\btest\b|([\w:]*::)?test\b)")
_ROUNDS = 10


@dataclass
class UnitTests:
    """The unit tests of a copy of a crate. `cut` are stretches of its files, for tests, that do not compile."""

    copy: Copy
    files: Mapping[str, bytes]
    cut: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    _held: set[str] | None = None

    @cached_property
    def _modules(self) -> frozenset[str]:
        """The modules for tests that are files of their own."""
        declared = re.compile(rb"#\s*\[\s*cfg\s*\(\s*test\s*\)\s*\]\s*(?:pub\s+)?mod\s+(\w+)\s*;")
        return frozenset(name.decode() for data in self.files.values() for name in declared.findall(data))

    def held(self) -> set[str]:
        """Return the tests that pass in the crate as it is, none if its tests cannot be built."""
        if self._held is None:
            self._held = set()
            for _ in range(_ROUNDS):
                endings, errors = self._run({})
                if not errors:
                    self._held = {name for name, ok in endings.items() if ok}
                    break
                cut = [self._cut_at(error) for error in errors]
                if not any(cut):
                    break
        return self._held

    def needing(self, place: Place) -> set[str]:
        """Return the tests that pass, and no longer when the function in a place panics."""
        if not self.held():
            return set()
        endings, _ = self._run({place.file: insert(self._source(place.file), {place.body: _PANIC})})
        return {name for name in self.held() if endings.get(name) is False}

    def failing(self, place: Place, body: bytes, needed: set[str]) -> list[str]:
        """Return which of these tests do not pass with another body, without its first brace, in a place."""
        source = self._source(place.file)
        endings, _ = self._run({place.file: source[: place.body] + body + source[place.end :]})
        return sorted(name for name in needed if not endings.get(name))

    def _source(self, file: str) -> bytes:
        """Return a file without what was cut; all else is where it was."""
        data = self.files[file] if file in self.files else (self.copy.root / file).read_bytes()
        for start, end in self.cut.get(file, ()):
            data = data[:start] + re.sub(rb"[^\n]", b" ", data[start:end]) + data[end:]
        return data

    def _run(self, changed: Mapping[str, bytes]) -> tuple[dict[str, bool], list[Said]]:
        return self.copy.unit_tests({**{file: self._source(file) for file in self.cut}, **changed})

    def _cut_at(self, error: Said) -> bool:
        """Cut the smallest item for tests that holds an error; tell if there is one that stood there still."""
        if not error.file or any(start <= error.start < end for start, end in self.cut.get(error.file, ())):
            return False  # several errors may lie in one item
        source = self._source(error.file)
        only_for_tests = not _names_in(error.file).isdisjoint(self._modules)
        found = [span for span in _for_tests(source, only_for_tests) if span[0] <= error.start < span[1]]
        if not found and only_for_tests and source.strip():
            found = [(0, len(source))]
        if found:
            self.cut.setdefault(error.file, []).append(found[-1])
        return bool(found)


def _names_in(file: str) -> frozenset[str]:
    return frozenset(file.removesuffix(".rs").split("/"))


def _for_tests(source: bytes, whole: bool) -> Iterator[tuple[int, int]]:
    """Yield where items for tests lie, with their attributes, outer ones first."""
    todo: list[tuple[Node, bool]] = [(parse(source), whole)]
    while todo:
        parent, inside = todo.pop()
        start, marked = None, False
        for node in parent.named_children:
            start = node.start_byte if start is None else start
            if node.type in ATTRIBUTES:
                marked = marked or bool(_TEST.match(text(node)))
                continue
            if inside or marked:
                yield start, node.end_byte
            body = node.child_by_field_name("body")
            if body is not None and node.type == "mod_item":
                todo.append((body, inside or marked))
            start, marked = None, False
