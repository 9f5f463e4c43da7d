"""What a run will see: its course in steps, the learned share, the shares of its sources."""

from itertools import chain, repeat

import numpy as np
import pytest

from sigil_common.errors import InputError
from sigilderg_finetuner.data import outlook
from sigilderg_finetuner.data.batches import Examples
from sigilderg_finetuner.data.feed import training_batches
from sigilderg_finetuner.data.mix import Group
from sigilderg_finetuner.data.prepare import Part
from sigilderg_finetuner.data.tokens import TokenTable


def part_of(**lengths):
    """Examples of sources with such lengths; the answer of each begins after a quarter of it."""
    tables, groups, columns = [], [], {"source": [], "row": [], "length": [], "answer": []}
    count = 0
    for number, (name, own) in enumerate(lengths.items()):
        own = np.asarray(own)
        ids = np.arange(own.sum(), dtype=np.uint16)
        tables.append(TokenTable(ids, np.concatenate([[0], np.cumsum(own)]), own // 4))
        groups.append(Group(f"local:{name}", range(count, count + len(own)), [None] * len(own)))
        count += len(own)
        columns["source"].append(np.full(len(own), number))
        columns["row"].append(np.arange(len(own)))
        columns["length"].append(own)
        columns["answer"].append(own // 4)
    return Part(Examples(tables, **{name: np.concatenate(parts) for name, parts in columns.items()}), groups)


def lengths_of(count, seed=0):
    return np.random.default_rng(seed).integers(40, 300, count)


# Budgets


def course(tokens, **changes):
    given = {"num_steps": 9, "max_tokens": None, "budgets": []} | changes
    return outlook.course(iter(tokens), **given)


def test_without_budgets_no_step_is_looked_at():
    assert course([]) == outlook.Course(9, {})


@pytest.mark.parametrize(
    ("budgets", "reached"),
    [
        ([100], {1: (100,)}),  # at the boundary
        ([101], {2: (101,)}),  # the first boundary past it
        ([1, 50, 100, 250], {1: (1, 50, 100), 3: (250,)}),  # several in one step
        ([900], {9: (900,)}),  # the last step
    ],
)
def test_a_budget_is_reached_at_the_first_step_at_or_past_it(budgets, reached):
    found = course(repeat(100), budgets=budgets)
    assert found == outlook.Course(9, reached)
    assert found.results == tuple(sorted({*reached, 9}))


def test_a_budget_beyond_the_run_is_refused_with_the_tokens_that_it_sees():
    with pytest.raises(InputError, match=r"`train\.save_at_tokens`: 901 tokens are not reached") as caught:
        course(repeat(100), budgets=[100, 901])
    assert caught.value.cause == "9 steps see 900"


@pytest.mark.parametrize(("most", "steps"), [(1, 1), (100, 1), (101, 2), (5000, 50)])
def test_max_tokens_takes_the_place_of_the_number_of_steps(most, steps):
    assert course(repeat(100), max_tokens=most).num_steps == steps


def test_budgets_below_max_tokens_are_reached_on_the_way():
    found = course(chain([60, 60, 200], repeat(10)), max_tokens=321, budgets=[61, 321])
    assert found == outlook.Course(4, {2: (61,), 4: (321,)})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"train__max_tokens": 10**15}, "`train.max_tokens`: 1,000,000,000,000,000 tokens are more than 1,000 passes"),
        ({"train__max_tokens": 10_000_001}, "`train.max_tokens`: 10,000,001 tokens are more than 1,000 passes"),
        ({"train__save_at_tokens": [1, 10_000_001], "train__num_steps": 10**9}, "`train.save_at_tokens`: 10,000,001"),
        ({"train__save_at_tokens": [20 * 4 * 512 + 1]}, "`train.save_at_tokens`: 40,961 tokens are not reached"),
    ],
)
def test_a_slip_is_not_counted_out(settings_for, monkeypatch, change, message):
    part = part_of(a=np.full(40, 250))
    monkeypatch.setattr(outlook, "course", lambda *given, **more: pytest.fail("counted"))
    with pytest.raises(InputError) as caught:
        outlook.resolve(settings_for(**change), part)
    assert caught.value.what.startswith(message)


def test_the_tokens_of_the_course_are_those_of_the_batches(settings_for):
    part = part_of(a=lengths_of(40), b=lengths_of(25, 1))
    settings = settings_for(train__max_seq_len=512, dataset__names=["local:a", "local:b"])
    planned, batches = outlook.step_tokens(part, settings), training_batches(part, settings, skip=0)
    for _ in range(12):  # beyond a pass
        assert next(planned) == sum(batch.tokens for batch in next(batches))


@pytest.mark.parametrize(
    ("change", "steps", "warmup"),
    [
        ({"train__warmup_ratio": 0.1}, 20, 2),
        ({"train__warmup_ratio": 0.11}, 20, 3),  # rounded up
        ({"train__warmup_ratio": 0.0}, 20, 0),
        ({"train__warmup_steps": 7}, 20, 7),
        ({"train__max_tokens": 6_000, "train__warmup_ratio": 0.5}, 3, 2),
    ],
)
def test_steps_and_warm_up_become_numbers(settings_for, change, steps, warmup):
    settings, course = outlook.resolve(settings_for(**change), part_of(a=lengths_of(60)))
    assert (settings.train.num_steps, settings.train.warmup_steps, course.num_steps) == (steps, warmup, steps)


@pytest.mark.parametrize(("steps", "warned"), [(20, False), (21, True)])
def test_a_run_that_ends_in_its_warm_up_is_warned_of(settings_for, caplog, steps, warned):
    settings = settings_for(train__warmup_steps=steps, dataset__min_length=1)
    outlook.resolve(settings, part_of(a=lengths_of(60)))
    said = "`train.warmup_steps` are 21 and the run has 20 steps, so its rate ends at 0.95 of `train.lr`"
    assert (said in caplog.messages) == warned


@pytest.mark.parametrize(
    ("tokens", "settings"),
    [
        (512, {"train__max_seq_len": 512, "train__micro_batch_size": 1, "train__gradient_accumulation": 1}),
        (2_048, {"train__max_seq_len": 512, "train__micro_batch_size": 1, "train__gradient_accumulation": 4}),
        (2_048, {"train__max_seq_len": 2_048, "train__micro_batch_size": 1, "train__gradient_accumulation": 1}),
        (8_192, {"train__max_seq_len": 512, "train__micro_batch_size": 4, "train__gradient_accumulation": 4}),
        (8_192, {"train__max_seq_len": 1_024, "train__micro_batch_size": 2, "train__gradient_accumulation": 4}),
    ],
)
def test_small_and_large_steps_are_filled(settings_for, tokens, settings):
    steps = outlook.step_tokens(part_of(a=lengths_of(2_000)), settings_for(**settings))
    seen = [next(steps) for _ in range(20)]
    assert max(seen) <= tokens
    assert sum(seen) > 0.97 * tokens * len(seen)


# Shares


def test_the_learned_share_is_counted_over_one_pass():
    from sigil_common.settings import load_settings
    from sigilderg_finetuner.settings import Settings

    settings = load_settings(Settings, overrides={"dataset.names": ["local:a"]}).settings
    found = outlook.one_pass(part_of(a=[40, 80, 120, 2]), settings)  # the first token of the last has no predecessor
    assert (found["rows"], found["tokens"], found["learned_tokens"]) == (4, 242, 30 + 60 + 90 + 1)
    assert outlook.in_words(found) == "learned 75% of 242 tokens in one pass over the data; rows are 12% full"


@pytest.mark.parametrize("share", [0.1, 0.2, 0.3])
def test_two_sources_are_mixed_at_given_shares_of_the_rows(settings_for, share):
    part = part_of(crates=lengths_of(400), own=np.full(90, 50))
    weights = {"local:crates": 1 - share, "local:own": share}
    settings = settings_for(dataset__names=list(weights), dataset__dataset_weights=weights)
    found = outlook.one_pass(part, settings)
    crates, own = found["sources"]
    assert own["rows"] == round(share * 490) == found["rows"] - crates["rows"]
    assert own["tokens"] == 50 * own["rows"]
    said = outlook.in_words(found)
    assert f"local:own {share:.1%} of the rows, {own['tokens'] / found['tokens']:.1%} of the tokens" in said


def test_shares_hold_in_any_stretch_of_the_run(settings_for):
    weights = {"local:crates": 0.8, "local:own": 0.2}
    part = part_of(crates=lengths_of(400), own=lengths_of(100, 1))
    settings = settings_for(
        dataset__names=list(weights), dataset__dataset_weights=weights, train__packing=False, train__max_seq_len=300
    )
    rows = outlook.planned_rows(part, settings)
    first = [example for _ in range(100) for example in next(rows)]
    assert 18 <= sum(example >= 400 for example in first) <= 22


@pytest.mark.parametrize(("epochs", "steps"), [(1.0, 5), (0.1, 1), (2.0, 10)])
def test_passes_over_the_data_take_the_place_of_the_number_of_steps(settings_for, epochs, steps):
    part = part_of(a=np.full(40, 250))  # two in a row of 512, four rows in a step
    settings, course = outlook.resolve(settings_for(train__num_epochs=epochs), part)
    assert (settings.train.num_steps, course.num_steps) == (steps, steps)
