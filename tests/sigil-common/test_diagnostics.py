"""rustc's JSON as records: which lines count, where they lie, and what of their text is kept."""

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.rustc import Diagnostic, parse_diagnostics

SPAN = {"file_name": "a.rs", "line_start": 3, "line_end": 4, "is_primary": True, "expansion": None}


def message(**changes):
    plain = {"message": "m", "level": "error", "code": {"code": "E0308"}, "rendered": "error: m\n\n", "spans": [SPAN]}
    return plain | changes


def parse(*values):
    return parse_diagnostics(b"\n".join(json.dumps(value).encode() for value in values))


def within(span, *calls):
    """The span inside macros, called at the given places from the inside out."""
    outer = None
    for file, line in reversed(calls):
        place = {"file_name": file, "line_start": line, "line_end": line, "is_primary": False}
        outer = SPAN | place | {"expansion": outer and {"span": outer, "macro_decl_name": "m!"}}
    return span | {"expansion": {"span": outer, "macro_decl_name": "m!"}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Diagnostic("error", "E0308", "m", "error: m\n\n", "a.rs", 3)),
        ({"level": "warning", "code": {"code": "unused_variables"}}, None),
        ({"code": None}, Diagnostic("error", None, "m", "error: m\n\n", "a.rs", 3)),
        ({"rendered": None}, Diagnostic("error", "E0308", "m", "", "a.rs", 3)),
        ({"spans": []}, Diagnostic("error", "E0308", "m", "error: m\n\n", "", 0)),
        ({"spans": [SPAN | {"is_primary": False}]}, Diagnostic("error", "E0308", "m", "error: m\n\n", "", 0)),
    ],
)
def test_fields_are_taken_over(changes, expected):
    expected = expected or Diagnostic("warning", "unused_variables", "m", "error: m\n\n", "a.rs", 3)
    assert parse(message(**changes)) == [expected]


@pytest.mark.parametrize(
    ("level", "is_error"),
    [("error", True), ("error: internal compiler error", True), ("warning", False), ("note", False), ("help", False)],
)
def test_what_keeps_code_from_compiling(level, is_error):
    (found,) = parse(message(level=level))
    assert found.is_error is is_error


@pytest.mark.parametrize(
    ("text", "spans", "kept"),
    [
        ("aborting due to 1 previous error", [], False),
        ("aborting due to 2 previous errors; 1 warning emitted", [], False),
        ("1 warning emitted", [], False),
        ("17 warnings emitted", [], False),
        ("Some errors have detailed explanations: E0308, E0425.", [], False),
        ("For more information about this error, try `rustc --explain E0308`.", [], False),
        ("aborting due to a bad idea", [SPAN], True),
        ("linking with `cc` failed: exit status: 1", [], True),
        ("warning emitted by hand", [], True),
    ],
)
def test_closing_summaries_are_left_out_and_nothing_else(text, spans, kept):
    assert bool(parse(message(message=text, spans=spans))) is kept


def test_a_failure_note_is_left_out():
    assert parse(message(level="failure-note", spans=[SPAN])) == []


def test_the_first_primary_span_counts():
    other = SPAN | {"file_name": "b.rs", "line_start": 9, "line_end": 9}
    (found,) = parse(message(spans=[SPAN | {"is_primary": False}, other, SPAN]))
    assert (found.file, found.line_start) == ("b.rs", 9)


@pytest.mark.parametrize("calls", [[("b.rs", 5)], [("lib.rs", 1), ("b.rs", 7)], [("x", 1), ("y", 2), ("z", 3)]])
def test_inside_macros_the_outermost_call_is_the_place(calls):
    (found,) = parse(message(spans=[within(SPAN, *calls)]))
    assert (found.file, found.line_start) == calls[-1]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"error: no JSON",
        b' {"message": "m"}',
        b'["{"]',
        b"{}",
        b'{"message": "m"}',
        b'{"level": 3, "message": "m"}',
        b'{"level": "error", "message": null}',
        b'{"reason": "compiler-message"}',
        b'{"reason": "build-finished"}',
        b'{"reason": "compiler-message", "message": []}',
        b'{"level": "error", "message": "m", "spans": [3]}',
        b'{"level": "error", "message": "m", "spans": [{"is_primary": true}]}',
        b'{"a":' * 100_000,
    ],
)
def test_other_lines_are_passed_over(line):
    good = json.dumps(message()).encode()
    assert len(parse_diagnostics(line + b"\n" + good)) == 1


def test_bytes_that_are_no_utf8_do_not_lose_a_diagnostic():
    (found,) = parse_diagnostics(json.dumps(message(message="XX")).encode().replace(b"XX", b"a\xffb"))
    assert found.message == "a\ufffdb"


@given(st.lists(st.sampled_from(["error", "warning"]), max_size=6))
def test_they_come_in_the_order_of_printing(levels):
    found = parse(*(message(level=level, message=str(number)) for number, level in enumerate(levels)))
    assert [(item.level, item.message) for item in found] == [(level, str(n)) for n, level in enumerate(levels)]


# The rendered text

FIRST = "error[E0277]: no\n --> a.rs:1:1\n  |\n1 | x\n  | ^ no\n  |\n"
OWN = "help: consider this\n --> a.rs:2:1\n  |\n2 | y\n  |\n"
LIBRARY = (
    "help: the trait is implemented for `A`\n  --> /rustc/abc123/library/core/src/a.rs:1:1\n",
    "note: required by this\n   ::: /root/.rustup/toolchains/x/lib/rustlib/src/rust/library/alloc/b.rs:2:2\n",
    "note: and this\n  --> /usr/lib/rustlib/src/rust/library/std/c.rs:3:3\n",
)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_remarks_about_the_standard_library_are_left_out_in_any_order(order):
    rendered = FIRST + OWN + "".join(LIBRARY[number] for number in order) + "\n"
    (found,) = parse(message(rendered=rendered))
    assert found.rendered == FIRST + OWN.rstrip("\n") + "\n\n"


@pytest.mark.parametrize("rendered", [FIRST + OWN + "\n", "error: m\n\n", "error: m\n", "", FIRST + "no newline"])
def test_a_text_without_such_remarks_is_kept_to_the_byte(rendered):
    (found,) = parse(message(rendered=rendered))
    assert found.rendered == rendered


def test_the_library_named_in_the_main_part_stays():
    rendered = "error: m\n --> /rustc/abc/library/core/src/a.rs:1:1\n\n"
    (found,) = parse(message(rendered=rendered))
    assert found.rendered == rendered


def test_the_real_compiler_is_understood(toolchain, tmp_path):
    import subprocess

    (tmp_path / "a.rs").write_text('macro_rules! bad { () => { let x: u8 = ""; } }\n\npub fn f() {\n    bad!();\n}\n')
    argv = [toolchain.rustc, "--crate-type=lib", "--emit=metadata", "--error-format=json", "--out-dir=.", "a.rs"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, check=False)
    errors = [item for item in parse_diagnostics(done.stderr) if item.is_error]
    assert [(item.code, item.file, item.line_start) for item in errors] == [("E0308", "a.rs", 4)]
    assert errors[0].message == "mismatched types"


def test_no_place_of_this_machine_is_kept_of_a_long_type(toolchain, tmp_path):
    import subprocess

    chain = ".filter(|n| *n > 1).map(|n| n + 1)" * 12
    (tmp_path / "a.rs").write_text(f"pub fn f() {{\n    let chain = (0..9u64){chain};\n    let _ = *chain;\n}}\n")
    argv = [toolchain.rustc, "--crate-type=lib", "--emit=metadata", "--error-format=json", "--out-dir=.", "a.rs"]
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, check=False)
    assert b".long-type-" in done.stderr
    (error,) = [item for item in parse_diagnostics(done.stderr) if item.is_error]
    assert error.code == "E0614"
    assert ".long-type-" not in error.rendered
    assert "--verbose" not in error.rendered
