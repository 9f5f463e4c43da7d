"""Rewrites: what each makes of a small function."""

from __future__ import annotations

import pytest

from sigil_pipeline.compiler.edits import Variant, is_sound, variant_code
from sigil_pipeline.tasks.transformations.rewrite import rewrite_body
from sigil_pipeline.tasks.transformations.rewrites import REWRITES

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
    ("and_then", "-> Option<u8>", "a.and_then(|x| g(x))", "match a { Some(x) => g(x), None => None, }"),
    ("result_map", "-> R", "a.map(|x| x + 1)", "match a { Ok(x) => Ok(x + 1), Err(error) => Err(error), }"),
    ("map_or", "-> u8", "a.map_or(0, |x| x + 1)", "match a { Some(x) => x + 1, None => 0, }"),
    ("is_some_and", "-> bool", "a.is_some_and(|x| x > 1)", "match a { Some(x) => x > 1, None => false, }"),
    ("unwrap_or_default", "-> u8", "a.unwrap_or_default()", "Some(value) => value, None => Default::default(), }"),
    ("then", "-> Option<u8>", "(a > 1).then(|| a - 1)", "if (a > 1) { Some(a - 1) } else { None }"),
    (
        "error_question",
        "-> Result<u8, E>",
        "Ok(a.map_err(E::Parse)?)",
        "match a { Ok(value) => value, Err(error) => return Err(E::Parse(error)), }",
    ),
    (
        "error_question",
        "-> Result<u8, E>",
        "let x = a.ok_or_else(|| E::No)?;\n    Ok(x)",
        "let x = match a { Some(value) => value, None => return Err(E::No), };",
    ),
    (
        "match_ladder",
        "-> u8",
        "match c {\n        'a'..='z' => 1,\n        '_' | '-' => 2,\n        _ => 3,\n    }",
        "if 'a' <= c && c <= 'z' { 1 } else if c == '_' || c == '-' { 2 } else { 3 }",
    ),
    (
        "early_return",
        "-> u8",
        "if a {\n        return 1;\n    }\n    let b = g();\n    if b {\n        return 2;\n    }\n    b",
        "if a { 1 } else { let b = g(); if b { 2 } else { b }}}",
    ),
    (
        "early_return",
        "",
        "if a {\n        return;\n    }\n    g();",
        "if !(a) { g(); }}",
    ),
    (
        "early_continue",
        "",
        "for x in y {\n        if x {\n            continue;\n        }\n        g(x);\n    }",
        "for x in y { if !(x) { g(x); } }",
    ),
    (
        "chain_collect",
        "-> Vec<u8>",
        "a.iter().filter(|x| **x > 1).map(|x| x + 1).collect()",
        "let x = &item; if **x > 1 { let x = item; result.push(x + 1); } } result",
    ),
    (
        "chain_collect",
        "",
        "let all = a.iter().filter_map(|x| g(x)).collect::<Vec<_>>();",
        "let mut all = Vec::new(); for x in a.iter() { if let Some(kept) = g(x) { all.push(kept); } }",
    ),
    (
        "chain_search",
        "-> bool",
        "a.iter().any(|x| x > 1)",
        "for x in a.iter() { if x > 1 { return true; } } false",
    ),
    (
        "chain_search",
        "",
        "let b = a.all(|x| g(x));",
        "let mut b = true; for x in a { if !(g(x)) { b = false; break; } }",
    ),
    ("chain_search", "-> Option<u8>", "a.find_map(|x| g(x))", "if let Some(hit) = g(x) { return Some(hit); } } None"),
    (
        "chain_reduce",
        "-> u8",
        "a.iter().map(|x| x * 2).sum()",
        "let mut total = 0; for x in a.iter() { total += x * 2; } total",
    ),
    (
        "chain_reduce",
        "-> u8",
        "a.fold(1, |acc, x| acc * x)",
        "let mut acc = 1; for x in a { acc = acc * x; } acc",
    ),
    ("chain_reduce", "", "let n = a.filter(|x| g(x)).count();", "if g(x) { n += 1; } }"),
    ("chain_each", "", "a.iter().for_each(|x| g(x));", "for x in a.iter() { g(x); }"),
    ("chain_each", "", "v.extend(a.iter().map(|x| x + 1));", "for x in a.iter() { v.push(x + 1); }"),
    (
        "while_let",
        "",
        "while let Some(x) = a.pop() {\n        g(x);\n    }",
        "loop { match a.pop() { Some(x) => { g(x); } _ => break, } }",
    ),
    (
        "index_loop",
        "",
        "for x in &self.all {\n        g(x);\n    }",
        "for i in 0..self.all.len() { let x = &self.all[i]; g(x); }",
    ),
    (
        "index_loop",
        "",
        "for (n, x) in v.iter().enumerate() {\n        g(n, x);\n    }",
        "for n in 0..v.len() { let x = &v[n]; g(n, x); }",
    ),
    ("extend", "", "for x in &a {\n        v.push(x + 1);\n    }", "v.extend(a.iter().map(|x| x + 1));"),
    ("for_each", "", "for x in a.iter() {\n        g(x);\n    }", "a.iter().for_each(|x| { g(x); });"),
    ("matches_macro", "-> bool", "matches!(a, B::C(_) | B::D)", "match a { B::C(_) | B::D => true, _ => false, }"),
]


@pytest.mark.parametrize(("rule", "signature", "body", "wanted"), CASES)
def test_rewrites(rule: str, signature: str, body: str, wanted: str) -> None:
    code = rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n")
    assert code is not None
    assert wanted in code


@pytest.mark.parametrize(
    ("rule", "signature", "body", "wanted"), {case[0]: case for case in CASES}.values(), ids=lambda value: str(value)
)
def test_rewrites_beside_a_deep_sum(rule: str, signature: str, body: str, wanted: str) -> None:
    deep = " + ".join(["n"] * 5_000)
    code = rewritten(rule, f"fn f() {signature} {{\n    let sum = {deep};\n    {body}\n}}\n")
    assert code is not None
    assert wanted in code
    assert f"let sum = {deep};" in code


def test_a_deep_sum_is_no_idiom() -> None:
    deep = " + ".join(["n"] * 20_000)
    _, _, function = opened(f"fn f(n: u64) -> u64 {{\n    {deep}\n}}\n")
    edits = {name: rewrite_body(rule, function) for name, rule in RULES.items()}
    found = {name: edit.new for name, edit in edits.items() if edit is not None}
    assert found == {"tail_expression": f"{{\n    return {deep};\n}}"}


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
        ("chain_search", "-> bool", "a.any(|x| x?)"),
        ("chain_collect", "-> HashMap<u8, u8>", "a.collect()"),
        ("for_each", "", "for x in a {\n        if x {\n            break;\n        }\n    }"),
        ("early_return", "-> u8", "if let Some(x) = a {\n        return x;\n    }\n    1"),
        (
            "early_continue",
            "",
            "for x in y {\n        if x {\n            g();\n            continue;\n        }\n        g();\n    }",
        ),
        ("match_ladder", "-> u8", "match c {\n        A => 1,\n        B => 2,\n        _ => 3,\n    }"),
        ("result_map", "-> R", "a.map(|x| return x)"),
        ("let_else", "-> u8", "let (Some(x), Some(y)) = z else { return 1 };\n    x"),
        ("chain_search", "", "let b = a.flatten().find(|x| g(x));"),
        ("chain_search", "", "let b = a.flat_map(|x| x).find_map(|x| g(x));"),
        ("chain_search", "", "let b = a.any(|x| x == b);"),
        ("chain_collect", "", "let b: Vec<u8> = a.map(|x| x + b).collect();"),
        ("chain_collect", "-> Vec<u8>", "a.filter(|x| g(x)).map(|y| y + x).collect()"),
        ("chain_reduce", "-> u8", "a.map(|x| x + acc).fold(0, |acc, x| acc + x)"),
        ("chain_reduce", "-> u8", "a.map(|x| g(x)).fold(0, |acc, y| acc + x + y)"),
        ("chain_each", "", "v.extend(a.map(|v| v + 1));"),
        ("match_ladder", "-> u8", "match c.next() {\n        1 => 1,\n        2 => 2,\n        _ => 3,\n    }"),
        (
            "match_ladder",
            "-> u8",
            "match c {\n        1 => 1,\n        #[cfg(a)]\n        2 => 2,\n        _ => 3,\n    }",
        ),
        ("match_ladder", "-> u8", "match c.await {\n        1 => 1,\n        2 => 2,\n        _ => 3,\n    }"),
        ("then", "-> Option<u8>", "(a > 1).then_some(b[1] - 1)"),
        ("then", "-> Option<u8>", "(a > 1).then_some(b.await)"),
        ("error_question", "-> Result<u8, E>", "Ok(a.ok_or(g())?)"),
        ("if_let", "-> u8", "if let Some(x) = y.lock().pop() { x } else { 0 }"),
    ],
)
def test_rewrites_keep_away_from_what_they_would_break(rule: str, signature: str, body: str) -> None:
    assert rewritten(rule, f"fn f() {signature} {{\n    {body}\n}}\n") is None


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("extend", "fn extend(&mut self, a: A) {\n    for x in a {\n        self.push(x);\n    }\n}\n"),
        ("for_each", "fn for_each(self) {\n    for x in self {\n        g(x);\n    }\n}\n"),
        ("is_empty", "fn len(&self) -> usize {\n    g(self.is_empty())\n}\n"),
        ("compound_assignment", "fn add(mut self, other: S) -> S {\n    self += other;\n    self\n}\n"),
    ],
)
def test_no_function_comes_to_call_itself(rule: str, code: str) -> None:
    assert rewritten(rule, code) is None
    assert rewritten(rule, code.replace(f"fn {code[3:].partition('(')[0]}(", "fn other(")) is not None


def test_a_path_says_whose_function_is_called() -> None:
    code = rewritten("chain_collect", "fn new() -> Vec<u8> {\n    a.iter().map(|x| x + 1).collect()\n}\n")
    assert code is not None
    assert "Vec::new()" in code


def test_an_argument_without_effects_may_move_into_an_arm() -> None:
    code = rewritten("error_question", "fn f() -> Result<u8, E> {\n    Ok(a.ok_or(E::No)?)\n}\n")
    assert code is not None
    assert "None => return Err(E::No)," in code
