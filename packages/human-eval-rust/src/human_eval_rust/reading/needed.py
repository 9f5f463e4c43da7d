"""Of all items in an answer, keep those that the entry point needs; name the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from human_eval_rust.rust.imports import Import, imports, without
from human_eval_rust.rust.items import Item
from sigil_common.rust_text import mask

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
_MEMBER = re.compile(r"(?:\.|::)\s*(?:r\#)?([A-Za-z_]\w*)")
# What a format string takes from its surroundings: `{name}`, `{name:>5}`, `{:width$}`.
_INLINE_ARGUMENT = re.compile(r"\{([A-Za-z_]\w*)|\b([A-Za-z_]\w*)\$")
_DECLARED = re.compile(r"\b(?:fn|const|static|type|struct|enum|union|trait|mod|macro_rules!)\s+(?:r\#)?([A-Za-z_]\w*)")
_SAME_CRATE = frozenset({"self", "crate"})
_ALWAYS_THERE = frozenset({"std", "core", "alloc", "super"})
# Modules whose import alone would be refused, though only what was dropped needs it.
_OUTSIDE = re.compile(r"(?:::)?std::(?:fs|process|net|env|os)\b")
_ALWAYS = frozenset({"use", "extern crate", "extern block", "inner attribute"})
_TYPE_SPACE = frozenset({"struct", "enum", "union", "trait", "type", "mod"})
_STATEMENT_MACROS = frozenset(
    {"assert", "assert_eq", "assert_ne", "debug_assert", "println", "print", "eprintln", "eprint", "dbg", "panic"}
)
# Items that act without being named by anybody.
_ACTS_UNASKED = re.compile(r"\b(?:no_mangle|export_name|link_section|used|global_allocator|panic_handler|global_asm)\b")
_TEST_ATTRIBUTE = re.compile(r"#\[\s*(?:test\b|cfg\s*\(\s*test\b)")


@dataclass(frozen=True)
class Kept:
    """The items to compile, in their order, and what was left out, in words.

    `strangers`: each crate that is not linked, and the line of its import, which was left out as nothing names
    what it brings. A trait among that would have acted without being named.
    """

    items: tuple[Item, ...]
    dropped: tuple[str, ...]
    strangers: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class _Import:
    """One name that a `use` brings in. `home` is the item of the answer that its path begins with, if any."""

    item: Item
    leaf: Import
    root: str
    home: Item | None
    local: bool


def keep_needed(
    items: Sequence[Item],
    spare: Sequence[Item],
    body: str,
    entry_point: str,
    given: AbstractSet[str],
    crates: AbstractSet[str],
    path: str,
    further: AbstractSet[str] = frozenset(),
) -> Kept:
    """Keep what the entry point (or `body`) and `further` items refer to, directly or through what it refers to.

    `spare` are items of other code blocks: used where something needed is not in `items`. `path` is the
    way to a nested entry point; `given` are names of the prompt, whose `impl`s are always needed; `crates`
    those that the answer may import from.
    """
    dropped: list[str] = []
    if body and any(item.name == entry_point for item in items):
        items = [item for item in items if item.name != entry_point]
        dropped.append(f"repeated `{entry_point}`")
    first = _distinct(items, dropped)
    dropped += [why for item in first if (why := _unwanted(item, entry_point))]
    own = [item for item in first if not _unwanted(item, entry_point)]
    defined = {_key(item) for item in own}
    extra = _distinct((item for item in spare if _key(item) not in defined and not _unwanted(item, entry_point)), [])
    every = [*(item for item in extra if item.name != entry_point and item.kind != "broken"), *own]
    imported = _imported(every, given | crates | _ALWAYS_THERE)
    roots = _names(body) if body else set(_IDENTIFIER.findall(path)) or {entry_point}
    wanted, names = _reach(every, imported, roots | further, given)
    # A usage of the answer imports it from a crate of whatever name.
    there = {entry_point, *(item.name for item in every if item.kind != "macro call")}
    useless = [one for one in imported if not (one.home and id(one.home) in wanted) and not _brings(one, names)]
    useless += [one for one in imported if not one.local and (one.leaf[1] in there or _is_usage(one, own))]
    kept = {id(item): _without(item, useless) for item in every if id(item) in wanted}
    for item in own:
        if kept.get(id(item)) is None:
            dropped.append(f"unused {item.kind} `{item.name}`" if item.name else f"unused {item.kind}")
    strangers = [(one.root, one.item.line) for one in useless if not one.local and one.root not in _ALWAYS_THERE]
    return Kept(tuple(item for item in kept.values() if item is not None), tuple(dropped), tuple(strangers))


def _imported(items: Sequence[Item], known: AbstractSet[str]) -> list[_Import]:
    """Return what `items` import, save from crates that are `known` to be there and from the prompt's items."""
    homes = {item.name: item for item in items if item.name and item.kind != "macro call"}
    homes |= {item.name: item for item in items if item.name and item.kind in _TYPE_SPACE}
    found: list[_Import] = []
    for item in items:
        for leaf in imports(item.text) if item.kind == "use" else ():
            steps = leaf[0].split("::")
            local = steps[0] in _SAME_CRATE
            root = steps[1] if local and len(steps) > 1 else steps[0]
            if root not in known or _OUTSIDE.match(leaf[0]):
                found.append(_Import(item, leaf, root, homes.get(root), local or root in homes))
    return found


def _reach(
    items: Sequence[Item], imported: Sequence[_Import], names: set[str], given: AbstractSet[str]
) -> tuple[set[int], set[str]]:
    """Return the ids of the items that `names` lead to, and all names that led there; members of types as `.name`."""
    words = {id(item): _names(item.text) for item in items if item.kind not in _ALWAYS}
    wanted = {id(item) for item in items if _ACTS_UNASKED.search(mask(item.text).code)}
    macros = {item.name for item in items if item.kind == "macro"}
    joins = _joins(items)
    grown = True
    while grown:
        grown = False
        for one in imported:
            if one.root not in names and _brings(one, names):
                names = names | {one.root}
                grown = True
        for item in items:
            if id(item) in wanted:
                continue
            if _is_wanted(item, names, given, macros) or not names.isdisjoint(joins.get(id(item), ())):
                wanted.add(id(item))
                names = names | words[id(item)]
                grown = True
    # A `use` brings names into scope but asks for nothing by itself.
    return wanted | {id(item) for item in items if item.kind in _ALWAYS}, names


def _is_wanted(item: Item, names: set[str], given: AbstractSet[str], macros: set[str]) -> bool:
    if item.kind == "impl":
        return item.subject in names or item.subject in given or item.trait in names or item.trait in given
    if item.kind == "macro call":
        # A macro of the answer's own may write any item.
        return item.name in macros or bool(names & _names(item.text))
    if item.kind == "trait" and item.name not in names:
        # Its methods are called on types that nobody need name.
        return any(f".{name}" in names for name in _DECLARED.findall(mask(item.text).code))
    return item.kind not in _ALWAYS and item.name in names


def _joins(items: Sequence[Item]) -> dict[int, set[str]]:
    """Return the answer's own types in the head of each `impl` on a foreign type, as in `impl From<Own> for i64`."""
    types = {item.name for item in items if item.kind in _TYPE_SPACE}
    foreign = [item for item in items if item.kind == "impl" and item.subject not in types]
    return {id(item): types.intersection(_IDENTIFIER.findall(mask(item.text).code.split("{")[0])) for item in foreign}


def _brings(one: _Import, names: set[str]) -> bool:
    """Whether an import brings in something that is among `names`."""
    name = one.leaf[1]
    if name in names:
        return True
    if one.home is None:
        return name in ("*", "_")
    code = mask(one.home.text).code
    if name not in ("*", "_") and not re.search(rf"\btrait\s+{re.escape(name)}\b", code):
        return False
    offered = _IDENTIFIER if one.home.kind == "enum" else _DECLARED
    return not names.isdisjoint(offered.findall(code))


def _is_usage(one: _Import, own: Sequence[Item]) -> bool:
    """Whether all of a crate that is not there is imported, in another code block."""
    return one.leaf[1] == "*" and not any(item is one.item for item in own)


def _without(item: Item, useless: Sequence[_Import]) -> Item | None:
    """Return a `use` without what is `useless`, or `None` where nothing is left of it; other items as they are."""
    gone = {one.leaf for one in useless if one.item is item}
    text = without(item, gone) if gone else item.text
    return replace(item, text=text) if text.strip() else None


def _names(text: str) -> set[str]:
    """Return the identifiers in `text`, those in its format strings too; what follows a `.` or `::` also as `.name`.

    By the lexer, as all that looks for names here: items may be broken, and of what macros are given the tree knows
    tokens alone.
    """
    code = mask(text).code
    found = {*_IDENTIFIER.findall(code), *(f".{name}" for name in _MEMBER.findall(code))}
    if '"' in text:
        found.update(name for pair in _INLINE_ARGUMENT.findall(text) for name in pair if name)
    return found


def _key(item: Item) -> tuple[str, str]:
    space = "type" if item.kind in _TYPE_SPACE else "macro" if item.kind == "macro" else "value"
    return (space, item.name) if item.name and item.kind != "macro call" else ("text", item.text)


def _distinct(items: Iterable[Item], dropped: list[str]) -> list[Item]:
    """Keep the first of several items of one name, a whole one before a broken one."""
    first: dict[tuple[str, str], Item] = {}
    for item in items:
        key = _key(item)
        if key not in first:
            first[key] = item
            continue
        if first[key].kind == "broken" and item.kind != "broken":
            first[key] = item
        if item.name not in ("main", "_"):
            dropped.append(f"repeated `{item.name}`" if item.name else f"repeated {item.kind}")
    return list(first.values())


def _unwanted(item: Item, entry_point: str) -> str:
    """Return as what an item is left out, whoever refers to it; nothing for most."""
    if item.name == "main" and item.kind in ("fn", "broken") and entry_point != "main":
        return "main function"
    in_tests = item.kind in ("mod", "broken") and item.name in ("tests", "test") and "#[test]" in item.text
    if item.name != entry_point and (in_tests or any(map(_TEST_ATTRIBUTE.match, item.attributes))):
        return "own tests"
    return "statements" if item.kind == "macro call" and item.name in _STATEMENT_MACROS else ""
