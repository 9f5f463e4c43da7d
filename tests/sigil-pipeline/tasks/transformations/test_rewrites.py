"""Rewrites: what each makes of a small function."""

from __future__ import annotations

import pytest

from sigil_pipeline.compiler.edits import Variant, is_sound, variant_code
from sigil_pipeline.tasks.transformations.rewrites import REWRITES, rewrite_body

from ..conftest import opened

RULES = {rewrite.name: rewrite for rewrite in REWRITES}


def rewritten(rule: str, code: str) -> str | None:
    source, chunk, function = opened(code)
    edit = rewrite_body(RULES[rule], function)
    if edit is None:
        return None
    variant = Variant(chunk, rule, (edit,))
    assert is_sound(source, variant)
    return " ".join(variant_code(source, variant).split())


CASES = [
    (
        "question_mark",
        "-> Option<u8>",
        "a()?.b()?;\n    None",
        "match match a() { Some(value) => value, None => return None, }.b() {",
    ),
    (
        "question_mark",
        "-> Result<u8, E>",
        "let error = a()?;\n    Ok(error)",
        "let error = match a() { Ok(value) => value, Err(err) => return Err(err), };",
    ),
    ("question_mark_from", "-> io::Result<u8>", "Ok(a()?)", "Err(error) => return Err(From::from(error)),"),
    ("tail_expression", "-> u8", "let a = 1;\n    a + 1", "return a + 1; }"),
    ("field_shorthand", "-> S", "S { a, b: 1, c }", "S { a: a, b: 1, c: c }"),
    ("if_let", "-> u8", "if let Some(x) = y { x } else { 0 }", "match y { Some(x) => { x } _ => { 0 } }"),
    ("is_empty", "-> bool", "!a.is_empty() && b.is_empty()", "a.len() != 0 && b.len() == 0"),
    (
        "for_loop",
        "",
        "for (i, x) in a.iter().enumerate() {\n        f(i, x);\n    }",
        "let mut iter = a.iter().enumerate().into_iter(); while let Some((i, x)) = iter.next() { f(i, x); }",
    ),
    ("for_loop", "", "for i in 0..iter {\n        f(i);\n    }", "let mut iterator = (0..iter).into_iter();"),
    ("compound_assignment", "", "self.a -= b - c;", "self.a = self.a - (b - c);"),
    ("path_argument", "-> Option<S>", "a.map(S::new)", "a.map(|value| S::new(value))"),
    (
        "let_else",
        "-> u8",
        "let Some(x) = y else {\n        return 1;\n    };\n    x",
        "let x = match y { Some(x) => x, _ => { return 1; } };",
    ),
    ("option_map", "-> Option<u8>", "a.map(|x| x + 1)", "match a { Some(x) => Some(x + 1), None => None, }"),
    ("unwrap_or", "-> u8", "a.unwrap_or(0)", "match a { Some(value) => value, None => 0, }"),
    ("unwrap_or", "-> u8", "a.unwrap_or_else(|| f())", "match a { Some(value) => value, None => f(), }"),
    ("matches_macro", "-> bool", "matches!(a, B::C(_) | B::D)", "match a { B::C(_) | B::D => true, _ => false, }"),
]


@pytest.mark.parametrize(("rule", "signature", "body", "wanted"), CASES)
def test_rewrites(rule: str, signature: str, body: str, wanted: str) -> None:
    code = rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n")
    assert code is not None
    assert wanted in code


@pytest.mark.parametrize("terms", [1_200, 20_000])
@pytest.mark.parametrize(
    ("rule", "signature", "body", "wanted"), {case[0]: case for case in CASES}.values(), ids=lambda value: str(value)
)
def test_rewrites_beside_a_deep_sum(rule: str, signature: str, body: str, wanted: str, terms: int) -> None:
    deep = " + ".join(["n"] * terms)
    code = rewritten(rule, f"fn f() {signature} {{\n    let sum = {deep};\n    {body}\n}}\n")
    assert code is not None
    assert wanted in code
    assert f"let sum = {deep};" in code


@pytest.mark.parametrize("rule", RULES)
def test_a_deep_sum_is_no_idiom(rule: str) -> None:
    wanted = f"return {' + '.join(['n'] * 20_000)};"
    code = rewritten(rule, f"fn f(n: u64) -> u64 {{\n    {' + '.join(['n'] * 20_000)}\n}}\n")
    assert wanted in code if rule == "tail_expression" and code is not None else code is None


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
)
def test_rewrites_keep_away_from_what_they_would_break(rule: str, signature: str, body: str) -> None:
    assert rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n") is None
