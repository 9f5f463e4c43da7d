"""Tests that depend on time, order, addresses or the machine are reported, and so are tests that accept a constant."""

from __future__ import annotations

import pytest

from human_eval_rust.problems.parsed import parse_problem
from human_eval_rust.strength import steady
from human_eval_rust.strength.check import check_file
from human_eval_rust.strength.wrong_bodies import constants
from sigil_common.jsonl import write_jsonl
from sigil_common.records import Problem

from ..conftest import patient

SOUND = "assert_eq!(f(2), 4); assert_eq!(f(3), 6);"


def problem(
    body: str, *, before: str = "", more: str = "", head: str = "x: i32) -> i32", solution: str = "x * 2"
) -> Problem:
    test = (
        f"#[cfg(test)]\nmod tests {{\n    use super::*;\n{before}\n    #[test]\n    fn t() {{ {body} }}\n{more}\n}}\n"
    )
    return Problem(
        task_id="p/0",
        prompt=f"/// Doc.\npub fn f({head} {{\n",
        canonical_solution=f"    {solution}\n}}\n",
        test=test,
        entry_point="f",
    )


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("let s = std::time::Instant::now();", "Instant"),
        ("x.elapsed().unwrap();", ".elapsed("),
        ("time::UNIX_EPOCH;", "UNIX_EPOCH"),
        ("std::thread::sleep(d);", "sleep"),
        ('std::env::var("A");', "env::var"),
        ("use std::{env, fmt}; env::args();", "env::args"),
        ("use std::{collections::{HashMap}, fs};", "use std::"),
        ('std::fs::read("a");', "fs::read"),
        ("std::thread::available_parallelism();", "available_parallelism"),
        ("v.as_ptr() as usize;", "as_ptr() as usize"),
        ("std::ptr::addr_of!(x) as usize;", "addr_of!(x) as usize"),
        ("&x as *const i32 as usize;", "as *const i32 as usize"),
        ("p.addr();", ".addr()"),
        ("std::process::id();", "process::id"),
        ('format!("{:p}", &x);', "{:p}"),
        ('format!("{x:#018p}");', "{x:#018p}"),
        ('assert!(f(2) == 4, "{0:p}", &x);', "{0:p}"),
        ("RandomState::new();", "RandomState"),
    ],
)
def test_what_varies_is_named_with_its_test(body, word):
    found = list(steady.named(problem(body, before="    fn helper() {}").test))
    assert any(f"`{word}" in one and one.startswith("its test `t` depends on time") for one in found), found


@pytest.mark.parametrize(
    "body",
    [
        SOUND,
        '// Instant::now()\nassert_eq!(f(2), 4, "env::var {{:p}} sleep");',
        'let s = "{:?}"; f(env!("A"));',
        "let v = vec![1]; let p = v.as_ptr(); g(&v); assert!(std::ptr::eq(p, v.as_ptr()));",
        "let elapsed = 3; f(elapsed);",
        'format!("{x:>w$}");',
        'static S: &\'static str = "a"; Timer::instant();',
    ],
)
def test_what_does_not_vary_is_not_named(body):
    assert list(steady.named(problem(body).test)) == []


COUNT = "    use std::sync::atomic::{AtomicI32, Ordering::SeqCst};\n    static N: AtomicI32 = AtomicI32::new(0);\n"
CASES = {
    "sound": (problem(SOUND, more=f"    #[test]\n    fn u() {{ {SOUND} }}"), []),
    "needs another": (
        problem(
            f"N.store(1, SeqCst); {SOUND}",
            before=COUNT,
            more=f"    #[test]\n    fn u() {{ assert_eq!(N.load(SeqCst), 1); {SOUND} }}",
        ),
        ["its test `u` fails when it runs alone: assertion"],
    ),
    "must come first": (
        problem(
            f"assert_eq!(N.load(SeqCst), 0); {SOUND}",
            before=COUNT,
            more=f"    #[test]\n    fn u() {{ N.store(1, SeqCst); {SOUND} }}",
        ),
        ["its test `t` fails when the tests run in reverse order: assertion"],
    ),
    "needs an order of hashes": (
        problem(
            f"{SOUND} let s: std::collections::HashSet<i32> = (0..8).collect();\n"
            "let v: Vec<i32> = s.into_iter().collect(); assert_eq!(v, @);"
        ),
        ["its test `t` fails when hash maps iterate in another order"],
    ),
}


@pytest.mark.slow
def test_tests_that_need_an_order_are_found_by_running_them(tmp_path):
    order = _order_of_hashes(tmp_path)
    rows = {
        name: one.model_copy(update={"task_id": name, "test": one.test.replace("@", order)})
        for name, (one, _) in CASES.items()
    }
    path = tmp_path / "p.jsonl"
    write_jsonl(path, (row.to_row() for row in rows.values()))
    found = check_file(path, 2, patient())
    for name, (_, wanted) in CASES.items():
        said = [fault.what for fault in found if fault.task_id == name]
        assert len(said) == len(wanted), said
        assert all(one.startswith(what) for one, what in zip(said, wanted, strict=True)), said


def _order_of_hashes(tmp_path) -> str:
    """Return the order in which the test that needs one sees its set, as the failing test tells it."""
    one = CASES["needs an order of hashes"][0]
    path = tmp_path / "order.jsonl"
    write_jsonl(path, [one.model_copy(update={"test": one.test.replace("@", "[0; 8]")}).to_row()])
    (fault,) = [fault for fault in check_file(path, 2, patient()) if "reference" in fault.what]
    return fault.what.partition("left: ")[2].partition("\n")[0]


@pytest.mark.parametrize(
    ("head", "body", "some"),
    [
        ("x: i32) -> i32", "assert_eq!(f(2), -4);", ["1", "-1", "-4", "2"]),
        ("x: i32) -> usize", "assert_eq!(f(2), 4usize);", ["1", "4", "2"]),
        ("x: i32) -> u8", "assert_eq!(f(2), b'a');", ["1", "b'a'", "2"]),
        ("x: i32) -> f64", "assert_eq!(f(2), 4.5_f64);", ["1.0", "4.5"]),
        ("x: i32) -> String", 'assert_eq!(f(2), "four");', ["String::new()", 'String::from("four")']),
        ("x: i32) -> &'static str", 'assert_eq!(f(2), "four");', ['""', '"four"']),
        ("x: i32) -> char", "assert_eq!(f(2), 'c');", ["' '", "'c'"]),
        ("x: i32) -> bool", "assert!(f(2));", ["true", "false"]),
        ("x: i32) -> Option<i64>", "assert_eq!(f(2), Some(4));", ["None", "Some(1)", "Some(0)", "Some(4)"]),
        ("x: i32) -> Result<i32, String>", "assert_eq!(f(2), Ok(4));", ["Ok(1)", "Ok(0)", "Ok(4)"]),
        ("x: i32) -> Vec<Option<char>>", "assert_eq!(f(2), vec![Some('c')]);", ["vec![None]", "vec![Some('c')]"]),
        ("x: i32) -> (i32, Point)", "assert_eq!(f(2), 4);", []),
        ("x: &mut i32)", "f(2);", []),
    ],
)
def test_the_literals_of_the_tests_are_tried(head, body, some):
    found = constants(parse_problem(problem(body, head=head)))
    assert set(some) <= set(found)
    assert bool(found) == bool(some)


def test_no_more_than_a_few_literals_are_tried():
    body = " ".join(f"assert_eq!(f({i}), {i * i});" for i in range(2, 90))
    assert len(constants(parse_problem(problem(body)))) <= 20


@pytest.mark.slow
def test_tests_that_accept_a_constant_of_their_own_are_too_weak(tmp_path):
    rows = [
        problem("assert_eq!(f(2), 7); assert_eq!(f(3), 7);", solution="7 + x - x"),
        problem("assert_eq!(f(2), Some('c'));", head="x: i32) -> Option<char>", solution="(x > 1).then_some('c')"),
        problem(
            'assert_eq!(f(2), "four"); assert_eq!(f(3), "five");',
            head="x: i32) -> String",
            solution='if x == 2 { "four".into() } else { "five".into() }',
        ),
    ]
    path = tmp_path / "p.jsonl"
    write_jsonl(path, (row.model_copy(update={"task_id": f"p/{i}"}).to_row() for i, row in enumerate(rows)))
    assert [(fault.task_id, fault.what) for fault in check_file(path, 2, patient())] == [
        ("p/0", "the tests accept the constant `7`"),
        ("p/1", "the tests accept the constant `Some('c')`"),
    ]
