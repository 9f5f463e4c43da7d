"""Which imports are shown."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.chunk.imports import imported_names, looked_up

STD = '#[cfg(feature = "std")]\nuse std::collections::HashMap;\n'
NO_STD = '#[cfg(not(feature = "std"))]\nuse hashbrown::HashMap;\n'
FLAG = "#[cfg(flag)]\nuse fast::HashMap;\n#[cfg(not(flag))]\nuse slow::HashMap;\n"
CODE = "fn f() {\n    HashMap::new();\n}\n"


@pytest.mark.parametrize(
    ("imports", "features", "wanted"),
    [
        (STD + NO_STD, ["std"], "std::collections"),
        (STD + NO_STD, [], "hashbrown"),
        (NO_STD + STD, ["std"], "std::collections"),
        (STD + NO_STD, None, "std::collections"),
        (FLAG, [], "fast"),
        (f"{FLAG}#[allow(unused)]\n// Sure.\nuse std::HashMap;\n", [], "std"),
    ],
)
def test_a_name_is_imported_once(imports: str, features: list[str] | None, wanted: str) -> None:
    source = open_source("src/lib.rs", (imports + CODE).encode())
    found = chunks_of(source, partial(holds, platform=("unix",), features=features))
    assert found[0].context.imports == (f"use {wanted}::HashMap;",)


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("use std::str::{Chars, FromStr};", {"Chars", "FromStr"}),
        ("use std::fmt::{self, Write as _, write};", {"fmt", "_", "write"}),
        ("pub(crate) use self::a::{b::{C as D}, e::*};", {"D", "e"}),
        ("use core::{cmp, fmt};", {"cmp", "fmt"}),
        ("use super::*;", {"super"}),
        ("use r#type::r#fn;", {"fn"}),
    ],
)
def test_names_of_imports_are_told(line: str, names: set[str]) -> None:
    assert imported_names(line) == names


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("self.iter().map(f)", {"self", "f"}),
        ("a\n    .iter::<Vec<u8>>()", {"a", "Vec"}),
        ("std::mem::take(x) + mem::take(y)", {"std", "x", "mem", "y"}),
        ("0..len; ..rest", {"len", "rest"}),
        ("s: &str; str::from_utf8(b); u8 ::MAX; u32", {"s", "str", "b", "u8"}),
        ("#[derive(Debug, Hash)] struct A;", {"struct", "A"}),
        ('format!("{LIMIT}")', {"format", "LIMIT"}),
    ],
)
def test_only_words_that_imports_may_mean_are_looked_up(code: str, words: set[str]) -> None:
    assert looked_up(code) == words


@given(st.text("use std::{a,b} *;r#as _", max_size=60))
def test_no_import_is_a_crash(line: str) -> None:
    assert "" not in imported_names(line)


def test_imports_that_nothing_needs_are_not_shown() -> None:
    code = "use core::{iter, str};\nuse std::hash::Hash;\nuse std::fmt::{self, Write};\n"
    code += "#[derive(Hash)]\nstruct A;\nfn f(a: &str, b: A) -> std::fmt::Result {\n    a.iter();\n}\n"
    source = open_source("src/lib.rs", code.encode())
    found = chunks_of(source, partial(holds, platform=("unix",), features=None))
    assert found[0].context.imports == ()
