"""Reading what the compiler says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.compiler.diagnostics import Change, read_messages
from sigil_pipeline.tasks.error_fixing.prompt import is_teachable


def message(**more: object) -> bytes:
    span = {
        "file_name": "members/a-1.0.0/src/lib.rs",
        "line_start": 3,
        "line_end": 4,
        "is_primary": True,
        "expansion": None,
    }
    base = {
        "message": "mismatched types",
        "level": "error",
        "code": {"code": "E0308"},
        "spans": [span],
        "rendered": "error[E0308]\n --> members/a-1.0.0/src/lib.rs:3:1\n",
    }
    row = {"reason": "compiler-message", "manifest_path": "/w/members/a-1.0.0/Cargo.toml", "message": base | more}
    return json.dumps(row).encode()


def test_findings_belong_to_a_crate_and_speak_of_its_own_paths() -> None:
    artefact = {
        "reason": "compiler-artifact",
        "manifest_path": "/w/members/a-1.0.0/Cargo.toml",
        "target": {"kind": ["lib"]},
        "filenames": ["/t/debug/deps/liba-12.rmeta"],
    }
    noise = [b"", b"{not json", b"[1]", b"Compiling a", message(spans=[], message="aborting due to 1 previous error")]
    findings, built, _ = read_messages(b"\n".join([*noise, message(), json.dumps(artefact).encode()]))
    assert [finding.code for finding in findings] == ["E0308"]
    assert findings[0].places[0].file == "src/lib.rs"
    assert " --> src/lib.rs:3:1" in findings[0].rendered
    assert built[0].dep_info == Path("/t/debug/deps/a-12.d")


def suggestion(new: str, sure: str = "MachineApplicable", **more: object) -> dict[str, object]:
    place = {"file_name": "members/a-1.0.0/src/lib.rs", "byte_start": 4, "byte_end": 6, "expansion": None}
    return {"spans": [place | {"suggested_replacement": new, "suggestion_applicability": sure} | more]}


def test_a_fix_is_what_the_compiler_itself_would_change() -> None:
    findings, _, _ = read_messages(message(children=[{"spans": []}, suggestion("x")]))
    assert findings[0].fix == (Change("src/lib.rs", 4, 6, "x"),)


@pytest.mark.parametrize(
    "children",
    [
        [],
        [suggestion("x", "MaybeIncorrect")],
        [suggestion("x", expansion={"span": {}})],
        [suggestion("x"), suggestion("y")],
    ],
    ids=["none", "unsure", "of a macro", "one of two"],
)
def test_what_is_doubtful_is_no_fix(children: list[object]) -> None:
    findings, _, _ = read_messages(message(children=children))
    assert findings[0].fix == ()


def test_an_error_inside_a_macro_is_placed_where_it_was_called() -> None:
    outer = {"file_name": "members/a-1.0.0/src/b.rs", "line_start": 9, "line_end": 9, "expansion": None}
    inner = {
        "file_name": "/lib/macros.rs",
        "line_start": 1,
        "line_end": 1,
        "is_primary": True,
        "expansion": {"span": outer},
    }
    findings, _, _ = read_messages(message(spans=[inner]))
    place = findings[0].places[0]
    assert (place.file, place.first_line, place.own_line, place.is_written_here) == ("src/b.rs", 9, 1, True)


@pytest.mark.parametrize(
    ("file", "line", "is_written_here"), [("src/b.rs", 9, True), ("src/b.rs", 4, False), ("src/a.rs", 9, False)]
)
def test_what_a_macro_of_the_crate_is_defined_as_is_written_elsewhere(
    file: str, line: int, is_written_here: bool
) -> None:
    outer = {"file_name": "members/a-1.0.0/src/b.rs", "line_start": 9, "line_end": 9, "expansion": None}
    inner = {
        "file_name": f"members/a-1.0.0/{file}",
        "line_start": line,
        "line_end": line,
        "is_primary": True,
        "expansion": {"span": outer},
    }
    findings, _, _ = read_messages(message(spans=[inner]))
    assert findings[0].places[0].is_written_here is is_written_here
    assert is_teachable(findings[0]) is is_written_here


def test_a_message_that_proposes_another_repair_teaches_nothing() -> None:
    help_ = "help: you can convert a `u64` to a `u8` and panic if the converted value doesn't fit\n"
    findings, _, _ = read_messages(message(rendered=f"error[E0308]\n --> members/a-1.0.0/src/lib.rs:3:1\n{help_}"))
    assert not is_teachable(findings[0])


@given(st.binary(max_size=200))
def test_no_output_is_a_crash(data: bytes) -> None:
    assert read_messages(data) == ([], [], set())


def test_build_scripts_that_have_not_ended_are_named() -> None:
    def script(package: str, **more: object) -> bytes:
        row = {"reason": "compiler-artifact", "target": {"kind": ["custom-build"]}, "package_id": package}
        return json.dumps(row | more).encode()

    ended = script("a", reason="build-script-executed")
    assert read_messages(b"\n".join([script("a"), script("b"), ended]))[2] == {"b"}


def test_a_message_nested_too_deep_is_an_error_in_no_place() -> None:
    deep = b'{"expansion":{"span":' * 200_000 + b"null" + b"}}" * 200_000
    for level in ("error", "warning"):
        line = message(level=level, spans=["SPAN"]).replace(b'"SPAN"', deep)
        (finding,) = read_messages(line)[0]
        assert finding.manifest == Path("/w/members/a-1.0.0/Cargo.toml")
        assert (finding.is_error, finding.places) == (level == "error", ())


def test_where_the_compiler_put_a_long_name_is_not_shown() -> None:
    rendered = (
        "error[E0614]: type cannot be dereferenced\n   |\n"
        "   = note: the full name for the type has been written to '/w/target/a-1.long-type-4914493375743253935.txt'\n"
        "   = note: consider using `--verbose` to print the full type name to the console\n"
        "help: consider this\n"
    )
    (finding,), _, _ = read_messages(message(rendered=rendered))
    assert finding.rendered == "error[E0614]: type cannot be dereferenced\n   |\nhelp: consider this\n"
