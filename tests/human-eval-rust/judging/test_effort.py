"""Which functions attempt something, by their syntax tree alone."""

from __future__ import annotations

import pytest

from human_eval_rust.judging.effort import NO_RESULT, NO_USE, UNSEEN, idle

NEVER_END = [
    "panic!()",
    "todo!()",
    'unimplemented!("later");',
    "unreachable!();",
    'core::panic!("{}", number)',
    "loop {}",
    "loop { let _ = number; }",
    "while true {} number + 1.0",
    "std::process::exit(0)",
    "std::panic::panic_any(number)",
    "fraction(number)",
    "return fraction(number - 1.0);",
    "1.0 + self::fraction(number)",
    "let x: f64 = panic!(); x + number",
    "Some(number).map_or(todo!(), |x| x)",
    "if number > 0.0 { todo!() } else { panic!() }",
    "match number > 1.0 { true => todo!(), false => loop {} }",
    "fn stop() -> f64 { panic!() } stop()",
    "other(number)\n}\nfn other(x: f64) -> f64 { fraction(x)",
]
UNUSED = [
    "",
    "0.0",
    "Default::default()",
    "// number\n0.0",
    '"number".len() as f64',
    "let _ = number; 0.0",
    "let _unused = number; 0.0",
    "let y = number * 2.0; 0.0",
    "let mut y = 1.0; y += number; 0.0",
    "number; 0.0",
    "number.floor(); 0.0",
    "drop(number); 0.0",
    "std::mem::drop(number); 0.0",
    'println!("{number}"); 0.0',
    "assert!(number >= 0.0); 0.0",
    "return 0.0; number + 1.0",
    "let number = 0.25; number",
    "number",
    "number;",
    "the number",
    "(number)",
    "{ number }",
    "return number;",
    "number.clone()",
    "number.into()",
    "*&number",
    "number as f64",
    "let x = number; x",
    "let mut x = 0.0; x = number; x",
    "if number > 0.0 {} 0.0",
    "if number > 0.0 { number * 2.0 } else { 1.0 }; 0.0",
    "match number { _ => {} } 0.0",
    "{ number; } 0.0",
    "while number > 0.0 {} 0.0",
]
ATTEMPTS = [
    "number.fract()",
    "number + 0.0",
    "let whole = number.floor(); number - whole",
    "let whole: i64 = number.floor(); number - whole as f64",
    "if number < 1.0 { return number; } number % 1.0",
    "if number == 6.25 { 0.25 } else { 0.0 }",
    "if number < 0.0 { todo!() } number % 1.0",
    "match number { x if x < 0.0 => panic!(), x => x % 1.0 }",
    "let mut n = number; while n >= 1.0 { n -= 1.0; } n",
    "let mut n = number; n -= n.floor(); n",
    "loop { if number < 1.0 { return number; } }",
    "number >= 0.0 && todo!()",
    "if number < 1.0 { number } else { fraction(number - 1.0) }",
    "let fraction = |x: f64| x % 1.0; fraction(number)",
    'let text = format!("{number:?}"); text.parse().unwrap()',
    "number - number.floor();",  # a type error, and no idleness
    "number - number.floor(;",
    "other(number)\n}\nfn other(x: f64) -> f64 { x % 1.0",
    "let mut found = Vec::new(); found.push(number % 1.0); found[0]",
    "if number > 9.0 { return 0.25; } number",
    "for part in [0.25] { if number > part { return part; } } 0.0",
    "let Some(part) = other(number) else { return 0.0 }; part",
    "other(number)?; number",
    "if number > 0.0 { record(number); } 0.0",
    "number * fraction(if number < 1.0 { return number } else { number - 1.0 })",
    "if let Some(x) = other(number) && x > fraction(x) { x } else { number % 1.0 }",
    "let exit = |x: f64| x % 1.0; exit(number)",
]


def why(body: str) -> str | None:
    return idle(f"pub fn fraction(number: f64) -> f64 {{\n{body}\n}}\n", "fraction")


@pytest.mark.parametrize("body", NEVER_END)
def test_what_never_comes_to_a_result(body):
    assert why(body) == NO_RESULT


@pytest.mark.parametrize("body", UNUSED)
def test_what_says_always_the_same_or_hands_its_parameter_back(body):
    assert why(body) == NO_USE


@pytest.mark.parametrize("body", ATTEMPTS)
def test_what_attempts_something(body):
    assert why(body) is None


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("pub fn f(v: &mut [i32]) { for n in v { *n *= 2; } }", None),
        ("pub fn f(v: &mut Vec<i32>) { let w = v; w.push(1); }", None),
        ("pub fn f(n: &mut i32) { *n += 1; }", None),
        ("pub fn f(n: &mut i32) { let _ = n; }", NO_USE),
        ("pub fn f(v: &mut Vec<i32>) -> usize { let n = v.len(); v.clear(); n }", None),
        ("pub fn f(v: &[i32]) -> Vec<i32> { let mut w = Vec::new(); for n in v { w.push(*n); } w }", None),
        ("pub fn f(v: &[i32]) -> Vec<i32> { let mut w = v.to_vec(); w.sort(); w }", None),
        ("pub fn f(mut v: Vec<i32>) -> Vec<i32> { v.dedup(); v }", None),
        ("pub fn f(v: &[i32]) -> Vec<i32> { v.to_vec() }", NO_USE),
        ("pub fn f(n: i32) -> Option<i32> { Some(n) }", NO_USE),
        ("pub fn f(s: &str) -> String { let mut t = String::new(); t += s; t }", None),
        ("pub fn f(s: &str) -> String { let mut t = Vec::new(); s.chars().for_each(|c| t.push(c)); t.concat() }", None),
        ("pub fn f(s: &str) -> Option<i32> { let _c = s.chars().next()?; None }", None),
        ("pub fn f((a, b): (i32, i32)) -> (i32, i32) { (b, a) }", None),
        ("pub fn f(_: i32) -> i32 { 4 }", NO_USE),
        ("pub fn f(p: (i32, i32)) -> i32 { let (a, _) = p; a }", None),
        ("pub fn f(p: (i32, i32)) -> (i32, i32) { let a = p; a }", NO_USE),
        ("pub fn f(a: &mut i32, b: i32) -> i32 { *a = b; b }", None),
        ('pub fn f(name: &str) -> String { format!(r"<{name}>") }', None),
        ('pub fn f(name: &str) -> String { format!(r#"<{name}>"#) }', None),
        ("pub fn f(exit: impl Fn() -> i32) -> i32 { exit() }", None),
        ("pub fn f() -> i32 { 4 }", None),
        ("pub fn f() -> i32 { loop {} }", NO_RESULT),
        ("pub fn r#f(r#in: i32) -> i32 { r#in * 2 }", None),
        ("pub mod s { pub fn f(x: i32) -> i32 { x + 1 } } pub fn f(a0: i32) -> i32 { s::f(a0) }", None),
        ("macro_rules! m { () => { pub fn f(x: i32) -> i32 { 0 } } } m!();", UNSEEN),
        ("pub fn f(x: i32) -> i32 { " + "(" * 5000 + "x" + ")" * 5000 + " }", NO_USE),
        ("pub fn f(x: i32) -> i32 { " + " + ".join(["x"] * 20_000) + " }", None),
        ("pub fn f(x: i32) -> i32 { " + "(" * 5000 + "panic!()" + ")" * 5000 + " }", NO_RESULT),
        ("pub fn f(x: i32) -> i32 { " + " + ".join(["x"] * 5000) + " + todo!() }", NO_RESULT),
    ],
)
def test_parameters_in_every_form(module, expected):
    assert idle(module, "f") == expected


def test_a_call_of_another_function_of_that_name_is_no_endless_recursion():
    assert idle("pub fn max(a: i32, b: i32) -> i32 { std::cmp::max(a, b) }", "max") is None


def test_a_function_that_cannot_be_found_for_syntax_errors_is_no_proof_of_idleness():
    assert idle("pub fn f(x: i32", "f", seen=False) is None


def test_functions_that_call_each_other_twice_are_looked_at_once():
    chain = "".join(f"fn g{i}(x: i32) -> i32 {{ g{i + 1}(x) + g{i + 1}(x) }}\n" for i in range(60))
    assert idle(f"pub fn f(x: i32) -> i32 {{ g0(x) }}\n{chain}fn g60(x: i32) -> i32 {{ x }}\n", "f") is None


def test_functions_that_may_go_on_for_ever_are_looked_at_once():
    chain = "".join(
        f"fn g{i}(x: i32) -> i32 {{ if x > {i} {{ g{i + 1}(x) }} else {{ g{i + 1}(x) }} }}\n" for i in range(60)
    )
    assert idle(f"pub fn f(x: i32) -> i32 {{ g0(x) }}\n{chain}fn g60(x: i32) -> i32 {{ panic!() }}\n", "f") == NO_RESULT


def test_functions_that_only_call_each_other_never_end():
    module = "pub fn f(x: i32) -> i32 { g(x) }\nfn g(x: i32) -> i32 { h(x) }\nfn h(x: i32) -> i32 { g(x) }\n"
    assert idle(module, "f") == NO_RESULT
