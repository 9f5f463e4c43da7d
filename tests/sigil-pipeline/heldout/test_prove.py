"""What the proof makes of trouble, time and limits. Whole runs are in `test_tests_run`."""

from __future__ import annotations

import pytest

from sigil_common.cargo import Confined
from sigil_common.errors import MissingError
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox
from sigil_pipeline.heldout.examples import Example
from sigil_pipeline.heldout.prove import Trial, objections

from ..sandboxes import Changed

pytestmark = pytest.mark.slow

PROMPT = "/// Doubles, see `crate` and `super`.\npub fn doubled(x: u8) -> u8 {\n"


BODY = "    let y = x.checked_mul(2);\n    y.unwrap()\n}\n"


def said(
    *bodies: str, edition: str = "2021", prompt: str = PROMPT, solution: str = BODY, **change: object
) -> list[str]:
    confined = Confined(find_toolchain(), Changed(open_sandbox(), change), 2, 60.0)
    return objections([Trial(prompt, solution, edition, Example(body)) for body in bodies], confined)


def test_each_example_is_judged_by_itself() -> None:
    bodies = ["assert_eq!(doubled(2), 4);", "assert_eq!(doubled(2), 5);", "let x: u8 = doubled;", "assert!(true);"]
    assert said(*bodies) == ["", "fails", "not_compiled", "vacuous"]
    assert said(*bodies, edition="2024") == said(*bodies, edition="2018") == ["", "fails", "not_compiled", "vacuous"]


def test_an_answer_that_panics_must_not_pass() -> None:
    caught = "assert!(std::panic::catch_unwind(|| doubled(200)).is_err());"
    assert said(caught, f"{caught}\nassert_eq!(doubled(1), 2);") == ["vacuous", ""]


@pytest.mark.parametrize("returns", ["", "-> () "])
def test_an_answer_that_does_nothing_must_not_pass(returns: str) -> None:
    prompt = f"/// Adds as many zeros.\npub fn fill(list: &mut Vec<u8>, more: usize) {returns}{{\n"
    solution = "    let wanted = list.len() + more;\n    list.resize(wanted, 0);\n}\n"
    body = "let mut list = vec![1];\nfill(&mut list, 0);\nassert_eq!(list, [1]);"
    bodies = [body, f"{body}\nfill(&mut list, 1);\nassert_eq!(list, [1, 0]);"]
    assert said(*bodies, prompt=prompt, solution=solution) == ["vacuous", ""]


@pytest.mark.parametrize("change", [{"timed_out": True}, {"cpu_exceeded": True}, {"output_exceeded": True}])
def test_what_takes_too_much_is_no_test(change: dict[str, object]) -> None:
    assert said("assert_eq!(doubled(2), 4);", **change) == ["fails"]


def test_a_program_that_ends_itself_is_no_test() -> None:
    assert said("assert_eq!(doubled(2), 4);\nstd::process::exit(0);", "doubled(1);\nstd::process::abort();") == [
        "fails",
        "fails",
    ]


def test_trouble_is_no_verdict() -> None:
    with pytest.raises(MissingError, match="failed while running an example"):
        said("assert_eq!(doubled(2), 4);", trouble="no memory for it")
    with pytest.raises(MissingError, match="failed while running an example"):
        said("assert_eq!(doubled(2), 4);", trouble="the machine is too busy", timed_out=True)
