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
    ],
)
def test_platform_predicates(predicate: str, value: bool | None) -> None:
    assert holds(predicate, LINUX) is value


@given(st.text(alphabet='all(any)not,="unix ', max_size=40))
def test_no_predicate_is_a_crash(predicate: str) -> None:
    assert holds(predicate, LINUX) in (True, False, None)
