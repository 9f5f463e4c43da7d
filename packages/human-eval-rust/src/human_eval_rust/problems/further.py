"""What the tests use that neither prompt nor tests declare: an answer has to bring it, as the reference solution does.

Functions and constants are the answer's own, and the tests reach them as they reach the entry point: through a
function of the reference's signature, or a constant of its type. Types are the reference's own text, as if the prompt
gave them: a type of the answer's own could equal whatever it likes.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from human_eval_rust.problems.publish import publish
from human_eval_rust.rust.imports import imports
from human_eval_rust.rust.items import Item, cut_items
from human_eval_rust.rust.signature import Signature, signature_of
from human_eval_rust.rust.tree import name_of, nodes_in, text_of
from sigil_common.records import Problem
from sigil_common.rust_text import mask, unmatched_close

_TYPES = frozenset({"struct", "enum", "union", "type"})
_CONSTANTS = frozenset({"const", "static"})
_DECLARES = (
    r"\b(?:let(?:\s+mut)?|fn|const|static|struct|enum|union|type|macro_rules!)\s+{0}\b|\|\s*{0}\s*\||\b{0}\s*:(?!:)"
)


@dataclass(frozen=True)
class Further:
    """Items besides the entry point: signatures of functions, names and types of constants, the reference's types.

    The types come with the traits that the reference implements for them. `methods` are others of theirs that the
    tests call: with the reference's they would test the reference, with the answer's they could say anything.
    """

    functions: tuple[Signature, ...] = ()
    constants: tuple[tuple[str, str], ...] = ()
    types: tuple[Item, ...] = ()
    methods: tuple[str, ...] = ()

    @property
    def names(self) -> dict[str, str]:
        """What an answer has to bring: rustc's code for its absence, by name."""
        values = [one.name for one in self.functions] + [name for name, _ in self.constants]
        return dict.fromkeys(values, "E0425") | {item.name: "E0412" for item in self.types if item.kind != "impl"}


def after_body(solution: str) -> str:
    """Return what a reference solution holds after the entry point's closing brace."""
    close = unmatched_close(mask(solution).code)
    return "" if close is None else solution[close + 1 :]


def further(problem: Problem, entry: Signature, declared: Collection[str]) -> Further:
    """Return what the tests use and only the reference solution declares; `declared` are the prompt's own names."""
    every = [item for item in cut_items(after_body(problem.canonical_solution)).items if item.name not in declared]
    found = [item for item in every if item.kind in _TYPES | _CONSTANTS | {"fn"} and _is_used(item, problem.test)]
    functions = [one for item in found if item.kind == "fn" and (one := signature_of(item.text))]
    constants = [(item.name, _type(item)) for item in found if item.kind in _CONSTANTS]
    types = [item for item in found if item.kind in _TYPES]
    told = [one.types for one in (entry, *functions)] + [type_ for _, type_ in constants]
    while True:
        words = set(re.findall(r"\w+", " ".join([*told, *(item.text for item in types)])))
        new = [item for item in every if item.kind in _TYPES and item.name in words and item not in types]
        if not new:
            break
        types += new
    impls = [item for item in every if item.kind == "impl" and item.subject in {one.name for one in types}]
    types += [item for item in impls if item.trait]
    own = [name_of(one) for item in impls if not item.trait for one in nodes_in(item.text, "function_item")]
    methods = [name for name in own if re.search(rf"(?:\.|::)\s*{name}\b", mask(problem.test).code)]
    return Further(tuple(functions), tuple(constants), tuple(publish(item) for item in types), tuple(methods))


def _is_used(item: Item, test: str) -> bool:
    """Whether `test` names the item, as a whole word that it does not declare, bind or import from elsewhere itself."""
    # By the lexer: most of a test stands in `assert_eq!`, where the tree knows tokens alone.
    name = re.escape(item.name)
    code = mask(test).code
    call = r"\s*(?:\(|::\s*<)" if item.kind == "fn" else ""
    if not re.search(rf"(?<![\w.])(?<!::)(?:(?:super|crate)::)?{name}\b{call}", code):
        return False
    if re.search(_DECLARES.format(name), code):
        return False
    return not any(leaf == item.name and path.split("::")[0] not in ("super", "crate") for path, leaf in imports(test))


def _type(item: Item) -> str:
    return text_of(nodes_in(item.text, "const_item", "static_item")[0].child_by_field_name("type"))
