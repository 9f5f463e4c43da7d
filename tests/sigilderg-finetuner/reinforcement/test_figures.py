"""What is said of rewards, what of a part of a step is left out, and settings that do not go together."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.reinforcement.recording import figures, means_by_problem
from sigilderg_finetuner.reinforcement.trim import rows_of_use, trimmed, without_rows

REWARDS = st.lists(st.none() | st.sampled_from([0.0, 0.05, 0.3, 1.0]), min_size=3, max_size=3)


def test_figures_of_rewards():
    found = figures([0.0, 1.0, 0.5, 0.5, None, 0.25, None, None], 2)
    assert (found.reward, found.zero_spread, found.unjudged) == (0.45, 0.75, 3)
    assert figures([None, None], 2).reward is None


@given(st.lists(REWARDS, min_size=1, max_size=5))
def test_the_share_without_spread_is_that_of_trl(groups):
    """Which calls a group so whose standard deviation is zero; of one judged completion it has none."""
    flat = [one for group in groups for one in group]
    rows = torch.tensor([[math.nan if one is None else one for one in group] for group in groups])
    still = [bool((row[~row.isnan()] == row[~row.isnan()][:1]).all()) for row in rows]
    assert figures(flat, 3).zero_spread == sum(still) / len(still)


def test_means_are_of_what_was_judged():
    rows = [{"task_id": "a", "reward": 1.0}, {"task_id": "a", "reward": None}, {"task_id": "b", "reward": None}]
    assert means_by_problem(rows) == {"a": 1.0}


def part(prompts, completions, advantages):
    """A part of a step as TRL makes it: prompts padded on the left, completions on the right."""
    wide = {"prompt": max(map(len, prompts)) + 2, "completion": max(map(len, completions)) + 3}
    rows = {"prompt": prompts, "completion": completions}

    def padded(name, values):
        left = name == "prompt"
        return [
            [0] * (wide[name] - len(one)) * left + one + [0] * (wide[name] - len(one)) * (not left) for one in values
        ]

    made = {f"{name}_ids": torch.tensor(padded(name, found)) for name, found in rows.items()}
    masks = {name: [[1] * len(one) for one in found] for name, found in rows.items()}
    made |= {f"{name}_mask": torch.tensor(padded(name, found)) for name, found in masks.items()}
    made["tool_mask"] = made["completion_mask"].clone()
    made["old_per_token_logps"] = made["completion_ids"].float()
    return made | {"advantages": torch.tensor(advantages), "num_items_in_batch": torch.tensor(7)}


TOKENS = st.lists(st.integers(1, 9), min_size=0, max_size=5)


@given(st.lists(st.tuples(TOKENS.filter(len), TOKENS, st.sampled_from([0.0, 1.0, -1.0])), min_size=1, max_size=4))
def test_nothing_but_padding_and_rows_of_no_use_is_left_out(rows):
    prompts, completions, advantages = zip(*rows, strict=True)
    whole = part(list(prompts), list(completions), list(advantages))
    short = trimmed(whole)
    for name in ("prompt_ids", "completion_ids", "old_per_token_logps"):
        mask = f"{name.split('_')[0]}_mask" if name != "old_per_token_logps" else "completion_mask"
        kept = [row[keep.bool()].tolist() for row, keep in zip(short[name], short[mask], strict=True)]
        assert kept == [row[keep.bool()].tolist() for row, keep in zip(whole[name], whole[mask], strict=True)]
    assert short["prompt_ids"].shape[1] == max(map(len, prompts))
    assert short["completion_ids"].shape[1] == max(1, *map(len, completions))
    useful = rows_of_use(whole)
    assert useful.tolist() == [bool(tokens) and gain != 0 for tokens, gain in zip(completions, advantages, strict=True)]
    left = without_rows(whole, useful)
    assert left["num_items_in_batch"] == 7
    assert left["advantages"].tolist() == [gain for gain, use in zip(advantages, useful.tolist(), strict=True) if use]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"grpo__reward_problems": None}, "`grpo.reward_problems` is not given"),
        ({"grpo__num_generations": 3}, "does not divide the completions of a step"),
        ({"train__micro_batch_size": 0}, "does not divide the completions of a step"),
        ({"grpo__draw_size": 6}, "`grpo.draw_size` is no multiple"),
        ({"train__max_tokens": 5}, "`train.max_tokens` means nothing"),
        ({"train__num_epochs": 1.0}, "`train.num_epochs` means nothing"),
        ({"train__save_at_tokens": [5]}, "`train.save_at_tokens` means nothing"),
        ({"train__kl_to_base": 0.1}, "`train.kl_to_base` means nothing"),
        ({"train__average_last": 2}, "`train.average_last` means nothing"),
    ],
)
def test_settings_that_do_not_go_together(reward_settings, more, message):
    with pytest.raises(InputError, match=message):
        check_together(reward_settings(**more))
