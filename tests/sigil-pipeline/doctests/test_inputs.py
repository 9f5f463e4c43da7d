"""What examples say of inputs of transformations, when their crate is built with all of these in place."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.doctests import inputs
from sigil_pipeline.doctests.build import LATE, Program
from sigil_pipeline.doctests.program import reached
from sigil_pipeline.doctests.run import Ran

NOTHING: Any = None


def chunk(name: str) -> Any:
    return SimpleNamespace(key=name)


def sides(monkeypatch: pytest.MonkeyPatch, first: dict[int, Ran], second: dict[int, Ran]) -> dict[str, bool]:
    """Return what is said of the inputs `a`, `b` and `c`; each example's own function is `c`."""
    asked: list[Program] = []

    def run(workspace: object, confined: object, programs: list[Program]) -> list[dict[int, Ran]]:
        asked.extend(programs)
        return [{at: second[at] for at in one.trials if at in second} for one in programs]

    monkeypatch.setattr(inputs, "run", run)
    trials: Any = {at: SimpleNamespace(chunk=chunk("c")) for at in first}
    variants: Any = [SimpleNamespace(chunk=chunk(name)) for name in "abc"]
    program = Program(NOTHING, {}, trials, variants)
    found = inputs.both_sides(NOTHING, NOTHING, [program], [first])[0].held
    assert asked[0].changed
    assert set(found) <= {one.chunk.key for one in asked[0].inputs}
    return found


def test_an_input_holds_if_all_examples_hold_that_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    first = {
        0: Ran("vacuous", frozenset({0, 1})),
        1: Ran("vacuous", frozenset({1})),
        2: Ran("fails", frozenset({0, 2})),
    }
    held, failed = Ran("vacuous"), Ran("fails")
    assert sides(monkeypatch, first, {0: held, 1: held}) == {"a": True, "b": True}
    assert sides(monkeypatch, first, {0: held, 1: failed}) == {"a": True, "b": False}
    assert sides(monkeypatch, first, {0: Ran("unsteady"), 1: held}) == {"a": False, "b": False}


def test_inputs_with_which_examples_do_not_end_do_not_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    for ending in ("stopped", "crate_hangs"):
        assert sides(monkeypatch, {0: Ran("vacuous", frozenset({0}))}, {0: Ran(ending)}) == {"a": False}


def test_nothing_is_said_where_the_inputs_were_not_built(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sides(monkeypatch, {0: Ran("tests", frozenset({0}))}, {}) == {}


def test_a_build_with_inputs_that_took_too_long_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def run(workspace: object, confined: object, programs: list[Program]) -> list[dict[int, Ran]]:
        for one in programs:
            one.refuse(list(one.trials), LATE)
        return [{} for _ in programs]

    monkeypatch.setattr(inputs, "run", run)
    trials: Any = {at: SimpleNamespace(chunk=chunk("c")) for at in range(3)}
    variants: Any = [SimpleNamespace(chunk=chunk("a"))]
    first = {0: Ran("tests", frozenset({0})), 1: Ran("vacuous", frozenset({0})), 2: Ran("fails", frozenset({0}))}
    (found,) = inputs.both_sides(NOTHING, NOTHING, [Program(NOTHING, {}, trials, variants)], [first])
    assert found == ({}, 2)


def test_an_example_that_needs_its_function_has_reached_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sides(monkeypatch, {0: Ran("tests")}, {0: Ran("vacuous")}) == {"c": True}
    assert sides(monkeypatch, {0: Ran("vacuous")}, {0: Ran("vacuous")}) == {}


def test_numbers_that_no_input_has_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sides(monkeypatch, {0: Ran("vacuous", frozenset({0, 3}))}, {0: Ran("vacuous")}) == {"a": True}


@given(st.lists(st.lists(st.integers(0, 999), max_size=5), max_size=4), st.text(max_size=20))
def test_numbers_are_read_among_what_an_example_prints(runs: list[list[int]], printed: str) -> None:
    told = "".join(f"{printed}\nsigil reached:{''.join(f' {at}' for at in numbers)}\n" for numbers in runs)
    assert reached(told.encode("utf-8", "surrogatepass")) >= {at for numbers in runs for at in numbers}


@given(st.binary(max_size=60))
def test_no_print_is_too_strange(printed: bytes) -> None:
    assert reached(printed.replace(b"sigil", b"")) == frozenset()
    reached(b"sigil reached:" + printed)
