"""The parts of a finding that need no compiler: the report of the tests, failure classes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.judging.failure import compile_failure, error_group, run_failure
from human_eval_rust.judging.run import TestRun, read_report
from human_eval_rust.judging.test_programs import without_homes
from sigil_common.rustc import Diagnostic
from sigil_common.sandbox import Outcome

KEY = "0123456789abcdef0123456789abcdef"


def outcome(**changes: object) -> Outcome:
    base = {
        "returncode": 0,
        "signal": None,
        "stdout": b"",
        "stderr": b"",
        "timed_out": False,
        "output_exceeded": False,
        "memory_exceeded": False,
        "wall_s": 0.1,
        "trouble": None,
    }
    return Outcome(**{**base, **changes})


def ran(*lines: str, **changes: object) -> TestRun:
    stdout = "".join(f"\n{KEY}\t{line}\n" for line in lines).encode()
    return TestRun(read_report(stdout, KEY), outcome(stdout=stdout, **changes))


def test_only_lines_with_the_key_count():
    stdout = f"ok\nx{KEY}\tok\t1\t\t\n\n{KEY}\tok\t0\t\t\nrubbish\xff\n{KEY}\tfail\t1\tp.rs:3\ta\\\\n\\nb\x1b\n".encode(
        "latin-1"
    )
    report = read_report(stdout, KEY)
    assert report.passed == (0,)
    assert [(one.number, one.place, one.message) for one in report.failures] == [(1, "p.rs:3", "a\\n\nb\ufffd")]
    assert report.ended is None


@given(st.binary(max_size=200))
def test_any_output_is_read(data):
    assert read_report(data, KEY).ended is None


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (ran("run\t0\t\t", "ok\t0\t\t", "end\t1\t\t"), None),
        (ran("ok\t0\t\t", "end\t1\t\t", cpu_exceeded=True, timed_out=True), "time"),
        (ran("ok\t0\t\t", "end\t1\t\t", timed_out=True), None),
        (ran("fail\t0\tp.rs:4\tassertion", "end\t1\t\t", cpu_exceeded=True, timed_out=True), "test"),
        (ran("end\t1\t\t"), "forged"),
        (ran("end\t0\t\t"), "forged"),
        (ran("ok\t0\t\t"), "forged"),
        (ran("ok\t0\t\t", "ok\t0\t\t", "end\t2\t\t"), "forged"),
        (ran(), "forged"),
        (ran(returncode=3), "abort"),
        (ran(returncode=None, signal=6), "abort"),
        (ran("run\t0\t\t", timed_out=True, returncode=None, signal=9), "time"),
        (ran(returncode=None, signal=24), "time"),
        (ran(output_exceeded=True, returncode=None, signal=9), "output"),
        (ran(returncode=None, signal=6, stderr=b"thread 'a' has overflowed its stack"), "stack"),
        (ran(returncode=None, signal=11), "abort"),
        (ran(returncode=None, signal=9, memory_exceeded=True), "memory"),
        (ran(returncode=None, signal=6, stderr=b"memory allocation of 99 bytes failed"), "memory"),
        (ran(trouble="bubblewrap could not start", returncode=None), "sandbox"),
        (ran("fail\t0\tp.rs:4\tassertion", "end\t1\t\t"), "test"),
        (ran("fail\t0\t\tErr(1)", "end\t1\t\t"), "test"),
        (ran("fail\t0\tanswer_1.rs:4\tattempt to add with overflow", "end\t1\t\t"), "panic"),
    ],
)
def test_classes_of_runs(found, wanted):
    failure = run_failure(found, 1, "p.rs")
    assert (failure.kind.value if failure else None) == wanted


def error(message: str, code: str | None = None) -> Diagnostic:
    return Diagnostic("error", code, message, message, "answer_0.rs", 1)


@pytest.mark.parametrize(
    ("diagnostic", "clean", "wanted"),
    [
        (error("mismatched types", "E0308"), True, "compile"),
        (error("expected one of `;`"), False, "syntax"),
        (error("unterminated double quote string", "E0765"), False, "syntax"),
        (error("cannot find macro `a` in this scope"), True, "compile"),
        (error("cannot find macro `a` in this scope"), False, "compile"),
        (error("the compiler reached the memory limit"), True, "memory"),
        (error("1 positional argument in format string, but no arguments were given"), True, "compile"),
    ],
)
def test_classes_of_compiler_errors(diagnostic, clean, wanted):
    assert compile_failure([diagnostic], clean=clean, line=1).kind.value == wanted


def test_groups_of_compiler_errors():
    assert [error_group(code) for code in ("E0382", "E0308", "E0425", "E9999", None)] == [
        "borrow",
        "type",
        "name",
        "other",
        "other",
    ]


@pytest.mark.parametrize(
    ("message", "wanted"),
    [
        ("expected `i64`, found `answers::answer_1::Total`", "expected `i64`, found `Total`"),
        ("cannot find `f` in module `answers::answer_1`", "cannot find `f` in the answer"),
        ("cannot find `f` in crate `answers`", "cannot find `f` in the answer"),
        ("found `Vec<answers::answer_12::inner::A>`", "found `Vec<inner::A>`"),
        ("found `answers::answer_key::A`", "found `answer_key::A`"),
        (
            "found `my_answers::answer_1::A` or `inner::answers::A`",
            "found `my_answers::answer_1::A` or `inner::answers::A`",
        ),
        ("found `answer_1::A` in module `answers::answer_1::inner`", "found `answer_1::A` in module `inner`"),
    ],
)
def test_what_is_said_does_not_tell_where_an_answer_stands(message, wanted):
    assert without_homes(message, ["answer_1", "answer_12"]) == wanted


_NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,6}", fullmatch=True)
_PARTS = st.lists(st.tuples(_NAMES, st.sampled_from([" found `", "&", "<", ", ", "` or `", "("])), max_size=6)


@given(st.lists(_NAMES, min_size=2, max_size=4, unique=True), _PARTS)
def test_an_answer_is_spoken_of_alike_wherever_it_stands(homes, parts):
    own = [(path, sep) for path, sep in parts if path != "answers"]
    said = [without_homes("".join(f"{sep}answers::{home}::{path}" for path, sep in own), homes) for home in homes]
    assert set(said) == {"".join(sep + path for path, sep in own)}
    foreign = "".join(f"{sep}x{path}::{homes[0]}" for path, sep in parts)
    assert without_homes(foreign, homes) == foreign
