"""Reading what cargo and the compiler say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.cargo import CargoRun, _is_source_setting
from sigil_common.errors import MissingError
from sigil_pipeline.analyse.clippy import count_lints
from sigil_pipeline.analyse.compiled import compiled_files
from sigil_pipeline.compiler.diagnostics import Finding, read_messages
from sigil_pipeline.compiler.renumber import renumbered
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.fetch import _blamed_names, _explain, _refuse_if_environment


def message(**more: object) -> bytes:
    span = {
        "file_name": "members/a-1.0.0/src/lib.rs",
        "line_start": 3,
        "line_end": 4,
        "is_primary": True,
        "expansion": None,
    }
    base = {"message": "mismatched types", "level": "error", "code": {"code": "E0308"}, "spans": [span],
            "rendered": "error[E0308]\n --> members/a-1.0.0/src/lib.rs:3:1\n"}  # fmt: skip
    row = {"reason": "compiler-message", "manifest_path": "/w/members/a-1.0.0/Cargo.toml", "message": base | more}
    return json.dumps(row).encode()


def test_findings_belong_to_a_crate_and_speak_of_its_own_paths() -> None:
    artefact = {"reason": "compiler-artifact", "manifest_path": "/w/members/a-1.0.0/Cargo.toml",
                "target": {"kind": ["lib"]}, "filenames": ["/t/debug/deps/liba-12.rmeta"]}  # fmt: skip
    noise = [b"", b"{not json", b"[1]", b"Compiling a", message(spans=[], message="aborting due to 1 previous error")]
    findings, built = read_messages(b"\n".join([*noise, message(), json.dumps(artefact).encode()]))
    assert [finding.code for finding in findings] == ["E0308"]
    assert findings[0].places[0].file == "src/lib.rs"
    assert " --> src/lib.rs:3:1" in findings[0].rendered
    assert built[0].dep_info == Path("/t/debug/deps/a-12.d")


def test_an_error_inside_a_macro_is_placed_where_it_was_called() -> None:
    outer = {"file_name": "members/a-1.0.0/src/b.rs", "line_start": 9, "line_end": 9, "expansion": None}
    inner = {
        "file_name": "/lib/macros.rs",
        "line_start": 1,
        "line_end": 1,
        "is_primary": True,
        "expansion": {"span": outer},
    }
    findings, _ = read_messages(message(spans=[inner]))
    assert (findings[0].places[0].file, findings[0].places[0].first_line) == ("src/b.rs", 9)


@given(st.binary(max_size=200))
def test_no_output_is_a_crash(data: bytes) -> None:
    assert read_messages(data) == ([], [])


def test_dep_info_is_not_believed_beyond_the_crate(tmp_path: Path) -> None:
    member = tmp_path / "members" / "a-1.0.0"
    text = (
        f"{tmp_path}/t/a.d: members/a-1.0.0/src/lib.rs members/a-1.0.0/src/with\\ space.rs {member}/src/b.rs "
        f"/etc/passwd.rs members/a-1.0.0/../../secret.rs members/other/src/lib.rs members/a-1.0.0/data.txt\n"
        f"members/a-1.0.0/src/lib.rs:\n# env-dep:X=y: members/a-1.0.0/src/z.rs\n"
    )
    (tmp_path / "a.d").write_text(text)
    assert compiled_files(tmp_path / "a.d", member) == ["src/b.rs", "src/lib.rs", "src/with space.rs"]
    assert compiled_files(tmp_path / "none.d", member) == []


def test_lints_are_counted_by_category() -> None:
    def finding(code: str | None) -> Finding:
        return Finding(Path(), "warning", code, "", "", ())

    findings = [
        finding(code) for code in ("clippy::len_zero", "clippy::len_zero", "E0308", "missing_docs", "dead_code", None)
    ]
    groups, codes = count_lints(findings, {"clippy::len_zero": "style"})
    assert groups == {"style": 2, "rustc": 1}
    assert codes == {"clippy::len_zero": 2, "dead_code": 1}


RENDERED = """\
error[E0382]: use of moved value: `x`
   --> src/lib.rs:105:9
    |
101 |     fn f(x: T) {
    |          - move occurs here
...
105 |         use_it(x)
    |                ^
    |
   ::: src/other.rs:12:1
    |
 12 | struct T;
    |
help: clone it
    |
105 |         use_it(x.clone())
    |                 ++++++++
"""


def test_lines_move_back_by_what_others_added() -> None:
    growth = {"src/lib.rs": [(50, 2), (90, -1), (105, 7), (200, 9)], "src/other.rs": [(3, 1)]}
    own = renumbered(RENDERED, growth)
    assert own is not None
    assert "src/lib.rs:104:9" in own
    assert "100 |     fn f" in own
    assert "104 |         use_it(x)" in own
    assert "104 |         use_it(x.clone())" in own
    assert "src/other.rs:11:1" in own
    assert " 11 | struct T" in own


def test_a_number_that_would_become_shorter_gives_nothing() -> None:
    assert renumbered(RENDERED, {"src/lib.rs": [(50, 10)]}) is None
    assert renumbered(RENDERED, {}) == RENDERED


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


def test_tokens_stay_outside_the_sandbox() -> None:
    assert _is_source_setting("CARGO_SOURCE_CRATES_IO_REPLACE_WITH")
    assert _is_source_setting("CARGO_REGISTRIES_MIRROR_INDEX")
    for secret in ("CARGO_REGISTRIES_MIRROR_TOKEN", "CARGO_REGISTRY_TOKEN", "CARGO_HOME", "HTTPS_PROXY"):
        assert not _is_source_setting(secret)
