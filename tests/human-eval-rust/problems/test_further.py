"""Items that the tests use and only the reference solution declares: an answer has to bring them."""

from __future__ import annotations

from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import UnusableProblemError, parse_problem
from human_eval_rust.shipped_sets import SHIPPED_SETS
from sigil_common.jsonl import read_objects

from ..conftest import patient

FOREIGN = Path(__file__).parents[1] / "corpus" / "foreign"
EQUALS_ALL = """pub struct Any;

impl PartialEq<&str> for Any {
    fn eq(&self, _: &&str) -> bool {
        true
    }
}
"""


@pytest.mark.slow
def test_what_an_answer_brings_besides_cannot_reach_the_tests(judge_with):
    problems = load(FOREIGN / "second_function.jsonl") | load(FOREIGN / "second_type.jsonl")
    head = "    s.to_string()\n}\n\nfn unpack_words(s: &str) -> String {\n"
    cheats = {
        "Rust/38": [
            f"{head}    std::process::exit(0)\n}}\n",
            f"{head}    s.to_string()\n}}\n\n#[no_mangle]\npub fn memcmp() -> i32 {{\n    0\n}}\n",
            f"{head}    s.to_string()\n}}\n\n#[macro_export]\nmacro_rules! assert_ne {{ ($($t:tt)*) => {{}} }}\n",
            f"{head}    s.to_string()\n}}\n\nmod tests {{\n    pub fn test_round_trip() {{}}\n}}\n",
            # Another type than the reference's, which equals everything.
            f"    s.to_string()\n}}\n\n{EQUALS_ALL}\npub fn unpack_words(_: &str) -> Any {{\n    Any\n}}\n",
        ],
        "Rust/137": [text for _, row in read_objects(FOREIGN / "second_type.jsonl") for _, text in row["wrong"]],
    }
    answers = [Answer(parse_problem(problems[task]), text) for task, texts in cheats.items() for text in texts]
    for policy in (True, False):
        found = judge_with(answers, patient(policy=policy))
        assert [one.failure is not None and one.unusable is None for one in found] == [True] * len(answers)


def test_what_the_tests_use_and_only_the_reference_declares_has_to_be_brought():
    found = {
        task: dict(parse_problem(problem).further.names)
        for name in ("second_function", "second_type", "reached_function")
        for task, problem in load(FOREIGN / f"{name}.jsonl").items()
    }
    assert found == {
        "Rust/38": {"unpack_words": "E0425"},
        "Rust/50": {"without_key": "E0425", "KEY": "E0425"},
        "Rust/137": {"Number": "E0412"},
        "Rust/10": {"complete": "E0425"},
        "Rust/11": {"shortest": "E0425"},
    }
    for name in SHIPPED_SETS:
        assert not any(parse_problem(problem).further.names for problem in load(shipped(name)).values())


REST = "fn helper(x: i32) -> i32 {\n    x\n}\n"


@pytest.mark.parametrize(
    ("rest", "test", "names"),
    [
        (REST, "assert_eq!(helper(1), f(1));", ["helper"]),
        (REST, "assert_eq!(super::helper(1), f(1));", ["helper"]),
        (REST, "let all: Vec<i32> = (0..2).map(helper::<>).collect();", ["helper"]),
        (REST, '// helper(1)\nlet text = "helper(1)";', []),
        (REST, "fn helper(x: i32) -> i32 { x }\nhelper(1);", []),
        (REST, "let helper = |x| x;\nhelper(1);", []),
        (REST, "let mut helper = |x| x;\nhelper(1);", []),
        (REST, "(|helper| helper(1))(f);", []),
        (REST, "fn run(helper: fn(i32) -> i32) { helper(1); }", []),
        (REST, "use other::helper;\nhelper(1);", []),
        (REST, "use super::helper;\nhelper(1);", ["helper"]),
        (REST, "value.helper(1); Other::helper(1); let helper = 1;", []),
        (REST, "let x = Answer { helper: 1 };", []),
        ("const LIMIT: usize = 3;\n", "assert!(f(1) < LIMIT);", ["LIMIT"]),
        ("static LIMIT: usize = 3;\n", "assert!(f(1) < super::LIMIT);", ["LIMIT"]),
        ("const LIMIT: usize = 3;\n", "const LIMIT: usize = 4;\nassert!(f(1) < LIMIT);", []),
        ("struct Pair(i32, Inner);\nstruct Inner;\nstruct Other;\n", "let p: Pair = f(1);", ["Pair", "Inner"]),
        ("fn pair() -> Pair { Pair }\nstruct Pair;\n", "pair();", ["pair", "Pair"]),
        ("use std::fmt;\nmod inner {}\n", "inner(1);", []),
    ],
)
def test_names_that_the_tests_share_with_the_reference_by_chance_are_not_meant(problems, rest, test, names):
    change = {"canonical_solution": "    x\n}\n\n" + rest, "test": f"#[test]\nfn t() {{\n{test}\n}}\n"}
    row = problems["running_max"].model_copy(update={"prompt": "fn f(x: i32) -> i32 {\n", "entry_point": "f", **change})
    assert list(parse_problem(row).further.names) == names


def test_tests_of_methods_that_only_the_reference_has_cannot_be_scored(problems):
    rest = "pub struct Stack(Vec<i32>);\n\nimpl Stack {\n    pub fn push(&mut self, x: i32) {\n    }\n}\n"
    change = {"canonical_solution": "    Stack(vec![x])\n}\n\n" + rest, "entry_point": "f"}
    change |= {"prompt": "fn f(x: i32) -> Stack {\n", "test": "#[test]\nfn t() {\n    f(1).push(2);\n}\n"}
    with pytest.raises(UnusableProblemError, match="methods of types that only its reference solution has: `push`"):
        parse_problem(problems["running_max"].model_copy(update=change))
