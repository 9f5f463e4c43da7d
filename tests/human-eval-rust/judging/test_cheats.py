"""No cheat passes and nothing of it remains, with the policy on or off; and the rows cost no more than their limits.

A row's title says `[policy]` if the policy is what refuses it, and `[endless]` if it would never end without that.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from human_eval_rust.judging.finding import Answer
from sigil_common.records import FailureClass

from ...clock import SOON_S, until
from ..conftest import patient

SECRET = "the secret of the test"
REMAINS = ("/dev/shm/sigil-test-canary", "/tmp/sigil-test-canary")


@pytest.fixture
def canary(tmp_path, monkeypatch):
    path = tmp_path / "canary"
    path.write_text(SECRET)
    path.chmod(0o666)
    monkeypatch.setenv("SIGIL_TEST_SECRET", SECRET)
    return path


@pytest.fixture
def judged(corpus, parsed, judge_with, canary):
    """A function that judges all rows with the policy on or off, and returns the findings by title."""

    def judge(policy):
        rows = [(entry, title, text.replace("@CANARY@", str(canary))) for entry, title, text in corpus("cheats.txt")]
        endless = [row for row in rows if "[endless]" in row[1] and not (policy and "[policy]" in row[1])]
        # The verdict is the same however little of them was done.
        short = patient(policy=policy, compile_timeout=SOON_S, run_timeout=SOON_S, memory_bytes=1 << 30)
        named = {}
        for part, options in (
            (endless, short),
            ([row for row in rows if row not in endless], patient(policy=policy, memory_bytes=1 << 30)),
        ):
            findings = judge_with([Answer(parsed[entry], text) for entry, _, text in part], options)
            named |= {f"{entry}: {title}": one for (entry, title, _), one in zip(part, findings, strict=True)}
        assert len(named) == len(rows)
        return named

    return judge


def test_there_are_enough_rows(corpus):
    rows = corpus("cheats.txt")
    assert len(rows) >= 100
    assert len({(entry, title) for entry, title, _ in rows}) == len(rows)


@pytest.mark.slow
@pytest.mark.parametrize("policy", [True, False])
def test_no_cheat_passes(judged, canary, policy):
    before = _processes()
    named = judged(policy)
    after = _processes() - before
    assert [name for name, finding in named.items() if finding.failure is None] == []
    unlike = [
        name
        for name, finding in named.items()
        if policy and ("[policy]" in name or "refused before" in name) != (finding.failure.kind is FailureClass.POLICY)
    ]
    assert unlike == []
    trouble = [name for name, finding in named.items() if finding.failure.kind is FailureClass.SANDBOX]
    assert trouble == []
    assert not any(SECRET in repr(finding) for finding in named.values())
    assert canary.read_text() == SECRET
    assert sorted(os.listdir(canary.parent)) == ["canary"]
    assert not any(Path(path).exists() for path in REMAINS)
    # Programs of another judge on this machine end some time; what a cheat left behind does not.
    until(lambda: not after & _processes(), "no program of a cheat is left")


def _processes() -> set[tuple[str, str]]:
    """Return id and command line of the processes that answers, or what they start, run as."""
    found: set[tuple[str, str]] = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
            except OSError:
                continue
            if "/verdict " in line or "sleep 31536" in line:
                found.add((entry.name, line))
    return found
