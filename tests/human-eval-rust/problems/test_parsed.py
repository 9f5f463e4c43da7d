"""What is read from a problem: signature, given items, tests."""

from __future__ import annotations

import pytest

from human_eval_rust.building.test_module import is_shareable
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import UnusableProblemError, parse_problem
from human_eval_rust.problems.publish import published, test_module
from human_eval_rust.problems.sources import build
from human_eval_rust.shipped_sets import SETS, SHIPPED_SETS
from sigil_common.records import Problem


def test_signature_of_a_generic_function(parsed):
    found = parsed["largest"].signature
    assert (found.generics, found.returns, found.where) == ("<'a, T: PartialOrd>", " -> Option<&'a T>", "")
    assert [(one.name, one.type) for one in found.parameters] == [("items", "&'a [T]")]


def test_given_items_become_public(parsed):
    assert parsed["tally"].names == {"Entry", "single"}
    assert "pub struct Entry {\n    pub name: String" in next(
        i.text for i in parsed["tally"].given if i.name == "Entry"
    )


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("struct A(i32, pub u8);", "pub struct A(pub i32, pub u8);"),
        ("enum A { B(i32), C { x: i32 } }", "pub enum A { B(i32), C { x: i32 } }"),
        ("trait T { fn f(&self); }", "pub trait T { fn f(&self); }"),
        ("impl A { fn f(&self) {} }", "impl A { pub fn f(&self) {} }"),
        ("impl T for A { fn f(&self) {} }", "impl T for A { fn f(&self) {} }"),
        ("fn f() { struct B { x: i32 } }", "pub fn f() { struct B { x: i32 } }"),
    ],
)
def test_publishing(source, wanted):
    assert published(source) == wanted


def test_tests_are_found_with_their_ways_to_end(parsed):
    tests = {case.path: (case.should_panic, case.expected) for case in parsed["largest"].tests}
    assert tests["tests::a_test_that_panics"] == (True, "out of range")
    assert tests["tests::numbers"] == (False, "")
    assert len(tests) == 3


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("#[should_panic]", ""),
        ('#[should_panic(expected = "a \\"b\\"")]', 'a \\"b\\"'),
        ('#[should_panic = "a"]', "a"),
        ('#[should_panic /* x */ (\n    expected = "a"\n)]', "a"),
    ],
)
def test_what_a_panic_has_to_say_is_read_from_every_form_of_the_attribute(mark, expected):
    source, (case,) = test_module(f"#[cfg(  test )]\nmod t {{\n{mark}\n#[test]\nfn a() {{}}\n}}\n")
    assert (case.path, case.should_panic, case.expected) == ("t::a", True, expected)
    assert "#[" not in source
    assert source.count("\n") == 6 + mark.count("\n")


@pytest.mark.parametrize(
    ("head", "shareable"),
    [
        ("fn f(x: i32) -> i32 {\n", True),
        ("fn f<'a /* x */>(x: &'a str) -> &'a str {\n", True),
        ("fn f<'a, 'b: 'a>(x: &'a str, y: &'b str) -> &'a str {\n", False),
        ("fn f<T>(x: T) -> T {\n", False),
        ("fn f<const N: usize>(x: [u8; N]) -> usize {\n", False),
        ("fn f(x: impl Fn() -> i32) -> i32 {\n", False),
        ("fn f(x: i32) -> impl Iterator<Item = i32> {\n", False),
        ("async fn f(x: i32) -> i32 {\n", False),
    ],
)
def test_only_functions_of_one_type_have_shared_tests(problems, head, shareable):
    row = problems["running_max"].model_copy(update={"prompt": head, "entry_point": "f", "canonical_solution": ""})
    assert is_shareable(parse_problem(row)) == shareable


def test_ignored_tests_are_not_run_and_nested_ones_are():
    source, tests = test_module(
        "#[cfg(test)]\nmod tests {\n    mod inner {\n        #[test]\n        fn a() {}\n    }\n"
        "    #[test]\n    #[ignore]\n    fn b() {}\n    // #[test]\n    fn c() {}\n}\n"
    )
    assert [case.path for case in tests] == ["tests::inner::a"]
    assert "#[test]" not in source.replace("// #[test]", "")
    assert source.count("\n") == 12 or source.count("\n") == 11


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"entry_point": "other"}, "does not declare"),
        ({"test": "#[cfg(test)] mod tests { fn a() {} }"}, r"no `#\[test\]`"),
        ({"test": ""}, r"no `#\[test\]`"),
        ({"prompt": "// nothing"}, "does not declare"),
    ],
)
def test_problems_that_cannot_be_scored(problems, changes, why):
    with pytest.raises(UnusableProblemError, match=why):
        parse_problem(problems["running_max"].model_copy(update=changes))


@pytest.mark.parametrize(("folder", "name"), [(one.folder, one.name) for one in SETS])
def test_problem_files_are_in_sync_with_their_sources(pytestconfig, folder, name):
    root = pytestconfig.rootpath
    wanted = build(root / "data" / "problems" / folder)
    command = f"human-eval-rust problems build data/problems/{folder} --output data/{name}.jsonl, then copy it"
    for path in (root / "data" / f"{name}.jsonl", shipped(name)):
        assert list(load(path).values()) == wanted, f"{path} is out of date: {command}"
    assert (root / "data" / f"{name}.jsonl").read_bytes() == shipped(name).read_bytes()


def test_every_shipped_problem_can_be_scored():
    for name in SHIPPED_SETS:
        for problem in load(shipped(name)).values():
            assert isinstance(problem, Problem)
            assert parse_problem(problem).tests
