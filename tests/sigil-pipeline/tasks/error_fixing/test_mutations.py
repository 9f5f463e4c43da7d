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
        ("match_arm", "fn f() -> u8 { match x { A => y, B => y } }", "match x { A => y, }"),
        ("match_arm", "fn f(z: u8) -> u8 { match x { A => y, B => z, C => 1 } }", "match x { A => y, C => 1 }"),
        ("reference", "fn f() { g(&x) }", "g(x)"),
        ("variable_name", "fn f(count: u8) -> u8 { count }", "{ cont }"),
        ("method_name", "fn f() -> usize { x.len() }", "x.length()"),
        ("field_name", "fn f() -> usize { self.total }", "self.toal"),
        ("tail_semicolon", "fn f() -> u8 { 1 + 1 }", "1 + 1; }"),
        ("let_mut", "fn f() { let mut x = 1; x = 2; }", "let x = 1;"),
        ("number_as_text", "fn f() -> u8 { x + 12 }", 'x + "12"'),
        ("cast", "fn f() -> u8 { x as u8 }", "{ x }"),
        ("conversion", "fn f() -> String { x.into() }", "{ x }"),
        ("dereference", "fn f() -> u8 { *x }", "{ x }"),
        ("question_mark", "fn f() -> Option<u8> { Some(a()?) }", "Some(a())"),
        ("wrapper", "fn f() -> Option<u8> { Some(a) }", "{ a }"),
        ("missing_argument", "fn f(x: u8) { g(1, &x) }", "g(1)"),
        ("use_after_move", "fn f(name: String) -> usize { name.len() }", "let value = name; name.len()"),
        ("dangling_return", "fn f(s: &str) -> &str { s.trim() }", "let result = s.trim().to_string(); &result"),
        ("dangling_return", "fn f(s: &[u8]) -> &[u8] { self.all }", "let result = self.all.to_owned(); &result"),
        ("loop_takes", "fn f() { for x in &self.items { g(x); } }", "for x in self.items {"),
        ("loop_takes", "fn f() { for x in all.iter_mut() { g(x); } }", "for x in all {"),
        ("moved_out", "fn f() { match &self.kind { A(s) => g(s), _ => {} } }", "match self.kind {"),
        ("moved_out", "fn f() { if let Some(x) = self.x.as_ref() { g(x); } }", "if let Some(x) = self.x {"),
        ("mem_take", "fn f(v: V) -> V { mem::replace(&mut self.items, v) }", "{ self.items }"),
        ("owned_copy", "fn f() -> String { self.name.clone() }", "{ self.name }"),
        ("borrow_kept", "fn f() { let old = self.count; self.count += 1; }", "let old = &self.count;"),
        ("borrow_kept", "fn f() { let old = self.name.clone(); self.name.clear(); }", "let old = &self.name;"),
        ("mut_while_iterating", "fn f() { for x in v.clone() { v.push(x); } }", "for x in &v {"),
        ("mut_while_iterating", "fn f() { for x in v.drain(..) { v.push(x); } }", "for x in &v {"),
        ("statement_order", "fn f() { let n = s.len(); eat(s); g(n); }", "eat(s); let n = s.len(); g(n);"),
        ("let_mut", "fn f(mut x: u8) { x = 2; }", "fn f(x: u8)"),
        ("shared_self", "fn f(&mut self) { self.x = 2; }", "fn f(&self)"),
        ("shared_self", "fn f<'a>(x: &'a mut u8) { *x = 2; }", "fn f<'a>(x: &'a u8)"),
        ("closure_borrows", "fn f() -> F { move |x| x + n }", "{ |x| x + n }"),
        ("temporary", "fn f() { let s = x.to_string(); g(&s); }", "let s = x.to_string().as_str();"),
        ("temporary", "fn f() { let s = x.to_vec(); g(&s); }", "let s = x.to_vec().as_slice();"),
        ("missing_lifetime", "fn f<'a>(x: &'a str, y: &str) -> &'a str { x }", "(x: &str, y: &str) -> &'a str"),
        ("missing_lifetime", "fn f<'a>(x: &'a str, y: &str) -> &'a str { x }", "(x: &'a str, y: &str) -> &str"),
        ("missing_lifetime", "fn f<'a>(x: &'a S) -> impl Fn() + 'a { g }", "-> impl Fn() { g }"),
        ("missing_bound", "fn f<T: Clone + Debug>(x: T) { g(x) }", "fn f<T: Clone>(x: T)"),
        ("missing_bound", "fn f<T: Clone>(x: T) { g(x) }", "fn f<T>(x: T)"),
        ("missing_type", "fn f() { let v: Vec<_> = g().collect(); }", "let v = g().collect();"),
        ("missing_type", "fn f() { let v = g().collect::<Vec<_>>(); }", "let v = g().collect();"),
        ("local_import", "fn f() { use std::io::Write; g.flush(); }", "{ g.flush(); }"),
        ("bare_path", "fn f(x: Ordering) { g(Ordering::Less) }", "g(Less)"),
        ("bare_self", "fn f() -> usize { self.total }", "{ total }"),
        ("method_parentheses", "fn f() -> usize { x.len() }", "{ x.len }"),
        ("method_parentheses", "fn f() -> usize { x.size }", "{ x.size() }"),
        ("pattern_field", "fn f() { let S { a, .. } = x; }", "let S { a } = x;"),
        ("pattern_field", "fn f() { let S(a, b) = x; g(b); }", "let S(a) = x;"),
        ("literal_field", "fn f() -> S { S { names: 1, b: 2 } }", "S { name: 1, b: 2 }"),
        ("missing_else", "fn f(n: u8) -> u8 { if a { 1 } else { n } }", "{ if a { 1 } }"),
        ("not_const", "pub fn f() -> u8 { g() }", "pub const fn f()"),
        ("extra_dereference", "fn f() -> bool { count == 1 }", "{ *count == 1 }"),
        ("bare_trait", "fn f(x: &dyn Debug) { g(x) }", "fn f(x: &Debug)"),
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
        ("missing_type", "fn f() { let v: HashMap<u8, Rare> = g(); }"),
        ("missing_type", "fn f() { g().parse::<Rare>() }"),
        ("pattern_field", "fn f() { let S(a, Some(9)) = x; }"),
        ("missing_else", "fn f() -> u8 { if a { 1 } else { rare() } }"),
        ("mem_take", "fn f() -> V { mem::replace(&mut self.items, rare()) }"),
        ("mem_take", "fn f() -> V { mem::take(&mut self.items) }"),
        ("moved_out", "fn f() { if let Some(x) = self.x.take() { g(x); } }"),
        ("conversion", "fn f() -> V { self.items.take() }"),
        ("mut_while_iterating", "fn f() { for x in v.drain(3..7) { v.push(x); } }"),
        ("bare_path", "fn f() { g(Rare::Less) }"),
        ("missing_else", "fn f(n: u8, m: u8) -> u8 { if a { n } else { m - n } }"),
        ("match_arm", "fn f() -> u8 { match x { A => y, B(z) => z + y } }"),
        ("match_arm", "fn f() -> u8 { g(2); match x { A => 1, B => 2 } }"),
    ],
)
def test_nothing_is_left_out_that_a_reader_could_not_know(operator: str, code: str) -> None:
    _, _, function = opened(code)
    assert list(OPERATORS[operator](function)) == []


def test_every_operator_is_tested() -> None:
    tested = {case[0] for case in test_mutations.pytestmark[0].args[1]}
    assert tested == set(OPERATORS)


def test_what_a_trait_declares_is_not_made_const() -> None:
    _, _, function = opened("impl Deref for S {\n    fn deref(&self) -> &u8 {\n        g(self)\n    }\n}\n")
    assert list(OPERATORS["not_const"](function)) == []


def test_edits_stay_inside_nested_limits() -> None:
    _, _, function = opened("fn f() -> u8 {\n    fn g(&self) -> usize { self.total.len() }\n    1\n}\n")
    for name in ("method_name", "field_name"):
        assert list(OPERATORS[name](function)) == []
