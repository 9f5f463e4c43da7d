"""Docs as plain Markdown, and the prose in them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.docs import prose, summary
from sigil_pipeline.chunk.extract import chunks_of, open_source

from ..sources import HOLDS, chunks


def test_docs_are_read_in_all_three_forms() -> None:
    assert chunks()["hi"].docs == 'Says "hi".'
    source = open_source("a.rs", b"/** One\n * two. */\nfn f() {}\n")
    assert chunks_of(source, HOLDS)[0].docs == "One\ntwo."


def test_prose_ends_before_the_first_heading() -> None:
    docs = chunks()["add"].docs
    assert summary(docs) == "Adds an item, see `Store::get` and the book."
    assert prose(docs).endswith("More words.")


@pytest.mark.parametrize(
    "example", ["    let x = f();", "```\nlet x = f();\n```", "- so:\n\n  ```\n  f();\n  ```", "| a |\n|---|\n| f |"]
)
def test_examples_are_no_prose(example: str) -> None:
    assert prose(f"Does it.\n\n{example}\n\nMore.") in ("Does it.", "Does it.\n\n- so:")


@pytest.mark.parametrize(
    ("docs", "wanted"),
    [
        ("See [`a`], [b](https://example.org), [c][d] and [Path::to].\n\n[d]: x", "See `a`, b, c and Path::to."),
        ("The class `[_0-9]`, with `x[i]` in [0, 1].", "The class `[_0-9]`, with `x[i]` in [0, 1]."),
        ("Returns *a*\nand **b**.", "Returns *a* and **b**."),
        ("Gives:\n- one\n- two\n  of them\n\nEnd.", "Gives:\n- one\n- two of them\n\nEnd."),
        ("Words.\n\n1. one\n   - deep\n2. two", "Words.\n\n1. one\n  - deep\n2. two"),
        ("Words.\n\nSee: https://example.org", "Words."),
    ],
)
def test_prose_keeps_the_words_and_the_lists(docs: str, wanted: str) -> None:
    assert prose(docs) == wanted


@given(st.text(alphabet="ab[]()`*_-#>| \n:1.", max_size=80))
def test_no_docs_are_a_crash(docs: str) -> None:
    assert summary(docs) in prose(docs)


def test_a_word_before_a_colon_is_prose_unless_an_address_follows() -> None:
    assert prose("Returns: true") == "Returns: true"
    assert prose("Sorts.\n\nComplexity: O(n)\n\nStable.") == "Sorts.\n\nComplexity: O(n)\n\nStable."
    assert prose("Sorts.\n\n`link`: crate::sort::quick") == "Sorts."
