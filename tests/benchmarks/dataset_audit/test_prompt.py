"""The Rust in a prompt, and an answer put into it."""

import re

import pytest
from dataset_audit.prompt import alone, fences, first_lines_of_errors, input_of, shown_in
from hypothesis import given
from hypothesis import strategies as st

PIECES = st.lists(st.sampled_from(["``", "```", "````", "fn f() {}", "", "    ```", "/// ```", "text"]), max_size=6)


@given(st.lists(st.tuples(st.sampled_from(["rust", "text", ""]), PIECES), max_size=3))
def test_what_was_fenced_is_read_back(blocks):
    def fenced(language, lines):
        longest = max([2, *(len(run) for line in lines for run in re.findall("`+", line))])
        fence = "`" * (longest + 1)
        return "\n".join([f"{fence}{language}", *lines, fence])

    prompt = "\n\nSome words.\n\n".join(fenced(*block) for block in blocks)
    assert fences(prompt) == [(language, "\n".join(lines)) for language, lines in blocks]


def test_input_and_error_are_read_from_a_prompt():
    prompt = "Fix it.\n\n```rust\nfn f() { x }\n```\n\nError:\n\n```text\nerror[E0425]: no `x`\n --> a\n```\n"
    assert input_of(prompt) == "fn f() { x }"
    assert first_lines_of_errors(prompt) == ["error[E0425]: no `x`"]
    assert (input_of("No code."), first_lines_of_errors("No code.")) == ("", [""])


CONTEXT = "use std::fmt;\n\n#[derive(Clone)]\npub struct A {\n    x: u8,\n}\n\nimpl<T>  A {\n    // ...\n}"
METHOD = "fn get(&self) -> u8 {\n    self.x\n}"


@pytest.mark.parametrize(
    "head",
    [
        "Write `get`.",
        "Complete it.\n\n```rust\n/// Gets `x`:\n/// ```\n/// a.get();\n/// ```\nfn get(&self) -> u8 {\n```",
        "Its signature:\n\n```rust\nfn get(&self) -> u8;\n```",
    ],
)
def test_an_answer_stands_in_the_block_of_its_owner_and_its_head_goes(head):
    source = alone(f"{head}\n\nContext:\n\n```rust\n{CONTEXT}\n```", METHOD, "impl<T>A")
    source = source.replace("\n\n", "\n")
    assert source.endswith(f"{CONTEXT.removesuffix('}')}\n{METHOD}\n}}".replace("\n\n", "\n"))
    assert source.count("fn get") == 1


def test_an_answer_without_a_block_stands_at_the_end():
    prompt = (
        "Complete this Rust function. Answer with its code only.\n\nconst N: u8 = 1;\n\n/// Is one.\nfn one() -> u8 {"
    )
    assert alone(prompt, "fn one() -> u8 {\n    N\n}", None).endswith("const N: u8 = 1;\nfn one() -> u8 {\n    N\n}")
    assert alone("Write it.", "fn one() {}", "implA").endswith("\nfn one() {}")


def test_what_has_no_body_in_the_prompt_has_none_alone():
    source = alone("Write `f`.\n\n```rust\nfn helper() -> u8;\n```", "fn f() -> u8 { helper() }", None)
    assert "fn helper() -> u8;" in source


def test_code_shows_names_and_words_do_not():
    prompt = "Fix `one` with words.\n\n```rust\n// comment\nfn two() {}\n```\n\n```rust\n/* other */ fn three();\n```"
    assert shown_in(prompt, has_input=False) == {"one", "fn", "two", "three"}
    assert shown_in(prompt, has_input=True) == {"one", "fn", "three"}


def test_what_the_input_imports_is_shown() -> None:
    prompt = "Rewrite.\n\n```rust\nfn f() {\n    use crate::a::{b, c as d};\n    b(e); // use g;\n}\n```\n"
    assert shown_in(prompt, has_input=True) == {"use", "crate", "a", "b", "c", "as", "d"}


def test_each_error_that_a_prompt_quotes_is_known_by_its_first_line() -> None:
    prompt = "Fix.\n\n```text\nerror[E0425]: no `x`\n --> a\n\nerror[E0308]: mismatched types\n --> b\n```"
    assert first_lines_of_errors(prompt) == ["error[E0425]: no `x`", "error[E0308]: mismatched types"]
