"""Contexts that suffice, and the proof of it."""

from __future__ import annotations

import dataclasses
import re
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.chunk.impls import impls_of
from sigil_pipeline.chunk.items import items_of
from sigil_pipeline.compiler.uses import Use, Uses
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.suffice import unshown, with_uses, with_what_it_uses
from sigil_pipeline.tasks.wording import context_block

from ..sources import HOLDS

SOURCE = """\
use crate::text::{self, Lines, helper};
use std::fmt::{self, Write};

pub struct Words<'a> {
    rest: Lines<'a>,
}

impl<'a> Words<'a> {
    pub fn next(&mut self, out: &mut dyn Write) -> fmt::Result {
        helper(out);
        text::render(&self.rest);
        crate::deep::inner::go();
        self.rest.skip(1)
    }
}
"""
TEXT = """\
pub struct Lines<'a> {
    all: &'a str,
}
impl<'a> Lines<'a> {
    pub fn skip(&mut self, n: usize) -> std::fmt::Result {
        todo!()
    }
}
pub fn helper(out: &mut dyn std::fmt::Write) {}
pub fn render(lines: &Lines) {}
pub fn go() {}
pub fn unused() {}
"""


def crate(**files: str) -> tuple[list[Chunk], Uses]:
    """Return the chunks of a crate, and its uses as if each name meant the item that is called so."""
    sources = [open_source(f"src/{name}.rs", code.encode()) for name, code in files.items()]
    items = {item.name: item for source in sources for item in items_of(source)}
    by_file = {}
    for source in sources:
        uses = []
        for match in re.finditer(r"((?:\w+::)*)(\w+)", source.data.decode()):
            if match.group(2) in items:
                path = match.group(1).removesuffix("::")
                uses.append(Use(match.start(2), items[match.group(2)], match.group(2), path))
        by_file[source.path] = uses
    return [chunk for source in sources for chunk in chunks_of(source, HOLDS)], Uses(
        by_file, modules=frozenset(files) | {"deep", "inner"}
    )


def test_what_is_used_is_shown_wherever_it_is_defined() -> None:
    chunks, uses = crate(lib=SOURCE, text=TEXT)
    chunk = next(one for one in chunks if one.name == "next")
    better = with_what_it_uses(chunk, uses)
    assert better is not None
    block = context_block(better)
    assert (
        block
        == """\
use crate::deep::inner;
use crate::text;
use crate::text::Lines;
use std::fmt::{self, Write};

pub struct Words<'a> {
    rest: Lines<'a>,
}

pub fn helper(out: &mut dyn std::fmt::Write);
pub fn render(lines: &Lines);
pub fn go();

impl<'a> Lines<'a> {
    pub fn skip(&mut self, n: usize) -> std::fmt::Result;
    // ...
}

impl<'a> Words<'a> {
    // ...
}"""
    )
    assert unshown(better, block, uses) == set()
    assert unshown(chunk, context_block(chunk), uses) >= {"go", "skip", "render", "deep", "inner"}


def test_what_is_too_long_does_not_suffice() -> None:
    many = "".join(f"pub fn f{n}() {{}}\n" for n in range(60))
    calls = "".join(f"    f{n}();\n" for n in range(60))
    chunks, uses = crate(lib=f"fn all() {{\n{calls}}}\n", other=many)
    assert with_what_it_uses(chunks[0], uses) is None
    package: Any = SimpleNamespace(id="a")
    material = with_uses(Material(package, {}, tuple(chunks)), uses)
    assert material.insufficient == {material.key(chunks[0])}
    assert material.chunks[0] == chunks[0]


def test_two_types_of_one_name_are_not_shown_side_by_side() -> None:
    lib = "pub struct Row(super::Row);\nimpl Row {\n    fn len(&self) -> u8 {\n        self.cells\n    }\n}\n"
    chunks, _ = crate(lib=lib, other="pub struct Row {\n    cells: u8,\n}\n")
    first, second = (
        item
        for code in (lib, "pub struct Row;")
        for item in items_of(open_source("a.rs", code.encode()))
        if item.name == "Row"
    )
    both = [Use(lib.index("self.cells"), item, "Row", "") for item in (first, second)]
    chunk = next(one for one in chunks if one.name == "len")
    assert with_what_it_uses(chunk, Uses({"src/lib.rs": both[:1]})) is not None
    assert with_what_it_uses(chunk, Uses({"src/lib.rs": both})) is None


def test_types_are_cut_before_imports() -> None:
    fields = "".join(f"    f{n}: u8,\n" for n in range(10))
    types = "".join(f"pub struct S{n} {{\n{fields.replace('f', f's{n}_')}}}\n" for n in range(5))
    code = f"use std::fmt;\n{types}fn g() {{\n    fmt::x();\n    S0; S1; S2; S3; S4;\n    self.s1_3;\n}}\n"
    chunks, uses = crate(lib=code)
    better = with_what_it_uses(chunks[-1], uses)
    assert better is not None
    assert context_block(better).startswith(
        "use std::fmt;\n\npub struct S0 {\n    // ...\n}\n\npub struct S1 {\n    s1_3: u8,\n"
    )


def test_nothing_is_known_of_items_without_a_mark() -> None:
    chunks, uses = crate(lib="fn f() {\n    g();\n    1\n}\n", other="fn g() {}\n")
    assert with_what_it_uses(chunks[0], uses) is not None
    unsure = Uses({}, frozenset({"g"}))
    assert with_what_it_uses(chunks[0], unsure) is None
    assert unshown(chunks[0], "Write `f`.", unsure) == {"g"}
    assert unshown(chunks[0], f"Mend this: {chunks[0].code}", unsure) == set()


def test_paths_that_begin_with_a_type_or_elsewhere_lead_to_no_module() -> None:
    body = "    u8::bits(x);\n    std::string::String::width(x)\n"
    trait = "pub trait Ext {\n    fn bits(self) -> u32;\n    fn width(self) -> u32;\n}\n"
    chunks, uses = crate(lib=f"fn go(x: u8) -> u32 {{\n{body}}}\n", other=trait)
    better = with_what_it_uses(chunks[0], uses)
    assert better is not None
    assert "use self" not in context_block(better)
    assert unshown(better, context_block(better), uses) == set()


ROW = """\
use std::ops::Index;
pub struct Row;
impl Index<u8> for Row {
    fn index(&self, n: u8) -> &u8 {
        n
    }
}
impl Row {
    fn first(&self) -> u8 {
        CALLS
        self[0]
    }
}
"""


@pytest.mark.parametrize(("calls", "is_shown"), [(0, True), (27, True), (33, False)])
def test_impls_that_code_leans_on_are_shown_where_there_is_room(calls: int, is_shown: bool) -> None:
    code = ROW.replace("CALLS", " ".join(f"f{n}();" for n in range(calls)))
    code += "".join(f"fn f{n}() {{}}\n" for n in range(calls))
    chunks, uses = crate(lib=code)
    uses = dataclasses.replace(uses, impls=tuple(impls_of(open_source("src/lib.rs", code.encode()))))
    better = with_what_it_uses(next(one for one in chunks if one.name == "first"), uses)
    assert better is not None
    shown = context_block(better)
    assert ("impl Index<u8> for Row {\n    // ...\n}" in shown) == is_shown
    assert ("use std::ops::Index;" in shown) == is_shown


def test_a_crate_without_uses_stays_as_it_is() -> None:
    chunks, _ = crate(lib=SOURCE)
    package: Any = SimpleNamespace(id="a")
    material = with_uses(Material(package, {}, tuple(chunks)), None)
    assert (material.uses_known, material.chunks) == (False, tuple(chunks))
