"""Which versions cargo is asked for, and reading what it says of crates that it cannot fetch."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.cargo import CargoRun, host_triple
from sigil_common.errors import MissingError
from sigil_common.rustc import find_toolchain
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import _blamed_names, _explain, _refuse_if_environment, fetch

from ..conftest import registry

NOT_FOUND = """error: no matching package named `nosuch` found
location searched: a registry
required by package `sigil-fetch v0.0.0 (/tmp/x)`
"""


DEEP = """error: failed to select a version for the requirement `serde = "^9"`
required by package `other v1.0.0`
    ... which satisfies dependency `other = "*"` of package `sigil-fetch v0.0.0 (/tmp/x)`
"""


NETWORK = """warning: spurious network error (1 try remaining): [7] Could not connect to server
error: failed to get `foldhash` as a dependency of package `sigil-fetch v0.0.0 (/tmp/x)`

Caused by:
  download of config.json failed
"""


def test_cargo_blames_a_wish_only_when_it_is_ours() -> None:
    assert _blamed_names(NOT_FOUND) == {"nosuch"}
    assert _blamed_names(DEEP) == set()


@pytest.mark.parametrize(
    ("stderr", "reason"),
    [
        (NOT_FOUND, "not_found"),
        ('error: failed to select a version for the requirement `nosuch = "=9.9.9"`\n', "no_such_version"),
        (
            'error: failed to select a version for the requirement `nosuch = "=1.0.0"`\nversion 1.0.0 is yanked',
            "yanked",
        ),
        ("error: multiple packages link to native library `z`", "unresolvable"),
    ],
)
def test_reasons_of_a_failed_fetch(stderr: str, reason: str) -> None:
    found, detail = _explain(CrateSpec("nosuch"), stderr)
    assert found == reason
    assert detail


@pytest.mark.parametrize(
    "stderr",
    [
        NETWORK,
        "error: failed to acquire package cache lock\n\nCaused by:\n  failed to open: /x",
        "No space left on device",
    ],
)
def test_faults_of_the_machine_are_nobodys_crate(stderr: str) -> None:
    with pytest.raises(MissingError) as caught:
        _refuse_if_environment(CargoRun(False, b"", stderr))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("spec", "version"),
    [
        (CrateSpec("mini-num"), "2.0.0"),
        (CrateSpec("mini-num", "1.2.0"), "1.2.0"),
        (CrateSpec("mini-num", requirement="1.0"), "1.5.2"),
        (CrateSpec("mini-num", requirement="~1.2"), "1.2.0"),
        (CrateSpec("mini-num", requirement="1.2.*"), "1.2.0"),
        (CrateSpec("mini-num", requirement=">=1, <1.5"), "1.2.0"),
        (CrateSpec("mini-num", requirement="=1"), "1.5.2"),
    ],
)
def test_the_newest_version_that_meets_the_wish_is_taken(
    spec: CrateSpec, version: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry(tmp_path / "home", monkeypatch, "1.2.0", "1.5.2", "2.0.0")
    toolchain = find_toolchain()
    found = fetch([spec], toolchain, tmp_path / "work", triple=host_triple(toolchain), offline=True)
    assert [package.version for group in found.groups for package in group.packages] == [version]


def test_a_requirement_that_nothing_meets_is_that_crates_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry(tmp_path / "home", monkeypatch, "1.2.0")
    toolchain = find_toolchain()
    spec = CrateSpec("mini-num", requirement=">=3, <4")
    (lost,) = fetch([spec], toolchain, tmp_path / "work", triple=host_triple(toolchain), offline=True).unfetched
    assert (lost.spec, lost.reason) == (spec, "no_such_version")
