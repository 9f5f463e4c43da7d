"""Predicates of `cfg`."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.analyse.cfg import holds

LINUX = ("unix", 'target_os="linux"', 'target_arch="x86_64"', 'target_family="unix"', "debug_assertions")


@pytest.mark.parametrize(
    ("predicate", "value"),
    [
        ("windows", False),
        ("unix", True),
        ('target_os="linux"', True),
        ('all(unix,not(target_os="linux"))', False),
        ('any(windows,target_os="linux")', True),
        ('feature="std"', None),
        ('all(windows,feature="x")', False),
        ('any(unix,feature="x")', True),
        ('all(unix,feature="x")', None),
        ("not(windows)", True),
        ("all()", True),
        ("any()", False),
        ('target_arch = "wasm32"', False),
        ("(", None),
        ("all(unix", None),
        ("tokio_unstable", None),
        ("test", False),
        ("not(test)", True),
        ('any(test,feature="x")', None),
        ('all(test,feature="x")', False),
        ("not(loom)", True),
        ("any(false,true)", True),
    ],
)
def test_platform_predicates(predicate: str, value: bool | None) -> None:
    assert holds(predicate, LINUX) is value


@given(st.text(alphabet='all(any)not,="unix ', max_size=40))
def test_no_predicate_is_a_crash(predicate: str) -> None:
    assert holds(predicate, LINUX) in (True, False, None)


@pytest.mark.parametrize(
    ("predicate", "value"),
    [('any(test, feature = "x")', True), ('any(test, feature = "y")', False), ('not(any(test, feature = "x"))', False)],
)
def test_predicates_of_tests_and_features(predicate: str, value: bool) -> None:
    assert holds(predicate, LINUX, ["x"]) is value
