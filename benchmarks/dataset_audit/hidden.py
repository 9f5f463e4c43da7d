"""Which names of items of a crate stand in an answer and not in its prompt."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from dataset_audit.crates import Checked, Copy
from dataset_audit.names import Declared, Use, declared, enums_with, globs, imports, leads_elsewhere, uses_in
from dataset_audit.place import Place, insert

Meaning = Literal["own", "foreign", "undecided"]

# Which declarations a name may mean, by what it is used as.
_MEANS = {
    "call": {"fn", "path", "variant"},
    "value": {"fn", "path", "variant"},
    "field": {"field"},
    "member": {"field"},
    "macro": {"macro"},
    "path": {"path", "member", "variant"},
}
# Names that mean the standard library's where a file neither declares nor imports them.
_PRELUDE = frozenset(
    "Box Clone Copy Default Drop Eq Err Fn From Into Iterator None Ok Option Ord Result Some String Vec".split()
)
_NOT_LIBRARY = ("tests/", "benches/", "examples/")


@dataclass(frozen=True)
class Names:
    """What a crate declares and imports, as far as its text tells, and its files."""

    files: Mapping[str, bytes]
    own: Declared
    imported: Mapping[str, Mapping[str, Set[str]]]
    externs: Set[str]

    def unshown(self, place: Place, shown: Set[str]) -> list[Use]:
        """Return the uses in a place that may be of the crate's items, and whose names are not among those shown."""
        uses = (use for use in uses_in(self.files[place.file], place) if use.name not in shown)
        return [
            use for use in uses if _MEANS[use.kind] & self.own.get(use.name, set()) and not self._foreign(use, place)
        ]

    def _foreign(self, use: Use, place: Place) -> bool:
        """Whether a path leads out of the crate; what the code in a place imports itself comes before its file's."""
        if use.kind != "path":
            return False  # rustc is asked, or there is no path
        if use.name in _PRELUDE and not use.first and not self._brings(place, use.name):
            return True
        inside = imports(self.files[place.file][place.item : place.end])
        return leads_elsewhere(use, {**self.imported[place.file], **inside}, self.externs, self.own)

    def _brings(self, place: Place, name: str) -> bool:
        """Whether the file of a place declares a name or imports it, be it by a `*` that counts there."""
        declares = rf"\b(?:struct|enum|union|trait|type|fn|const)\s+{name}\b"
        file = self.files[place.file]
        named = name in self.imported[place.file] or re.search(declares.encode(), file) is not None
        if named or not any(first <= place.item < end for first, end in globs(file)):
            return named
        return self.own.get(name) != {"variant"} or self._frees(name)

    def _frees(self, name: str) -> bool:
        """Whether the crate imports a variant of this name anywhere: only then the `*` of a module may bring it."""
        enums = "|".join({enum for file in self.files.values() for enum in enums_with(file, name)})
        freed = rf"^[^/\n]*\buse\b[^;/]*\b({enums})::(\*|{name}\b|\{{[^;}}]*\b{name}\b)"
        return any(re.search(freed.encode(), file, re.MULTILINE) for file in self.files.values())


def names_of(copy: Copy) -> Names:
    """Read what a crate declares."""
    paths = {path.relative_to(copy.root).as_posix(): path for path in sorted(copy.root.rglob("*.rs"))}
    files = {name: path.read_bytes() for name, path in paths.items() if not name.startswith(_NOT_LIBRARY)}
    imported = {name: imports(data) for name, data in files.items()}
    return Names(files, declared(files.values()), imported, copy.source.externs)


def ask(copy: Copy, names: Names, wanted: Iterable[tuple[Place, Use]]) -> dict[tuple[str, int], Meaning]:
    """Return what each use means, by file and first byte; rustc is asked about one use of each place at a time."""
    meanings: dict[tuple[str, int], Meaning] = {}
    turns: dict[tuple[str, int], dict[int, Use]] = defaultdict(dict)
    for place, use in wanted:
        if use.kind in ("macro", "path", "member"):
            meanings[place.file, use.start] = "own"
        elif use.at is None:
            meanings[place.file, use.start] = "undecided"
        else:
            turns[place.file, place.item][use.start] = use
    queues = {key: list(uses.values()) for key, uses in turns.items()}
    while queues:
        asked = [(file, uses.pop()) for (file, _), uses in queues.items()]
        meanings |= _turn(copy, names, asked)
        queues = {key: uses for key, uses in queues.items() if uses}
    return meanings


def _turn(copy: Copy, names: Names, asked: Sequence[tuple[str, Use]]) -> dict[tuple[str, int], Meaning]:
    by_file: dict[str, dict[int, Use]] = defaultdict(dict)
    for file, use in asked:
        assert use.at is not None
        by_file[file][use.at] = use
    changed = {
        file: insert(names.files[file], {at: use.probe for at, use in uses.items()}) for file, uses in by_file.items()
    }
    checked = copy.check(changed)
    return {(file, use.start): _meaning(checked, file, use, by_file[file], names.own) for file, use in asked}


def _meaning(checked: Checked, file: str, use: Use, uses: Mapping[int, Use], own: Declared) -> Meaning:
    """Read rustc's answer about one of the uses that were changed at once."""
    moved = sum(len(other.probe) for at, other in uses.items() if at <= use.start)
    start, end = use.start + moved, use.end + moved
    for said in checked.errors:
        if said.file != file or not said.start <= start or not end <= said.end:
            continue
        if said.code == "E0061" and said.defined_here:
            return "own" if any(said.defined_here) else "foreign"
        if said.code in ("E0057", "E0618"):
            return "foreign"  # what is called is a variable
        if said.code in ("E0609", "E0610", "E0615"):
            spoken = re.search(r" (?:type|of) `([^`]*)`", said.message)
            head = re.search(r"\w+", re.sub(r"&|'\w+|\bmut\b|\w+::", "", spoken.group(1))) if spoken else None
            return "own" if head is not None and head.group() in own else "foreign"
    return "undecided"
