"""The judge as a process: its words, its errors, and that nobody waits for a full pipe."""

import logging
import signal
import sys

import pytest

from sigil_common.errors import InputError, MissingError, SigilError
from sigilderg_finetuner.grpo_settings import GrpoSettings
from sigilderg_finetuner.reinforcement import judge as judging

from .conftest import write_problems


@pytest.fixture
def start(judge_command, problem_file, monkeypatch):
    def start(mode="", **more):
        monkeypatch.setenv("MODE", mode)
        return judging.start(GrpoSettings(reward_problems=str(problem_file), judge=judge_command, **more), i_know=False)

    return start


def test_rewards_come_back_by_their_number_in_any_order(start):
    with start() as judge:
        assert [one.task_id for one in judge.offer().problems] == ["sum", "count", "join"]
        numbers = [judge.ask([("sum", "a" * count), ("join", "")]) for count in (1, 2, 3)]
        found = {number: judge.rewards(number) for number in reversed(numbers)}
    assert [found[number].rewards for number in numbers] == [(ord("a") * n % 8 / 8, 0.0) for n in (1, 2, 3)]
    assert {one.seconds for one in found.values()} == {0.25}


def test_much_may_be_asked_before_anything_is_read(start):
    """More than pipes hold, both ways: whoever writes would wait for whoever writes."""
    with start() as judge:
        numbers = [judge.ask([("sum", "x" * 100_000)] * 8) for _ in range(4)]
        assert [len(judge.rewards(number).rewards) for number in numbers] == [8] * 4


def test_problems_that_are_measured_alone(start, tmp_path):
    others = write_problems(tmp_path / "others.jsonl", ["sort"])
    with start(val_problems=str(others)) as judge:
        offer = judge.offer()
        assert [one.task_id for one in judging.training_problems(offer)] == ["sum", "count", "join"]
        assert [one.task_id for one in judging.measured_problems(offer)] == ["sort"]
    with start() as judge:
        assert judging.measured_problems(judge.offer()) == judging.training_problems(judge.offer())


def test_a_problem_that_is_trained_on_is_not_measured(start, tmp_path):
    others = write_problems(tmp_path / "others.jsonl", ["sort", "count"])
    with start(val_problems=str(others)) as judge, pytest.raises(InputError, match="`count` is to be measured and is"):
        judge.offer()


def test_its_error_is_ours_with_cause_hint_and_exit_code(start, caplog):
    with caplog.at_level(logging.INFO), start("refuse") as judge:
        with pytest.raises(InputError) as caught:
            judge.offer()
    error = caught.value
    assert (error.what, error.cause, error.hint) == ("p.jsonl:3: no good", "for a reason", "try another")
    assert [(record.levelname, record.message) for record in caplog.records] == [("WARNING", "first this")]


@pytest.mark.parametrize(("mode", "message"), [("junk", "does not answer as a judge"), ("die", "exit code 7")])
def test_a_judge_that_fails_is_named(start, mode, message):
    with start(mode) as judge:
        with pytest.raises(SigilError, match=message):
            judge.offer()
            judge.rewards(judge.ask([("sum", "a")]))


def test_the_error_of_a_judge_that_was_killed_is_not_lost_on_the_way_out(start):
    with pytest.raises(SigilError), start() as judge:
        judge.offer()
        judge._process.kill()
        judge._process.wait()
        judge.rewards(judge.ask([("sum", "a")]))


def test_a_judge_that_was_killed_is_named_with_the_signal(start):
    with start() as judge:
        judge.offer()
        judge._process.kill()
        with pytest.raises(SigilError, match="killed by SIGKILL") as caught:
            judge.rewards(judge.ask([("sum", "x")]))
    assert "goes on from the last checkpoint" in caught.value.hint


def test_a_judge_that_does_not_end_when_it_is_asked_to_is_killed(start, monkeypatch):
    monkeypatch.setattr(judging, "PATIENCE", 0)
    with start("stubborn") as judge:
        judge.offer()
    assert judge._process.returncode == -signal.SIGKILL


def test_a_judge_that_is_not_there():
    with pytest.raises(MissingError, match="there is no command `no-such-judge`"):
        judging.start(GrpoSettings(reward_problems="p", judge=["no-such-judge"]), i_know=False)


def test_what_it_is_told(monkeypatch, tmp_path):
    told = []
    monkeypatch.setattr(judging, "Judge", told.append)
    grpo = GrpoSettings(reward_problems="a", val_problems="b", prompt_style="completion", judge=[sys.executable, "-c"])
    judging.start(grpo, i_know=True)
    assert told[0][2:] == ["--problem-file", "a", "--prompt-style", "completion", "--measure", "b", "--i-know"]
