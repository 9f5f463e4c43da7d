"""The page about a run with rewards, made of what the run left."""

import grpo
import pytest

from sigil_common.jsonl import write_jsonl


@pytest.fixture
def run(tmp_path):
    answers = [
        {"step": step, "task_id": f"t/{task}", "sample_index": sample, "finish_reason": "closed", "reward": reward}
        for step, rewards in ((0, [0.0, 0.1]), (4, [0.3, 1.0]))
        for task in range(8)
        for sample, reward in enumerate(rewards)
    ]
    write_jsonl(tmp_path / "answers.jsonl", answers)
    line = {"step": 4, "reward": 0.25, "reward_spread": 0.1, "zero_spread": 0.5, "truncated": 0.25, "grad_norm": 0.5}
    write_jsonl(tmp_path / "metrics.jsonl", [{"step": 0, "val_reward": 0.05}, line])
    times = {"draw_seconds": 9.0, "judge_seconds": 2.5, "judge_wait_seconds": 0.5}
    write_jsonl(tmp_path / "timings.jsonl", [{"step": 4, **times}])
    return tmp_path


def test_rewards_before_and_after_stand_side_by_side(run):
    page = grpo.page(run)
    assert "| | step 0 | step 4 |" in page
    assert "| mean reward | 0.050 (" in page
    assert "| compile, and attempt something | 0% | 100% |" in page
    assert "| pass | 0% | 50% |" in page
    assert "The change is +0.600" in page
    assert "8 problems gained and 0 lost of 8. Completions of each problem: 2" in page
    assert "| 4 | 0.250 | 0.100 | 50% | 25% |  | 0.50 | 9.0 | 2.5 | 0.5 |" in page
