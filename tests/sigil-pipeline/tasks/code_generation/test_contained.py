"""Functions that compile by themselves."""

from __future__ import annotations

from sigil_pipeline.tasks.code_generation.contained import standalone_source

from ...sources import chunks


def test_a_standalone_file_holds_the_context() -> None:
    source = standalone_source(chunks()["add"])
    assert source is not None
    assert "fn helper(text: &str) -> usize { loop {} }" in source
    elsewhere = chunks("use crate::x::Y;\nfn f() -> Y {\n    let y = Y;\n    y\n}\n")["f"]
    assert standalone_source(elsewhere) is None
