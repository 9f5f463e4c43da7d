"""What `use` declarations bring into scope, so that an answer may repeat an import of the prompt.

Rust refuses a name that is imported twice, even from the same place. Somebody who pastes an answer below the
prompt's imports would strike out the second one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import is_clean, name_of, parse, text_of, walk

Import = tuple[str, str]
"""The path of what is imported, and the name that it gets."""


def imports(text: str) -> list[Import]:
    """Return what the `use` declarations at any depth of `text` import; a glob has the name `*`."""
    declared = [node for node in walk(parse(text).root_node) if node.type == "use_declaration"]
    return [leaf for node in declared for leaf in _leaves(node.child_by_field_name("argument"), "")]


def imports_of(items: Iterable[Item]) -> frozenset[Import]:
    """Return what the `use` items among `items` import by name."""
    found = (leaf for item in items if item.kind == "use" for leaf in imports(item.text))
    return frozenset(leaf for leaf in found if leaf[1] not in ("*", "_"))


def without_repeats(item: Item, given: frozenset[Import]) -> str:
    """Return the text of a `use` item without what is in `given`, line for line."""
    wanted = imports(item.text)
    left = [leaf for leaf in wanted if leaf not in given]
    if len(left) == len(wanted) or not is_clean(item.text):
        return item.text
    return only(item, left)


def only(item: Item, leaves: Iterable[Import]) -> str:
    """Return the text of a `use` item that imports `leaves` alone, line for line."""
    paths = ", ".join(
        path if _last(path).removeprefix("r#") in (name.removeprefix("r#"), "*") else f"{path} as {name}"
        for path, name in leaves
    )
    return (f"use {{{paths}}};" if paths else "") + "\n" * item.text.count("\n")


def ways_to(items: Sequence[Item], name: str) -> list[tuple[str, Item]]:
    """Return the paths of functions `name` that are not among `items` but inside of them, each with the outer item.

    A `use` that brings one to the top, maybe under another name, tells the one way; else they are searched for in
    modules and inherent `impl`s.
    """
    own = {item.name: item for item in items if item.name}
    for item in items:
        for path, brought in imports(item.text) if item.kind == "use" else ():
            inside = re.sub(r"^(?:self|crate)::", "", path)
            if brought.removeprefix("r#") == name and "::" in inside and inside.split("::")[0] in own:
                return [(inside, own[inside.split("::")[0]])]
    return [(path, item) for item in items for path in _ways_inside(item, name)]


def way_to(items: Sequence[Item], name: str) -> str:
    """Return the first of `ways_to`, an empty string if there is none."""
    return next((path for path, _ in ways_to(items, name)), "")


def function_inside(items: Sequence[Item], name: str) -> Item | None:
    """Return the first function `name` inside one of `items`, cut out of it."""
    for item in items:
        for node in walk(parse(item.text).root_node) if item.kind in ("mod", "impl") else ():
            if node.type == "function_item" and name_of(node) == name:
                return replace(item, text=text_of(node), kind="fn", name=name)
    return None


def _ways_inside(item: Item, name: str) -> Iterator[str]:
    if item.kind not in ("mod", "impl") or item.trait:
        return
    for node in walk(parse(item.text).root_node):
        if node.type == "function_item" and name_of(node) == name and (path := _path_of(node)):
            yield path


def _path_of(function: Node) -> str:
    """Return the way to a function through modules and `impl`s; empty where it is inside something else."""
    steps = [name_of(function)]
    above = function.parent
    while above is not None:
        if above.type == "mod_item":
            steps.append(name_of(above))
        elif above.type == "impl_item":
            steps.append(text_of(above.child_by_field_name("type")))
        elif above.type not in ("declaration_list", "source_file"):
            return ""
        above = above.parent
    return "::".join(reversed(steps))


def _leaves(node: Node | None, prefix: str) -> Iterator[Import]:
    if node is None or "comment" in node.type:
        return
    if node.type == "scoped_use_list":
        yield from _leaves(node.child_by_field_name("list"), _join(prefix, node.child_by_field_name("path")))
    elif node.type == "use_list":
        for child in node.named_children:
            yield from _leaves(child, prefix)
    elif node.type == "use_as_clause":
        yield _join(prefix, node.child_by_field_name("path")), text_of(node.child_by_field_name("alias"))
    else:
        path = _join(prefix, node)
        yield path, _last(path)


def _join(prefix: str, node: Node | None) -> str:
    path = re.sub(r"\s+", "", text_of(node)).removeprefix("::")
    if prefix and path == "self":
        return prefix
    return f"{prefix}::{path}" if prefix and path else prefix or path


def _last(path: str) -> str:
    return path.rsplit("::", 1)[-1]
