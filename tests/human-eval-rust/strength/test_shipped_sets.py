"""The shipped problem files hold against our own validator."""

import pytest

from human_eval_rust.problems.files import load, shipped
from human_eval_rust.strength.check import check_file

from ..conftest import patient


@pytest.mark.slow
@pytest.mark.parametrize(("name", "size"), [("HumanEval_rust", 164), ("RustFirstSteps", 80)])
def test_the_validator_finds_no_fault(name: str, size: int) -> None:
    path = shipped(name)
    assert len(load(path)) == size
    assert [str(fault) for fault in check_file(path, 2, patient())] == []
