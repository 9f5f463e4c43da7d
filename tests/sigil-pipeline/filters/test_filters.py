from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline import filters
from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.filters.spdx import LicenseSyntaxError, accepted
from sigil_pipeline.settings import PERMISSIVE, Settings

LINUX = ("unix", 'target_os="linux"', 'target_arch="x86_64"', 'target_family="unix"', "debug_assertions")


@pytest.mark.parametrize(
    ("expression", "fine"),
    [
        ("MIT", True), ("MIT OR Apache-2.0", True), ("MIT/Apache-2.0", True), ("mit or GPL-3.0", True),
        ("GPL-3.0-only", False), ("MIT AND GPL-3.0-only", False), ("(MIT OR Apache-2.0) AND Unicode-3.0", False),
        ("(MIT AND ISC) OR GPL-2.0", True), ("MIT OR GPL-2.0 AND LGPL-3.0", True), ("Apache-2.0+", True),
        ("Apache-2.0 WITH LLVM-exception", False), ("Apache-2.0 WITH LLVM-exception OR MIT", True),
        ("Unlicense OR MIT", True), ("Zlib", False), ("LicenseRef-Mine", False), ("BSD-3-Clause", True),
    ],
)  # fmt: skip
def test_licence_expressions(expression: str, fine: bool) -> None:
    assert accepted(expression, PERMISSIVE) is fine


@pytest.mark.parametrize(
    "broken", ["", "MIT OR", "OR MIT", "(MIT", "MIT)", "MIT MIT", "MIT AND", "A WITH", "M!T", "()"]
)
def test_broken_licence_expressions_are_errors(broken: str) -> None:
    with pytest.raises(LicenseSyntaxError):
        accepted(broken, PERMISSIVE)


@given(st.recursive(
    st.sampled_from(["MIT", "GPL-3.0-only"]),
    lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    max_leaves=12,
))  # fmt: skip
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


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        ("windows", False), ("unix", True), ('target_os="linux"', True), ('all(unix,not(target_os="linux"))', False),
        ('any(windows,target_os="linux")', True), ('feature="std"', None), ('all(windows,feature="x")', False),
        ('any(unix,feature="x")', True), ('all(unix,feature="x")', None), ("not(windows)", True), ("all()", True),
        ("any()", False), ('target_arch = "wasm32"', False), ("(", None), ("all(unix", None), ("tokio_unstable", None),
    ],
)  # fmt: skip
def test_platform_predicates(predicate: str, value: bool | None) -> None:
    assert holds(predicate, LINUX) is value


@given(st.text(alphabet='all(any)not,="unix ', max_size=40))
def test_no_predicate_is_a_crash(predicate: str) -> None:
    assert holds(predicate, LINUX) in (True, False, None)


GOOD = CrateReport(
    crate="good", version="1.0.0", edition="2021", license="MIT", repository=None, checksum=None, platform=LINUX,
    compiled=True, files=("src/lib.rs",), functions=3, compiled_functions=3, public_items=4, undocumented=1,
    unsafe_items=2, dependencies=4, outdated=("a 1.0.0 -> 2.0.0",), denied=("banned: x",),
)  # fmt: skip


@pytest.mark.parametrize(
    ("change", "settings", "reason"),
    [
        ({}, {}, None),
        ({"edition": "2018"}, {}, "edition"),
        ({"edition": "2018"}, {"min_edition": "2018"}, None),
        ({"license": None}, {}, "license"),
        ({"license": "MIT AND"}, {}, "license"),
        ({"license": "Zlib"}, {"licenses": ["Zlib"]}, None),
        ({"root_cfg": "windows"}, {}, "platform"),
        ({"compiled": False}, {}, "compiles"),
        ({"compiled_functions": 0}, {}, "compiles"),
        ({"lints": {"correctness": 1}}, {}, "clippy"),
        ({"lints": {"style": 99, "complexity": 99, "perf": 9}}, {}, None),
        ({"lints": {"suspicious": 6}}, {}, "clippy"),
        ({"lints": {"suspicious": 6}}, {"max_suspicious": None}, None),
        ({"lints": {"style": 1}}, {"clippy_block": ["style"]}, "clippy"),
        ({"undocumented": 3}, {}, "documentation"),
        ({"public_items": 0, "undocumented": 0}, {}, None),
        ({}, {"max_unsafe": 1}, "unsafe_code"),
        ({}, {"max_outdated_ratio": 0.2}, "outdated"),
        ({}, {"max_outdated_ratio": 0.25}, None),
        ({}, {"deny": "require"}, "deny"),
        ({}, {"deny": "report"}, None),
    ],
)
def test_each_filter_keeps_and_drops(
    change: dict[str, object], settings: dict[str, object], reason: str | None
) -> None:
    report = dataclasses.replace(GOOD, **change)  # type: ignore[arg-type]
    chosen = Settings(**settings)  # type: ignore[arg-type]
    rejection = filters.judge(report, (*filters.MANIFEST, *filters.ANALYSIS), chosen)
    assert (rejection.reason if rejection else None) == reason
    assert rejection is None or rejection.detail
