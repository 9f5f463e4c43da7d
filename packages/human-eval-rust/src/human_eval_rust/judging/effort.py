"""Does a function attempt anything? Asked of its syntax tree, so that no word, string or comment decides.

Compiling is no merit of a function that never comes to a result, that does not look at its parameters, or that hands
one of them back as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Generator

from tree_sitter import Node

from human_eval_rust.rust.tree import parse, text_of, walk

NO_RESULT = "never comes to a result"
NO_USE = "makes nothing of its parameters"
UNSEEN = "is not written out"

_PANICS = frozenset({"panic", "todo", "unimplemented", "unreachable"})
_EXITS = frozenset({"exit", "abort", "panic_any", "resume_unwind"})
_LEAVES = frozenset({"return_expression", "break_expression", "try_expression"})
_ASSIGNMENTS = frozenset({"let_declaration", "assignment_expression", "compound_assignment_expr"})
_NAMES = frozenset({"identifier", "shorthand_field_identifier", "self"})
_FORMATS = frozenset({"string_literal", "raw_string_literal"})
# Of these only the condition or value is always run, of others every part.
_IN_PART = frozenset({"if_expression", "while_expression", "match_expression", "for_expression", "let_declaration"})
# Whole constructs that change nothing, either, unless something below them acts.
_CONSTRUCTS = re.compile(r"(if|match|while|for|closure)_expression|block")
_ACTS = frozenset({"call_expression", "macro_invocation", *_ASSIGNMENTS, *_LEAVES})
# As statements these change nothing, whatever they look at.
_NO_EFFECT = re.compile(
    r"identifier|self|\w+_literal|(reference|tuple|array|binary|unary|parenthesized|field|index|type_cast|unit)_expression"
)
_NO_EFFECT_CALLED = re.compile(r"drop|forget|black_box|e?print(ln)?|dbg|(debug_)?assert(_eq|_ne)?")
# Calls whose value is that of the receiver, or of the only argument, in another form.
_SAME = frozenset({"clone", "into", "to_owned", "to_vec", "to_string", "as_ref", "as_str", "as_slice"})
_WRAPS = frozenset({"Some", "Ok", "Box::new", "String::from", "Vec::from"})
_SHELLS = frozenset({"block", "parenthesized_expression", "reference_expression", "return_expression"})
_SHOWN = re.compile(r"\{(\w+)|(\w+)\$")
_LENT = re.compile(r"&\s*(?:'\w+\s+)?mut\b")


def idle(module: str, entry: str, *, seen: bool = True) -> str | None:
    """Return why the function `entry` in the text of a module attempts nothing, or `None` if it does attempt something.

    A function without parameters has nothing to look at, so it is idle only if it never comes to a result. One that
    cannot be found, as a macro writes it, counts as idle if it should be `seen`, as there are no syntax errors.
    """
    root = parse(module).root_node
    written = [
        (one, body) for one in walk(root) if one.type == "function_item" for body in one.children_by_field_name("body")
    ]
    function, body = next((pair for pair in written if _name(pair[0]) == entry), (None, None))
    if function is None or body is None:
        return UNSEEN if seen else None
    if _Calls(root, written).never_end(body):
        return NO_RESULT
    return None if _uses(function, body) else NO_USE


class _Calls:
    """Which calls of a module's own functions never end; names that mean several things are left out."""

    def __init__(self, root: Node, written: list[tuple[Node, Node]]) -> None:
        count = Counter(_name(function) for function, _ in written)
        bound = [name for node in walk(root) for name in _names(node.child_by_field_name("pattern"))]
        count.update(bound)
        self._bound = frozenset(bound)
        self._leaving = _leaving(root)
        self._own = {_name(function): body for function, body in written if count[_name(function)] == 1}
        # All that cannot be shown to end: each round takes out what ends, given what is left.
        self._never = set(self._own)
        while ending := {name for name in self._never if not self.never_end(self._own[name])}:
            self._never -= ending

    def never_end(self, node: Node) -> bool:
        """Whether `node`, when it is run, panics, leaves the program or goes on for ever."""
        # Each step hands out a part and gets its answer: Python's own stack would end in a sum of a thousand terms.
        steps, told = [self._steps(node)], None
        while steps:
            try:
                part = steps[-1].send(told)
            except StopIteration as done:
                steps.pop()
                told = bool(done.value)
            else:
                steps.append(self._steps(part))
                told = None
        return bool(told)

    def _steps(self, node: Node) -> Generator[Node, bool | None, bool]:
        for part in node.named_children if node.type == "block" else _always_run(node):
            if (yield part):
                return True
            if part.id in self._leaving:
                return False
        if node.type in ("if_expression", "match_expression"):
            ways = _ways(node)
            for way in ways:
                if not (yield way):
                    return False
            return bool(ways)
        return node.type != "block" and self._ends_here(node)

    def _ends_here(self, node: Node) -> bool:
        """Whether a node never ends by what it is itself, all its parts aside."""
        if node.type == "macro_invocation":
            return _last(node.child_by_field_name("macro")) in _PANICS
        if node.type == "loop_expression" or _text(node.child_by_field_name("condition")) == "true":
            return node.id not in self._leaving
        return node.type == "call_expression" and self._call(_text(node.child_by_field_name("function")))

    def _call(self, path: str) -> bool:
        name = re.sub(r"^(?:Self|self|crate)::", "", path)
        if name not in self._own:
            return name not in self._bound and path.rsplit("::", 1)[-1] in _EXITS
        return name in self._never


def _leaving(root: Node) -> set[int]:
    """Return the ids of all nodes in which something may be left early."""
    seen: list[tuple[Node, int]] = []
    stack = [(root, root.id)]
    while stack:
        node, parent = stack.pop()
        seen.append((node, parent))
        stack.extend((child, node.id) for child in node.children)
    found: set[int] = set()
    for node, parent in reversed(seen):  # Parents come before what is below them.
        if node.type in _LEAVES or node.id in found:
            found |= {node.id, parent}
    return found


def _always_run(node: Node) -> list[Node]:
    """Return the parts that are run whenever `node` is; a closure's or an item's are run elsewhere, if at all."""
    if node.type in ("closure_expression", "async_block", "token_tree") or node.type.endswith(("_item", "_definition")):
        return []
    if node.type in _IN_PART:
        return node.children_by_field_name("condition") or node.children_by_field_name("value")
    if node.type == "let_chain":
        return node.named_children[:1]
    lazy = _text(node.child_by_field_name("operator")) in ("&&", "||")
    return node.children_by_field_name("left") if lazy else node.named_children


def _ways(node: Node) -> list[Node]:
    """Return the parts of an `if` or `match` one of which is run; none where that may be none."""
    ways = [node.child_by_field_name("consequence"), node.child_by_field_name("alternative")]
    if (arms := node.child_by_field_name("body")) is not None:
        ways = [arm.child_by_field_name("value") for arm in arms.named_children if arm.type == "match_arm"]
    return [way for way in ways if way is not None] if None not in ways else []


def _may_leave(node: Node) -> bool:
    return any(one.type in _LEAVES for one in walk(node))


def _uses(function: Node, body: Node) -> bool:
    """Whether what a function returns or changes has to do with its parameters, beyond being one of them.

    Goes from the result back to the first statement: `live` are the names that the result depends on, `same` the one
    whose value it is.
    """
    listed = function.child_by_field_name("parameters")
    parameters = [one for one in listed.named_children if "parameter" in one.type] if listed is not None else []
    if not parameters:
        return True
    lent = any(_LENT.search(text_of(one)) for one in parameters)  # Then what is done to a name may be seen outside.
    # A value that is thrown away at the end was meant as the result: one semicolon too many.
    returns = function.child_by_field_name("return_type") is not None
    live: set[str] = set()
    same: str | None = None
    for at, (node, ended) in enumerate(reversed(_statements(body))):
        target = node.child_by_field_name("pattern" if node.type == "let_declaration" else "left")
        names, touched = _names(node), _names(target) if target is not None else _changed_by_method(node)
        if not at and (not ended or (returns and node.type not in _ASSIGNMENTS)):
            live, same = names, _same_as(node)
        elif node.type == "let_declaration" or (node.type == "assignment_expression" and touched == {_text(target)}):
            value = node.child_by_field_name("value") or node.child_by_field_name("right")
            if touched & live or _may_leave(node):
                live = live - touched | _names(value)
            if same in touched:
                same = _same_as(value) if touched == {_text(target)} else None
            same = None if _may_leave(node) else same
        elif not _is_useless(node) and (not touched or touched & live or lent):
            live |= names
            same = None if lent or _may_leave(node) or same in (touched or names) else same
    given = {name for one in parameters for name in _names(one.child_by_field_name("pattern"))}
    return bool(live & given) and same not in given


def _statements(body: Node) -> list[tuple[Node, bool]]:
    """Return the statements of a body as far as its first `return`, each with whether its value is thrown away."""
    found: list[tuple[Node, bool]] = []
    for part in body.named_children:
        if part.type.endswith(("comment", "_item", "use_declaration", "ERROR")):
            continue
        node = part.named_children[0] if part.type == "expression_statement" else part
        returns = node.type == "return_expression"
        found.append((node, not returns and text_of(part).endswith(";")))
        if returns:
            break
    return found


def _changed_by_method(node: Node) -> set[str]:
    """Return what a statement that calls a method may change: what it is called on, and what it is lent."""
    owner, called = node, node.child_by_field_name("function")
    if called is None or called.type != "field_expression":
        return set()
    while (inner := owner.child_by_field_name("function") or owner.child_by_field_name("value")) is not None:
        owner = inner
    lent = [one for one in walk(node) if one.type in ("closure_expression", "reference_expression")]
    return {name for one in (owner, *lent) for name in _names(one)}


def _is_useless(node: Node) -> bool:
    if _CONSTRUCTS.fullmatch(node.type):
        return not any(one.type in _ACTS for one in walk(node))
    called = node.child_by_field_name("function") or node.child_by_field_name("macro")
    return bool(_NO_EFFECT.fullmatch(node.type) or (called and _NO_EFFECT_CALLED.fullmatch(_last(called))))


def _same_as(node: Node | None) -> str | None:
    """Return the name whose value an expression hands on, in another form at most."""
    while node is not None and node.type not in _NAMES:
        node = _handed_on(node)
    return _text(node) or None


def _handed_on(node: Node) -> Node | None:
    """Return the part of an expression that has the same value, in another form at most."""
    inner = node.named_children
    if node.type == "call_expression":
        called, inner = inner[0].child_by_field_name("function") or inner[0], inner[-1].named_children
        if called.type == "field_expression" and not inner and _text(called.child_by_field_name("field")) in _SAME:
            return called.child_by_field_name("value")
        return inner[0] if len(inner) == 1 and text_of(called) in _WRAPS else None
    shell = node.type in _SHELLS or (node.type == "unary_expression" and text_of(node).startswith("*"))
    return inner[0] if node.type == "type_cast_expression" or (shell and len(inner) == 1) else None


def _names(node: Node | None) -> set[str]:
    """Return the names of variables and functions below a node, those in format strings too."""
    found: set[str] = set()
    for one in walk(node) if node is not None else ():
        if one.type in _NAMES:
            found.add(_text(one))
        elif one.type in _FORMATS and one.parent is not None and one.parent.type == "token_tree":
            found.update(name for pair in _SHOWN.findall(text_of(one)) for name in pair if name)
    return found


def _name(function: Node) -> str:
    return _text(function.child_by_field_name("name"))


def _text(node: Node | None) -> str:
    return text_of(node).removeprefix("r#")


def _last(path: Node | None) -> str:
    return text_of(path).rsplit("::", 1)[-1]
