"""Mutations: what each makes of a small function."""

from __future__ import annotations

import pytest

from sigil_pipeline.compiler.edits import Variant, variant_code
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS

from ..conftest import opened


@pytest.mark.parametrize(
    ("operator", "code", "wanted"),
    [
        ("struct_field", "fn f(c: u8) -> S { S { a: 1, b: Some(c) } }", "S { a: 1 }"),
        ("match_arm", "fn f() -> u8 { match x { A => y, B(z) => z + y } }", "match x { A => y, }"),
        ("reference", "fn f() { g(&x) }", "g(x)"),
        ("variable_name", "fn f(count: u8) -> u8 { count }", "{ cont }"),
        ("method_name", "fn f() -> usize { x.len() }", "x.length()"),
        ("field_name", "fn f() -> usize { self.total }", "self.toal"),
        ("tail_semicolon", "fn f() -> u8 { 1 + 1 }", "1 + 1; }"),
        ("let_mut", "fn f() { let mut x = 1; x = 2; }", "let x = 1;"),
        ("number_as_text", "fn f() -> u8 { x + 12 }", 'x + "12"'),
        ("cast", "fn f() -> u8 { x as u8 }", "{ x }"),
        ("conversion", "fn f() -> String { x.to_string() }", "{ x }"),
        ("dereference", "fn f() -> u8 { *x }", "{ x }"),
        ("question_mark", "fn f() -> Option<u8> { Some(a()?) }", "Some(a())"),
        ("wrapper", "fn f() -> Option<u8> { Some(a) }", "{ a }"),
        ("missing_argument", "fn f(x: u8) { g(1, &x) }", "g(1)"),
        ("use_after_move", "fn f(name: String) -> usize { name.len() }", "drop(name);"),
        ("borrow_conflict", "fn f() { let mut v = vec![]; v.push(1); }", "let view = &v; v.push(1); let _last = view;"),
        ("dangling_return", "fn f(s: &str) -> &str { s.trim() }", "&s.trim().to_owned()"),
    ],
)
def test_mutations(operator: str, code: str, wanted: str) -> None:
    source, chunk, function = opened(code)
    places = list(OPERATORS[operator](function))
    assert places
    made = [" ".join(variant_code(source, Variant(chunk, operator, edits)).split()) for edits in places]
    assert any(wanted in one for one in made), made


@pytest.mark.parametrize(
    ("operator", "code"),
    [
        ("struct_field", "fn f() -> S { S { a: 1, b: 2 } }"),
        ("struct_field", 'fn f() -> S { S { a, b: "text" } }'),
        ("match_arm", "fn f() -> u8 { match x { A => 1, B => 2 } }"),
        ("match_arm", "fn f() -> u8 { match x { A => y(), B => z() } }"),
        ("missing_argument", "fn f(x: u8) { g(x, LIMIT) }"),
    ],
)
def test_nothing_is_left_out_that_a_reader_could_not_know(operator: str, code: str) -> None:
    _, _, function = opened(code)
    assert list(OPERATORS[operator](function)) == []


def test_every_operator_is_tested() -> None:
    tested = {case[0] for case in test_mutations.pytestmark[0].args[1]}
    assert tested == set(OPERATORS)


def test_edits_stay_inside_nested_limits() -> None:
    _, _, function = opened("fn f() -> u8 {\n    fn g(&self) -> usize { self.total.len() }\n    1\n}\n")
    for name in ("method_name", "field_name"):
        assert list(OPERATORS[name](function)) == []
