"""Skeletons: equal for code that differs in names and constants only, different for all else."""

from __future__ import annotations

import pytest

from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.skeleton import skeleton

from .conftest import candidate

SAME = [
    # another name, parameter, constant
    ("fn to_feet(meters: f64) -> f64 { meters * 3.28 }", "fn to_miles(m: f64) -> f64 { m * 0.00062 }"),
    ("fn a(x: f64) -> f64 { x / FOOT_FACTOR }", "fn b(y: f64) -> f64 { y / INCH_FACTOR }"),
    ("fn a(&self) -> u8 { Self::LOW }", "fn b(&self) -> u8 { Self::HIGH }"),
    # another field, by name or by place
    ("fn a(&self) -> usize { self.old.len() }", "fn b(&self) -> usize { self.new.len() }"),
    ("fn a(&self) -> usize { self.0 }", "fn b(&self) -> usize { self.1 }"),
    (
        "fn a(self, x: bool) -> Self { Self { pad: x, ..self } }",
        "fn b(self, y: bool) -> Self { Self { trail: y, ..self } }",
    ),
    # texts, comments, attributes, lifetimes
    ('fn a() -> &\'static str { "feet" }', 'fn b() -> &\'static str { "inches" }'),
    ("/// One.\n#[must_use]\nfn a(x: u8) -> u8 { x } // end", "fn a(x: u8) -> u8 { /* same */ x }"),
    ("fn a<'x>(s: &'x str) -> &'x str { s }", "fn a<'long>(s: &'long str) -> &'long str { s }"),
    # what patterns bind, also where a macro uses it
    (
        "fn a(o: Option<u8>) -> u8 { match o { Some(x) => x, None => 0 } }",
        "fn b(p: Option<u8>) -> u8 { match p { Some(y) => y, None => 7 } }",
    ),
    ('fn a(n: u8) { for i in 0..n { println!("{}", i); } }', 'fn b(m: u8) { for j in 1..m { println!("{} ", j); } }'),
    (
        "fn a(v: &[u8]) -> u8 { v.iter().map(|x| x + 1).sum() }",
        "fn b(w: &[u8]) -> u8 { w.iter().map(|y| y + 2).sum() }",
    ),
    # recursion
    ("fn fact(n: u64) -> u64 { n * fact(n - 1) }", "fn f(k: u64) -> u64 { k * f(k - 1) }"),
]
DIFFERENT = [
    # what is called, or passed on
    ("fn a(x: u8, y: u8) -> u8 { x.min(y) }", "fn a(x: u8, y: u8) -> u8 { x.max(y) }"),
    ("fn a(x: u8) -> u8 { low(x) }", "fn a(x: u8) -> u8 { high(x) }"),
    ("fn a(x: &str) { go(x, upper) }", "fn a(x: &str) { go(x, lower) }"),
    ("fn next(&mut self) -> u8 { self.it.next() }", "fn next_back(&mut self) -> u8 { self.it.next_back() }"),
    ("fn any(&self) -> bool { all!(self, i => i.any()) }", "fn all(&self) -> bool { all!(self, i => i.all()) }"),
    ("fn a(x: u8) -> Self { Self::from_feet(x) }", "fn a(x: u8) -> Self { Self::from_miles(x) }"),
    ("fn a(v: V) -> u8 { v.get::<u8>() }", "fn a(v: V) -> u8 { v.put::<u8>() }"),
    # types, variants, operators, literals of another kind
    ("fn a(x: f64) -> f64 { x }", "fn a(x: f32) -> f32 { x }"),
    ("fn a(o: Ordering) -> bool { o == Ordering::Less }", "fn a(o: Ordering) -> bool { o == Ordering::Greater }"),
    ("fn a(o: Option<u8>) -> bool { matches!(o, Some(_)) }", "fn a(o: Option<u8>) -> bool { matches!(o, None) }"),
    ("fn a(x: u8) -> u8 { x + 1 }", "fn a(x: u8) -> u8 { x - 1 }"),
    ("fn a(x: u8) -> u8 { x + 1 }", "fn a(x: u8) -> u8 { x + 1u8 }"),
    # the same names in another order
    ("fn a(x: u8, y: u8) -> u8 { x - y }", "fn a(x: u8, y: u8) -> u8 { y - x }"),
    ("fn a(x: u8, y: u8) -> u8 { x * x + y }", "fn a(x: u8, y: u8) -> u8 { x * y + x }"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_and_constants_leave_no_trace(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_all_else_does(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_what_does_not_parse_has_a_skeleton_too() -> None:
    assert skeleton("fn a( { x") != skeleton("fn a( } y")
    assert skeleton("") == ""


def conversions(count: int) -> list[str]:
    return [
        f"pub fn as_unit_{n}(&self) -> f64 {{\n    self.meters_of_{n} * {n}.{n + 3} + OFFSET_OF_{n}\n}}"
        for n in range(count)
    ]


def test_a_crate_of_conversions_counts_once() -> None:
    kept, dropped = drop_duplicates([candidate(f"f{n}", code) for n, code in enumerate(conversions(200))], 0.85)
    assert [item.chunk for item in kept] == ["a/f0"]
    assert {item.reason for item in dropped} == {"renamed"}
    assert {item.of for item in dropped} == {"a/f0"}


def test_the_first_of_the_list_stays_and_tasks_share_its_fate() -> None:
    one, two = conversions(2)
    items = [
        candidate("x", one, crate="b"),
        candidate("y", two, crate="a"),
        candidate("y", "Converts.", "explanations", crate="a"),
        candidate("z", one.replace("*", "/"), crate="c"),
    ]
    kept, dropped = drop_duplicates(items, 0.99)
    assert [item.chunk for item in kept] == ["b/x", "c/z"]
    assert [(item.candidate.task_type, item.reason, item.of) for item in dropped] == [
        ("code_generation", "renamed", "b/x"),
        ("explanations", "renamed", "b/x"),
    ]


def test_deep_code_has_a_skeleton() -> None:
    depth = 20_000
    plain = f"fn a(x: u8) -> u8 {{ {'(' * depth}x{')' * depth} }}"
    assert skeleton(plain) == skeleton(plain.replace("x", "y"))
    macro = f"fn a(x: u8) {{ m!({'(x.b ' * depth}{')' * depth}) }}"
    assert skeleton(macro) == skeleton(macro.replace("x", "y"))
