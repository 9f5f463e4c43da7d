"""Which items of its own crate does code use? rustc says it, of every use, by name resolution and types.

Each item is marked `#[deprecated(note = "sigil-N")]`, and the crate compiled once: the lint names every use with its
place. A module cannot be told so, what macros define is not marked, and derived code is left out by the lint itself.
Where an attribute is not taken (a macro reads the item, or another attribute does), the items there go unmarked, and
the crate is asked once more.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.impls import TraitImpl, impls_of
from sigil_pipeline.chunk.items import Item, items_of
from sigil_pipeline.chunk.syntax import field, text
from sigil_pipeline.compiler.ask import Sources, changed_files, check
from sigil_pipeline.compiler.edits import Edit, apply_edits

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_common.cargo import Confined
    from sigil_pipeline.compiler.diagnostics import Finding
    from sigil_pipeline.crates.workspace import Workspace

_ATTEMPTS = 4
_LINT_ARGS = ("--allow", "clippy::all", "--force-warn", "deprecated")
_WORD = re.compile(r"[A-Za-z_]\w*")
_LONGEST_PATH = 200
_LAST = re.compile(r"\w+!?$")
_SEGMENT = re.compile(r"(?:(?<![\w$#])|(?<=\br#))([A-Za-z_]\w*)$")
_MODULE = re.compile(r"\bmod\s+([A-Za-z_]\w*)")
_NOTE = re.compile(r": sigil-(\d+)$")


@dataclass(frozen=True)
class Use:
    """A place in a file, by its first byte, where an item is used.

    `name` is what it is called there, `path` what it is looked up in, as `crate::text::Line`. Of the types and traits
    in a path the compiler tells only the last one if that is what is used.
    """

    start: int
    item: Item
    name: str
    path: str


@dataclass(frozen=True)
class Uses:
    """All uses of a crate's items in its files, in order.

    `unknown` are the names of items of which no use would be known, `modules` those of the crate's modules; `impls` are
    its impls of traits, of which nothing says where they are used.
    """

    by_file: Mapping[str, Sequence[Use]]
    unknown: frozenset[str] = frozenset()
    modules: frozenset[str] = frozenset()
    impls: Sequence[TraitImpl] = ()

    def inside(self, file: str, start: int, end: int) -> Sequence[Use]:
        """Return the uses between two bytes of a file."""
        uses = self.by_file.get(file, ())
        return uses[bisect_left(uses, start, key=_start) : bisect_left(uses, end, key=_start)]


def _start(use: Use) -> int:
    return use.start


@dataclass(frozen=True)
class _Marked:
    """The items of a crate, those among them that bear a mark, and its files with these marks."""

    items: Sequence[Item]
    numbers: frozenset[int]
    sources: Sources

    @property
    def edits(self) -> dict[str, list[Edit]]:
        """The marks, by file."""
        found: dict[str, list[Edit]] = {file: [] for file in self.sources}
        for number in sorted(self.numbers):
            item = self.items[number]
            first, last = item.mark
            # Lines stay what they are.
            breaks = "\n" * item.source.data.count(b"\n", first, last)
            found[item.source.path].append(Edit(first, last, f'#[deprecated(note = "sigil-{number}")]{breaks} '))
        return found


def find_uses(workspace: Workspace, confined: Confined, sources: Mapping[str, Sources]) -> dict[str, Uses]:
    """Return the uses of each crate by package id; a crate that does not compile with its items marked has none."""
    found: dict[str, Uses] = {}
    pending = {package_id: _all_marked(files) for package_id, files in sources.items()}
    for _ in range(_ATTEMPTS):
        if not pending:
            break
        again: dict[str, _Marked] = {}
        for package_id, marked, findings in _compiled(workspace, confined, pending):
            errors = [finding for finding in findings if finding.is_error]
            if not errors:
                found[package_id] = _uses(marked, findings)
            elif fewer := _without_faulty(marked, errors):
                again[package_id] = fewer
        pending = again
    return found


def _all_marked(files: Sources) -> _Marked:
    items = [item for source in files.values() for item in items_of(source)]
    return _Marked(items, frozenset(range(len(items))), files)


def _compiled(
    workspace: Workspace, confined: Confined, asked: Mapping[str, _Marked]
) -> Iterator[tuple[str, _Marked, Sequence[Finding]]]:
    """Compile crates with their marks, together; where time runs out, each alone. One late alone is left out."""
    part = dataclasses.replace(workspace, packages=tuple(one for one in workspace.packages if one.id in asked))
    changed = {
        package_id: {file: apply_edits(marked.sources[file].data, edits) for file, edits in marked.edits.items()}
        for package_id, marked in asked.items()
    }
    with changed_files(part, {package_id: marked.sources for package_id, marked in asked.items()}, changed):
        run = check(part, confined, clippy=True, lint_args=_LINT_ARGS, incremental=False)
    if run.run.timed_out and len(asked) > 1:
        for package_id, marked in asked.items():
            yield from _compiled(workspace, confined, {package_id: marked})
    elif not run.run.timed_out:
        for package_id, marked in asked.items():
            findings = run.findings[package_id]
            if package_id in run.built or any(finding.is_error for finding in findings):
                yield package_id, marked, findings


def _uses(marked: _Marked, findings: Iterable[Finding]) -> Uses:
    by_file: dict[str, list[Use]] = {file: [] for file in marked.sources}
    originals = {file: _Original(edits) for file, edits in marked.edits.items() if edits}
    for finding in findings:
        note = _NOTE.search(finding.message)
        for place in finding.places if note is not None else ():
            if place.primary and place.own_file in originals and note is not None:
                start, end = map(originals[place.own_file].position, (place.start, place.end))
                data = marked.sources[place.own_file].data
                item = marked.items[int(note.group(1))]
                name = _name(item, data[start:end].decode("utf-8", "replace"))
                by_file[place.own_file].append(Use(start, item, name, _path(data, start, end)))
    ordered = {file: sorted(uses, key=_start) for file, uses in by_file.items()}
    unmarked = [item for number, item in enumerate(marked.items) if number not in marked.numbers]
    everything = [source.data.decode("utf-8", "replace") for source in marked.sources.values()]
    modules = frozenset(name for code in everything for name in _MODULE.findall(code))
    impls = tuple(one for source in marked.sources.values() for one in impls_of(source))
    return Uses(ordered, frozenset(_unknown(unmarked, everything)), modules, impls)


def _unknown(unmarked: Iterable[Item], everything: Sequence[str]) -> Iterator[str]:
    """Yield the names of unmarked items; one that a macro is given, every word that the macro ever gets."""
    macros: set[str] = set()
    for item in unmarked:
        if not item.name.startswith("$"):
            yield item.name
        elif item.block is not None and (name := field(item.block, "name")) is not None:
            macros.add(text(name))
    for macro in sorted(macros):
        for code in everything:
            for call in re.finditer(rf"\b{re.escape(macro)}!\s*(?=[(\[{{])", code):
                yield from _WORD.findall(code[call.end() : _closing(code, call.end())])


def _closing(code: str, start: int) -> int:
    """Return where the bracket at `start` closes, or the end; one in a string may make it later, which is safe."""
    depth = 0
    for found in re.compile(r"[()\[\]{}]").finditer(code, start):
        depth += 1 if found.group() in "([{" else -1
        if depth == 0:
            return found.end()
    return len(code)


def _name(item: Item, written: str) -> str:
    """Return what code calls an item: another name than its own if it was imported under that, or made by a macro."""
    words = _WORD.findall(written)
    return item.name if item.kind == "field" or item.name in words or not words else words[-1]


def _path(data: bytes, start: int, end: int) -> str:
    """Return what stands before the name in the path that ends at a place, without `r#` and generic arguments."""
    whole = data[max(0, start - _LONGEST_PATH) : end].decode("utf-8", "replace")
    before = _LAST.sub("", whole).removesuffix("r#").rstrip()
    names: list[str] = []
    while before.endswith("::"):
        before = _before_arguments(before[:-2].rstrip())
        found = _SEGMENT.search(before)
        if found is None:
            return ""  # it begins with `<T as Area>`, `[u8]` or `$crate`
        names.append(found.group(1))
        before = before[: found.start()].removesuffix("r#").rstrip()
    return "::".join(reversed(names))


def _before_arguments(code: str) -> str:
    """Return code that ends in a name, without the generic arguments behind it."""
    depth = 0
    for at in range(len(code) - 1, -1, -1):
        if code[at] == ">" and code[at - 1 : at] not in ("-", "="):
            depth += 1
        depth -= code[at] == "<"
        if depth <= 0:
            return code[:at].rstrip().removesuffix("::").rstrip() if code[at] == "<" else code
    return ""


class _Original:
    """Where a place of the changed file lies in the original one."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        self._ends: list[int] = []
        self._growth = [0]
        for edit in sorted(edits, key=lambda edit: edit.start):
            added = len(edit.new.encode()) - (edit.end - edit.start)
            self._ends.append(edit.end + self._growth[-1] + added)
            self._growth.append(self._growth[-1] + added)

    def position(self, changed: int) -> int:
        """Return the byte that was at `changed` before the edits."""
        return changed - self._growth[bisect_right(self._ends, changed)]


def _without_faulty(marked: _Marked, errors: Iterable[Finding]) -> _Marked | None:
    """Return a crate with fewer marks: without those of the items that errors lie in; `None` if there are none.

    Of an error in what a macro expands to, the marks in the call and in the macro are at fault, or any in a macro.
    """
    by_file: dict[str, list[int]] = {}
    for number in sorted(marked.numbers):
        by_file.setdefault(marked.items[number].source.path, []).append(number)
    standing = {file: _Standing(marked, by_file.get(file, ())) for file in marked.sources}
    originals = {file: _Original(edits) for file, edits in marked.edits.items()}
    faulty: set[int] = set()
    made = {number for number in marked.numbers if marked.items[number].kind == "made"}
    for place in dict.fromkeys(place for error in errors for place in error.places if place.primary):
        if place.file in standing:
            faulty.update(standing[place.file].at(place.first_line - 1, place.last_line - 1))
        if place.own_file in originals:
            start = originals[place.own_file].position(place.start)
            row = marked.sources[place.own_file].data.count(b"\n", 0, start)
            faulty.update(made.intersection(standing[place.own_file].at(row, row)))
    if faulty.isdisjoint(made):
        faulty |= made
    return dataclasses.replace(marked, numbers=marked.numbers - faulty) if faulty else None


class _Standing:
    """The marks of a file by the rows where they stand, and by the code that each may break: these pieces nest."""

    def __init__(self, marked: _Marked, numbers: Iterable[int]) -> None:
        self._rows = sorted((marked.items[number].node.start_point.row, number) for number in numbers)
        pieces = [(_extent(marked.items[number]), number) for _, number in self._rows]
        self._pieces = sorted(pieces, key=lambda piece: (piece[0].start_byte, -piece[0].end_byte))
        self._around: list[int] = []
        open_pieces = [-1]
        for at, (node, _) in enumerate(self._pieces):
            while open_pieces[-1] >= 0 and self._pieces[open_pieces[-1]][0].end_byte < node.end_byte:
                open_pieces.pop()
            self._around.append(open_pieces[-1])
            open_pieces.append(at)

    def at(self, first: int, last: int) -> set[int]:
        """Return the marks that stand on these rows, or inside the smallest piece around them."""
        ahead, behind = (bisect_left(self._rows, (row, -1)) for row in (first, last + 1))
        found = {number for _, number in self._rows[ahead:behind]}
        at = bisect_right(self._pieces, first, key=lambda piece: piece[0].start_point.row) - 1
        while at >= 0 and self._pieces[at][0].end_point.row < last:
            at = self._around[at]
        if at >= 0:
            smallest = self._pieces[at][0]
            start = bisect_left(self._pieces, smallest.start_byte, key=lambda piece: piece[0].start_byte)
            end = bisect_left(self._pieces, smallest.end_byte, key=lambda piece: piece[0].start_byte)
            found |= {number for node, number in self._pieces[start:end] if node.end_byte <= smallest.end_byte}
        return found


def _extent(item: Item) -> Node:
    """Return the code that an item's mark may break: itself, or the macro in whose text it stands."""
    return item.block if item.kind == "made" and item.block is not None else item.node
