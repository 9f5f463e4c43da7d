"""The loss that is trained on is the model's own, for every architecture that is trained at all."""

import importlib.util
from pathlib import Path

import pytest
import torch

from sigil_common.errors import InputError
from sigilderg_finetuner import flow
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training import model
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.proof import prove_loss

ROOT = Path(__file__).parents[3]
REFUSED = {"gemma2": "a cap on its scores", "gpt_oss": "sinks"}


@pytest.fixture(scope="module")
def table():
    """benchmarks/architectures.py, which makes the small models."""
    spec = importlib.util.spec_from_file_location("architectures", ROOT / "benchmarks/architectures.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.mark.parametrize("kind", ["llama", "mistral", "granite", "cohere", "gemma3_text", *REFUSED])
def test_it_is_equal_or_refused(table, kind):
    if kind in REFUSED:
        with pytest.raises(InputError, match="cannot be trained on packed rows") as caught:
            table.compare(kind)
        assert REFUSED[kind] in caught.value.cause
    else:
        ours, own = table.compare(kind)
        assert ours == pytest.approx(own, rel=1e-5)


def test_a_window_holds_behind_a_common_start_too(table):
    """The start is computed once, and the last tokens of a rest do not see it any more."""
    from dataclasses import replace

    from sigilderg_finetuner.data.batches import Examples, collate
    from sigilderg_finetuner.data.tokens import TokenTable

    made = table.samples((40, 40, 40))
    ids = made.tables[0].ids.reshape(3, 40).copy()
    ids[:, :17] = ids[0, :17]
    one = TokenTable(ids.reshape(-1), made.tables[0].offsets, made.tables[0].answers)
    batch = collate(Examples([one], made.source, made.row, made.length, made.answer), [[0, 1, 2]])
    assert batch.start >= 17
    tuned = table.random_model("mistral")
    with torch.no_grad():
        shared, whole = (float(model.loss_sum(tuned, b, flash=False)) for b in (batch, replace(batch, start=0)))
    assert shared == pytest.approx(whole, rel=1e-5)


def test_another_loss_than_the_models_own_is_refused_with_what_it_has(table, monkeypatch):
    granite = table.random_model("granite")
    job = Job(granite, None, torch.device("cpu"), TrainSettings(bf16=False), flash=False)
    prove_loss(job, table.samples(), "granite", rough=False)
    monkeypatch.setattr(model, "head_of", lambda made: made.get_output_embeddings())  # as if its scale were not known
    with pytest.raises(InputError, match="our loss is not the model's own") as caught:
        prove_loss(job, table.samples(), "granite", rough=False)
    assert "granite has `logits_scaling` 8.0" in caught.value.cause


def test_a_run_stops_before_its_first_step(settings_for, monkeypatch):
    monkeypatch.setattr(model, "_chunk_loss", lambda head, states, targets: head(states).float().logsumexp(-1).sum())
    settings = settings_for(train__num_steps=1)
    with pytest.raises(InputError, match="our loss is not the model's own"):
        flow.run(settings)
    assert not list(settings.misc.output_dir.glob("checkpoint-*"))
