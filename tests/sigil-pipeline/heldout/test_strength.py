"""Examples that one value would pass, whatever the function is called with."""

from __future__ import annotations

import pytest

from sigil_pipeline.heldout.strength import weakness

NUMBER = "pub fn f(x: u8) -> u8"
TRUTH = "fn f(x: u8) -> bool"
LIST = "fn f<T: Clone>(x: &[T]) -> Vec<T>"


@pytest.mark.parametrize(
    ("signature", "body", "is_weak"),
    [
        (NUMBER, "assert_eq!(f(1), 2);", True),
        (NUMBER, "assert_eq!(f(1), 2);\nassert_eq!(2, f(3));", True),
        (NUMBER, "let x = f(1);\nassert_eq!(x, 2);\nlet y = f(3);\nassert_eq!(y, 2);", True),
        (NUMBER, "assert_eq!(f(1), 2);\nassert_eq!(f(2), 3);", False),
        (NUMBER, 'assert_eq!(2, f(1));\nassert_eq!(f(2), 3, "{}", 4);', False),
        (NUMBER, "assert!(f(1) == 2);\nassert!(f(2) == 3);", False),
        (NUMBER, "assert!(f(1) == 2);\nassert!(2 == f(2));", True),
        (NUMBER, "assert_eq!(f(1), f(2));", True),
        (NUMBER, "assert_eq!(f(1), f(2));\nassert_eq!(f(3), f(4));", True),
        (NUMBER, "assert_ne!(f(1), f(2));", False),
        (NUMBER, "assert_ne!(f(1), 0);\nassert_ne!(f(2), 0);", True),
        ("fn f(x: u8) -> (u8, u8)", "let (a, b) = f(1);\nassert_eq!(a, 2);\nassert_eq!(b, 3);", True),
        ("fn f(x: f64) -> f64", "assert!((f(1.0) - 2.5).abs() < 1e-9);", True),
        ("fn f(x: f64) -> f64", "assert!((f(1.0) - 2.5).abs() < 0.1);\nassert!((f(2.0) - 3.5).abs() < 0.1);", False),
        (TRUTH, "assert!(f(1));\nassert!(f(2));", True),
        (TRUTH, "assert!(f(1));\nassert!(!f(2));", False),
        (TRUTH, "assert_eq!(f(1), true);\nassert!(f(2));", True),
        (TRUTH, "let is = f(1);\nassert!(is);\nassert!(!f(2));", False),
        (LIST, "assert_eq!(f(&[1, 1]), vec![1]);", False),
        (LIST, "let empty: [u8; 0] = [];\nassert_eq!(f(&empty), vec![]);", True),
        (LIST, "let wanted = vec![1];\nassert_eq!(f(&[1, 1]), wanted);", False),
        ("fn f<T>(x: &[T]) -> usize", "assert_eq!(f(&[1, 1]), 2);", True),
        ("fn f<T>(x: &[T]) -> Option<&T>", "assert!(f(&[1, 1]).is_none());", True),
        ("fn f(x: &mut Vec<u8>)", "let mut x = vec![2];\nf(&mut x);\nassert_eq!(x, [1]);", False),
    ],
)
def test_one_value_for_all_calls_must_not_pass(signature: str, body: str, is_weak: bool) -> None:
    assert weakness(body.split("\n\n"), signature, "f") == ("one_result" if is_weak else "")


def test_examples_count_together() -> None:
    bodies = ["assert_eq!(f(1), 2);", "assert_eq!(f(2), 3);"]
    assert [weakness(bodies[:many], NUMBER, "f") for many in (1, 2)] == ["one_result", ""]


def test_what_cannot_be_left_unwritten_is_no_problem_with_tests() -> None:
    bodies = ["assert_eq!(f(1)(2), 3);\nassert_eq!(f(2)(2), 4);"]
    assert weakness(bodies, "fn f(x: u8) -> impl Fn(u8) -> u8", "f") == "opaque_type"
