"""pass@k over problems, and what is summed up of verdicts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.evaluation.metrics import summary
from human_eval_rust.evaluation.passk import estimates, parse_ks
from sigil_common.errors import InputError
from sigil_common.passk import pass_at_k
from sigil_common.records import Extraction, Verdict


@given(st.integers(1, 40), st.data())
def test_estimates_agree_with_counting(n, data):
    c = data.draw(st.integers(0, n))
    k = data.draw(st.integers(1, n))
    values, reasons = estimates({"a": (n, c)}, [k])
    assert values[f"pass@{k}"] == pytest.approx(pass_at_k(n, c, k))
    assert reasons == {}


def test_estimates_that_do_not_exist_are_named_never_dropped():
    values, reasons = estimates({"a": (10, 3), "b": (1, 1)}, [1, 10])
    assert values["pass@1"] == pytest.approx(0.65)
    assert values["pass@10"] is None
    assert "`b` has 1" in reasons["pass@10"]
    assert estimates({}, [1]) == ({"pass@1": None}, {"pass@1": "no sample was judged"})


@pytest.mark.parametrize("text", ["", "a", "0", "-1", "1,,2", "1.5"])
def test_wrong_ks(text):
    with pytest.raises(InputError, match="--k"):
        parse_ks(text)


def test_ks_are_sorted_and_counted_once():
    assert parse_ks(" 10,1, 10") == [1, 10]


def verdict(task: str, **known: object) -> Verdict:
    base = {
        "task_id": task,
        "sample_index": 0,
        "passed": False,
        "result": "failed",
        "completion": "",
        "has_code": True,
        "parses": True,
        "compiles": True,
    }
    return Verdict(**{**base, **known})


def test_what_was_not_judged_counts_neither_way():
    rows = [
        verdict("a", passed=True, result="passed"),
        verdict("a", failure="test"),
        verdict("a", result="not judged", failure="sandbox", compiles=None),
        verdict("b", result="not judged"),
    ]
    found = summary(rows, ["a", "b", "c"], [1], {"b": "its test is cut off"})
    assert (found["pass_at_k"]["pass@1"], found["judged"], found["not_judged"], found["sandbox_trouble"]) == (
        0.5,
        2,
        2,
        1,
    )
    assert (found["coverage"], found["task_ids_without_samples"]) == (0.5, ["c"])
    assert found["compile_rate"] == 1.0


def test_an_answer_whose_arguments_were_converted_passes_but_not_strictly():
    adapted = Extraction(shape="function", adapted=("argument `x` passed as Vec<i64> instead of &[i64]",))
    rows = [
        verdict("a", passed=True, result="passed", extraction=adapted),
        verdict("a", passed=True, result="passed", extraction=Extraction(shape="body")),
        verdict("b", failure="test", extraction=adapted),
        verdict("b", passed=True, result="passed", extraction=adapted),
    ]
    found = summary(rows, ["a", "b"], [1, 2, 3], {})
    assert found["pass_at_k"] == {
        "pass@1": 0.75,
        "pass@2": 1.0,
        "pass@3": None,
        "pass@1_strict": 0.25,
        "pass@2_strict": 0.5,
        "pass@3_strict": None,
    }
    assert list(found["unavailable"]) == ["pass@3"]
    assert (found["passed"], found["passed_strict"]) == (3, 1)
