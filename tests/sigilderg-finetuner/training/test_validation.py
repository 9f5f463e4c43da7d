"""What follows from validations: the best checkpoint, an early end, rates, and losses by kind of task."""

import json
from pathlib import Path

import pytest

from sigil_common.checkpoints import chosen_checkpoint
from sigil_common.errors import InputError
from sigilderg_finetuner import flow
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.training import checkpoint
from sigilderg_finetuner.training.optimizers import Course
from sigilderg_finetuner.training.state import TrainingState

# A rate that soon spoils what the first steps learned.
SPOILT = {
    "train__num_steps": 12, "train__val_every": 1, "train__save_every": 2, "train__lr": 0.2, "train__warmup_steps": 0,
    "train__scheduler": "constant", "train__val_rows": 4, "train__keep_checkpoints": 1, "train__logging_steps": 5,
    "train__load_best_model_at_end": True,
}  # fmt: skip


def lines(settings):
    return [json.loads(line) for line in (settings.misc.output_dir / "metrics.jsonl").read_text().splitlines()]


@pytest.mark.slow
def test_the_best_is_kept_and_is_the_result_and_a_run_ends_where_nothing_gets_better(
    settings_for, tmp_path, rows, caplog
):
    file = tmp_path / "kinds.jsonl"
    kinds = ("code_generation", "error_fixing")
    file.write_text("".join(json.dumps(row | {"_task_type": kinds[n % 16 == 7]}) + "\n" for n, row in enumerate(rows)))
    own = SPOILT | {"dataset__names": [f"local:{file}"]}
    settings = settings_for(**own, train__early_stopping_patience=3)
    with caplog.at_level("INFO"):
        result = flow.run(settings)
    out = settings.misc.output_dir
    losses = {row["step"]: row["val_loss"] for row in lines(settings) if "val_loss" in row and row["step"]}
    best = min(losses, key=losses.get)
    assert result["last_step"] == best + 3 == max(losses) < 12, losses
    assert (result["step"], result["best_step"], result["val_loss"]) == (best, best, losses[best])
    assert result["checkpoint"] == str(out / f"checkpoint-{best}") == str(chosen_checkpoint(out))
    kept = [path.name for path in checkpoint.list_checkpoints(out)]
    assert kept == [f"checkpoint-{best}", f"checkpoint-{best + 3}"], "besides the newest the best"
    assert "found no lower loss" in caplog.text
    assert flow.run(settings) == result, "it is finished"
    row = lines(settings)[0]
    assert sorted(row["val_loss_by_task"]) == ["code_generation", "error_fixing"]
    low, high = sorted(row["val_loss_by_task"].values())
    assert low <= row["val_loss"] <= high
    longer = settings_for(**(own | {"train__num_steps": best + 4}))
    assert flow.run(longer)["last_step"] == best + 4, "without patience it goes on"


def test_progress_and_the_best_are_told_apart():
    state = TrainingState()
    found = []
    for state.step, loss in enumerate([9.0, 5.0, 4.9, 4.8, 5.0, 3.0]):
        found.append((state.validated(loss, threshold=0.5), state.validations_since_best))
    assert found == [(False, 0), (True, 0), (True, 1), (True, 2), (False, 3), (True, 0)]
    assert (state.best_step, state.best_val_loss, state.first_val_loss) == (5, 3.0, 9.0)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"train__early_stopping_patience": 2, "train__val_every": 0}, "`train.early_stopping_patience` goes by"),
        ({"train__load_best_model_at_end": True, "train__val_every": 0}, "`train.load_best_model_at_end` goes by"),
        ({"train__scheduler": "greedy", "train__val_every": 0}, "`train.scheduler` goes by"),
        ({"train__early_stopping_patience": 2, "train__average_last": 2}, "`train.average_last` must know when"),
        ({"train__optimizer": "lomo"}, "in the backward pass"),
        ({"train__optimizer": "galore_adamw"}, "more than tensors"),
        ({"train__optim_args": "eps"}, "`train.optim_args` holds `eps`"),
        ({"train__lr_scheduler_kwargs": {"num_cycles": 2}}, "`train.lr_scheduler_kwargs` mean nothing with"),
        ({"train__min_lr_ratio": 0.1, "train__scheduler": "constant"}, "`train.min_lr_ratio` means nothing with"),
        ({"train__min_lr_ratio": 0.1, "train__scheduler": "inverse_sqrt"}, "means nothing with `train.scheduler: inv"),
        ({"train__min_lr_ratio": 0.1, "train__scheduler": "cosine_with_restarts"}, "`train.min_lr_ratio` means"),
    ],
)
def test_what_contradicts_itself_is_refused(settings_for, values, named):
    with pytest.raises(InputError) as caught:
        check_together(settings_for(**values))
    assert named in str(caught.value)


def test_the_best_needs_rows_to_validate_on(settings_for, tmp_path, rows):
    file = tmp_path / "train.jsonl"
    file.write_text("".join(json.dumps(row | {"split": "train"}) + "\n" for row in rows[:4]))
    with pytest.raises(InputError, match="needs validation rows, and there are none"):
        flow.run(settings_for(dataset__names=[f"local:{file}"], train__load_best_model_at_end=True))


@pytest.mark.parametrize("name", ["reduce_lr_on_plateau", "greedy"])
def test_a_rate_that_follows_validations_goes_on_as_it_was(settings_for, name):
    more = {"patience": 0, "factor": 0.5}
    train = settings_for(train__scheduler=name, train__warmup_steps=2, train__lr_scheduler_kwargs=more).train
    whole, seen, kept = Course(train), [], None
    for loss in (3.0, 2.0, 2.5, 2.6, 1.0):
        part = Course(train, kept)
        assert part.validated(loss)
        assert whole.validated(loss)
        kept = json.loads(json.dumps(part.to_keep()))
        seen.append(whole.rate(5))
        assert part.rate(5) == seen[-1]
    assert len(set(seen)) > 2, seen
    assert whole.rate(1) == seen[-1] / 2, "the warm-up is ours"


@pytest.mark.slow
def test_a_rate_that_follows_validations_is_used_by_the_next_step(settings_for):
    plateau = {"train__scheduler": "reduce_lr_on_plateau", "train__lr_scheduler_kwargs": {"patience": 0, "factor": 0.1}}
    settings = settings_for(**(SPOILT | plateau | {"train__logging_steps": 1, "train__num_steps": 6}))
    flow.run(settings)
    rates = {row["step"]: row["lr"] for row in lines(settings) if "lr" in row}
    losses = [row["val_loss"] for row in lines(settings) if "val_loss" in row][1:]
    expected, best = [0.2], float("inf")
    for loss in losses[:-1]:
        expected.append(expected[-1] if loss < best * (1 - 1e-4) else expected[-1] * 0.1)
        best = min(best, loss)
    assert list(rates.values()) == pytest.approx(expected)
    assert len(set(rates.values())) > 1


def test_another_frame_is_not_gone_on_with(tmp_path):
    from sigil_common.jsonl import write_json
    from sigil_common.records import CheckpointInfo
    from sigilderg_finetuner.training import continuing

    digests = {"base_revision": "r", "config_sha256": "c", "data_sha256": "d"}
    info = CheckpointInfo(base_model="m", step=1, quantization="none", frame_sha256="a" * 64, **digests)
    path = tmp_path / "checkpoint-1"
    path.mkdir()
    write_json(path / checkpoint.INFO_FILE, info.to_row())
    continuing.check_frame(path, "a" * 64)
    with pytest.raises(
        InputError, match=r"other text around prompt and answer(.|\n)*was aaaaaaaaaaaa, now bbbbbbbbbbbb"
    ):
        continuing.check_frame(Path(path), "b" * 64)
