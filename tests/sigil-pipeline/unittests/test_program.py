"""What is read of the words of a test program."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.unittests.program import ended, reached

PRINTED = b"""
running 4 tests
test tests::one ... ok
test tests::three - should panic ... FAILED
test tests::four ... ignored, too slow
test tests::two ... """
NAMES = st.from_regex(r"[a-z_]{1,9}(::[a-z_]{1,9}){0,3}", fullmatch=True)


def test_the_ending_of_each_test_is_read() -> None:
    expected = {"tests::one": "ok", "tests::three": "FAILED", "tests::four": "ignored", "tests::two": ""}
    assert ended(PRINTED) == expected


@given(st.dictionaries(NAMES, st.sampled_from(["ok", "FAILED", "ignored"])))
def test_endings_are_read_back(endings: dict[str, str]) -> None:
    printed = "".join(f"test {name} ... {word}\n" for name, word in endings.items())
    assert ended(printed.encode()) == endings


@given(st.dictionaries(NAMES | st.just("-"), st.frozensets(st.integers(0, 999), min_size=1)), st.text(max_size=20))
def test_numbers_are_read_among_what_tests_print(told: dict[str, frozenset[int]], printed: str) -> None:
    lines = "".join(f"{printed}\nsigil reached: {name} {at}\n" for name, all_ in told.items() for at in all_)
    assert reached(lines.encode("utf-8", "surrogatepass")) == told


@given(st.binary(max_size=60))
def test_no_print_is_too_strange(printed: bytes) -> None:
    ended(b"test " + printed)
    reached(b"sigil reached: " + printed)
