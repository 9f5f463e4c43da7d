"""Signatures: equal for other spellings of the same task, different for all else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.choose.signature import functions, name_of, signature
from sigil_pipeline.chunk.syntax import parse

SAME = [
    # spelling: white space, names, comments, commas, lifetimes, paths
    ("fn f(a: u8, b: u8) -> u8 {}", "pub(crate) const fn f( mut x:u8 /* x */,\n _ : u8, )->u8 {}"),
    ("fn f<'a>(x: &'a str, y: &'a T<'a>) -> Cow<'a, str> {}", "fn f(x: &str, y: &T) -> Cow<str> {}"),
    ("fn f(m: HashMap<K, V>) -> io::Result<()> {}", "fn f(m: &std::collections::HashMap<K, V,>) -> Result<()> {}"),
    ("fn f() {}", "fn f() -> () {}"),
    ("fn r#try(x: u8) {}", "fn try(x: u8) {}"),
    # type parameters
    ("fn f<T: Ord, U>(x: &[T], y: U) -> T {}", "fn f<'a, X, Y>(x: &'a [X], y: Y) -> X where X: Ord {}"),
    ("fn f<const N: usize>(x: [u8; N]) {}", "fn f<const SIZE: usize>(x: [u8; SIZE]) {}"),
    # what a translation is free to choose
    ("fn f(x: &str) -> String {}", "fn f(x: String) -> &'static str {}"),
    ("fn f(x: &[&str]) -> Vec<String> {}", "fn f(x: Vec<String>) -> std::vec::Vec<&str> {}"),
    ("fn f(x: i64, y: f32) -> usize {}", "fn f(x: &u8, y: f64) -> i128 {}"),
    ("fn f(x: &mut Vec<i32>) {}", "fn f(x: &mut [i64]) {}"),
]
DIFFERENT = [
    ("fn f(x: u8) {}", "fn g(x: u8) {}"),
    ("fn f(x: u8) {}", "fn f(x: u8, y: u8) {}"),
    ("fn f(x: u8, y: char) {}", "fn f(x: char, y: u8) {}"),
    ("fn f(x: u8) -> u8 {}", "fn f(x: u8) -> Option<u8> {}"),
    ("fn f(x: u8) -> u8 {}", "fn f(x: u8) -> f64 {}"),
    ("fn f(x: &mut [u8]) {}", "fn f(x: &[u8]) {}"),
    ("fn f(x: &[u8]) {}", "fn f(x: [u8; 4]) {}"),
    ("fn f(x: (u8, u8)) {}", "fn f(x: u8, y: u8) {}"),
    ("fn f<T>(x: T) -> T {}", "fn f<T, U>(x: T) -> U {}"),
    # methods
    ("fn f(&self) -> bool {}", "fn f(x: &str) -> bool {}"),
    ("fn f(self, x: u8) -> u8 {}", "fn f(x: u8) -> u8 {}"),
    ("fn f(x: Self) -> u8 {}", "fn f(x: u8) -> u8 {}"),
]


def of(code: str) -> str:
    return signature(next(functions(parse(code.encode()))))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_spelling_leaves_no_trace(one: str, other: str) -> None:
    assert of(one) == of(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_all_else_does(one: str, other: str) -> None:
    assert of(one) != of(other)


def test_it_reads_as_a_signature() -> None:
    code = "pub fn merge<'a, T>(a: &'a [T], m: &mut Vec<(u8, String)>, f: impl Fn(&T) -> bool) -> Option<Vec<&'a T>> {}"
    assert of(code) == "merge([T0], &mut[(int, str)], impl Fn(T0)->bool) -> Option<[T0]>"
    assert of("fn area(&self) {}") == "area(self) -> ()"


def test_all_functions_with_a_body_are_found() -> None:
    code = """
    trait T { fn a(&self); fn b() -> u8 { 1 } }
    impl S { fn c(self) { fn d() {} } }
    mod m { fn e() {} }
    macro_rules! f { () => { fn f() {} } }
    """
    assert [name_of(one) for one in functions(parse(code.encode()))] == ["b", "c", "d", "e"]


_LEAVES = [("u8", "&i64"), ("String", "&'a str"), ("char", "char"), ("Self", "&Self"), ("a::B", "B<'a>"), ("T", "X")]
_TYPES = st.recursive(
    st.sampled_from(_LEAVES),
    lambda inner: st.one_of(
        inner.map(lambda one: (f"Vec<{one[0]}>", f"&'a [{one[1]}]")),
        inner.map(lambda one: (f"Option<{one[0]}>", f"&std::option::Option< {one[1]}, >")),
        inner.map(lambda one: (f"&mut {one[0]}", f"&'a mut {one[1]}")),
        st.tuples(inner, inner).map(lambda two: (f"({two[0][0]}, {two[1][0]})", f"( {two[0][1]},{two[1][1]}, )")),
    ),
)


@given(st.lists(_TYPES, max_size=4), _TYPES)
def test_both_spellings_of_any_types_are_one(types: list[tuple[str, str]], result: tuple[str, str]) -> None:
    one = ", ".join(f"x{at}: {spelled}" for at, (spelled, _) in enumerate(types))
    other = ",\n".join(f"y{at} : {spelled}" for at, (_, spelled) in enumerate(types))
    assert of(f"fn f<T>({one}) -> {result[0]} {{}}") == of(f"fn f<'a, X>({other}) -> {result[1]} {{}}")


@given(st.text(alphabet="fn(x:&'a mut<Vec[];,->{}T)u8 Self", max_size=60))
def test_broken_code_has_signatures_too(text: str) -> None:
    for function in functions(parse(f"fn f{text}".encode())):
        assert signature(function).startswith(name_of(function))
