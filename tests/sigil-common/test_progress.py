"""What a long run says of itself: lines at their times, rates, time left, and durations as people write them."""

import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common import progress
from sigil_common.progress import LOG_EVERY_S, Progress, duration


@pytest.fixture
def clock(monkeypatch):
    """Time that passes only when a test says so."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    made = Clock()
    monkeypatch.setattr(progress, "time", made)
    return made


@pytest.fixture
def said(caplog):
    """The lines that were logged, whatever the level of the tests."""
    caplog.set_level(logging.INFO, logger="sigil_common.progress")
    return lambda: [record.getMessage() for record in caplog.records]


def test_nothing_is_said_before_its_time(clock, said):
    with Progress("judging", total=100, unit="samples") as work:
        clock.now += LOG_EVERY_S - 0.1
        work.advance(10)
        assert said() == []
        clock.now += 0.1
        work.advance(10)
        assert said() == ["judging: 20/100 samples, 0.67/s, about 2m00s left"]


def test_the_first_units_are_no_measure_of_the_rest(clock, said):
    with Progress("judging", total=1000, unit="samples") as work:
        clock.now += LOG_EVERY_S
        work.advance(19)
        clock.now += LOG_EVERY_S
        work.advance(1)
    assert said()[:2] == ["judging: 19/1,000 samples, 0.63/s", "judging: 20/1,000 samples, 0.33/s, about 49m00s left"]


def test_lines_come_at_most_every_so_often_from_the_last_one(clock, said):
    with Progress("judging", total=None, unit="samples") as work:
        for _ in range(9):
            clock.now += LOG_EVERY_S / 4
            work.advance()
        assert said() == ["judging: 4 samples, 0.13/s", "judging: 8 samples, 0.13/s"]


def test_the_note_is_kept_until_another_one_comes(clock, said):
    with Progress("judging", total=4_000, unit="samples") as work:
        clock.now += LOG_EVERY_S
        work.advance(1_000, note="pass 38%")
        clock.now += LOG_EVERY_S
        work.advance(2_000)
    assert said() == [
        "judging: 1,000/4,000 samples, 33/s, pass 38%, about 1m30s left",
        "judging: 3,000/4,000 samples, 50/s, pass 38%, about 20s left",
        "judging: 3,000 samples in 1m00s (50/s), pass 38%",
    ]


def test_without_a_finished_unit_no_end_is_foretold(clock, said):
    with Progress("loading", total=10, unit="files") as work:
        clock.now += LOG_EVERY_S
        work.advance(0)
        assert said() == ["loading: 0/10 files, 0/s"]


def test_the_closing_line_says_when_work_was_cut_off(clock, said):
    with pytest.raises(KeyboardInterrupt), Progress("judging", total=9, unit="samples") as work:
        work.advance(3)
        clock.now += 4
        raise KeyboardInterrupt
    assert said() == ["judging: 3 samples in 4.0s (0.75/s) before it stopped"]


def test_no_time_at_all_is_no_division_by_zero(clock, said):
    with Progress("judging", total=1, unit="samples") as work:
        work.advance()
    assert said() == ["judging: 1 samples in 0.0s (0/s)"]


@pytest.mark.parametrize(
    ("done", "seconds", "rate"),
    [(1, 300, "0.0033"), (5, 2, "2.5"), (29, 3, "9.7"), (30, 3, "10"), (1_234_567, 1, "1,234,567")],
)
def test_rates_have_two_digits_or_none_after_the_point(clock, said, done, seconds, rate):
    with Progress("judging", total=None, unit="samples") as work:
        work.done = done
        clock.now += seconds
    assert said()[-1].endswith(f"({rate}/s)")


def test_work_of_an_earlier_run_counts_as_done_but_not_as_speed(clock, said):
    with Progress("training", total=100, unit="steps", done=60) as work:
        clock.now += LOG_EVERY_S
        work.advance(10)
    assert said() == [
        "training: 70/100 steps, 0.33/s, about 1m30s left",
        "training: 10 steps in 30s (0.33/s), 70 in all",
    ]


def test_a_terminal_gets_a_live_bar_and_no_lines_between(clock, said, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with Progress("judging", total=3, unit="samples", done=1) as work:
        clock.now += 2 * LOG_EVERY_S
        work.advance(1, note="pass 38%")
        task = work._bar.tasks[0]
        assert (task.description, task.completed, task.total) == ("judging", 2, 3)
        assert task.fields == {"unit": "samples", "note": "pass 38%"}
        assert said() == []
    assert work._bar.finished is False
    assert len(said()) == 1


def test_a_quiet_run_draws_no_bar(clock, caplog, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    caplog.set_level(logging.WARNING, logger="sigil_common.progress")
    with Progress("judging", total=3, unit="samples") as work:
        assert work._bar is None
        work.advance()
    assert caplog.records == []


# Durations


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0s"),
        (0.04, "0.0s"),
        (9.94, "9.9s"),
        (9.96, "10s"),
        (10, "10s"),
        (59.4, "59s"),
        (59.6, "1m00s"),
        (60, "1m00s"),
        (119.7, "2m00s"),
        (3_599.4, "59m59s"),
        (3_599.6, "1h00m"),
        (3_600, "1h00m"),
        (7_199, "1h59m"),
        (360_000, "100h00m"),
    ],
)
def test_durations_at_their_edges(seconds, text):
    assert duration(seconds) == text


def read(text):
    """Return the seconds that a duration says, and how much it may leave out."""
    if match := re.fullmatch(r"(\d)\.(\d)s", text):
        return int(match[1]) + int(match[2]) / 10, 0.05
    if match := re.fullmatch(r"(\d\d)s", text):
        return int(match[1]), 0.5
    if match := re.fullmatch(r"(\d{1,2})m(\d\d)s", text):
        return 60 * int(match[1]) + int(match[2]), 0.5
    hours, minutes = re.fullmatch(r"(\d+)h(\d\d)m", text).groups()
    return 3600 * int(hours) + 60 * int(minutes), 60


@given(st.floats(0, 1e6))
def test_a_duration_means_the_seconds_that_it_was_made_of(seconds):
    text = duration(seconds)
    meant, spare = read(text)
    assert abs(meant - seconds) <= spare + 1e-6
    fields = [int(part) for part in re.findall(r"(?<=[mh])\d\d", text)]
    assert all(field < 60 for field in fields)
    assert not text.startswith("60s")


@given(st.floats(0, 1e5), st.floats(0, 1e5))
def test_a_longer_time_is_never_shown_as_a_shorter_one(a, b):
    low, high = sorted((a, b))
    assert read(duration(low))[0] <= read(duration(high))[0]


LATE = (
    "sampling all 200 completions takes about 3m20s, 3.3 times the planned 1m00s; ask for less, or use a faster machine"
)


def test_work_that_will_take_more_than_twice_its_time_is_warned_of_once(clock, caplog):
    with Progress("sampling", total=200, unit="completions", planned_s=60) as work:
        clock.now += 3
        work.advance(3)  # too few to tell
        clock.now += 1
        assert caplog.records == []
        work.advance(1)
        clock.now += 50
        work.advance(20)
    assert [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING] == [LATE]


@pytest.mark.parametrize("planned_s", [None, 100.1])
def test_work_within_its_time_is_not_warned_of_nor_what_an_earlier_run_did(clock, caplog, planned_s):
    with Progress("sampling", total=200, unit="completions", done=100, planned_s=planned_s) as work:
        for _ in range(10):
            clock.now += 10
            work.advance(10)
    assert not [record for record in caplog.records if record.levelno == logging.WARNING]
