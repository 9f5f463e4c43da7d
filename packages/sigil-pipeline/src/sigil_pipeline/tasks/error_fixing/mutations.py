"""Mutation operators: small mistakes inside a function body, as people and models make them.

An operator yields places where it applies, as edits of the file. Whether the result fails to compile,
and how, only the compiler says. Measured shares: docs/adr/0033. Operators that change a signature are
left out, because their errors spill into callers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.syntax import field, text, walk, walk_with_parents
from sigil_pipeline.compiler.edits import Edit
from sigil_pipeline.tasks.shapes import Function, tail_expression

if TYPE_CHECKING:
    from tree_sitter import Node

Edits = tuple[Edit, ...]
Operator = Callable[[Function], Iterator[Edits]]

# What people coming from other languages write.
_FOREIGN_NAMES = dict(
    pair.split(":")
    for pair in (
        "len:length push:append push_str:append is_empty:empty to_string:toString contains:includes to_lowercase:lower "
        "to_uppercase:upper trim:strip unwrap:get_value iter:iterator as_bytes:bytes_ref insert:put remove:delete "
        "clone:copy collect:to_vec is_some:has_value is_none:is_null starts_with:startswith ends_with:endswith "
        "split:split_on next:advance map:map_each get:at min:minimum max:maximum as_ref:to_ref as_str:to_str "
        "chars:characters extend:append_all"
    ).split()
)
_CONVERSIONS = frozenset(
    "clone to_string to_owned to_vec into cloned copied as_ref as_mut as_str as_bytes iter as_slice into_iter take "
    "collect".split()
)
_PRIMITIVE = re.compile(r"^(u|i)(8|16|32|64|128|size)$|^(bool|char|f32|f64|usize|isize)$|^&(?!mut)")
# What else a reader would put where something is missing.
_USUAL = frozenset("None Some Ok Err Vec String PhantomData new default".split())
_TOKEN = re.compile(r"""[A-Za-z_]\w*|\d\w*|b?"(?:[^"\\]|\\.)*"|'[^'\w]'""")


def _body(function: Function) -> Iterator[Node]:
    return walk(function.body, into_items=False)


def _body_with_parents(function: Function) -> Iterator[tuple[Node, Node | None]]:
    return ((node, parent) for node, parent, _ in walk_with_parents(function.body, into_items=False))


def _replace(node: Node, new: str) -> Edits:
    return (Edit(node.start_byte, node.end_byte, new),)


def struct_field(function: Function) -> Iterator[Edits]:
    """Leave a field out of a struct literal (E0063)."""
    for node in _body(function):
        if node.type != "field_initializer_list" or ".." in text(node) or node.named_child_count < 2:
            continue
        *_, before, last = node.named_children
        if _is_recoverable(function, last, known=field(last, "field")):
            yield (Edit(before.end_byte, last.end_byte, ""),)


def match_arm(function: Function) -> Iterator[Edits]:
    """Forget the last arm of a match (E0004)."""
    for node in _body(function):
        arms = (
            [child for child in node.named_children if child.type == "match_arm"] if node.type == "match_block" else []
        )
        if len(arms) >= 2 and _is_recoverable(function, arms[-1], known=field(arms[-1], "pattern")):
            yield (Edit(arms[-2].end_byte, arms[-1].end_byte, ""),)


def reference(function: Function) -> Iterator[Edits]:
    """Pass a value where a reference is wanted (E0308)."""
    for node, parent in _body_with_parents(function):
        if node.type == "reference_expression" and parent is not None and parent.type == "arguments":
            value = field(node, "value")
            if value is not None:
                yield _replace(node, text(value))


def variable_name(function: Function) -> Iterator[Edits]:
    """Misspell a local variable where it is used (E0425)."""
    bound = _bindings(function)
    for node, parent in _body_with_parents(function):
        name = text(node) if node.type == "identifier" else ""
        if name in bound and len(name) >= 3 and _is_use(node, parent):
            yield _replace(node, _misspelt(name))


def method_name(function: Function) -> Iterator[Edits]:
    """Call a method that does not exist: a foreign name or a slip of the pen (E0599)."""
    for node, parent in _body_with_parents(function):
        name = field(node, "field") if node.type == "field_expression" else None
        if name is not None and _is_called(node, parent) and len(text(name)) >= 3:
            yield _replace(name, _FOREIGN_NAMES.get(text(name), _misspelt(text(name))))


def field_name(function: Function) -> Iterator[Edits]:
    """Misspell a field (E0609)."""
    for node, parent in _body_with_parents(function):
        name = field(node, "field") if node.type == "field_expression" else None
        if name is None or name.type != "field_identifier" or len(text(name)) < 3:
            continue
        if not _is_called(node, parent):
            yield _replace(name, _misspelt(text(name)))


def _is_called(node: Node, parent: Node | None) -> bool:
    return parent is not None and parent.type == "call_expression" and field(parent, "function") == node


def tail_semicolon(function: Function) -> Iterator[Edits]:
    """End the last expression with a semicolon (E0308)."""
    tail = tail_expression(function.body)
    if tail is not None and function.returns not in ("", "()"):
        yield (Edit(tail.end_byte, tail.end_byte, ";"),)


def let_mut(function: Function) -> Iterator[Edits]:
    """Forget `mut` (E0596, E0384)."""
    for node, parent in _body_with_parents(function):
        place = parent.type if parent is not None else ""
        if node.type == "mutable_specifier" and place in ("let_declaration", "mut_pattern"):
            yield (Edit(node.start_byte, node.end_byte + 1, ""),)


def number_as_text(function: Function) -> Iterator[Edits]:
    """Write a number as a string (E0308, E0277)."""
    for node, parent in _body_with_parents(function):
        place = parent.type if parent is not None else ""
        if node.type == "integer_literal" and place in (
            "binary_expression",
            "arguments",
            "let_declaration",
            "field_initializer",
        ):
            yield _replace(node, f'"{text(node)}"')


def cast(function: Function) -> Iterator[Edits]:
    """Leave out a numeric cast (E0308, E0277)."""
    for node in _body(function):
        value = field(node, "value") if node.type == "type_cast_expression" else None
        if value is not None:
            yield _replace(node, text(value))


def conversion(function: Function) -> Iterator[Edits]:
    """Leave out `.clone()`, `.to_string()` and their like (E0507, E0308)."""
    for node in _body(function):
        callee = field(node, "function") if node.type == "call_expression" else None
        name = field(callee, "field") if callee is not None and callee.type == "field_expression" else None
        if callee is not None and name is not None and text(name) in _CONVERSIONS:
            receiver = field(callee, "value")
            if receiver is not None:
                yield _replace(node, text(receiver))


def dereference(function: Function) -> Iterator[Edits]:
    """Leave out a `*` (E0308, E0369)."""
    for node in _body(function):
        if node.type == "unary_expression" and text(node).startswith("*"):
            yield _replace(node, text(node)[1:])


def question_mark(function: Function) -> Iterator[Edits]:
    """Leave out a `?` (E0308, E0599)."""
    for node in _body(function):
        if node.type == "try_expression":
            yield (Edit(node.end_byte - 1, node.end_byte, ""),)


def wrapper(function: Function) -> Iterator[Edits]:
    """Return the bare value instead of `Ok(value)` or `Some(value)` (E0308)."""
    tail = tail_expression(function.body)
    callee = field(tail, "function") if tail is not None and tail.type == "call_expression" else None
    arguments = field(tail, "arguments") if tail is not None else None
    if tail is None or callee is None or arguments is None or text(callee) not in ("Ok", "Some"):
        return
    if arguments.named_child_count == 1 and text(arguments.named_children[0]) != "()":
        yield _replace(tail, text(arguments.named_children[0]))


def missing_argument(function: Function) -> Iterator[Edits]:
    """Call a function with one argument too few (E0061)."""
    for node in _body(function):
        if node.type == "arguments" and node.named_child_count >= 2 and "comment" not in node.named_children[-1].type:
            *_, before, last = node.named_children
            if _is_recoverable(function, last):
                yield (Edit(before.end_byte, last.end_byte, ""),)


def use_after_move(function: Function) -> Iterator[Edits]:
    """Give an owned parameter away, then use it (E0382)."""
    for name, kind in _owned_parameters(function):
        if not _PRIMITIVE.match(kind):
            use = _last_use(function, name)
            if use is not None:
                yield (Edit(use.start_byte, use.start_byte, f"drop({name});\n{_column(use)}"),)


def borrow_conflict(function: Function) -> Iterator[Edits]:
    """Keep a reference to a value while changing it (E0502, E0506, E0505)."""
    for node in _body(function):
        pattern = field(node, "pattern") if node.type == "let_declaration" else None
        mutable = any(child.type == "mutable_specifier" for child in node.children) if pattern is not None else False
        if pattern is None or not mutable or pattern.type != "identifier":
            continue
        name, view = text(pattern), function.fresh("view", "current", "seen")
        following = node.next_named_sibling
        while following is not None and not re.search(rf"\b{name}\b", text(following)):
            following = following.next_named_sibling
        if following is not None and following.type in ("expression_statement", "let_declaration"):
            pad = _column(node)
            taken = Edit(node.end_byte, node.end_byte, f"\n{pad}let {view} = &{name};")
            used = Edit(following.end_byte, following.end_byte, f"\n{pad}let _last = {view};")
            yield (taken, used)


def dangling_return(function: Function) -> Iterator[Edits]:
    """Return a reference to a local value (E0515, E0308)."""
    tail = tail_expression(function.body)
    if tail is None or not function.returns.startswith("&") or tail.type not in ("call_expression", "identifier"):
        return
    yield _replace(tail, f"&{text(tail)}.to_owned()")


OPERATORS: Mapping[str, Operator] = {
    operator.__name__: operator
    for operator in (
        use_after_move,
        borrow_conflict,
        dangling_return,
        let_mut,
        match_arm,
        struct_field,
        conversion,
        reference,
        missing_argument,
        dereference,
        question_mark,
        cast,
        number_as_text,
        wrapper,
        field_name,
        method_name,
        variable_name,
        tail_semicolon,
    )
}


def _bindings(function: Function) -> frozenset[str]:
    names = set()
    for node, parent, _ in walk_with_parents(function.node, into_items=False):
        if node.type != "identifier" or parent is None:
            continue
        bound = parent.type in ("parameter", "let_declaration") and field(parent, "pattern") == node
        if bound or parent.type == "closure_parameters":
            names.add(text(node))
    return frozenset(names)


def _is_use(node: Node, parent: Node | None) -> bool:
    if parent is None or parent.type in ("parameter", "closure_parameters", "label", "macro_invocation"):
        return False
    if parent.type == "let_declaration" and field(parent, "pattern") == node:
        return False
    return "pattern" not in parent.type and parent.type not in ("scoped_identifier", "token_tree", "attribute")


def _is_recoverable(function: Function, removed: Node, known: Node | None = None) -> bool:
    """Whether a reader could write what is removed: its words stand elsewhere in the function, or are `known`."""
    whole, start = function.node.text or b"", function.node.start_byte
    kept = whole[: removed.start_byte - start] + whole[removed.end_byte - start :]
    words = set(_TOKEN.findall(kept.decode("utf-8", "replace"))) | set(_TOKEN.findall(text(known)) if known else ())
    return set(_TOKEN.findall(text(removed))) <= words | _USUAL


def _misspelt(name: str) -> str:
    """Drop one letter in the middle, or double one where that would leave the same word."""
    middle = len(name) // 2
    dropped = name[:middle] + name[middle + 1 :]
    return dropped if dropped != name and len(dropped) > 2 and not dropped.endswith("_") else name + name[-1]


def _owned_parameters(function: Function) -> Iterator[tuple[str, str]]:
    parameters = field(function.node, "parameters")
    for parameter in parameters.named_children if parameters is not None else ():
        pattern, kind = field(parameter, "pattern"), field(parameter, "type")
        if parameter.type == "parameter" and pattern is not None and kind is not None and pattern.type == "identifier":
            yield text(pattern), text(kind)


def _last_use(function: Function, name: str) -> Node | None:
    """Return the body's last part that uses a variable."""
    parts = [child for child in function.body.named_children if re.search(rf"\b{name}\b", text(child))]
    return parts[-1] if parts else None


def _column(node: Node) -> str:
    return " " * node.start_point.column
