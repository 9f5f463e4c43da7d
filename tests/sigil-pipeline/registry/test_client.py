"""Asking a registry that throttles, fails and breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import Journal
from sigil_pipeline.registry.client import Client, TokenBucket

from .conftest import Moved, Registry, Reply

Opened = Callable[..., Client]


@pytest.fixture
def opened(registry: Registry, moved: Moved, tmp_path: Path) -> Iterator[Opened]:
    """Open clients of the registry that share a journal."""
    clients: list[Client] = []

    def open_one(rate: float = 1000.0) -> Client:
        journal = Journal(tmp_path / "answers.jsonl")
        clients.append(Client(registry.url, agent="tests", rate=rate, journal=journal, clock=moved.clock))
        return clients[-1]

    yield open_one
    for client in clients:
        client.close()
        client._journal.close()


TROUBLES = {
    "throttled": Reply(429, "slow down"),
    "failing": Reply(503, "down"),
    "broken off": Reply(body={"good": "a long answer"}, cut=5),
    "half a JSON": Reply(body='{"good": '),
    "no object": Reply(body=[1]),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_is_asked_again_after_ever_longer_pauses(
    registry: Registry, opened: Opened, moved: Moved, trouble: Reply
) -> None:
    registry.replies["a"] = [trouble, trouble, trouble, Reply(body={"good": 1})]
    assert opened().get("a") == {"good": 1}
    assert registry.asked == ["a"] * 4
    assert [pause for pause in moved.slept if pause >= 1] == [2, 4, 8]
    assert registry.agents == {"tests"}


@pytest.mark.parametrize(
    ("header", "waited"),
    [("7", 7), ("0", 0), ("Wed, 27 May 2026 00:00:30 GMT", 30), ("Tue, 26 May 2026 00:00:00 GMT", 0), ("soon", 2)],
)
def test_waits_as_long_as_it_is_asked_to(
    registry: Registry, opened: Opened, moved: Moved, header: str, waited: float
) -> None:
    registry.replies["a"] = [Reply(429, "slow down", retry_after=header), Reply(body={})]
    opened(rate=1e9).get("a")
    assert sum(moved.slept) == pytest.approx(waited, abs=1e-3)


def test_gives_up_where_it_would_wait_for_hours(registry: Registry, opened: Opened, moved: Moved) -> None:
    registry.replies["a"] = [Reply(429, "slow down", retry_after="7200")]
    with pytest.raises(MissingError, match="does not answer `a`") as caught:
        opened().get("a")
    assert "to be asked again in 7200 s" in str(caught.value.cause)
    assert moved.slept == []


def test_gives_up_in_the_end_and_goes_on_later_without_asking_twice(registry: Registry, opened: Opened) -> None:
    registry.replies |= {"a": [Reply(body={"a": 1})], "b": [Reply(404, {})], "c": [Reply(500, "down")]}
    client = opened()
    assert (client.get("a"), client.get("b")) == ({"a": 1}, None)
    with pytest.raises(MissingError, match="does not answer `c`"):
        client.get("c")
    assert registry.asked == ["a", "b", *["c"] * 6]
    registry.asked.clear()
    registry.replies["c"] = [Reply(body={"c": 1})]
    again = opened()
    assert [again.get(path) for path in "abc"] == [{"a": 1}, None, {"c": 1}]
    assert registry.asked == ["c"]


def test_what_is_refused_is_not_asked_again(registry: Registry, opened: Opened) -> None:
    registry.replies["a"] = [Reply(403, "say who you are")]
    with pytest.raises(InputError, match="refuses `a`: status 403") as caught:
        opened().get("a")
    assert caught.value.cause == "say who you are"
    assert registry.asked == ["a"]


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    with Journal(tmp_path / "a.jsonl") as journal, pytest.raises(InputError, match="not the address of a registry"):
        Client("ftp://example", agent="tests", rate=1, journal=journal)


@given(
    rate=st.floats(0.1, 100),
    burst=st.integers(1, 5),
    pauses=st.lists(st.floats(-5, 10), min_size=1, max_size=40),
)
def test_no_stretch_of_time_holds_more_requests_than_agreed(rate: float, burst: int, pauses: list[float]) -> None:
    moved = Moved(at=1000.0)
    bucket = TokenBucket(rate, moved.clock, burst)
    sent = []
    for pause in pauses:
        moved.at += max(pause, 0.0)
        bucket.take()
        sent.append(moved.at)
    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= burst + (sent[last] - start) * rate + 1e-6


def test_a_clock_that_is_set_back_lets_nothing_more_through() -> None:
    moved = Moved()
    bucket = TokenBucket(1.0, moved.clock)
    bucket.take()
    moved.at -= 3600
    bucket.take()
    assert moved.slept == [1.0]
