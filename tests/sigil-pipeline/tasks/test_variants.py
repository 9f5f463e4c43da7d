"""Rewrites and mutations: what each makes of a small function."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import SourceFile, chunks_of, open_source
from sigil_pipeline.compiler.edits import Edit, Variant, apply_edits, is_sound, merge, variant_code
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS
from sigil_pipeline.tasks.shapes import Function, open_function
from sigil_pipeline.tasks.transformations.rewrites import REWRITES, rewrite_body

RULES = {rewrite.name: rewrite for rewrite in REWRITES}


def opened(code: str) -> tuple[SourceFile, Chunk, Function]:
    source = open_source("src/lib.rs", code.encode())
    chunk = next(chunk for chunk in chunks_of(source) if chunk.kind == "function")
    node = next(node for node in source.functions if node.start_byte == chunk.start)
    function = open_function(node)
    assert function is not None
    return source, chunk, function


def rewritten(rule: str, code: str) -> str | None:
    source, chunk, function = opened(code)
    edit = rewrite_body(RULES[rule], function)
    if edit is None:
        return None
    variant = Variant(chunk, rule, (edit,))
    assert is_sound(source, variant)
    return " ".join(variant_code(source, variant).split())


@pytest.mark.parametrize(
    ("rule", "signature", "body", "wanted"),
    [
        ("question_mark", "-> Option<u8>", "a()?.b()?;\n    None",
         "match match a() { Some(value) => value, None => return None, }.b() {"),
        ("question_mark", "-> Result<u8, E>", "let error = a()?;\n    Ok(error)",
         "let error = match a() { Ok(value) => value, Err(err) => return Err(err), };"),
        ("question_mark_from", "-> io::Result<u8>", "Ok(a()?)", "Err(error) => return Err(From::from(error)),"),
        ("tail_expression", "-> u8", "let a = 1;\n    a + 1", "return a + 1; }"),
        ("field_shorthand", "-> S", "S { a, b: 1, c }", "S { a: a, b: 1, c: c }"),
        ("if_let", "-> u8", "if let Some(x) = y { x } else { 0 }", "match y { Some(x) => { x } _ => { 0 } }"),
        ("is_empty", "-> bool", "!a.is_empty() && b.is_empty()", "a.len() != 0 && b.len() == 0"),
        ("for_loop", "", "for (i, x) in a.iter().enumerate() {\n        f(i, x);\n    }",
         "let mut iter = a.iter().enumerate().into_iter(); while let Some((i, x)) = iter.next() { f(i, x); }"),
        ("for_loop", "", "for i in 0..iter {\n        f(i);\n    }", "let mut iterator = (0..iter).into_iter();"),
        ("compound_assignment", "", "self.a -= b - c;", "self.a = self.a - (b - c);"),
        ("path_argument", "-> Option<S>", "a.map(S::new)", "a.map(|value| S::new(value))"),
        ("let_else", "-> u8", "let Some(x) = y else {\n        return 1;\n    };\n    x",
         "let x = match y { Some(x) => x, _ => { return 1; } };"),
        ("option_map", "-> Option<u8>", "a.map(|x| x + 1)", "match a { Some(x) => Some(x + 1), None => None, }"),
        ("unwrap_or", "-> u8", "a.unwrap_or(0)", "match a { Some(value) => value, None => 0, }"),
        ("unwrap_or", "-> u8", "a.unwrap_or_else(|| f())", "match a { Some(value) => value, None => f(), }"),
        ("matches_macro", "-> bool", "matches!(a, B::C(_) | B::D)", "match a { B::C(_) | B::D => true, _ => false, }"),
    ],
)  # fmt: skip
def test_rewrites(rule: str, signature: str, body: str, wanted: str) -> None:
    code = rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n")
    assert code is not None
    assert wanted in code


@pytest.mark.parametrize(
    ("rule", "signature", "body"),
    [
        ("question_mark", "-> Option<u8>", "let f = || a()?;\n    None"),
        ("tail_expression", "", "a()"),
        ("tail_expression", "-> u8", "match a { _ => 1 }"),
        ("if_let", "-> u8", "if a { 1 } else if let Some(x) = y { x } else { 0 }"),
        ("is_empty", "-> bool", "s.is_empty().then(f)"),
        ("for_loop", "", "'outer: for i in a {\n        break 'outer;\n    }"),
        ("compound_assignment", "", "a[i()] += 1;"),
        ("option_map", "-> Option<u8>", "a.map(|x| return x)"),
        ("unwrap_or", "-> u8", "a.unwrap_or(f())"),
        ("let_else", "-> u8", "let (Some(x), Some(y)) = z else { return 1 };\n    x"),
    ],
)  # fmt: skip
def test_rewrites_keep_away_from_what_they_would_break(rule: str, signature: str, body: str) -> None:
    assert rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n") is None


@pytest.mark.parametrize(
    ("operator", "code", "wanted"),
    [
        ("struct_field", "fn f() -> S { S { a: 1, b: 2 } }", "S { a: 1 }"),
        ("match_arm", "fn f() -> u8 { match x { A => 1, B => 2 } }", "match x { A => 1, }"),
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
        ("missing_argument", "fn f() { g(1, 2) }", "g(1)"),
        ("use_after_move", "fn f(name: String) -> usize { name.len() }", "drop(name);"),
        ("borrow_conflict", "fn f() { let mut v = vec![]; v.push(1); }", "let view = &v; v.push(1); let _last = view;"),
        ("dangling_return", "fn f(s: &str) -> &str { s.trim() }", "&s.trim().to_owned()"),
    ],
)  # fmt: skip
def test_mutations(operator: str, code: str, wanted: str) -> None:
    source, chunk, function = opened(code)
    places = list(OPERATORS[operator](function))
    assert places
    made = [" ".join(variant_code(source, Variant(chunk, operator, edits)).split()) for edits in places]
    assert any(wanted in one for one in made), made


def test_every_operator_is_tested() -> None:
    tested = {case[0] for case in test_mutations.pytestmark[0].args[1]}
    assert tested == set(OPERATORS)


def test_edits_stay_inside_nested_limits() -> None:
    _, _, function = opened("fn f() -> u8 {\n    fn g(&self) -> usize { self.total.len() }\n    1\n}\n")
    for name in ("method_name", "field_name"):
        assert list(OPERATORS[name](function)) == []


TEXT = b"zero\none\ntwo\nthree\nfour\n"


@given(st.lists(st.tuples(st.integers(0, 23), st.integers(0, 6), st.text(alphabet="ab\n", max_size=4)), max_size=4))
def test_edits_are_made_from_back_to_front_as_from_front_to_back(wanted: list[tuple[int, int, str]]) -> None:
    edits, position = [], 0
    for start, length, new in sorted(wanted):
        begin = max(start, position)
        edits.append(Edit(begin, min(begin + length, len(TEXT)), new))
        position = edits[-1].end
    changed = TEXT
    for edit in reversed(edits):
        changed = changed[: edit.start] + edit.new.encode() + changed[edit.end :]
    assert apply_edits(TEXT, edits) == changed


def test_merged_variants_know_their_lines() -> None:
    code = "fn a() -> u8 {\n    1\n}\n\nfn b() -> u8 {\n    2\n}\n"
    source = open_source("src/lib.rs", code.encode())
    first, second = chunks_of(source)
    variants = [
        Variant(first, "x", (Edit(first.body_start + 1, first.body_start + 1, "\n    // more"),)),
        Variant(second, "y", (Edit(second.end - 3, second.end - 2, "3"),)),
    ]
    changed, lines = merge(source.data, variants)
    split = changed.decode().split("\n")
    for chunk in (first, second):
        low, high = lines[chunk.key]
        assert split[low - 1].startswith(f"fn {chunk.name}")
        assert split[high - 1] == "}"
