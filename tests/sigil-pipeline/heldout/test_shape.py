"""Functions in the shape of benchmark problems, and which functions are none."""

from __future__ import annotations

import pytest

from sigil_pipeline.heldout.shape import objection, prompt_of, solution_of

from ..sources import chunks

SOURCE = """\
use std::collections::HashMap;
use std::fmt::Display;
use serde::Serialize;

const LEAST: usize = 2;

/// One word.
#[derive(Debug, Clone, Serialize)]
pub struct Word {
    /// Its text.
    text: String,
}

/// Counts the words that occur often.
///
/// ```
/// assert!(demo::frequent(&[]).is_empty());
/// ```
#[must_use]
pub(crate) fn frequent(words: &[Word]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in words {
        *counts.entry(word.text.clone()).or_insert(0) += 1;
    }
    counts.retain(|_, count| *count >= LEAST);
    counts
}

/// Joins what can be shown with commas.
pub const fn joined<T>(items: &[T]) -> String
where
    T: Display,
{
    items.iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

/// Doubles a number after it was halved.
fn twice(number: u32) -> u32 {
    halved(number) * 4
}

/// Halves a number, rounding towards zero.
fn halved(number: u32) -> u32 {
    number >> 1 & 0x7fff_ffff
}

/// Reads a file into a text, whatever is in it.
fn text_of(path: &str) -> String {
    std::fs::read_to_string(path).unwrap_or_default().trim().to_string()
}

/// Writes a value as serde wants it to be written.
fn written<T: Serialize>(value: T) -> T {
    let same = value;
    same
}

/// Returns the answer to all questions there are.
fn answer() -> u32 {
    42
}

/// Returns a new and empty map of words and counts.
fn empty() -> HashMap<String, usize> {
    HashMap::<String, usize>::new()
}

/// Waits for nothing and returns a number at once.
async fn waits(number: u32) -> u32 {
    let more = number + 1;
    more
}

/// Returns the next number, under the name of a keyword.
fn r#match(number: u32) -> u32 {
    let more = number + 1;
    more
}

/// No.
fn short(number: u32) -> u32 {
    let more = number + 1;
    more
}

impl Word {
    /// Returns the length of the text of this word.
    fn len(&self) -> usize {
        let len = self.text.len();
        len
    }
}
"""
FOUND = chunks(SOURCE)
PROMPT = """\
use std::collections::HashMap;

const LEAST: usize = 2;

#[derive(Debug, Clone)]
pub struct Word {
    text: String,
}

/// Counts the words that occur often.
///
/// ```
/// assert!(demo::frequent(&[]).is_empty());
/// ```
pub fn frequent(words: &[Word]) -> HashMap<String, usize> {
"""


def test_a_prompt_is_what_the_function_leans_on_its_docs_and_its_head() -> None:
    assert objection(FOUND["frequent"]) is None
    assert prompt_of(FOUND["frequent"]) == PROMPT
    assert solution_of(FOUND["frequent"]).startswith("    let mut counts = HashMap::new();\n    for word in words {\n")
    assert solution_of(FOUND["frequent"]).endswith("    counts\n}\n")


def test_a_head_is_public_and_not_const_and_may_have_a_where_clause() -> None:
    assert objection(FOUND["joined"]) is None
    end = "pub fn joined<T>(items: &[T]) -> String\nwhere\n    T: Display,\n{\n"
    assert prompt_of(FOUND["joined"]).endswith(f"\n/// Joins what can be shown with commas.\n{end}")
    assert prompt_of(FOUND["joined"]).startswith("use std::fmt::Display;\n\n")


def test_line_ends_of_other_systems_make_no_difference() -> None:
    found = chunks(SOURCE.replace("\n", "\r\n"))["frequent"]
    assert objection(found) is None
    assert prompt_of(found) == PROMPT
    assert solution_of(found) == solution_of(FOUND["frequent"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("twice", "leans_on_crate"),
        ("halved", None),
        ("text_of", "reaches_outside"),
        ("written", "leans_on_crate"),
        ("answer", "trivial"),
        ("empty", "trivial"),
        ("waits", "unusual_head"),
        ("r#match", "unusual_head"),
        ("short", "undocumented"),
        ("len", "method"),
    ],
)
def test_why_a_function_is_no_problem(name: str, why: str | None) -> None:
    assert objection(FOUND[name]) == why


def test_what_is_imported_in_braces_reaches_outside_where_it_is_used() -> None:
    found = chunks(
        """\
use std::{collections::HashMap, time::SystemTime};

/// Returns how many words there are, which is no matter of time.
fn counted(words: HashMap<String, u8>) -> usize {
    let all = words.len();
    all
}

/// Returns how many words there are, and how late it is.
fn timed(words: HashMap<String, u8>) -> (usize, SystemTime) {
    let all = words.len();
    (all, SystemTime::now())
}
"""
    )
    assert (objection(found["counted"]), objection(found["timed"])) == (None, "reaches_outside")
