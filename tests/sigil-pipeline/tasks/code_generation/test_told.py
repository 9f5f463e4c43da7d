"""Whether a description says what a function takes and returns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.tasks.code_generation.prompt import prompt_for
from sigil_pipeline.tasks.code_generation.told import tells_signature

from ...sources import chunks


@pytest.mark.parametrize(
    ("signature", "said", "tells"),
    [
        ("fn f(&self) -> bool", "Checks if it is empty.", True),
        ("fn f(&self) -> bool", "Counts them.", False),
        ("fn f(&mut self) -> Option<usize>", "Returns `None` if there is no last one.", False),
        ("fn f(&mut self) -> Option<usize>", "Returns it as a `usize`, or `None`.", True),
        ("fn f(mut self)", "Ends it.", True),
        ("fn f(self: Box<Self>) -> Self", "Gives it back.", False),
        ("fn f(&self) -> Row<'_, Self>", "Returns it.", True),
        ("fn f(&self, name: &str) -> Row", "Sets the name.", False),
        ("fn f(&self, name: &str) -> Row", "Sets `name`, a `str`.", True),
        ("fn f<T>(&self, name: T) where T: AsRef<str>", "Sets `name`.", False),
        ("fn f() -> impl Iterator<Item = u8> + 'static", "An Iterator with an Item of u8.", True),
    ],
)
def test_what_a_description_tells(signature: str, said: str, tells: bool) -> None:
    chunk = chunks(f"impl Copy for Row {{\n    {signature} {{\n        todo!()\n    }}\n}}\n")["f"]
    assert tells_signature(chunk, said) is tells


@given(st.text("fn(&self)<T>->:u8,", max_size=40))
def test_no_signature_is_a_crash(rest: str) -> None:
    for chunk in chunks(f"fn f({rest} {{\n    1;\n}}\n").values():
        if chunk.kind == "function":
            tells_signature(chunk, "")


def test_what_a_description_does_not_tell_is_shown() -> None:
    code = "/// Returns the larger one of two, or the first.\nfn larger(one: u8, two: u8) -> u8 {\n    one\n}\n"
    assert all("one: u8, two: u8) -> u8" in prompt_for(chunks(code)["larger"], seed).text for seed in range(60))
