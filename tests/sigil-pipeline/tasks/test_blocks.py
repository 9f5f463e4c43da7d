"""The Rust that prompts hold."""

from __future__ import annotations

import pytest

from sigil_common.wording import COMPLETE
from sigil_pipeline.tasks.blocks import shows_rust
from sigil_pipeline.tasks.wording import fenced

GOOD = [
    "fn f();\n\nimpl S {\n    fn g(&self);\n    // ...\n}",
    "/// Does it.\n///\n/// ```\n/// f();\n/// ```\npub fn f() -> u8 {",
    "pub fn f<T>() -> u8\nwhere\n    T: Clone",
    "pub fn f(&self) -> u8 {\n    1\n}",
    "",
]
BAD = ["fn f() -> {\n}", "impl S {\n    fn f() -> ;\n}", "fn f(;", "#[derive(Debug)]\n}"]


@pytest.mark.parametrize("code", GOOD)
def test_code_that_parses(code: str) -> None:
    assert shows_rust(f"Write it.\n\n{fenced(code)}\n\n```text\nerror: {{\n```")
    assert shows_rust(COMPLETE.format(prompt=code))


@pytest.mark.parametrize("code", BAD)
def test_code_that_does_not_parse(code: str) -> None:
    assert not shows_rust(f"Write it.\n\n{fenced('fn a() {}')}\n\nContext:\n\n{fenced(code)}")
    assert not shows_rust(COMPLETE.format(prompt=code))
