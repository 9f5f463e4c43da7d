"""What `use` declarations bring into scope, so that an answer may repeat an import of the prompt.

Rust refuses a name that is imported twice, even from the same place. Somebody who pastes an answer below the
prompt's imports would strike out the second one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from tree_sitter import Node

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import is_clean, name_of, nodes_in, text_of

Import = tuple[str, str]
"""The path of what is imported, and the name that it gets."""


def declarations(text: str) -> list[tuple[Node, list[Import]]]:
    """Return the `use` and `extern crate` declarations at any depth of `text`, and what each imports."""
    found = nodes_in(text, "use_declaration", "extern_crate_declaration")
    return [(node, list(_leaves(node))) for node in found]


def imports(text: str) -> list[Import]:
    """Return what the declarations of `text` import; a glob has the name `*`."""
    return [leaf for _, leaves in declarations(text) for leaf in leaves]


def imports_of(items: Iterable[Item]) -> frozenset[Import]:
    """Return what the `use` items among `items` import by name."""
    found = (leaf for item in items if item.kind == "use" for leaf in imports(item.text))
    return frozenset(leaf for leaf in found if leaf[1] not in ("*", "_"))


def without(item: Item, gone: Container[Import]) -> str:
    """Return the text of a `use` item without what is in `gone`, line for line; blank if nothing is left."""
    wanted = imports(item.text)
    left = [leaf for leaf in wanted if leaf not in gone]
    if len(left) == len(wanted) or not is_clean(item.text):
        return item.text
    paths = ", ".join(
        path if _last(path).removeprefix("r#") in (name.removeprefix("r#"), "*") else f"{path} as {name}"
        for path, name in left
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
    holders = [item for item in items if item.kind in ("mod", "impl") and not item.trait]
    return [(path, item) for item in holders for node in _functions(item, name) if (path := _path_of(node))]


def way_to(items: Sequence[Item], name: str) -> str:
    """Return the first of `ways_to`, an empty string if there is none."""
    return next((path for path, _ in ways_to(items, name)), "")


def function_inside(items: Sequence[Item], name: str) -> Item | None:
    """Return the first function `name` inside one of `items`, cut out of it."""
    found = ((item, node) for item in items if item.kind in ("mod", "impl") for node in _functions(item, name))
    return next((replace(item, text=text_of(node), kind="fn", name=name) for item, node in found), None)


def _functions(item: Item, name: str) -> list[Node]:
    return [node for node in nodes_in(item.text, "function_item") if name_of(node) == name]


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


def _leaves(declaration: Node) -> Iterator[Import]:
    stack: list[tuple[Node | None, str]] = [(declaration, "")]
    while stack:
        node, prefix = stack.pop()
        if node is None or "comment" in node.type:
            continue
        if node.type == "use_declaration":
            stack.append((node.child_by_field_name("argument"), prefix))
        elif node.type == "scoped_use_list":
            stack.append((node.child_by_field_name("list"), _join(prefix, node.child_by_field_name("path"))))
        elif node.type == "use_list":
            stack.extend((child, prefix) for child in reversed(node.named_children))
        elif node.type == "extern_crate_declaration":
            yield name_of(node), text_of(node.child_by_field_name("alias")) or name_of(node)
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
