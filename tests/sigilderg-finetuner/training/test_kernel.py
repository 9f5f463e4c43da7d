"""Which attention is taken: the quicker by a clock of the test's own, the recorded one, or the one that runs at all."""

import json
import logging
from dataclasses import replace
from types import SimpleNamespace

import pytest
import torch

from sigil_common.errors import SigilError
from sigilderg_finetuner import flow
from sigilderg_finetuner.data.even import even
from sigilderg_finetuner.training import attention, kernel
from sigilderg_finetuner.training.attention import BY_SAMPLE, FLASH
from sigilderg_finetuner.training.job import Job


def timed(**durations):
    """A clock, and choices of which each run moves it on by the next of its durations; an error is raised."""
    now = [0.0]
    left = {name: iter(values) for name, values in durations.items()}

    def choice(name):
        def run():
            value = next(left[name])
            if isinstance(value, Exception):
                raise value
            now[0] += value

        return run

    return {name: choice(name) for name in durations}, lambda: now[0]


@pytest.mark.parametrize(
    ("one", "other", "taken"),
    [
        ([9, 2, 2, 2, 2, 2], [1, 3, 3, 3, 3, 3], "one"),
        ([1, 3, 3, 3, 3, 3], [1, 2, 2, 2, 2, 2], "other"),
        ([1, 2, 50, 2, 50, 2], [1, 3, 3, 3, 3, 3], "one"),
        ([1, 1, 1, RuntimeError("no kernel")], [9, 9, 9, 9, 9, 9], "other"),
    ],
)
def test_the_lowest_median_is_taken_and_the_first_run_does_not_count(one, other, taken, caplog):
    caplog.set_level(logging.INFO)
    choices, clock = timed(one=one, other=other)
    assert kernel.quickest(choices, clock) == taken
    failed = isinstance(one[-1], Exception)
    assert caplog.text.count("forwards and backwards") == (1 if failed else 2)
    assert ("attention by one does not run here: no kernel" in caplog.text) == failed


def test_where_none_runs_all_reasons_are_named():
    choices, clock = timed(one=[RuntimeError("no kernel\nand more")], other=[ValueError()])
    with pytest.raises(SigilError) as caught:
        kernel.quickest(choices, clock)
    assert caught.value.cause == "no kernel; ValueError"


@pytest.fixture
def job_of(settings_for):
    """A function that makes a job of heads alone, as on a GPU."""

    def make(*, flash=True, **train):
        heads = SimpleNamespace(num_attention_heads=4, num_key_value_heads=2, hidden_size=32)
        model = SimpleNamespace(config=SimpleNamespace(get_text_config=lambda: heads))
        return Job(model, None, torch.device("cpu"), settings_for(**train).train, flash)

    return make


def not_timed():
    raise AssertionError("a batch was asked for")


@pytest.mark.parametrize(
    ("job", "before", "taken"),
    [
        ({"flash": False}, None, BY_SAMPLE),
        ({"flash": False}, FLASH, BY_SAMPLE),
        ({}, FLASH, FLASH),
        ({}, BY_SAMPLE, BY_SAMPLE),
        ({"train__deterministic": True}, None, FLASH),
        ({"train__deterministic": True}, BY_SAMPLE, BY_SAMPLE),
    ],
)
def test_what_is_decided_is_not_timed(job_of, job, before, taken):
    made = job_of(**job)
    assert kernel.settle(made, not_timed, before) == taken
    assert made.flash == (taken == FLASH)


@pytest.mark.parametrize("taken", [FLASH, BY_SAMPLE])
def test_the_first_process_decides_for_all(job_of, monkeypatch, taken):
    def send(values, src):
        assert (values, src) == ([None], 0)
        values[0] = taken

    monkeypatch.setattr(kernel.ranks, "is_first", lambda: False)
    monkeypatch.setattr(torch.distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(torch.distributed, "broadcast_object_list", send)
    made = job_of()
    assert kernel.settle(made, not_timed, None) == taken
    assert made.flash == (taken == FLASH)


def test_both_are_run_on_the_batch_and_what_fails_is_not_taken(job_of, monkeypatch, caplog):
    """On a CPU there is no `varlen_attn`."""
    from sigilderg_finetuner.data.batches import MicroBatch

    ids = torch.arange(7)
    batch = MicroBatch(ids[None], ids[None], ids[:0], ids[:0], torch.tensor([0, 7], dtype=torch.int32), (7,))
    ran = []
    whole = attention._by_sample
    monkeypatch.setattr(attention, "_by_sample", lambda *given: ran.append(given) or whole(*given))
    monkeypatch.setattr(kernel, "_now", lambda: float(len(ran)))
    made = job_of()
    assert kernel.settle(made, lambda: even(batch, rows=1, capacity=64, chunk=8), None) == BY_SAMPLE
    assert not made.flash
    assert len(ran) == kernel.REPEATS + 1
    query, key, value, sizes = ran[0][:4]
    assert (query.shape, key.shape, value.shape) == ((1, 4, 128, 8), (1, 2, 128, 8), (1, 2, 128, 8))
    assert sum(sizes) == 128
    assert f"attention by {FLASH} does not run here" in caplog.text


@pytest.mark.parametrize(
    ("more", "found"),
    [
        ({}, (8, 8, 4, 4)),
        ({"num_key_value_heads": 2, "head_dim": 16}, (8, 2, 16, 16)),
        ({"head_dim": 6, "qk_nope_head_dim": 16, "qk_rope_head_dim": 8, "v_head_dim": 12}, (8, 8, 24, 12)),
    ],
)
def test_heads_are_those_of_the_configuration(more, found):
    assert kernel.sizes(SimpleNamespace(num_attention_heads=8, hidden_size=32, **more)) == found


@pytest.mark.slow
def test_a_run_goes_on_with_the_attention_that_it_began_with(settings_for, monkeypatch):
    made, asked = flow.make_job, []

    def settle(job, make_batch, before):
        asked.append((job.flash, make_batch().tokens, before))
        job.flash = False
        return "the quicker one"

    monkeypatch.setattr(flow, "make_job", lambda *given: replace(made(*given), flash=True))
    monkeypatch.setattr(kernel, "settle", settle)
    for steps in (1, 2):
        settings = settings_for(train__num_steps=steps, train__val_every=0, train__val_rows=1)
        flow.run(settings)
        info = json.loads((settings.misc.output_dir / f"checkpoint-{steps}/sigil_checkpoint.json").read_text())
        assert info["compute"]["attention"] == "the quicker one"
    (_, tokens, _), _ = asked
    assert asked == [(True, tokens, None), (True, tokens, "the quicker one")]
    assert 512 < tokens <= 2 * 512, "the first micro batch of the plan"
