"""Examples in docs as tests of a function that stands without its crate."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.chunk.syntax import leaves, text
from sigil_pipeline.heldout.examples import Example, examples_of, module_of
from sigil_pipeline.heldout.paths import Names
from sigil_pipeline.heldout.statements import statements

NAMES = Names("my_crate", "area", frozenset({"Shape", "UNIT"}))


def made(code: str, names: Names = NAMES) -> str:
    """Return the body that a block gives, or why it gives none."""
    found, why = examples_of(f"Docs.\n\n```\n{code}\n```\n", names)
    assert bool(found) != bool(why)
    return found[0].body if found else why


ASSERT = "assert_eq!(area(2), 4);"


@pytest.mark.parametrize(
    "line",
    [
        "use my_crate::area;",
        "use my_crate::*;",
        "use my_crate;",
        "use ::my_crate::area;",
        "use my_crate::flat::area;",
        "use my_crate::flat::*;",
        "use my_crate::{area};",
        "use my_crate::{self, flat::{area, *}, Shape, solid::UNIT};",
        "use my_crate::{\n    area, // the function\n    Shape,\n};",
        "use my_crate::flat;",
        "extern crate my_crate;",
        "#[macro_use]\nextern crate my_crate;\nuse my_crate::area;",
        "#![allow(unused)]",
        '#[cfg(feature = "flat")]\n#[allow(unused)]\nuse my_crate::area;',
        "# use my_crate::area;",
        "#",
    ],
)
def test_imports_of_what_the_prompt_shows_are_taken_out(line: str) -> None:
    assert made(f"{line}\n{ASSERT}") == ASSERT
    assert made(f"# fn main() {{\n{line}\n    {ASSERT}\n# }}") == ASSERT


@pytest.mark.parametrize(
    ("code", "body"),
    [
        ("assert_eq!(my_crate::area(2), 4);", ASSERT),
        ("assert_eq!(::my_crate::flat::area(2), 4);", ASSERT),
        ("use my_crate::flat;\nassert_eq!(flat::area(2), 4);", ASSERT),
        ("use my_crate::flat::{self};\nassert_eq!(flat::area(2), 4);", ASSERT),
        ("use my_crate as mine;\nassert_eq!(mine::area(2), 4);", ASSERT),
        ("assert_eq!(my_crate::area::<u8>(2), 4);", "assert_eq!(area::<u8>(2), 4);"),
        ("assert!(my_crate::area(my_crate::UNIT) > 0);", "assert!(area(UNIT) > 0);"),
        ("let s: my_crate::Shape = my_crate::area(1);\nassert!(s == 1);", "let s: Shape = area(1);\nassert!(s == 1);"),
        ("use my_crate::Shape::*;\nassert!(area(Round) > 3);", "use self::Shape::*;\nassert!(area(Round) > 3);"),
        (
            "use my_crate::{area, Shape::{Round, Flat as Even}};\nassert!(area(Round) > area(Even));",
            "use self::Shape::Round;\nuse self::Shape::Flat as Even;\nassert!(area(Round) > area(Even));",
        ),
        (
            "let area = my_crate::area(2);\nassert_eq!(area, 4);\nassert_eq!(my_crate::area(0), 0);",
            "let area = self::area(2);\nassert_eq!(area, 4);\nassert_eq!(self::area(0), 0);",
        ),
        (
            "fn area(x: u8) -> u8 {\n    my_crate::area(x)\n}\nassert_eq!(area(2), 4);",
            "fn area(x: u8) -> u8 {\n    self::area(x)\n}\nassert_eq!(area(2), 4);",
        ),
        (
            "struct Shape;\nassert_eq!(my_crate::area(my_crate::Shape), 4);",
            "struct Shape;\nassert_eq!(area(self::Shape), 4);",
        ),
        (
            "use std::fmt;\nuse my_crate::area;\n\nassert_eq!(area(2), 4); // my_crate::other",
            "use std::fmt;\n\nassert_eq!(area(2), 4); // my_crate::other",
        ),
        ('assert_eq!(area(2), 4, "my_crate::other");', 'assert_eq!(area(2), 4, "my_crate::other");'),
        (
            "let x = {\n    use my_crate::area;\n    area(2)\n};\nassert!(x == 4);",
            "let x = {\n    area(2)\n};\nassert!(x == 4);",
        ),
    ],
)
def test_paths_lead_to_what_is_shown(code: str, body: str) -> None:
    assert made(code) == body


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("let x = 1 +;", "broken"),
        ("}\nfn f() {\nassert!(area(1) > 0);", "broken"),
        ("area(2); // assert!(true);", "no_assert"),
        ('area(2);\nlet s = "assert!(true)";', "no_assert"),
        ("assert_close!(area(2), 4.0);", "no_assert"),
        ("fn main() -> Result<(), u8> { assert!(area(1) > 0); Ok(()) }", "unusual_main"),
        ("#[tokio::main]\nasync fn main() { assert!(area(1) > 0); }", "unusual_main"),
        ("assert!(my_crate::other() && my_crate::area(2) > 0);", "leans_on_crate"),
        ("use my_crate::{area, other};\nassert!(other(area(2)) > 0);", "leans_on_crate"),
        ("use my_crate::{area, Hidden};\nassert!(area(Hidden::new()) > 0);", "leans_on_crate"),
        ("assert!(area(my_crate::Hidden::area(1)) > 0);", "leans_on_crate"),
        ("assert!(my_crate::check!(area(2)));", "leans_on_crate"),
        ("use {std::fmt, my_crate::area};\nassert!(area(2) > 0);", "leans_on_crate"),
        ("use crate::area;\nassert!(area(2) > 0);", "leans_on_crate"),
        ("assert!(super::area(2) > 0);", "leans_on_crate"),
        ("assert!(true);", "no_call"),
        ('assert!(!"area(2)".is_empty()); // area(2)', "no_call"),
        ('assert!(!r#"area(2)"#.is_empty()); /* area(2) */', "no_call"),
        ("assert!(shape.area() > 0);", "no_call"),
        ("assert!(Shape::area(2) > 0);", "no_call"),
        ("fn area(x: u8) -> u8 { x }\nassert!(true);", "no_call"),
        ("assert!(surface_area(2) > 0);", "no_call"),
        ("assert!(area(std::env::args().count()) > 0);", "reaches_outside"),
        ("assert!(unsafe { area(2) } > 0);", "reaches_outside"),
        ("use std::{fmt, process};\nprocess::exit(0);\nassert!(area(2) > 0);", "reaches_outside"),
        ("use {std::{fmt::{self}, io::{self, Read}}};\nassert!(area(2) > 0);", "reaches_outside"),
        ("use std::*;\nassert!(area(2) > 0);", "reaches_outside"),
        ("use std as outside;\nassert!(area(2) > 0);", "reaches_outside"),
        ("extern crate std as outside;\nassert!(area(2) > 0);", "reaches_outside"),
    ],
)
def test_why_a_block_is_no_test(code: str, why: str) -> None:
    assert made(code) == why


def test_a_crate_and_a_module_may_bear_the_functions_name() -> None:
    names = Names("area", "area")
    assert made("use area::area;\nassert!(area(2) > 0);", names) == "assert!(area(2) > 0);"
    assert made("assert!(area::area(2) > area::<u8>(1));", names) == "assert!(area(2) > area::<u8>(1));"
    assert made("use my_crate::area;\nassert!(area::area(2) > 0);") == "assert!(area(2) > 0);"


def test_imports_may_be_nested_without_end() -> None:
    assert made(f"use my_crate::{'{' * 2000}area{'}' * 2000};\n{ASSERT}") == ASSERT


def test_what_stands_in_main_stands_for_itself() -> None:
    code = 'use std::fmt;\n\nfn main() {\n    let text = "\n    kept";\n\n    assert!(area(text) > 0);\n}'
    assert made(code) == 'use std::fmt;\n\nlet text = "\n    kept";\n\nassert!(area(text) > 0);'


def test_an_example_may_end_with_a_result() -> None:
    (found,), _ = examples_of("```\nassert!(area(1)? > 0);\n# Ok::<(), u8>(())\n```", NAMES)
    assert found.function("f").startswith("fn f() -> Result<(), impl std::fmt::Debug> {\n    assert!(area(1)? > 0);\n")


def test_the_reason_is_that_of_the_block_that_came_nearest() -> None:
    docs = "```\nlet x = 1;\n```\n```\nassert!(my_crate::other(area(1)));\n```\n```\nlet y = area(1);\n```\n"
    assert examples_of(docs, NAMES) == ([], "leans_on_crate")
    assert examples_of("No code.\n\n```text\nassert!(area(1) > 0)\n```", NAMES) == ([], "no_example")
    assert [one.body for one in examples_of(f"{docs}```\n{ASSERT}\n```", NAMES)[0]] == [ASSERT]


def test_a_module_has_the_form_of_the_shipped_problems() -> None:
    examples = [Example("assert!(area(1) > 0);"), Example('let s = "\nleft";\n\nassert!(area(s) > 0);')]
    assert module_of(examples, "area") == (
        "#[cfg(test)]\nmod tests {\n    use super::*;\n\n"
        "    #[test]\n    fn example_1() {\n        assert!(area(1) > 0);\n    }\n\n"
        '    #[test]\n    fn example_2() {\n        let s = "\nleft";\n\n        assert!(area(s) > 0);\n    }\n}\n'
    )


def test_no_test_bears_the_name_of_its_function() -> None:
    assert "fn example_1() {" not in module_of([Example("assert!(example_1(1) > 0);")], "example_1")


PIECES = (
    "use my_crate::{flat, area};\n",
    "use my_crate::*;",
    "my_crate",
    "::",
    "flat",
    "area(1)",
    "assert!(area(2) > 0);\n",
    "let area = ",
    "fn main() ",
    "{",
    "}\n",
    ";",
    "\n",
    '"',
    "//",
    "# ",
    "é",
)


def test_attributes_of_an_import_go_with_it_past_comments() -> None:
    code = f'#[cfg(feature = "flat")] // why\nuse my_crate::area;\n{ASSERT}'
    assert made(code).split("\n") == [" // why", ASSERT]


@given(st.lists(st.sampled_from(PIECES), max_size=12))
def test_whatever_is_taken_parses_and_knows_no_crate(pieces: list[str]) -> None:
    code = "".join(pieces)
    for one in examples_of(f"```\n{code}\n```\n", NAMES)[0]:
        found = statements(one.body)
        assert found is not None
        words = [text(leaf) for leaf in leaves(found.block)]
        assert "area" in words
        assert ["my_crate", "::"] not in [words[at : at + 2] for at in range(len(words))]
