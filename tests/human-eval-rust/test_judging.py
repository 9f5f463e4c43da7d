"""What a verdict must not depend on: what other threads of the same judge do meanwhile."""

from __future__ import annotations

import pytest

from human_eval_rust import judging
from human_eval_rust.finding import Answer, JudgeOptions
from human_eval_rust.judging import Judge
from human_eval_rust.modules import ModuleCompiler
from sigil_common.records import FailureClass
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox


@pytest.mark.slow
def test_tests_that_are_shared_meanwhile_change_nothing(frames, monkeypatch):
    task = frames["running_max"]
    judge = Judge(JudgeOptions(), find_toolchain(), open_sandbox())
    build = ModuleCompiler.build

    def build_while_another_thread_shares(self, modules, built=None):
        done = build(self, modules, built)
        if self.crate.kind == "bin":
            judge.library.add([task])
        return done

    monkeypatch.setattr(judging.ModuleCompiler, "build", build_while_another_thread_shares)
    found = []
    judge.batch([Answer(task, "    Vec::new()\n}\n")], lambda _at, finding, _seconds: found.append(finding))
    assert judge.library.find(task) is not None
    assert found[0].blame.failure is FailureClass.TEST
