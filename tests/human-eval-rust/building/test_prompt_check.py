"""What keeps a prompt from compiling, where it is the prompt."""

from __future__ import annotations

import pytest

from human_eval_rust.building import prompt_check
from sigil_common.rustc import Compiler, UnitResult, find_toolchain
from sigil_common.rustc.batch import _crash
from sigil_common.sandbox import open_sandbox
from sigil_common.sandbox.spec import Outcome, not_run


@pytest.mark.parametrize(
    "ended",
    [
        Outcome(
            None, 9, b"", b"", timed_out=True, output_exceeded=False, memory_exceeded=False, wall_s=1, trouble=None
        ),
        not_run("the machine was too busy"),
    ],
    ids=["time-out", "trouble"],
)
def test_a_compiler_that_was_stopped_says_nothing_of_a_prompt(ended, parsed, monkeypatch):
    def stopped(units, *_args, **_options):
        return {unit.name: UnitResult(False, (_crash(ended, unit),), ended.trouble, ended.timed_out) for unit in units}

    monkeypatch.setattr(prompt_check, "check_units", stopped)
    compiler = Compiler(find_toolchain(), open_sandbox())
    assert prompt_check.refused(parsed, compiler) == {}
