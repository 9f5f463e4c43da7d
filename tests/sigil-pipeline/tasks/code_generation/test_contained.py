"""Functions that compile by themselves."""

from __future__ import annotations

from sigil_pipeline.tasks.code_generation.contained import is_whole, standalone_source

from ...sources import chunks


def test_a_standalone_file_holds_the_context() -> None:
    source = standalone_source(chunks()["add"])
    assert source is not None
    assert "fn helper(text: &str) -> usize { loop {} }" in source
    elsewhere = chunks("use crate::x::Y;\nfn f() -> Y {\n    let y = Y;\n    y\n}\n")["f"]
    assert standalone_source(elsewhere) is None


def test_what_is_shown_of_other_blocks_is_given_too() -> None:
    code = (
        "pub struct S<T>(T);\nimpl<T> S<T> {\n    fn a(&self) {\n    }\n}\n"
        "impl<T: Clone> S<T> {\n    fn b(&self) {\n        self.a();\n    }\n}\n"
    )
    source = standalone_source(chunks(code)["b"])
    assert source is not None
    assert "impl<T> S<T> {\nfn a(&self) { loop {} }\n}\nimpl<T: Clone> S<T> {\nfn b(&self) {" in source


def test_only_what_is_whole_runs_alone() -> None:
    assert not is_whole(chunks()["add"])
    assert is_whole(chunks()["helper"])
