"""Many requests under way at the same time, and their answers in the order in which they were wanted."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future

from human_eval_rust.sampling.samplers import Completions, Drawn, Request


def at_once(ask: Callable[[Request], Drawn], batches: Sequence[Sequence[Request]], most: int) -> Completions:
    """Yield the completions of each batch, both in their order; `most` requests of any batches are under way.

    An error comes in its batch's turn, and ends all: what is under way by then is left to itself, on threads that
    nobody waits for, since a server may take minutes to notice.
    """
    work = [[(request, Future[Drawn]()) for request in batch] for batch in batches]
    waiting = deque(pair for batch in work for pair in batch)

    def run() -> None:
        while True:
            try:
                request, future = waiting.popleft()
            except IndexError:
                return
            try:
                future.set_result(ask(request))
            except BaseException as error:
                future.set_exception(error)

    for number in range(min(most, len(waiting))):
        threading.Thread(target=run, name=f"ask-{number}", daemon=True).start()
    try:
        for batch in work:
            yield [future.result() for _, future in batch]
    finally:
        waiting.clear()
