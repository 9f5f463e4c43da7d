"""Tokens and runs of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.choose.ngrams import ngrams, normalised, tokens


def test_tokens_leave_out_comments_and_keep_literals_whole() -> None:
    assert tokens('a /* b */ + "c // d" // e\n \'f\' r#"g"#') == ["a", "+", '"c // d"', "'f'", 'r#"g"#']
    assert " ".join(normalised('let count: u8 = add(1, "x");')) == "let i : u8 = add ( 1 , l ) ;"
    assert " ".join(normalised("fn add(a: T) { a::b(c.d(), e.f, m!(g), add(h)) }")) == (
        "fn i ( i : i ) { a :: b ( i . d ( ) , i . i , m ! ( i ) , i ( i ) ) }"
    )
    assert tokens("&'a str") == ["&", "'a", "str"]


@given(st.text(max_size=100))
def test_tokens_never_fail_and_do_not_depend_on_white_space_at_the_ends(code: str) -> None:
    assert tokens(f"  {code.strip()}  ") == tokens(code.strip())


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 8))
def test_ngrams_are_runs(items: list[str], size: int) -> None:
    joined = " ".join(items)
    assert all(run in joined for run in ngrams(items, size))
