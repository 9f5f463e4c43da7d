"""Batches that are drawn at the same time come back in their order, and an error ends them all."""

from __future__ import annotations

import threading

import pytest

torch = pytest.importorskip("torch")

from human_eval_rust.sampling.samplers.side_by_side import in_order  # noqa: E402

CPU = torch.device("cpu")


@pytest.fixture(params=[1, 4])
def threads(request):
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


def test_each_batch_has_its_share_of_the_threads_and_comes_in_order(threads):
    met = threading.Barrier(min(threads, 2))
    seen = []

    def draw(batch, _stopped):
        if batch[0] < 2:
            met.wait()  # with more than one thread both are at work, or this never ends
        seen.append(torch.get_num_threads())
        return batch

    assert list(in_order(draw, [[0], [1], [2]], device=CPU)) == [[0], [1], [2]]
    assert seen == [{1: 1, 4: 2}[threads]] * 3
    assert torch.get_num_threads() == threads


def test_the_last_batch_of_a_continued_run_has_no_more_threads_than_in_one_go(threads):
    assert list(in_order(lambda *_: [torch.get_num_threads()], [[0]], device=CPU)) == [[{1: 1, 4: 2}[threads]]]


@pytest.mark.parametrize("wanted", [0, 1])
def test_what_is_at_work_is_stopped_by_an_error_or_when_no_more_is_wanted(threads, wanted):
    begun = []

    def draw(batch, stopped):
        begun.append(batch)
        if batch == [1] and not wanted:
            raise OSError("disk")
        while batch[0] and threads > 1 and not stopped():
            pass
        return batch

    found = in_order(draw, [[0], [1], [2], [3], [4], [5]], device=CPU)
    assert next(found) == [0]
    if wanted:
        found.close()
    else:
        with pytest.raises(OSError, match="disk"):
            list(found)
    assert len(begun) < 6
