from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.analyse.surface import count_documented_public, count_unsafe, root_cfg
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.docs import prose, summary
from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.chunk.gates import is_test_path, objection
from sigil_pipeline.chunk.syntax import tidy
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.code_generation.contained import standalone_source
from sigil_pipeline.tasks.wording import context_block, doc_comment, fenced, noun

SOURCE = """\
//! Module.
#![allow(dead_code)]
use std::{collections::HashMap, fmt::{self, Write as _}};
use std::io;

const LIMIT: usize = 3;

/** A store
 * of things. */
#[derive(Debug, serde::Serialize, Clone)]
pub struct Store<T> {
    /// Inside.
    items: HashMap<String, T>,
    #[allow(unused)]
    count: usize,
}

impl<T: Clone> Store<T> {
    /// Adds an item, see [`Store::get`] and [the book](https://example.org).
    ///
    /// More words.
    ///
    /// # Errors
    ///
    /// Never.
    #[inline]
    #[must_use]
    pub fn add(&mut self, name: &str, item: T) -> usize {
        let text = "first
  second";
        if self.count > LIMIT {
            return helper(text);
        }
        self.bump();
        self.items.insert(name.to_string(), item);
        self.count
    }

    fn bump(&mut self) {
        self.count += 1;
    }
}

fn helper(text: &str) -> usize {
    text.len()
}

#[cfg(test)]
mod tests {
    #[test]
    fn nothing() {}
}

mod inner {
    #[doc = "Says \\"hi\\"."]
    pub async fn hi() -> &'static str {
        let word = "hi";
        word
    }

    #[deprecated]
    #[doc(hidden)]
    pub unsafe fn old() -> u8 {
        let x = 1;
        x
    }
}

macro_rules! m { () => { unsafe { 1 } }; }
"""


def chunks(text: str = SOURCE) -> dict[str, Chunk]:
    return {chunk.name: chunk for chunk in chunks_of(open_source("src/lib.rs", text.encode()))}


def test_functions_methods_blocks_and_modules_are_found_and_tests_are_not() -> None:
    found = chunks()
    assert set(found) == {"Store<T>", "add", "bump", "helper", "inner", "hi", "old"}
    assert {name: found[name].kind for name in ("Store<T>", "add", "inner")} == {
        "Store<T>": "impl", "add": "function", "inner": "module",
    }  # fmt: skip


def test_a_chunk_stands_at_the_margin_without_docs_and_noise() -> None:
    add = chunks()["add"]
    assert add.code.startswith(
        'pub fn add(&mut self, name: &str, item: T) -> usize {\n    let text = "first\n  second";\n'
    )
    assert add.code.endswith("\n    self.count\n}")
    assert add.signature == "pub fn add(&mut self, name: &str, item: T) -> usize"
    assert (add.first_line, add.node_line, add.last_line) == (19, 28, 37)
    assert summary(add.docs) == "Adds an item, see `Store::get` and the book."
    assert prose(add.docs).endswith("More words.")


def test_docs_are_read_in_all_three_forms() -> None:
    assert chunks()["hi"].docs == 'Says "hi".'
    source = open_source("a.rs", b"/** One\n * two. */\nfn f() {}\n")
    assert chunks_of(source)[0].docs == "One\ntwo."


def test_context_names_what_the_code_leans_on() -> None:
    context = chunks()["add"].context
    assert context.imports == ("use std::{collections::HashMap, fmt::{self, Write as _}};",)
    assert context.owner_header == "impl<T: Clone> Store<T>"
    assert context.owner_type == (
        "#[derive(Debug, Clone)]\npub struct Store<T> {\n    items: HashMap<String, T>,\n    count: usize,\n}"
    )
    assert context.constants == ("const LIMIT: usize = 3;",)
    assert context.functions == ("fn helper(text: &str) -> usize;",)
    assert context.methods == ("fn bump(&mut self);",)
    block = context_block(chunks()["add"])
    assert block.endswith("impl<T: Clone> Store<T> {\n    fn bump(&mut self);\n    // ...\n}")


def test_a_standalone_file_holds_the_context() -> None:
    source = standalone_source(chunks()["add"])
    assert source is not None
    assert "fn helper(text: &str) -> usize { loop {} }" in source
    elsewhere = chunks("use crate::x::Y;\nfn f() -> Y {\n    let y = Y;\n    y\n}\n")["f"]
    assert standalone_source(elsewhere) is None


def test_nouns() -> None:
    found = chunks()
    assert [noun(found[name]) for name in ("add", "helper", "hi", "Store<T>", "inner")] == [
        "method", "function", "async function", "`impl` block", "module",
    ]  # fmt: skip


def test_gates_name_their_reason() -> None:
    found = chunks()
    compiled = {("src/lib.rs", node.start_byte) for node in open_source("src/lib.rs", SOURCE.encode()).functions}
    assert objection(found["add"], compiled, Settings()) is None
    assert objection(found["add"], set(), Settings()) == "not_compiled"
    assert objection(found["add"], compiled, Settings(max_sft_lines=5)) == "too_many_lines"
    assert objection(found["add"], compiled, Settings(max_sft_chars=5)) == "too_many_chars"
    assert objection(found["old"], compiled, Settings()) == "unsafe"
    assert objection(found["old"], compiled, Settings(unsafe_samples=True)) == "hidden"
    bodies = {
        "delegates": "fn len(&self) -> usize {\n    self.inner.len()\n}",
        "empty": "fn len() {\n    // nothing\n}",
        "unfinished": "fn len() -> u8 {\n    let x = 1;\n    todo!()\n}",
        "invisible_characters": "fn len() -> u8 {\n    // \u202e\n    let x = 1;\n    x\n}",
        "secret_or_address": 'fn len() -> u8 {\n    let x = "jane.doe@example.com";\n    x\n}',
        "data_table": "fn len() -> u8 {\n    let x = [" + "1, " * 30 + "];\n    x\n}",
        "long_lines": f'fn len() -> u8 {{\n    let x = "{"a" * 150}";\n    x\n}}',
        "too_short": "fn len() -> u8 { 1 + 2 }",
        "syntax_error": "fn len() -> u8 {\n    let = ;\n    1\n}",
    }
    for reason, code in bodies.items():
        chunk = chunks(code)["len"]
        assert objection(chunk, {("src/lib.rs", chunk.start)}, Settings()) == reason


def test_test_files_are_known_by_name_and_place() -> None:
    assert all(map(is_test_path, ("src/tests.rs", "src/tests/a.rs", "benches/x.rs", "src/parser_test.rs")))
    assert not any(map(is_test_path, ("src/contest.rs", "src/latest/a.rs", "src/testing.rs")))


def test_counts_of_a_crate() -> None:
    source = open_source("src/lib.rs", SOURCE.encode())
    assert count_unsafe([source]) == 2
    assert count_documented_public([source]) == 4
    assert root_cfg(open_source("lib.rs", b"//! Doc\n#![cfg( windows )]\n")) == "windows"
    assert root_cfg(source) is None


@given(st.text(alphabet=" \tab\n\"{}\\'/r#", max_size=80), st.sampled_from(["", "    ", "\t"]))
def test_tidy_keeps_the_lines_and_only_removes_indentation(snippet: str, indent: str) -> None:
    before, after = snippet.split("\n"), tidy(snippet, indent).split("\n")
    assert len(before) == len(after)
    assert all(new in (old, old.removeprefix(indent)) for old, new in zip(before, after, strict=True))


@given(st.binary(max_size=200))
def test_no_source_is_a_crash(data: bytes) -> None:
    source = open_source("src/lib.rs", data)
    for chunk in chunks_of(source):
        assert chunk.code


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
