"""The items that a crate declares, and the names that a piece of its code uses."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from dataset_audit.place import Place
from dataset_audit.syntax import name_of, parse, text, walk

if TYPE_CHECKING:
    from tree_sitter import Node

Kind = Literal["call", "value", "field", "macro", "path", "member"]

_DECLARING = {
    "function_item": "fn",
    "function_signature_item": "fn",
    "field_declaration": "field",
    "enum_variant": "variant",
    "struct_item": "path",
    "enum_item": "path",
    "union_item": "path",
    "trait_item": "path",
    "type_item": "path",
    "associated_type": "member",
    "const_item": "path",
    "static_item": "path",
    "mod_item": "path",
    "macro_definition": "macro",
}
# Items that are written in a macro's rules or handed to one: told by the word before them. Not `type`, which mostly
# stands in impls there.
_IN_TOKENS = re.compile(r"\b(fn|struct|enum|union|trait|const|static)\s+([A-Za-z_]\w*)")
_PATTERNS = {
    "parameter": "pattern",
    "let_declaration": "pattern",
    "let_condition": "pattern",
    "for_expression": "pattern",
    "match_arm": "pattern",
}
_NAMES = frozenset({"identifier", "type_identifier", "field_identifier", "shorthand_field_identifier"})
_STANDARD = frozenset({"std", "core", "alloc"})
_PRIMITIVE = re.compile(r"\A([iu](8|16|32|64|128|size)|f32|f64|bool|char|str)\Z")

Declared = Mapping[str, Set[str]]


@dataclass(frozen=True)
class Use:
    """A name that code uses: the bytes of it in its file, and of a path that it ends, the first name.

    Where rustc can be asked what it means, `probe` is what to insert at byte `at`.
    """

    name: str
    kind: Kind
    start: int
    end: int
    first: str = ""
    at: int | None = None
    probe: str = ""


_TOO_MANY = "(), " * 12


def declared(files: Iterable[bytes]) -> Declared:
    """Return the kinds of items by name: `fn`, `field`, `macro`, `variant`, `member` of a trait, or any other `path`.

    Members of trait impls are left out: they were declared with the trait, in this crate or another.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for file in files:
        for node in walk(parse(file)):
            if node.type in _DECLARING and not _implements(node):
                found[name_of(node)].add("member" if _is_constant_of_trait(node) else _DECLARING[node.type])
            elif node.type == "token_tree":
                for word, name in _IN_TOKENS.findall(text(node)):
                    found[name].add("fn" if word == "fn" else "path")
    return found


def _implements(node: Node) -> bool:
    block = _around(node)
    return block is not None and block.type == "impl_item" and block.child_by_field_name("trait") is not None


def _is_constant_of_trait(node: Node) -> bool:
    block = _around(node)
    return node.type == "const_item" and block is not None and block.type == "trait_item"


def _around(node: Node) -> Node | None:
    return node.parent.parent if node.parent is not None else None


def imports(file: bytes) -> Mapping[str, Set[str]]:
    """Return for each name that a file imports the first names of the paths that it may come from."""
    found: dict[str, set[str]] = defaultdict(set)
    for node in walk(parse(file)):
        if node.type == "use_declaration":
            for path, name in _flat(text(node.child_by_field_name("argument")), ()):
                found[name].add(path[0])
    return found


def enums_with(file: bytes, name: str) -> Iterator[str]:
    """Yield the enums of a file that have a variant of this name."""
    for node in walk(parse(file)):
        if node.type == "enum_item" and any(one.type == "enum_variant" and name_of(one) == name for one in walk(node)):
            yield name_of(node)


def globs(file: bytes) -> Iterator[tuple[int, int]]:
    """Yield the bytes, from the first to before the last, of each module or block that imports something by `*`."""
    for node in walk(parse(file)):
        if node.type == "use_wildcard":
            scope = node
            while scope.parent is not None and scope.type not in ("declaration_list", "block"):
                scope = scope.parent
            yield scope.start_byte, scope.end_byte


def _flat(tree: str, before: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each path of a use tree with the name that it gets."""
    tree = re.sub(r"//[^\n]*", "", tree).strip()
    head, brace, rest = tree.partition("{")
    path = before + tuple(part.strip() for part in re.split("::", head.partition(" as ")[0]) if part.strip())
    if brace:
        for part in _split(rest.rpartition("}")[0]):
            yield from _flat(part, path)
    elif path and path[-1] != "*":
        own = path[-2] if path[-1] == "self" and len(path) > 1 else path[-1]
        yield path, head.partition(" as ")[2].strip() or own


def _split(inside: str) -> Iterator[str]:
    depth, part = 0, ""
    for letter in inside + ",":
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            if part.strip():
                yield part
            part = ""
        else:
            part += letter


def leads_elsewhere(use: Use, imported: Mapping[str, Set[str]], externs: Set[str], own: Declared) -> bool:
    """Whether the path that a name ends begins in another crate or a primitive type, as far as imports tell.

    What follows a type that the crate does not have, such as a parameter, is a member of a trait.
    """
    foreign = _STANDARD | externs
    first = use.first or use.name
    if first in imported:
        return all(root in foreign and root not in own for root in imported[first])
    if not use.first or first == "Self" or first in own:
        return False
    if first[:1].isupper():
        return "member" not in own.get(use.name, ())
    return first in foreign or _PRIMITIVE.match(first) is not None


def uses_in(source: bytes, place: Place) -> list[Use]:
    """Return what the item in a place uses and does not itself declare or bind."""
    item = _item_at(parse(source), place)
    bound = set(_bound(item))
    found = (_use(node) for node in walk(item) if node.type in _NAMES and not _in_attribute(node))
    return [
        use for use in found if use is not None and not (use.name in bound and use.kind in ("value", "path", "call"))
    ]


def _item_at(root: Node, place: Place) -> Node:
    return next(node for node in walk(root) if node.start_byte == place.item and node.end_byte == place.end)


def _in_attribute(node: Node) -> bool:
    above = node.parent
    while above is not None and above.type in ("token_tree", "attribute"):
        above = above.parent
    return above is not None and above.type in ("attribute_item", "inner_attribute_item")


def _bound(item: Node) -> Iterator[str]:
    """Yield names that are the item's own: of variables, parameters, and of items in it."""
    for node in walk(item):
        if node.type in _DECLARING and node.type != "field_declaration":
            yield name_of(node)
        elif node.type in ("type_parameter", "const_parameter", "constrained_type_parameter"):
            yield name_of(node) or text(node.child_by_field_name("left"))
        elif node.type == "closure_parameters":
            yield from _variables(node)
        elif (pattern := node.child_by_field_name(_PATTERNS.get(node.type, "-"))) is not None:
            yield from _variables(pattern)


def _variables(pattern: Node) -> Iterator[str]:
    for node in walk(pattern):
        if node.type in ("identifier", "shorthand_field_identifier") and not text(node)[:1].isupper():
            yield text(node)


def _use(node: Node) -> Use | None:
    """Return what a name is used as, `None` where it only gives a name to something."""
    parent, name = node.parent, text(node)
    if parent is None or parent.type in ("lifetime", "label") or name in ("self", "Self", "crate", "super", "_"):
        return None
    if parent.type == "token_tree":
        return _in_macro(node, name)
    if parent.type == "macro_invocation":
        return Use(name, "macro", node.start_byte, node.end_byte)
    if node.type == "shorthand_field_identifier" or parent.type in ("field_initializer", "shorthand_field_initializer"):
        return Use(name, "member", node.start_byte, node.end_byte)
    if node.type == "field_identifier" and parent.type == "field_expression":
        return _called(node, parent, name) or _field(node, name)
    whole = node
    while whole.parent is not None and whole.parent.type in ("scoped_identifier", "scoped_type_identifier"):
        if whole.parent.child_by_field_name("name") != whole:
            return Use(name, "path", node.start_byte, node.end_byte, _first(whole))
        whole = whole.parent
    first = _first(whole) if whole != node else ""
    if parent.type == "type_binding" and parent.child_by_field_name("name") == node:
        return Use(name, "path", node.start_byte, node.end_byte, _trait_around(parent))
    if node.type == "type_identifier" or name[:1].isupper():
        return Use(name, "path", node.start_byte, node.end_byte, first)
    if parent.child_by_field_name("name") == node and parent.type in _DECLARING:
        return None
    called = _called(node, whole, name, first)
    return called or Use(name, "value", node.start_byte, node.end_byte, first, _end_of(whole), f"({_TOO_MANY})")


def _first(path: Node) -> str:
    """Return the first name of a path; of `<A as some::Trait>::B` it is the trait's."""
    if match := re.match(r"<.*\bas\s+(?:\w+\s*::\s*)*(\w+)", text(path)):
        return match.group(1)
    return text(path).partition("::")[0].partition("<")[0].strip()


def _trait_around(binding: Node) -> str:
    """Return the name of the trait that `Trait<Name = Type>` names a member of."""
    generic = _around(binding)
    return text(generic.child_by_field_name("type") if generic is not None else None).rpartition("::")[2]


def _field(node: Node, name: str) -> Use:
    return Use(name, "field", node.start_byte, node.end_byte, "", node.end_byte, "_of_the_audit")


def _called(node: Node, whole: Node, name: str, first: str = "") -> Use | None:
    """Return the use of a function or method that is called, `None` if it is not."""
    function = _generic(whole)
    call = function.parent
    if call is None or call.type != "call_expression" or call.child_by_field_name("function") != function:
        return None
    arguments = call.child_by_field_name("arguments")
    assert arguments is not None
    return Use(name, "call", node.start_byte, node.end_byte, first, arguments.start_byte + 1, _TOO_MANY)


def _generic(whole: Node) -> Node:
    above = whole.parent
    is_generic = (
        above is not None and above.type == "generic_function" and above.child_by_field_name("function") == whole
    )
    return above if is_generic and above is not None else whole


def _end_of(whole: Node) -> int:
    return _generic(whole).end_byte


def _in_macro(node: Node, name: str) -> Use | None:
    """Return the use of a name among a macro's arguments, which have no syntax: told from the tokens beside it."""
    before, after = node.prev_sibling, node.next_sibling
    ahead, behind = text(before), text(after)
    if behind == "!":
        return Use(name, "macro", node.start_byte, node.end_byte)
    if after is not None and after.type == "token_tree" and behind.startswith("(") and not name[:1].isupper():
        return Use(name, "call", node.start_byte, node.end_byte, "", after.start_byte + 1, _TOO_MANY)
    if ahead == ".":
        is_call = behind == "::"
        return Use(name, "call", node.start_byte, node.end_byte) if is_call else _field(node, name)
    if ahead == "::" or behind == "::" or name[:1].isupper():
        first = before.prev_sibling if ahead == "::" and before is not None else None
        return Use(name, "path", node.start_byte, node.end_byte, text(first))
    return None
