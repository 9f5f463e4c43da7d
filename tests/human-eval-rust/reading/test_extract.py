"""Finding the code: what is taken, what is dropped, where it stood."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_eval_rust.building.answer_module import answer_source, calm
from human_eval_rust.reading.extract import Code, extract_versions
from human_eval_rust.rust.tree import is_clean
from sigil_common.rust_text import mask, search_code

BODY = "    numbers.to_vec()\n}\n"
FUNCTION = "pub fn running_max(numbers: &[i64]) -> Vec<i64> {\n" + BODY


def extract(text: str, entry_point: str) -> Code:
    return extract_versions(text, entry_point)[0]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        (BODY, "body"),
        ("    numbers.to_vec()", "body, closing brace added"),
        (FUNCTION, "function"),
        (f"Here:\n```rust\n{FUNCTION}```\n", "fenced function"),
        (f"```rust\n{BODY}```", "fenced body"),
        (f"```rust\n{FUNCTION}", "fenced function, fence not closed"),
        (f"mod a {{\n{FUNCTION}}}\n", "nested function"),
        (f"fn main() {{\n{FUNCTION}}}\n", "nested function"),
        ("mod a {}\nuse a::solve as running_max;\n", "nested function"),
        ("mod a { make!(running_max); }\nuse a::running_max;\n", "nested function"),
        ("macro_rules! make { ($a:ident) => { fn $a() {} } }\nmake!(running_max);\n", "function"),
        (f"```rust\nfn a(\n</think>\n{FUNCTION}", "function"),
        (f"{FUNCTION}</think>", "function"),
        ("", "none"),
        ("   \n\t", "none"),
        ("// nothing\n", "none"),
        ("}", "none"),
        ("    pair.swap_with(pair.swap_with(", "body, closing brace added"),
        ("    if a {\n        b", "body"),
        ("I'm sorry, but I can't do that (it is wrong).", "none"),
        ("```rust\n```", "none"),
        ("```", "none"),
    ],
)
def test_shapes(text, shape):
    assert extract(text, "running_max").shape == shape


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        (FUNCTION + "fn main() {}\n", "main function"),
        (FUNCTION + "#[cfg(test)]\nmod tests { #[test] fn a() {} }\n", "own tests"),
        (FUNCTION + "mod tests {\n    use super::*;\n    #[test]\n    fn a() { assert!(", "own tests"),
        (FUNCTION + "mod extra {\n    fn a() {}\n    fn b(", "unused broken `extra`"),
        (FUNCTION + "fn helper() {}\n", "unused fn `helper`"),
        (FUNCTION + FUNCTION, "repeated `running_max`"),
        (f"Sure:\n```\n{FUNCTION}```", "prose"),
        (FUNCTION + "<|im_end|>", "chat tokens"),
        (f"Well.\n</think>\n{FUNCTION}", "reasoning"),
        (FUNCTION + "use a::b;\n", "unused use"),
        (BODY + "and so on", "text after the function"),
    ],
)
def test_what_is_dropped_is_said(text, dropped):
    assert dropped in extract(text, "running_max").dropped


def test_lines_of_the_answer_are_kept(parsed):
    text = (
        "I think.\n</think>\n\nSure!\n\n```rust\nuse std::mem;\n\nfn two() -> i64 { 2 }\n\n"
        + FUNCTION.replace("    ", "    two();")
        + "```"
    )
    source = answer_source(parsed["running_max"], extract(text, "running_max"))
    lines = text.split("\n")
    pairs = [(line, lines[source.line(i) - 1]) for i, line in enumerate(source.text.split("\n"), 1) if source.line(i)]
    assert len(pairs) == 5
    assert all(ours == theirs for ours, theirs in pairs)


def test_the_entry_point_becomes_public(parsed):
    for head in ("fn", "pub fn", "pub(crate) fn", "pub(in crate::a) fn", "const fn", "pub const fn"):
        text = FUNCTION.replace("pub fn", head)
        source = answer_source(parsed["running_max"], extract(text, "running_max")).text
        assert source.startswith("pub const fn running_max" if "const" in head else "pub fn running_max"), head


def test_lint_attributes_that_would_meet_a_forbid_are_blanked():
    assert calm("#[allow(clippy::all)]\nfn f() {}") == " " * 21 + "\nfn f() {}"
    assert calm("#![deny(warnings)] fn f() {}").strip() == "fn f() {}"
    assert calm("#[allow(dead_code)] fn f() {}") == "#[allow(dead_code)] fn f() {}"
    assert calm('const A: &str = "#[deny(warnings)]";') == 'const A: &str = "#[deny(warnings)]";'


@settings(max_examples=300)
@given(st.text(alphabet="{}()[]\"'/*\\rb#`fn; \n<|>abx", max_size=60))
def test_any_text_is_read_without_an_error(text):
    code = extract(text, "f")
    assert code.found == (code.shape != "none")
    masked = mask(text).code
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(text) if c == "\n"] == [i for i, c in enumerate(masked) if c == "\n"]


_LITERALS = st.sampled_from(
    [
        '"}"',
        'r"}"',
        'r#"fn f() { " }"#',
        '"\\"}{"',
        "'}'",
        "'\\''",
        "b'{'",
        'b"{"',
        "// }\n1",
        "/* } /* { */ } */ 1",
        '"```"',
        'r##"```rust\nfn f() {}\n```"##',
        "'a'",
        '"// not a comment"',
        'c"{"',
        '"<|im_end|>"',
    ]
)


@settings(max_examples=200)
@given(st.lists(_LITERALS, min_size=1, max_size=6), st.sampled_from(["raw", "fence", "body", "prose"]))
def test_literals_and_comments_are_never_mistaken_for_code(literals, shape):
    body = "".join(f"    let _ = {literal};\n" for literal in literals) + "    7\n}\n"
    function = "fn f() -> i32 {\n" + body
    assert is_clean(function)
    text = {
        "raw": function,
        "body": body,
        "fence": f"It is:\n```rust\n{function}```\nDone.",
        "prose": f"It is:\n\n{function}\nDone {{.",
    }[shape]
    code = extract(text, "f")
    taken = code.body.text if code.body else code.items[-1].text
    assert code.clean
    assert taken.rstrip("\n") == (body if shape == "body" else function).rstrip("\n")


@settings(max_examples=100)
@given(st.integers(0, len(FUNCTION) - 1))
def test_a_cut_off_answer_never_gains_code(length):
    text = FUNCTION[:length]
    code = extract(text, "running_max")
    taken = "".join(item.text for item in code.items) + (code.body.text if code.body else "")
    assert taken.replace("\n}\n", "").strip() in text.strip() or not code.found


@pytest.mark.parametrize(
    ("text", "body", "items"),
    [
        ("{\n    g(x)\n}\n\nfn g(x: i32) -> i32 {\n    x\n}\n", " \n    g(x)\n}", ["g"]),
        ("// {\n{\n    g(x)\n}\nfn g(x: i32) -> i32 { x }", "// {\n \n    g(x)\n}", ["g"]),
        ("{\n    1\n}", "{\n    1\n}\n}\n", []),  # a block is a body too
        ("{ a(); }\nb()\n", "{ a(); }\nb()\n}\n", []),
        ("    { a(); }\n    b()\n}\nfn b() {}\n", "    { a(); }\n    b()\n}", ["b"]),
    ],
)
def test_a_body_may_bring_its_own_opening_brace(text, body, items):
    code = extract(text, "f")
    assert code.body is not None
    assert (code.body.text, [item.name for item in code.items]) == (body, items)


_TOKENS = ["```", "`", '"', "'", "'a", "'x'", "//", "/*", "*/", "\n", "\\", "r#", "#", "b", " ", "x", "{"]


@settings(max_examples=500)
@given(st.lists(st.sampled_from(_TOKENS), max_size=30), st.integers(0, 10))
def test_the_next_match_in_code_is_that_of_the_mask(tokens, start):
    text, ticks = "".join(tokens), re.compile("`{3,}")
    wanted = ticks.search(mask(text[start:]).code)
    found = search_code(ticks, text, start)
    assert (found and found.span()) == (wanted and (wanted.start() + start, wanted.end() + start))


@pytest.mark.slow
@pytest.mark.parametrize(
    "shape",
    ["```rust\n{}```\n", "{}", "So:\n{}", "```rust\n{}\n", "mod a {{\n{}}}\n", "struct A;\nimpl A {{\n{}}}\n"],
)
def test_an_answer_that_repeats_itself_is_read_in_its_length(shape):
    # It takes minutes where the work for a version grows with the number of versions.
    text = "".join(shape.format(f"fn f(x: i32) -> i32 {{\n    x + {i % 7}\n}}\n") for i in range(1500))
    assert extract_versions(text, "f")[0].found


@pytest.mark.parametrize(
    ("prose", "is_taken"),
    [
        ("Don't write {wrong}.", False),
        ("Instead of this:\n\n{wrong}", False),
        ("Never use {wrong}; use {right}.", True),
        ("Use {right}. Don't write {wrong}.", True),
        ("Use {right}, which works.", True),
    ],
)
def test_a_quote_that_is_introduced_as_a_mistake_is_not_taken(prose, is_taken):
    quotes = {name: f"`fn running_max(n: &[i64]) -> Vec<i64> {{ {name}(n) }}`" for name in ("zero", "best")}
    cut_off = "\n\n```rust\nfn running_max(n: &[i64]) -> Vec<i64> {\n    n.iter().scan(i64::MIN, |a"
    code = extract(prose.format(wrong=quotes["zero"], right=quotes["best"]) + cut_off, "running_max")
    source = "".join(item.text for item in code.items)
    assert "zero" not in source
    assert ("best" in source) is is_taken
