"""A run that will miss its planned time says so after ten steps, once."""

import logging

import pytest

from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training import pace
from sigilderg_finetuner.training.pace import Pace, expected_seconds
from sigilderg_finetuner.training.plan import planned_seconds


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""

    class Clock:
        now = 100.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def warnings_of(clock, caplog, planned_s, *, step_s=6.0, steps=25):
    run = Pace(planned_s, TrainSettings(num_steps=40, val_every=0))
    with run.pause(validating=True):
        clock.now += 30
    run.start()
    with caplog.at_level(logging.WARNING):
        for _ in range(steps):
            clock.now += step_s
            run.step(0.5)
            with run.pause():  # as writing a checkpoint does
                clock.now += 1000
    return [record.getMessage() for record in caplog.records]


def test_more_than_twice_the_planned_time_is_said_once(clock, caplog):
    (said,) = warnings_of(clock, caplog, planned_s=149.0)
    assert said.startswith("the whole run will take about 5m00s, 2.0 times the planned 2m29s")


@pytest.mark.parametrize(("planned_s", "steps"), [(151.0, 25), (None, 25), (1.0, 9)])
def test_nothing_is_said_of_a_run_in_time_or_unplanned_or_too_short(clock, caplog, planned_s, steps):
    assert warnings_of(clock, caplog, planned_s, steps=steps) == []


def test_validations_count():
    settings = TrainSettings(num_steps=20, val_every=5)
    assert expected_seconds(settings, step_s=2.0, validation_s=10.0) == 20 * 2.0 + 5 * 10.0


def test_the_planned_time_is_that_of_the_settings(settings_for):
    import torch

    assert planned_seconds(settings_for(train__planned_minutes=1.5), torch.device("cpu")) == 90
    assert planned_seconds(settings_for(), torch.device("cpu")) is None


def test_on_a_known_gpu_it_is_the_estimate(settings_for, monkeypatch):
    import torch

    settings = settings_for()
    seconds = []
    names = (
        "NVIDIA H100 80GB HBM3",
        "NVIDIA A100-SXM4-80GB",
        "NVIDIA H200",
        "NVIDIA T4",
        "NVIDIA RTX A1000 Laptop GPU",
    )
    for name in names:
        monkeypatch.setattr(torch.cuda, "get_device_name", lambda device, name=name: name)
        seconds.append(planned_seconds(settings, torch.device("cuda")))
    assert seconds[0] > 0
    assert seconds[1] == pytest.approx(seconds[0] * 989 / 312)
    assert seconds[2:] == [seconds[0], None, None]


def test_time_and_price_of_the_whole_run_are_said_after_ten_steps(clock, caplog):
    caplog.set_level(logging.INFO)
    run = Pace(None, TrainSettings(num_steps=600, val_every=0, dollars_per_hour=2.5))
    run.start()
    for _ in range(25):
        clock.now += 6
        run.step(0.5)
    assert [record.getMessage() for record in caplog.records] == ["the whole run will take about 1h00m, 2.50 dollars"]
