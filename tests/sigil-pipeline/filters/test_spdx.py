"""SPDX licence expressions."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.filters.spdx import LicenseSyntaxError, accepted
from sigil_pipeline.settings import PERMISSIVE


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True),
        ("MIT OR Apache-2.0", True),
        ("MIT/Apache-2.0", True),
        ("mit or GPL-3.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND GPL-3.0-only", False),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", False),
        ("(MIT AND ISC) OR GPL-2.0", True),
        ("MIT OR GPL-2.0 AND LGPL-3.0", True),
        ("Apache-2.0+", True),
        ("Apache-2.0 WITH LLVM-exception", False),
        ("Apache-2.0 WITH LLVM-exception OR MIT", True),
        ("Unlicense OR MIT", True),
        ("Zlib", False),
        ("LicenseRef-Mine", False),
        ("BSD-3-Clause", True),
    ],
)
def test_licence_expressions(expression: str, fine: bool) -> None:
    assert accepted(expression, PERMISSIVE) is fine


@pytest.mark.parametrize(
    "broken", ["", "MIT OR", "OR MIT", "(MIT", "MIT)", "MIT MIT", "MIT AND", "MIT WITH", "M!T", "()"]
)
def test_broken_licence_expressions_are_errors(broken: str) -> None:
    with pytest.raises(LicenseSyntaxError):
        accepted(broken, PERMISSIVE)


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("Apache 2", "licence is called `Apache`"),
        ("MIT OR Foo-9", "licence is called `Foo-9`"),
        ("BSD/MIT", "licence is called `BSD`"),
        ("(MIT AND ISC) OR GPL", "licence is called `GPL`"),
        ("MIT WITH love", "exception is called `love`"),
        ("MIT WITH ISC", "exception is called `ISC`"),
        ("LLVM-exception", "licence is called `LLVM-exception`"),
    ],
)
def test_names_that_no_list_knows_are_errors_wherever_they_stand(expression: str, name: str) -> None:
    with pytest.raises(LicenseSyntaxError, match=f"no SPDX {name}"):
        accepted(expression, PERMISSIVE)


def test_an_accepted_licence_may_have_an_exception() -> None:
    assert accepted("Apache-2.0 WITH LLVM-exception", ["apache-2.0  with LLVM-exception"])
    assert not accepted("Apache-2.0", ["Apache-2.0 WITH LLVM-exception"])


@given(
    st.recursive(
        st.sampled_from(["MIT", "GPL-3.0-only"]),
        lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
        max_leaves=12,
    )
)
def test_licences_follow_boolean_algebra(expression: str) -> None:
    python = (
        expression.replace("MIT", "True").replace("GPL-3.0-only", "False").replace("AND", "and").replace("OR", "or")
    )
    assert accepted(expression, ["MIT"]) is eval(python)


@given(st.text(max_size=40))
def test_any_text_is_an_expression_or_an_error(text: str) -> None:
    try:
        assert accepted(text, PERMISSIVE) in (True, False)
    except LicenseSyntaxError:
        pass
