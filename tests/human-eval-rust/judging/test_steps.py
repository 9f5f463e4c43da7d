"""Jobs in threads: everything that they lead to is done once, and nothing is left running."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from human_eval_rust.judging.finding import Finding, Judged
from human_eval_rust.judging.steps import Step, work

from ...clock import HANG_S


def settle(position: int) -> Step:
    return Step([Judged(position, Finding(None))])


@pytest.fixture
def pool():
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_jobs_lead_to_jobs_and_each_is_done_once(pool):
    def split(numbers: range) -> Step:
        if len(numbers) == 1:
            return settle(numbers[0])
        half = len(numbers) // 2
        return Step(then=[partial(split, numbers[:half]), partial(split, numbers[half:])])

    assert sorted(one.position for one in work([partial(split, range(50))], pool, 4)) == list(range(50))


def test_what_a_job_leads_to_goes_before_what_waits():
    order: list[int] = []

    def parent(number: int) -> Step:
        order.append(number)
        return Step(then=[partial(child, number + 1), partial(child, number + 2)])

    def child(number: int) -> Step:
        order.append(number)
        return settle(number)

    with ThreadPoolExecutor(1) as one_thread:
        list(work([partial(parent, 0), partial(parent, 10)], one_thread, 1))
    assert order == [0, 1, 2, 10, 11, 12]


def test_closing_starts_nothing_more_and_waits_for_what_runs(pool):
    begun, ended = threading.Event(), threading.Event()
    started: list[int] = []

    def slow() -> Step:
        begun.set()
        ended.wait(HANG_S)
        started.append(-1)
        return Step()

    def quick(number: int) -> Step:
        begun.wait(HANG_S)
        started.append(number)
        return settle(number)

    found = work([slow, *(partial(quick, number) for number in range(100))], pool, 4)
    next(found)
    threading.Timer(0.1, ended.set).start()  # while close() waits
    found.close()
    assert -1 in started
    assert len(started) < 10


def test_an_error_in_a_job_ends_the_work(pool):
    def fail() -> Step:
        raise KeyError("lost")

    with pytest.raises(KeyError, match="lost"):
        list(work([partial(settle, 0), fail, *(partial(settle, number) for number in range(1, 50))], pool, 4))
