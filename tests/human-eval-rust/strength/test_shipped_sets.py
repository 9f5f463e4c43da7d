"""The shipped problem files hold against our own validator."""

import pytest

from human_eval_rust.problems.files import load, shipped
from human_eval_rust.shipped_sets import SETS, SHIPPED_SETS, ShippedSet
from human_eval_rust.strength.check import check_file

from ..conftest import patient


@pytest.mark.slow
@pytest.mark.parametrize("one", SETS, ids=SHIPPED_SETS)
def test_the_validator_finds_no_fault(one: ShippedSet) -> None:
    path = shipped(one.name)
    assert list(load(path)) == [f"{one.prefix}/{number}" for number in range(one.size)]
    assert [str(fault) for fault in check_file(path, 2, patient())] == []
