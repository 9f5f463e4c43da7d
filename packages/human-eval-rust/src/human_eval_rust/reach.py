"""Of all items in an answer, keep those that the entry point needs; name the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from human_eval_rust.items import Item
from human_eval_rust.lexer import mask

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
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
    """The items to compile, in their order, and what was left out, in words."""

    items: tuple[Item, ...]
    dropped: tuple[str, ...]


def keep_needed(
    items: Sequence[Item], spare: Sequence[Item], body: str, entry_point: str, given: Iterable[str], path: str
) -> Kept:
    """Keep what the entry point (or `body`) refers to, directly or through what it refers to.

    `spare` are items of other code blocks: used where something needed is not in `items`. `path` is the
    way to a nested entry point; `given` are names of the prompt, whose `impl`s are always needed.
    """
    dropped: list[str] = []
    if body and any(item.name == entry_point for item in items):
        items = [item for item in items if item.name != entry_point]
        dropped.append(f"repeated `{entry_point}`")
    own = [item for item in _distinct(items, dropped) if not _unwanted(item, entry_point, dropped)]
    defined = {_key(item) for item in own}
    extra = [item for item in spare if _key(item) not in defined and not _unwanted(item, entry_point, [])]
    extra = [item for item in _distinct(extra, []) if item.name != entry_point and item.kind != "broken"]
    wanted = _reach([*own, *extra], _roots(body, entry_point, path), set(given))
    for item in own:
        if id(item) not in wanted:
            dropped.append(f"unused {item.kind} `{item.name}`" if item.name else f"unused {item.kind}")
    kept = [item for item in [*extra, *own] if id(item) in wanted]
    return Kept(tuple(kept), tuple(dropped))


def _roots(body: str, entry_point: str, path: str) -> set[str]:
    if body:
        return _identifiers(body)
    if path:
        return set(_IDENTIFIER.findall(path))
    return {entry_point}


def _reach(items: Sequence[Item], names: set[str], given: set[str]) -> set[int]:
    """Return the ids of the items that `names` lead to."""
    words = {id(item): _identifiers(item.text) for item in items}
    wanted = {id(item) for item in items if _ACTS_UNASKED.search(mask(item.text).code)}
    macros = {item.name for item in items if item.kind == "macro"}
    grown = True
    while grown:
        grown = False
        for item in items:
            if id(item) not in wanted and _is_wanted(item, names, given, macros):
                wanted.add(id(item))
                names = names | words[id(item)]
                grown = True
    # A `use` brings names into scope but asks for nothing by itself.
    return wanted | {id(item) for item in items if item.kind in _ALWAYS}


def _is_wanted(item: Item, names: set[str], given: set[str], macros: set[str]) -> bool:
    if item.kind == "impl":
        return item.subject in names or item.subject in given or item.trait in names
    if item.kind == "macro call":
        # A macro of the answer's own may write any item.
        return item.name in macros or bool(names & _identifiers(item.text))
    return item.kind not in _ALWAYS and item.name in names


def _identifiers(text: str) -> set[str]:
    return set(_IDENTIFIER.findall(mask(text).code))


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


def _unwanted(item: Item, entry_point: str, dropped: list[str]) -> bool:
    if item.name == "main" and item.kind in ("fn", "broken") and entry_point != "main":
        dropped.append("main function")
    elif _is_test(item) and item.name != entry_point:
        dropped.append("own tests")
    elif item.kind == "macro call" and item.name in _STATEMENT_MACROS:
        dropped.append("statements")
    else:
        return False
    return True


def _is_test(item: Item) -> bool:
    if any(_TEST_ATTRIBUTE.match(attribute) for attribute in item.attributes):
        return True
    return item.kind in ("mod", "broken") and item.name in ("tests", "test") and "#[test]" in item.text
