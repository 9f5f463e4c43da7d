"""Each filter keeps and drops."""

from __future__ import annotations

import dataclasses

import pytest

from sigil_pipeline import filters
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.settings import Settings

LINUX = ("unix", 'target_os="linux"', 'target_arch="x86_64"', 'target_family="unix"', "debug_assertions")


GOOD = CrateReport(
    crate="good",
    version="1.0.0",
    edition="2021",
    license="MIT",
    repository=None,
    checksum=None,
    platform=LINUX,
    compiled=True,
    files=("src/lib.rs",),
    functions=3,
    compiled_functions=3,
    public_items=4,
    undocumented=1,
    unsafe_items=2,
    dependencies=4,
    outdated=("a 1.0.0 -> 2.0.0",),
    denied=("banned: x",),
)


@pytest.mark.parametrize(
    ("change", "settings", "reason"),
    [
        ({}, {}, None),
        ({"declared_edition": "2018"}, {}, None),
        ({"declared_edition": "2018", "compiled": False, "compile_error": "E0782: no `dyn`"}, {}, "edition"),
        ({"declared_edition": "2018", "compiled": False, "build_error": "its build script failed"}, {}, "build_failed"),
        ({"compiled": False, "compile_error": "E0782: no `dyn`"}, {}, "compiles"),
        ({"license": None}, {}, "license"),
        ({"license": "MIT AND"}, {}, "license"),
        ({"license": "MIT OR Apache 2"}, {}, "license"),
        ({"license": "Zlib"}, {"licenses": ["Zlib"]}, None),
        ({"root_cfg": "windows"}, {}, "platform"),
        ({"compiled": False}, {}, "compiles"),
        ({"compiled": False, "build_error": "a dependency does not build here"}, {}, "build_failed"),
        ({"compiled_functions": 0}, {}, "compiles"),
        ({"lints": {"correctness": 1}}, {}, None),
        ({"crate_lints": {"cargo": 1}}, {}, None),
        ({"crate_lints": {"cargo": 1}}, {"clippy_block": ["cargo"]}, "clippy"),
        ({"lints": {"style": 99, "complexity": 99, "perf": 9}}, {}, None),
        ({"lints": {"suspicious": 6}}, {}, "clippy"),
        ({"lints": {"suspicious": 6}}, {"max_suspicious": None}, None),
        ({"lints": {"style": 1}}, {"clippy_block": ["style"]}, None),
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


def test_a_licence_that_no_list_knows_is_named() -> None:
    report = dataclasses.replace(GOOD, license="MIT OR Foo-9")
    rejection = filters.judge(report, filters.MANIFEST, Settings())
    assert rejection is not None
    assert rejection.detail == "not an SPDX expression: `MIT OR Foo-9` (no SPDX licence is called `Foo-9`)"
