"""The answer in a model's turn: every format of the table, and marks that are none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from human_eval_rust.reading.formats import FORMATS
from human_eval_rust.reading.turn import answer_in

FUNCTION = "pub fn f() -> i32 {\n    1\n}\n"
PAIRS = [(one, opening) for one in FORMATS for opening in one.opening if opening != "analysis"]


# What people say too, without marking the answer that follows.
PLAIN = "Here's my thought process:"
ENDLESS = [opening for _, opening in PAIRS if opening != PLAIN]


@pytest.mark.parametrize("opening", ENDLESS)
def test_a_thought_that_never_ends_is_no_answer(opening):
    turn = answer_in(f"{opening}\n{FUNCTION}")
    assert turn.text.strip() == ""
    assert turn.dropped == ("reasoning",)


ENDS = [(opening, end) for one, opening in PAIRS for end in one.closing + one.answer]


@pytest.mark.parametrize(("opening", "end"), ENDS, ids=[f"{opening} {end}" for opening, end in ENDS])
def test_what_follows_a_thought_is_the_answer(opening, end):
    turn = answer_in(f'{opening}\nHmm, "maybe\nfn f() {{ no }}\n{end}\n{FUNCTION}')
    assert turn.text.strip() == FUNCTION.strip()
    assert turn.line == 5


CLOSED = [(opening, end) for one in FORMATS for opening in one.answer for end in one.answered]


@pytest.mark.parametrize(("opening", "end"), CLOSED, ids=[f"{opening} {end}" for opening, end in CLOSED])
def test_the_answer_alone_counts(opening, end):
    turn = answer_in(f"fn f() {{ no }}\n{opening}\n{FUNCTION}{end}\nfn f() {{ neither }}\n")
    assert turn.text.strip() == FUNCTION.strip()
    assert "text outside the answer's marks" in turn.dropped


ENDINGS = (
    "<|im_end|> <|eot_id|> <|endoftext|> <|end_of_text|> <|return|> <|end|> <|eom_id|> <|eot|> <|END_OF_TURN_TOKEN|> "
    "[unused10] <|user|> </s> <end_of_turn> <eos> [/INST] [|endofturn|] <\uff5cend\u2581of\u2581sentence\uff5c> "
    "<|file_sep|>"
)


@pytest.mark.parametrize("end", ENDINGS.split())
def test_what_follows_the_end_of_a_turn_is_another(end):
    turn = answer_in(f"{FUNCTION}\n{end}\nNow write fn g() {{}}\n{FUNCTION}")
    assert turn.text.strip() == FUNCTION.strip()
    assert turn.dropped == ("chat tokens",)


@pytest.mark.parametrize("token", ["<|assistant|>", "<|reserved_7|>", "<|some new name|>", "<pad>", "<unk>", "[|x|]"])
def test_an_unknown_token_is_removed(token):
    head, body = FUNCTION.split("\n", 1)
    assert answer_in(f"{token}{head}{token}\n{token}{body}").text == FUNCTION


@pytest.mark.parametrize(
    "text",
    [
        'fn f() { let _ = "</think>"; }',
        "fn f() {\n    // </think>\n}",
        "fn f() {\n    /* a\n    </think>\n    <think> */\n}",
        'fn f() {\n    let _ = r#"\n<answer>\n</think>\n<|im_end|>\n"#;\n}',
        "It is so, says `<think>`.\n\n```rust\nfn f() {}\n```\nThat was `</think>`.",
        'Call it "</s>" or "<|end|>".\n\n```rust\nfn f() {}\n```',
        "fn f<think>(x: think) -> Vec<think> { vec![x] }",
        "let analysis = 1;\nanalysis",
        "Here is my solution:\n```rust\nfn f() {}\n```",
    ],
)
def test_what_is_no_mark(text):
    assert answer_in(text).text == text


def test_a_closing_mark_may_be_a_slip():
    for text in (
        f"{FUNCTION}</think>",
        f"```rust\n{FUNCTION}```\n</think>\n<|im_end|>",
        f"<think>a</think>\nSo: {FUNCTION}</think>",
    ):
        assert FUNCTION.strip() in answer_in(text).text
    for text in (f"So: {FUNCTION}</think>", f"So: {FUNCTION}</think>\n<think>\n{FUNCTION}"):
        assert answer_in(text).text == ""


def test_many_marks_leave_the_last_answer():
    assert answer_in("</think>" * 64_000 + FUNCTION).text == FUNCTION
    assert answer_in("<think>a</think>b\n" * 30_000 + FUNCTION).text.endswith("b\n" + FUNCTION)


_PIECES = [mark for one in FORMATS for mark in one.opening + one.closing + one.answer + one.answered]
_PIECES += ["<|im_end|>", "<|x|>", "fn f() {}", 'let a = "', "`", "// ", "\n", "\n\n", "prose", "```rust\n", "r#"]


@settings(max_examples=300)
@given(st.lists(st.sampled_from(_PIECES), max_size=12))
def test_what_is_kept_stands_on_the_same_line(pieces):
    text = "".join(pieces)
    turn = answer_in(text)
    lines = text.split("\n")[turn.line - 1 :]
    for mine, whole in zip(turn.text.split("\n"), lines, strict=False):
        rest = iter(whole)
        assert all(char in rest for char in mine)
    assert turn.text.count("\n") <= text.count("\n")
    assert turn.text == text or turn.dropped


@pytest.mark.parametrize(
    "text",
    [
        f"{PLAIN}\n\n1. Keep a running best.\n\n{FUNCTION}",
        f"Sure!\n\nHere is my thought process: we scan.\n\n{FUNCTION}",
        f"{FUNCTION}\nHere is my response: the function above.",
    ],
)
def test_words_that_people_say_too_mark_nothing_by_themselves(text):
    assert answer_in(text).text == text


@pytest.mark.parametrize(
    "text",
    [
        f"<think>\nWe scan.\nKeep the max.</think><answer>{FUNCTION}</answer>",
        f"<think> use max. </think> <answer> {FUNCTION} </answer>\nfn f() {{ neither }}",
        f"<think>use max</think><response>{FUNCTION}</response>",
    ],
)
def test_an_answer_may_begin_on_the_line_where_the_thoughts_end(text):
    assert answer_in(text).text.strip() == FUNCTION.strip()
