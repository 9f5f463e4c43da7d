"""Loss, masks, attention and gradients on a real (tiny) model."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from sigil_common.errors import InputError, SigilError
from sigilderg_finetuner import flow
from sigilderg_finetuner.data import pack, render
from sigilderg_finetuner.data import prepare as data
from sigilderg_finetuner.data.batches import ahead, collate
from sigilderg_finetuner.training import model
from sigilderg_finetuner.training.attention import packed_attention
from sigilderg_finetuner.training.job import Job
from sigilderg_finetuner.training.optimizers import learning_rate


@pytest.fixture
def part(settings_for, tokenizer):
    settings = settings_for()
    frame = render.frame_of(tokenizer, "auto")
    return data.prepare(data.read_data(settings.dataset), frame, tokenizer, settings)[0]


@pytest.fixture
def base(settings_for):
    return model.load_base(settings_for(), torch.device("cpu"))


def reference_loss(tiny, examples, members):
    """transformers' own loss: one sample at a time, labels -100 on the prompt."""
    from transformers import AutoModelForCausalLM

    plain = AutoModelForCausalLM.from_pretrained(tiny, dtype=torch.float32, attn_implementation="eager")
    total, count = 0.0, 0
    for example in members:
        ids = torch.from_numpy(examples.tables[0].row(int(examples.row[example])).astype(np.int64))[None]
        labels = ids.clone()
        labels[0, : int(examples.answer[example])] = -100
        labelled = int((labels[0, 1:] != -100).sum())
        with torch.no_grad():
            total += float(plain(input_ids=ids, labels=labels).loss) * labelled
        count += labelled
    return total, count


def test_packed_loss_is_the_loss_of_the_samples_alone(tiny, part, base):
    members = list(range(12))
    rows = pack.best_fit([int(part.examples.length[i]) for i in members], 512)
    batch = collate(part.examples, rows)
    expected, labelled = reference_loss(tiny, part.examples, members)
    assert batch.labelled == labelled == sum(part.examples.labelled(i) for i in members)
    assert float(model.loss_sum(base, batch, flash=False)) == pytest.approx(expected, rel=1e-5)


def test_a_sample_does_not_see_its_neighbours(part, base):
    alone = collate(part.examples, [[5]])
    beside = collate(part.examples, [[3, 5]])
    first = collate(part.examples, [[3]])
    together = float(model.loss_sum(base, beside, flash=False))
    apart = float(model.loss_sum(base, alone, flash=False)) + float(model.loss_sum(base, first, flash=False))
    assert together == pytest.approx(apart, rel=1e-5)


def test_targets_are_the_answer_and_the_end_token(part, tokenizer, rows):
    batch = collate(part.examples, [[0, 1]])
    first = part.examples.labelled(0)
    assert tokenizer.decode(batch.targets[:first].tolist()) == rows[0]["gen"] + "</s>"
    assert tokenizer.decode(batch.targets[first:].tolist()) == rows[1]["gen"] + "</s>"
    assert (batch.input_ids[0, batch.predict_at + 1] == batch.targets).all()
    assert batch.positions[0, batch.lengths[0]] == 0


def test_large_answers_go_through_the_head_in_chunks(part, base, monkeypatch):
    batch = collate(part.examples, [[0, 1, 2, 3]])
    whole = model.loss_sum(base, batch, flash=False)
    monkeypatch.setattr(model, "HEAD_CHUNK", 7)
    assert float(model.loss_sum(base, batch, flash=False)) == pytest.approx(float(whole), rel=1e-5)


def test_attention_refuses_a_row_whose_lengths_do_not_fit():
    states = torch.zeros(1, 2, 5, 4)
    with pytest.raises(ValueError, match="flat row"):
        packed_attention(None, states, states, states, None, lengths=(2, 2))


def test_a_target_that_matches_no_layer_is_refused(base, settings_for):
    lora = settings_for(lora__target_modules=["q_proj", "no_such"]).lora
    with pytest.raises(InputError, match="no linear layer `no_such`"):
        model.add_lora(base, lora, seed=1)
    with pytest.raises(InputError, match=r"`lora\.r` is 65, and the model's hidden states have 64"):
        model.add_lora(base, replace(settings_for().lora, r=65), seed=1)


def quantised(settings_for):
    settings = settings_for(quantization="nf4", train__bf16=True)
    base = model.load_base(settings, torch.device("cpu"))
    return settings, base, model.add_lora(base, settings.lora, seed=1)


def gradients(tuned, settings, part, *, rows=((0, 1, 2),)):
    trainer = Job(tuned, None, torch.device("cpu"), settings.train, flash=False)
    tuned.train()
    with trainer.autocast():
        model.loss_sum(tuned, collate(part.examples, [list(row) for row in rows]), flash=False).backward()


def evaluate_once(tuned, settings, part):
    trainer = Job(tuned, None, torch.device("cpu"), settings.train, flash=False)
    tuned.eval()
    with torch.no_grad(), trainer.autocast():
        model.loss_sum(tuned, collate(part.examples, [[0, 1, 2]]), flash=False)


def test_four_bit_layers_learn_on_after_an_evaluation(settings_for, part):
    settings, base, tuned = quantised(settings_for)
    assert model.disarm_cpu_repacking(base) == 14
    evaluate_once(tuned, settings, part)
    gradients(tuned, settings, part)
    model.check_gradients(tuned)


@pytest.mark.filterwarnings("ignore:bitsandbytes:UserWarning")
def test_the_guard_notices_layers_that_no_longer_learn(settings_for, part):
    from bitsandbytes.functional import has_avx512bf16
    from bitsandbytes.nn import Linear4bit

    if not has_avx512bf16():
        pytest.skip("needs a CPU with AVX512-BF16, where the trap is")
    settings, base, tuned = quantised(settings_for)
    for module in base.modules():
        if isinstance(module, Linear4bit):
            module.support_avx512bf16_for_cpu = True  # as bitsandbytes leaves it
    evaluate_once(tuned, settings, part)
    try:
        gradients(tuned, settings, part)
    except RuntimeError:
        return  # nothing left to differentiate: the trap in its loudest form
    with pytest.raises(SigilError, match="get no gradient"):
        model.check_gradients(tuned)


def test_the_guard_notices_a_single_dead_weight(settings_for, part, base):
    settings = settings_for()
    tuned = model.add_lora(base, settings.lora, seed=1)
    gradients(tuned, settings, part)
    model.check_gradients(tuned)  # lora_A has none yet, and that is right
    name, parameter = next((n, p) for n, p in model.adapter_parameters(tuned).items() if ".lora_B." in n)
    parameter.grad = None
    with pytest.raises(SigilError) as caught:
        model.check_gradients(tuned)
    assert name in str(caught.value)


def test_the_rate_rises_peaks_and_falls(settings_for):
    loop = settings_for(train__num_steps=100, train__warmup_steps=10, train__lr=1e-3, train__min_lr_ratio=0.1).train
    assert learning_rate(1, loop) == pytest.approx(1e-4)
    assert learning_rate(10, loop) == pytest.approx(1e-3)
    assert learning_rate(55, loop) == pytest.approx(5.5e-4)
    assert learning_rate(100, loop) == pytest.approx(1e-4)


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_preparing_ahead_changes_nothing(depth):
    assert list(ahead(lambda: iter(range(20)), depth)) == list(range(20))


def test_an_error_while_preparing_ahead_reaches_the_loop():
    def broken():
        yield 1
        raise InputError("no")

    items = ahead(broken, 2)
    assert next(items) == 1
    with pytest.raises(InputError, match="no"):
        next(items)


def test_a_missing_model_is_found_before_torch_is_needed(settings_for):
    with pytest.raises(InputError, match="no such model directory"):
        flow.run(settings_for(model_name="models/gone"))


def test_a_damaged_model_directory_is_an_input_error(tmp_path, settings_for):
    (tmp_path / "model").mkdir()
    with pytest.raises(InputError, match=r"no config\.json"):
        flow.run(settings_for(model_name=str(tmp_path / "model")))
    (tmp_path / "model/config.json").write_text(json.dumps({"model_type": "llama"}))
    with pytest.raises(InputError, match="cannot be loaded as a model"):
        flow.run(settings_for(model_name=str(tmp_path / "model")))
