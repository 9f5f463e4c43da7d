"""The words of the prompts."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.tasks.wording import doc_comment, fenced, noun

from ..sources import chunks


def test_nouns() -> None:
    found = chunks()
    assert [noun(found[name]) for name in ("add", "helper", "hi", "Store<T>", "inner")] == [
        "method",
        "function",
        "async function",
        "`impl` block",
        "module",
    ]


@given(st.text(alphabet="`a/ \n", max_size=40))
def test_fences_hold_any_code(code: str) -> None:
    block = fenced(code)
    fence = block.split("rust", 1)[0]
    closing = re.compile(rf"^ {{0,3}}{fence}`* *$")
    assert not any(closing.match(line) for line in code.strip("\n").split("\n"))
    assert block.endswith(f"\n{fence}")


def test_a_stub_with_an_example_needs_no_longer_fence() -> None:
    docs = doc_comment("Adds.\n\n```\nadd();\n```", 99)
    assert fenced(docs).startswith("```rust\n/// Adds.")
    assert doc_comment("Adds.\n\nadd();\n```", 99) == "/// Adds.\n///\n/// add();"
    assert doc_comment("Adds.\n\n# Errors\n\nNever.", 9) == "/// Adds."
