"""Which items of its crate code uses, as the compiler says it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.cargo import Confined, host_triple
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox
from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.chunk.items import items_of
from sigil_pipeline.compiler import uses
from sigil_pipeline.compiler.ask import CheckRun
from sigil_pipeline.compiler.diagnostics import Built, Finding, Place
from sigil_pipeline.compiler.edits import Edit, apply_edits
from sigil_pipeline.compiler.uses import Uses, find_uses
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import fetch
from sigil_pipeline.crates.workspace import Workspace, build_workspace

from ...clock import HANG_S

CODE = """\
#![deny(warnings)]
//! Ärger mit Umlauten.
macro_rules! double { ($e:expr) => { helper($e) * 2 } }
fn helper(x: u8) -> u8 { x }
const LIMIT: u8 = 3;
pub static TABLE: u8 = 1;
#[derive(Debug, Clone, PartialEq)]
pub struct Point { pub x: u8, y: u8 }
pub struct Pair(pub u8, u16);
pub enum Shape { Dot, Round(u8), Box { side: u8 } }
pub trait Area {
    const UNIT: u8;
    type Out;
    fn area(&self) -> u8;
    fn twice(&self) -> u8 { self.area() * 2 }
}
impl Area for Point { const UNIT: u8 = 1; type Out = u8; fn area(&self) -> u8 { self.x * self.y } }
impl Point {
    pub fn new(x: u8) -> Self { Self { x, y: inner::deep(x) } }
    pub fn sum(&self) -> u8 { self.x + self.y }
}
mod inner {
    pub fn deep(x: u8) -> u8 { x }
    pub type Alias = super::Point;
    pub(crate) use super::helper as renamed;
}
macro_rules! make { ($n:ident) => { pub struct $n; impl $n { pub(crate) fn make(&self) -> u8 { 1 } } } }
make! { Made }
#[deprecated(
    since = "1.0.0", note = "use `new`"
)]
pub fn old() -> Point { Point::new(1) }
"""

BODIES = {
    "helper(1); double!(LIMIT)": ["helper", "double", "LIMIT"],
    'format!("{LIMIT} {}", TABLE)': ["LIMIT", "TABLE"],
    "let p = Point::new(1); p.sum() + p.area() + p.twice()": ["Point", "new", "sum", "area", "twice"],
    "let Point { x, .. } = Point { x: 1, y: 2 }; x": ["Point", "x", "Point", "x", "y"],
    "let p: inner::Alias = inner::Alias::new(1); p.y": ["Alias", "Alias", "new", "y"],
    "match s { Shape::Dot => 1, Shape::Round(n) => *n, Shape::Box { side } => *side }": [
        *["Dot", "Round", "0", "Box", "side"]
    ],
    "Pair(1, 2).0": ["Pair", "0"],
    "<Point as Area>::UNIT": ["Point", "UNIT"],
    "inner::renamed(1)": ["renamed"],
    "Made.make()": ["Made", "make"],
    "old().clone().x": ["old", "x"],
    "[1, 2].iter().map(Some).count()": [],
}


def workspace_of(folder: Path, code: str) -> tuple[Workspace, Confined, dict[str, Any]]:
    (folder / "toy" / "src").mkdir(parents=True)
    (folder / "toy" / "Cargo.toml").write_text('[package]\nname = "toy"\nversion = "0.1.0"\nedition = "2021"\n')
    (folder / "toy" / "src" / "lib.rs").write_text(code)
    toolchain = find_toolchain()
    triple = host_triple(toolchain)
    fetched = fetch([CrateSpec("toy", path=folder / "toy")], toolchain, folder / "fetch", triple=triple, offline=True)
    workspace = build_workspace(fetched.groups[0], folder / "ws", folder / "target", toolchain, triple=triple)
    source = open_source("src/lib.rs", code.encode())
    confined = Confined(toolchain, open_sandbox("auto", allow_none=False), 1, HANG_S)
    return workspace, confined, {"toy-0.1.0": {"src/lib.rs": source}}


def found_in(folder: Path, code: str) -> Uses:
    return find_uses(*workspace_of(folder, code))["toy-0.1.0"]


@pytest.mark.slow
def test_every_kind_of_use_is_named(tmp_path: Path) -> None:
    heads = (f"pub fn f{number}(s: &Shape) -> usize" for number in range(len(BODIES)))
    whole = CODE + "\n".join(f"{head} {{ {body}; 0 }}" for head, body in zip(heads, BODIES, strict=True))
    found = found_in(tmp_path, whole)
    names = {}
    for number, body in enumerate(BODIES):
        at = whole.encode().index(f"pub fn f{number}(".encode())
        inside = found.inside("src/lib.rs", whole.encode().index(b"{", at), whole.encode().index(b"; 0 }", at))
        names[body] = sorted(use.name for use in inside)
    assert names == {body: sorted(wanted) for body, wanted in BODIES.items()}
    assert found.unknown == frozenset()
    assert found.modules == {"inner"}


@pytest.mark.slow
def test_modules_in_a_path_are_told(tmp_path: Path) -> None:
    code = "mod a { pub mod b { pub fn f() {} pub struct S; impl S { pub fn g() {} } } }\n"
    code += "pub fn h() { crate::a::b::f(); a :: b::S::g(); use a::b; b::f(); }\n"
    found = found_in(tmp_path, code)
    called = [(use.name, use.path) for use in found.inside("src/lib.rs", code.index("pub fn h"), len(code))]
    assert called == [("f", "crate::a::b"), ("S", "a::b"), ("g", "a::b::S"), ("f", "b")]


@pytest.mark.parametrize(
    ("written", "path"),
    [
        ("x = a ::b::f", "a::b"),
        ("m::Foo::<Vec<u8>>::new", "m::Foo"),
        ("m::Foo<fn() -> u8>::new", "m::Foo"),
        ("r#type::r#fn", "type"),
        ("a::r#b::C::<D<u8>>::r#fn", "a::b::C"),
        ("a < b::c", "b"),
        ("a > b::made!", "b"),
        ("<T as Area>::UNIT", ""),
        ("<T>::Out::new", ""),
        ("[u8]::len", ""),
        ("$crate::a::f", ""),
        ("::a::f", ""),
        ("f", ""),
    ],
)
def test_paths_are_read_backwards(written: str, path: str) -> None:
    code = written.encode()
    assert uses._path(code, len(code) - 1, len(code)) == path


@given(st.text("ab<>:-=r# $[](),", max_size=40))
def test_no_code_before_a_name_is_a_crash(code: str) -> None:
    path = uses._path(f"{code}name".encode(), len(code), len(code) + 4)
    assert re.fullmatch(r"(\w+(::\w+)*)?", path)


@pytest.mark.slow
def test_what_takes_no_mark_goes_without(tmp_path: Path) -> None:
    code = "macro_rules! items { (fn $n:ident() {}) => { fn $n() {} } }\nitems! { fn made() {} }\nfn plain() {}\n"
    found = found_in(tmp_path, f"{code}pub fn f() {{ made(); plain(); }}\n")
    assert [use.name for use in found.by_file["src/lib.rs"]] == ["items", "made", "plain"]
    assert found.unknown == {"made"}


def test_every_word_that_a_macro_is_given_is_unknown() -> None:
    code = "macro_rules! getter { ($n:ident) => { fn $n() -> u8 { 1 } } }\ngetter!(secret);\nfn go() { secret(); }\n"
    made = [item for item in items_of(open_source("src/lib.rs", code.encode())) if item.name.startswith("$")]
    assert [item.name for item in made] == ["$n"]
    assert set(uses._unknown(made, [code])) == {"secret"}


NESTED = """\
struct A {
    x: u8,
    y: u8,
}
trait T {
    fn f(&self);

    fn g(&self) {}
}
macro_rules! m { () => { fn p() {} fn q() {} } }
mod inner {
    pub fn h() {
        1;
    }
    impl super::A { fn i() {} fn j() {} }
}
fn k() {}
"""


@pytest.mark.parametrize(
    ("first", "last", "names"),
    [
        (0, 0, "A x y"),
        (1, 1, "x"),
        (1, 2, "A x y"),
        (5, 5, "f"),
        (6, 6, "T f g"),
        (9, 9, "m p q"),
        (12, 12, "h"),
        (14, 14, "i j"),
        (16, 16, "k"),
        (15, 16, "k"),
        (17, 40, ""),
        (4, 7, "T f g"),
        (0, 5, "A x y T f"),
    ],
)
def test_marks_on_rows_and_in_the_smallest_item_around_are_found(first: int, last: int, names: str) -> None:
    items = list(items_of(open_source("src/lib.rs", NESTED.encode())))
    marked = uses._Marked(items, frozenset(range(len(items))), {})
    found = uses._Standing(marked, range(len(items))).at(first, last)
    assert {items[number].name for number in found} == set(names.split())


def fake(runs: list[str], *findings: Finding, late: bool = False) -> Any:
    def check(workspace: Workspace, *_: Any, **__: Any) -> CheckRun:
        here = [package.id for package in workspace.packages]
        runs.append("".join(here))
        built = {} if findings or late else {name: Built(Path("Cargo.toml"), None) for name in here}
        run: Any = SimpleNamespace(timed_out=late)
        return CheckRun(dict.fromkeys(here, findings), built, frozenset(), run)

    return check


def asked(folder: Path, names: Sequence[str]) -> dict[str, Uses]:
    packages: Any = tuple(SimpleNamespace(id=name) for name in names)
    for name in names:
        (folder / "members" / name / "src").mkdir(parents=True)
    confined: Any = None
    source = open_source("src/lib.rs", b"fn a() {}\nfn b() {}\nfn c() {}\nfn d() {}\nfn e() {}\n")
    sources = {name: {"src/lib.rs": source} for name in names}
    return find_uses(Workspace(folder, folder / "target", packages), confined, sources)


@pytest.mark.parametrize(("line", "attempts"), [(2, 2), (99, 1)])
def test_a_crate_that_takes_no_marks_is_given_up(
    line: int, attempts: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place("src/lib.rs", line, line, True, "src/lib.rs")
    error = Finding(Path("Cargo.toml"), "error", None, "no", "", (place,))
    runs: list[str] = []
    monkeypatch.setattr(uses, "check", fake(runs, error))
    assert asked(tmp_path, ["a"]) == {}
    assert len(runs) == attempts


def test_a_late_crate_has_no_uses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[str] = []
    monkeypatch.setattr(uses, "check", fake(runs, late=True))
    assert asked(tmp_path, ["a", "b"]) == {}
    assert runs == ["ab", "a", "b"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 3), st.text("äx\n", max_size=4)), max_size=5))
def test_places_are_found_again(wanted: list[tuple[int, int, str]]) -> None:
    data = bytes(range(65, 105))
    edits: list[Edit] = []
    for start, length, new in sorted(wanted):
        if not edits or start >= edits[-1].end + 1:
            edits.append(Edit(start, start + length, new))
    changed, own = apply_edits(data, edits), uses._Original(edits)
    for at, byte in enumerate(changed):
        if byte in data and not any(edit.start <= data.index(byte) < edit.end for edit in edits):
            assert own.position(at) == data.index(byte)
