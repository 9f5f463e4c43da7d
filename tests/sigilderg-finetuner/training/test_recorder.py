"""What a run leaves to read: lines, speeds, the curve, and the result gathered from them."""

import json
import xml.etree.ElementTree as ElementTree

import pytest

from sigil_common.errors import InputError
from sigil_common.jsonl import write_json
from sigil_common.records import CheckpointInfo, TrainLogRow
from sigilderg_finetuner.training import recorder
from sigilderg_finetuner.training.plan import Work
from sigilderg_finetuner.training.recorder import Recorder, loss_curve
from sigilderg_finetuner.training.result import read_result


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 50.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(recorder, "time", made)
    return made


def lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def record(output, step=0, upto=3):
    made = Recorder(output, step)
    for number in range(step + 1, upto + 1):
        made.train(number, loss=1 / number, grad_norm=0.5, lr=1e-3, tokens=100 * number, labelled=10 * number)
    return made


def test_a_line_of_training_has_all_its_fields_to_eight_digits(tmp_path):
    made = Recorder(tmp_path, 0)
    made.train(3, loss=1 / 3, grad_norm=123456789.123, lr=1e-4, tokens=7, labelled=5)
    made.close()
    assert lines(tmp_path / "metrics.jsonl") == [
        {"step": 3, "train_loss": 0.33333333, "grad_norm": 123456790.0, "lr": 0.0001, "tokens": 7, "labelled_tokens": 5}
    ]


def test_a_validation_has_a_line_of_its_own(tmp_path):
    made = Recorder(tmp_path, 0)
    made.validation(0, loss=2.5, labelled=99)
    made.close()
    assert lines(tmp_path / "metrics.jsonl") == [{"step": 0, "val_loss": 2.5, "val_labelled_tokens": 99}]


def test_lines_can_be_read_while_the_run_goes_on(tmp_path):
    made = record(tmp_path)
    assert len(lines(tmp_path / "metrics.jsonl")) == 3
    assert not (tmp_path / "loss.svg").exists()
    made.close()
    assert (tmp_path / "loss.svg").exists()


@pytest.mark.parametrize(("step", "kept"), [(0, []), (1, [0]), (2, [0, 2]), (3, [0, 2, 3]), (9, [0, 2, 3])])
def test_resuming_forgets_what_came_after_the_checkpoint(tmp_path, step, kept):
    first = Recorder(tmp_path, 0)
    first.validation(0, loss=3.0, labelled=9)
    first.speed(1, tokens=1, labelled=1, squares=1)
    first.close()
    record(tmp_path, step=1, upto=3).close()
    Recorder(tmp_path, step).close()
    assert [row["step"] for row in lines(tmp_path / "metrics.jsonl")] == kept
    assert [row["step"] for row in lines(tmp_path / "timings.jsonl")] == ([1] if step else [])


def test_a_torn_last_line_is_dropped_on_resuming(tmp_path):
    record(tmp_path).close()
    path = tmp_path / "metrics.jsonl"
    path.write_bytes(path.read_bytes()[:-5])
    record(tmp_path, step=2, upto=4).close()
    assert [row["step"] for row in lines(path)] == [1, 2, 3, 4]


def test_a_line_that_is_no_json_in_the_middle_is_named(tmp_path):
    record(tmp_path).close()
    path = tmp_path / "metrics.jsonl"
    path.write_text("{\n" + path.read_text())
    with pytest.raises(InputError, match=r"metrics\.jsonl:1: not JSON"):
        Recorder(tmp_path, 2)


def test_speeds_by_hand(tmp_path, clock):
    made = Recorder(tmp_path, 0, work=Work(token=2e9, square=1e6))
    clock.now += 4
    assert made.speed(1, tokens=8000, labelled=2000, squares=1_000_000) == "2,000 tokens/s, 4.25 TFLOP/s"
    clock.now += 2
    made.speed(2, tokens=1000, labelled=500, squares=0)
    made.close()
    assert lines(tmp_path / "timings.jsonl") == [
        {"step": 1, "seconds": 4.0, "tokens_per_s": 2000.0, "labelled_per_s": 500.0, "tflops": 4.25},
        {"step": 2, "seconds": 2.0, "tokens_per_s": 500.0, "labelled_per_s": 250.0, "tflops": 1.0},
    ]


def test_without_a_formula_there_is_no_figure_for_work(tmp_path, clock):
    made = Recorder(tmp_path, 0)
    clock.now += 2
    assert made.speed(1, tokens=100, labelled=50, squares=1) == "50 tokens/s"
    made.close()
    assert "tflops" not in lines(tmp_path / "timings.jsonl")[0]


def test_what_lies_between_is_left_out_of_the_speed(tmp_path, clock):
    made = Recorder(tmp_path, 0)
    clock.now += 100
    made.restart_clock()
    clock.now += 1
    assert made.speed(1, tokens=10, labelled=1, squares=1) == "10 tokens/s"
    made.close()


# The curve

ROWS = [
    {"step": 0, "val_loss": 3.0},
    {"step": 5, "train_loss": 2.0},
    {"step": 10, "train_loss": 1.0},
    {"step": 10, "val_loss": 1.5},
]


def drawn_of(rows):
    return loss_curve([TrainLogRow.model_validate(row) for row in rows])


def lines_of(svg):
    root = ElementTree.fromstring(svg)
    space = "{http://www.w3.org/2000/svg}"
    drawn = [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()]
        for line in root.iter(f"{space}polyline")
    ]
    return drawn, [text.text for text in root.iter(f"{space}text")]


def test_points_stand_where_their_step_and_loss_put_them():
    (training, validation), words = lines_of(drawn_of(ROWS))
    assert training == [(340.0, 170.0), (620.0, 310.0)]
    assert validation == [(60.0, 30.0), (620.0, 240.0)]
    assert words[:5] == ["1.00", "1.50", "2.00", "2.50", "3.00"]
    assert words[-3:] == ["0", "training 1.000", "validation 1.500"]
    assert "step 10" in words


@pytest.mark.parametrize(
    ("rows", "drawn"),
    [
        (ROWS[:1], [[], [(60.0, 310.0)]]),
        ([{"step": 7, "train_loss": 2.0}], [[(620.0, 310.0)], []]),
        ([{"step": 1, "train_loss": 2.0}, {"step": 2, "train_loss": 2.0}], [[(340.0, 310.0), (620.0, 310.0)], []]),
    ],
)
def test_a_single_point_or_level_is_drawn_too(rows, drawn):
    assert lines_of(drawn_of(rows))[0] == drawn


def test_without_a_line_the_picture_is_empty():
    assert list(ElementTree.fromstring(loss_curve([]))) == []


def test_the_same_rows_give_the_same_bytes():
    assert drawn_of(ROWS) == drawn_of([dict(row) for row in ROWS])


# The result


@pytest.fixture
def finished(tmp_path):
    last = tmp_path / "checkpoint-10"
    last.mkdir()
    info = CheckpointInfo(
        base_model="b", base_revision="r", step=10, quantization="nf4", config_sha256="c", data_sha256="d"
    )
    write_json(last / "sigil_checkpoint.json", info.to_row())
    return tmp_path, last


def test_the_result_is_gathered_from_what_is_on_disk(finished):
    output, last = finished
    rows = [*ROWS, {"step": 12, "train_loss": 0.5, "tokens": 700, "labelled_tokens": 70}]
    (output / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = read_result(output, last)
    assert result == {
        "checkpoint": str(last),
        "step": 10,
        "train_loss": 0.5,
        "val_loss_before": 3.0,
        "val_loss": 1.5,
        "tokens": 700,
        "labelled_tokens": 70,
        "best_step": None,
        "best_val_loss": None,
        "last_step": 10,
    }
    assert json.loads((output / "result.json").read_text()) == result


def test_a_loss_of_other_rows_is_not_the_one_of_before(finished):
    output, last = finished
    rows = [
        {"step": 0, "val_loss": 5.9, "val_labelled_tokens": 1_319},
        {"step": 10, "val_loss": 5.4, "val_labelled_tokens": 283},
    ]
    (output / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    result = read_result(output, last)
    assert (result["val_loss_before"], result["val_loss"]) == (None, 5.4)


def test_a_run_that_was_never_validated_says_so(finished):
    output, last = finished
    (output / "metrics.jsonl").write_text("")
    result = read_result(output, last)
    assert (result["val_loss_before"], result["val_loss"], result["train_loss"], result["tokens"]) == (
        None,
        None,
        None,
        0,
    )
