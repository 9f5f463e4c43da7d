"""Run jobs in threads, each of which may settle answers and lead to further jobs."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import NamedTuple

from human_eval_rust.judging.finding import Judged


class Step(NamedTuple):
    """What a job came to: the answers that it settled, and the jobs that it leads to."""

    settled: Sequence[Judged] = ()
    then: Sequence[Job] = ()


Job = Callable[[], Step]


def work(first: Iterable[Job], pool: ThreadPoolExecutor, at_once: int) -> Generator[Judged, None, None]:
    """Yield what jobs and all that they lead to settle; `pool` holds no more than `at_once` of them at a time.

    What a job leads to goes before what waits, so that one batch ends before the next but one begins. An error in
    a job is raised here. After it, and when the generator is closed, nothing more is started, and what runs has ended.
    """
    waiting = deque(first)
    running: set[Future[Step]] = set()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.add(pool.submit(waiting.popleft()))
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                step = future.result()
                waiting.extendleft(reversed(step.then))
                yield from step.settled
    finally:
        for future in running:
            future.cancel()
        wait(running)
