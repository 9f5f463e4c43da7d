"""Tests made of the examples in a function's docs, for a problem that shows the function and not its crate.

Only text is looked at here: whether a test compiles, holds and reaches the function is `prove`'s to find out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.imports import each_imported
from sigil_pipeline.chunk.syntax import field, indented, leaves, text
from sigil_pipeline.heldout.doc_code import rust_blocks
from sigil_pipeline.heldout.paths import Names, without_crate
from sigil_pipeline.heldout.shape import reaches_outside
from sigil_pipeline.heldout.statements import Statements, at_the_margin, statements
from sigil_pipeline.heldout.strength import ASSERTS

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN_MAIN = re.compile(r"(?:pub\s+)?fn\s+main\s*\(\s*\)\s*")
# Why a block is no test, the later the nearer to being one; a function without a test has the last that applies.
REASONS = ("no_example", "broken", "no_assert", "unusual_main", "leans_on_crate", "no_call", "reaches_outside")


@dataclass(frozen=True)
class Example:
    """One example: the body of a test function, and what it returns (`-> ... ` or nothing)."""

    body: str
    returns: str = ""

    def function(self, name: str) -> str:
        """Return it as a function, at the left margin."""
        return f"fn {name}(){self.returns} {{\n{indented(self.body, '    ')}\n}}"


def examples_of(docs: str, names: Names) -> tuple[list[Example], str]:
    """Return the examples in `docs` that call the function and assert something, and why there is none."""
    found: list[Example] = []
    why = REASONS[0]
    for block in rust_blocks(docs):
        made = _example(block, names)
        if isinstance(made, Example):
            found.append(made)
        else:
            why = max(why, made, key=REASONS.index)
    return found, "" if found else why


def module_of(examples: Sequence[Example], function: str) -> str:
    """Return the `test` of a problem with this function, in the form that the shipped problem files have."""
    word = "docs" if function.startswith("example_") else "example"  # whose name would hide it
    tests = (f"#[test]\n{one.function(f'{word}_{number}')}" for number, one in enumerate(examples, start=1))
    inside = "\n\n".join(["use super::*;", *tests])
    return f"#[cfg(test)]\nmod tests {{\n{indented(inside, '    ')}\n}}\n"


def _example(code: str, names: Names) -> Example | str:
    """Return the example that a block makes, or why it makes none."""
    whole = statements(code)
    if whole is None:
        return "broken"
    if not asserts(whole):
        return "no_assert"
    plain = _without_main(whole)
    if plain is None:
        return "unusual_main"
    body = without_crate(plain, names)
    if body is None:
        return "leans_on_crate"
    if not _calls(body, names.function):
        return "no_call"
    if reaches_outside("\n".join([body, *(line for _, line in each_imported(body))])):
        return "reaches_outside"
    # As rustdoc has it: an example that ends in `Ok::<(), E>(())` may use `?`.
    return Example(body, " -> Result<(), impl std::fmt::Debug>" if body.endswith("(())") else "")


def asserts(found: Statements) -> bool:
    """Whether code makes an assertion."""
    words = [text(leaf) for leaf in leaves(found.block)]
    return any(word in ASSERTS and after == "!" for word, after in pairwise(words))


def _calls(code: str, name: str) -> bool:
    found = statements(code)
    words = [text(leaf) for leaf in leaves(found.block)] if found else []
    return any(
        words[at] == name
        and (words[at - 1] not in (".", "::", "fn") or words[at - 2 : at] == ["self", "::"])
        and (words[at + 1] == "(" or words[at + 1 : at + 3] == ["::", "<"])
        for at in range(1, len(words) - 1)
    )


def _without_main(found: Statements) -> str | None:
    """Return the code with what stands in `fn main` in its place, `None` for a `main` that is not plain."""
    main = next((node for node in found.block.children if _is_main(node)), None)
    body = field(main, "body") if main is not None else None
    if main is None or body is None:
        return found.code
    before = main.prev_sibling
    marked = before is not None and before.type == "attribute_item"
    if marked or not _PLAIN_MAIN.fullmatch(found.between(main.start_byte, body.start_byte)):
        return None
    inside = found.between(body.start_byte + 1, body.end_byte - 1)
    return found.edited([(main.start_byte, main.end_byte, at_the_margin(inside))])


def has_main(found: Statements) -> bool:
    """Whether there is a main function among statements."""
    return any(map(_is_main, found.block.children))


def _is_main(node: Node) -> bool:
    name = field(node, "name") if node.type == "function_item" else None
    return name is not None and text(name) == "main"
