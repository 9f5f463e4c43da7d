"""No cheat passes and nothing of it remains, with the policy on or off; and the rows cost no more than their limits."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer, JudgeOptions
from sigil_common.records import FailureClass

SECRET = "the secret of the test"
LIMIT_S = 1.0
REMAINS = ("/dev/shm/sigil-test-canary", "/tmp/sigil-test-canary")


@pytest.fixture
def canary(tmp_path, monkeypatch):
    path = tmp_path / "canary"
    path.write_text(SECRET)
    path.chmod(0o666)
    monkeypatch.setenv("SIGIL_TEST_SECRET", SECRET)
    return path


def test_there_are_enough_rows(corpus):
    rows = corpus("cheats.txt")
    assert len(rows) >= 100
    assert len({(entry, title) for entry, title, _ in rows}) == len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("policy", [True, False])
def test_no_cheat_passes(corpus, parsed, judge_with, canary, policy):
    rows = [(entry, title, text.replace("@CANARY@", str(canary))) for entry, title, text in corpus("cheats.txt")]
    before = _processes()
    findings = judge_with(
        [Answer(parsed[entry], text) for entry, _, text in rows],
        JudgeOptions(policy=policy, compile_timeout=LIMIT_S, run_timeout=LIMIT_S, memory_bytes=1 << 30),
    )
    named = {f"{entry}: {title}": finding for (entry, title, _), finding in zip(rows, findings, strict=True)}
    assert [name for name, finding in named.items() if finding.failure is None] == []
    unlike = [
        name
        for name, finding in named.items()
        if policy and name.endswith("[policy]") != (finding.failure.kind is FailureClass.POLICY)
    ]
    assert unlike == []
    trouble = [name for name, finding in named.items() if finding.failure.kind is FailureClass.SANDBOX]
    assert trouble == []
    assert not any(SECRET in repr(finding) for finding in findings)
    assert canary.read_text() == SECRET
    assert sorted(os.listdir(canary.parent)) == ["canary"]
    assert not any(Path(path).exists() for path in REMAINS)
    time.sleep(0.1)
    assert {name for name in _processes() - before if name.startswith(("verdict", "sleep 31536"))} == set()


def _processes() -> set[str]:
    found: set[str] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                found.add((entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip())
            except OSError:
                continue
    return found
