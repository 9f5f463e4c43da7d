"""Judge answers: extract, refuse, compile together, run apart, say what happened.

One call of `Judge.run` takes many answers through these stages, in batches; each stage settles some of them and
hands the rest on. An answer's finding does not depend on the answers it is judged with.
"""

from __future__ import annotations

import logging
import os
import weakref
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from typing import TypeVar

from human_eval_rust.building.extern_crates import open_externs, without_crates
from human_eval_rust.building.shared_tests import TestLibrary
from human_eval_rust.judging.batch import Again, AnswerBatch, Bench
from human_eval_rust.judging.finding import Answer, Judged, JudgeOptions
from human_eval_rust.judging.steps import Step, work
from sigil_common.rustc import Compiler
from sigil_common.sandbox import memory_of_machine, workdir
from sigil_common.sandbox.spec import MIB

log = logging.getLogger("sigil.judge")

_LARGEST = 1000
# Starting the compiler once more for fewer costs CPU time and saves nobody any: 164 samples in one batch took a
# tenth less CPU than in two, and as long.
_LEAST = 200

T = TypeVar("T")


class Judge:
    """Judges answers with one compiler. Safe to use from many threads.

    At most `workers` compilers and tests run at once, whatever the number of threads. `again` looks at every answer
    that passes: it may run its tests once more, and what it says is in `Judged.remarks`.
    """

    def __init__(self, options: JudgeOptions, compiler: Compiler, workers: int = 1, again: Again | None = None) -> None:
        self.compiler = compiler
        self.workers = workers
        folder = ExitStack()
        self.library = TestLibrary(folder.enter_context(workdir("sigil-tests-")), compiler)
        weakref.finalize(self, folder.close)
        self._bench = Bench(options, compiler, self.library, again)
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="judge")

    def run(self, answers: Sequence[Answer]) -> Generator[Judged, None, None]:
        """Yield what was found of each answer, each exactly once, in whatever order they are settled.

        Those whose time ran out are tried once more at the end. Closing the generator early starts nothing more and
        waits for what runs.
        """
        late: list[int] = []
        with closing(self.attempt(answers)) as found:
            for judged in found:
                if judged.late:
                    late.append(judged.position)
                else:
                    yield judged
        late.sort()
        with closing(self.attempt([answers[position] for position in late], again=True)) as found:
            yield from (judged._replace(position=late[judged.position]) for judged in found)

    def attempt(self, answers: Sequence[Answer], *, again: bool = False) -> Generator[Judged, None, None]:
        """Yield what one try comes to for each answer, each exactly once; what is `late` deserves a second one.

        In that, `again`, nothing is late any more, and only so many are tried at once that each has a core to itself:
        the CPUs that the system counts are often two to a core, and programs that share one slow each other.
        """
        numbered = list(enumerate(fitted(answers, self.compiler)))
        jobs = [partial(self._start, [one]) for one in numbered] if again else [partial(self._begin, numbered)]
        left = set(range(len(answers)))
        with closing(work(jobs, self._pool, max(1, self.workers // 2) if again else 2 * self.workers)) as settled:
            for judged in settled:
                if judged.position not in left:
                    raise RuntimeError(f"answer {judged.position} was reported twice")
                left.remove(judged.position)
                yield judged._replace(late=judged.finding.is_uncertain and not again)
        if left:
            raise RuntimeError(f"{len(left)} answers were never reported, the first of them {min(left)}")

    def _begin(self, numbered: Sequence[tuple[int, Answer]]) -> Step:
        """Compile the tests that many answers share, then go on with the answers in batches."""
        if tested := [answer.parsed for _, answer in numbered if not answer.parsed.only_compiles]:
            self.library.expect(tested)
        return Step(then=[partial(self._start, part) for part in batches(numbered, self.workers)])

    def _start(self, part: Sequence[tuple[int, Answer]]) -> Step:
        return AnswerBatch(self._bench).start(part)


def fitted(answers: Sequence[Answer], compiler: Compiler) -> Sequence[Answer]:
    """Leave out imports of crates that cannot be had."""
    importing = {id(answer.parsed): answer.parsed for answer in answers if answer.parsed.crates}
    if not importing or open_externs(compiler) is not None:
        return answers
    without = {key: without_crates(one) for key, one in importing.items()}
    return [replace(answer, parsed=without.get(id(answer.parsed), answer.parsed)) for answer in answers]


def batches(items: Sequence[T], workers: int) -> list[Sequence[T]]:
    """Cut items into batches: large ones cost least, but every worker shall have one that is worth a compiler run."""
    size = max(_LEAST, min(_LARGEST, -(-len(items) // workers)))
    return [items[start : start + size] for start in range(0, len(items), size)]


def usable_workers(most: int | None = None, options: JudgeOptions | None = None) -> int:
    """Return how many compilers and tests may run at once: one for each CPU, as long as the memory lasts for all."""
    each = (options or JudgeOptions()).memory_bytes
    cpus = len(os.sched_getaffinity(0))
    wanted = min(cpus, most or cpus)
    fit = max(1, memory_of_machine() // each)
    if fit < wanted:
        log.info("%d workers instead of %d: each may use %d MiB of memory", fit, wanted, each // MIB)
    return min(wanted, fit)
