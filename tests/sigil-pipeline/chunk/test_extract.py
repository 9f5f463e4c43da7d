"""Chunks of a file, their docs and context."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.chunk import imports
from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.chunk.gates import GATES
from sigil_pipeline.chunk.whole_file import whole_file
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.wording import context_block

from ..sources import HOLDS, chunks


def test_functions_methods_blocks_and_modules_are_found_and_tests_are_not() -> None:
    found = chunks()
    assert set(found) == {"Store<T>", "add", "bump", "helper", "inner", "hi", "old"}
    assert {name: found[name].kind for name in ("Store<T>", "add", "inner")} == {
        "Store<T>": "impl",
        "add": "function",
        "inner": "module",
    }


@pytest.mark.parametrize(
    ("attribute", "taken"),
    [
        ("#[cfg(test)]", False),
        ("#[cfg(not(test))]", True),
        ('#[cfg(any(test, feature = "on"))]', True),
        ('#[cfg(any(test, feature = "off"))]', False),
        ('#[cfg(all(not(test), not(miri), feature = "on"))]', True),
        ('#[cfg(feature = "test-help")]', False),
        ('#[cfg(not(feature = "test-help"))]', True),
        ("#[cfg(not(loom))]", True),
        ("#[cfg(fuzzing)]", False),
        ("#[cfg(any(test, flag))]", True),
        ("#[cfg(windows)]", True),
        ("#[cfg(\n    test,\n)]", False),
        ("#[test]", False),
        ('#[tokio::test(flavor = "x")]', False),
        ("#[inline]\n#[cfg(test)]", False),
        ("#[testing]", True),
    ],
)
def test_what_is_for_tests_alone_is_told_by_what_holds(attribute: str, taken: bool) -> None:
    code = f"{attribute}\nfn f() {{}}\n{attribute}\nmod m {{\n    fn g() {{}}\n}}\n"
    code += f"impl S {{\n    {attribute}\n    fn h() {{}}\n}}\n"
    found = chunks_of(open_source("src/lib.rs", code.encode()), partial(holds, platform=("unix",), features=("on",)))
    assert [chunk.name for chunk in found] == (["f", "m", "g", "S", "h"] if taken else ["S"])
    assert bool(found[-2 if taken else -1].members) is taken


@pytest.mark.parametrize(
    ("attribute", "uncompiled"),
    [
        ('#[cfg(feature = "on")]', False),
        ('#[cfg(feature = "off")]', True),
        ('#[cfg(not(feature = "off"))]', False),
        ("#[cfg(unix)]", False),
        ("#[cfg(windows)]", True),
        ("#[cfg(some_flag)]", True),
        ("#[cfg(test)]", True),
        ("#[allow(unused)]", False),
    ],
)
def test_code_that_the_compiler_did_not_see_is_marked(attribute: str, uncompiled: bool) -> None:
    known = partial(holds, platform=("unix",), features=("on",))
    inside = f"pub fn a() -> u8 {{\n    {attribute}\n    let _ = hidden();\n    1\n}}\n"
    field = f"pub fn b() -> S {{\n    S {{\n        {attribute}\n        c: hidden(),\n    }}\n}}\n"
    for code in (inside, field, f"mod m {{\n{inside}}}\n"):
        source = open_source("src/lib.rs", code.encode())
        for chunk in (*chunks_of(source, known), whole_file(source, known)):
            assert ("cfg_off" in chunk.flags) is uncompiled
            assert (GATES["cfg_off"](chunk, Settings())) is uncompiled
    (chunk,) = chunks_of(open_source("src/lib.rs", f"{attribute}\npub fn a() {{}}\n".encode()), known) or [None]
    assert chunk is None or "cfg_off" not in chunk.flags, "what is before a function, the compiler tells"


def test_what_a_file_says_of_itself_holds_for_all_that_is_in_it() -> None:
    inside = "#![allow(unused)]\n#![cfg({})]\nfn f() {{}}\n"
    assert set(chunks(inside.format("test"))) == set()
    assert set(chunks(inside.format("not(test)"))) == {"f"}
    assert set(chunks(f"mod m {{\n{inside.format('test')}}}\nfn g() {{}}\n")) == {"m", "g"}


def test_a_chunk_stands_at_the_margin_without_docs_and_noise() -> None:
    add = chunks()["add"]
    assert add.code.startswith(
        'pub fn add(&mut self, name: &str, item: T) -> usize {\n    let text = "first\n  second";\n'
    )
    assert add.code.endswith("\n    self.count\n}")
    assert add.signature == "pub fn add(&mut self, name: &str, item: T) -> usize"
    assert (add.first_line, add.node_line, add.last_line) == (19, 28, 37)


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


def test_where_clauses_end_without_a_comma() -> None:
    found = chunks("fn g<T>(x: T)\nwhere\n    T: Clone,\n{\n}\nfn f() {\n    g(1);\n}\n")
    assert found["f"].context.functions == ("fn g<T>(x: T)\nwhere\n    T: Clone;",)


def test_methods_are_shown_in_the_block_that_defines_them() -> None:
    code = (
        "struct S;\nimpl S {\n    fn a(&self) {\n    }\n}\n"
        "impl Drop for S {\n    fn drop(&mut self) {\n        self.a();\n    }\n}\n"
    )
    block = context_block(chunks(code)["drop"])
    assert "impl S {\n    fn a(&self);\n    // ...\n}\n\nimpl Drop for S {\n    // ...\n}" in block


@pytest.mark.parametrize(
    ("head", "wanted"),
    [
        ("&self", True),
        ("mut self", True),
        ("self: Box<Self>", True),
        ("&'a mut self, x: u8", True),
        ("", False),
        ("myself: u8", False),
        ("x: fn(&S) -> u8", False),
    ],
)
def test_a_method_takes_self(head: str, wanted: bool) -> None:
    found = chunks(f"impl S {{\n    pub(crate) fn f({head}) {{\n        g()\n    }}\n}}\n")
    assert found["f"].takes_self is wanted


@given(st.binary(max_size=200))
def test_no_source_is_a_crash(data: bytes) -> None:
    source = open_source("src/lib.rs", data)
    for chunk in chunks_of(source, HOLDS):
        assert chunk.code


def test_imports_are_read_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    names_in = imports.imported_names
    monkeypatch.setattr(imports, "imported_names", lambda line: read.append(line) or names_in(line))
    functions = "".join(f"fn f{n}() -> B {{\n    B::new({n})\n}}\n" for n in range(50))
    found = chunks(f"use a::B;\nuse c::D;\n{functions}")
    assert read == ["use a::B;", "use c::D;"]
    assert {chunk.context.imports for chunk in found.values()} == {("use a::B;",)}


def test_modules_may_be_nested_as_deep_as_they_like() -> None:
    depth = 1_200
    source = open_source("src/lib.rs", f"{'mod m {' * depth}\nfn f() {{}}\n{'}' * depth}\nfn last() {{}}".encode())
    found = [chunk.name for chunk in chunks_of(source, HOLDS)]
    assert found == [*["m"] * depth, "f", "last"]


def test_of_a_large_file_the_first_definitions_are_shown_in_its_order() -> None:
    constants = "".join(f"const C{n}: u8 = {n};\n" for n in range(9, -1, -1))
    found = chunks(f"{constants}fn f() -> u8 {{\n    C0 + C1 + C2 + C3 + C5 + C6 + C7 + C9\n}}\n")
    assert [line.split(":")[0][-2:] for line in found["f"].context.constants] == ["C9", "C7", "C6", "C5", "C3", "C2"]
