"""Where batches of samples are judged: on this machine, or on the machines of a Ray cluster.

An executor tries each sample once; `judge` sees to those that are to be tried again. What is found does not depend on
where.
"""

from __future__ import annotations

from collections.abc import Collection, Generator, Mapping, Sequence
from contextlib import closing
from typing import Any, Protocol

from human_eval_rust.building.extern_crates import open_externs
from human_eval_rust.evaluation.samples import Key, SampleLine
from human_eval_rust.judging.finding import Answer, Judged, JudgeOptions
from human_eval_rust.judging.judge import Judge, batches, usable_workers
from human_eval_rust.problems.parsed import ParsedProblem
from sigil_common.cluster import connect, places
from sigil_common.errors import MissingError
from sigil_common.rustc import Compiler, find_toolchain
from sigil_common.sandbox import open_sandbox

Found = tuple[SampleLine, Judged]
Parsed = Mapping[str, ParsedProblem]


class Executor(Protocol):
    """Judges samples somewhere."""

    def attempt(self, samples: Sequence[SampleLine], parsed: Parsed, *, again: bool) -> Generator[Found, None, None]:
        """Yield each sample with what one try comes to, in whatever order; see `Judge.attempt`."""


def judge(
    executor: Executor, samples: Sequence[SampleLine], parsed: Parsed, late: Collection[Key] = ()
) -> Generator[Found, None, None]:
    """Yield a finding for every sample; `parsed` are their problems by task id.

    One whose time runs out is reported as `late` when that happens, and once more after a second try at the end, which
    is what counts. Those of `late` were reported so by an earlier run: only their second try is left.
    """
    second = [sample for sample in samples if sample.key in late]
    with closing(executor.attempt([one for one in samples if one.key not in late], parsed, again=False)) as found:
        for sample, judged in found:
            if judged.late:
                second.append(sample)
            yield sample, judged
    with closing(executor.attempt(second, parsed, again=True)) as found:
        yield from found


class LocalExecutor:
    """Judges on this machine, in as many threads as there are CPUs, but no more than `n_workers`."""

    def __init__(self, options: JudgeOptions, compiler: Compiler, n_workers: int) -> None:
        self._judge = Judge(options, compiler, usable_workers(n_workers, options))

    def attempt(self, samples: Sequence[SampleLine], parsed: Parsed, *, again: bool) -> Generator[Found, None, None]:
        """Yield findings as they come; see `Executor`."""
        answers = [Answer(parsed[sample.task_id], sample.completion) for sample in samples]
        with closing(self._judge.attempt(answers, again=again)) as found:
            yield from ((samples[judged.position], judged) for judged in found)


class RayExecutor:
    """Judges on a Ray cluster, one process for each CPU, but no more than `n_workers`.

    Every machine needs the same Rust toolchain and a working sandbox; `RAY_ADDRESS` says which cluster,
    and without it one is started here. Where problems import crates, all machines have them or none has:
    this one decides.
    """

    def __init__(self, options: JudgeOptions, compiler: Compiler, n_workers: int) -> None:
        try:
            import ray
        except ImportError:
            raise MissingError("ray is not installed", hint="pip install 'human-eval-rust[ray]'") from None
        self.ray = ray
        self._compiler = compiler
        connect(ray)
        count, memory = places(ray.nodes(), options.memory_bytes)
        self.workers = min(n_workers, count)
        remote = ray.remote(num_cpus=1, memory=memory)(_RemoteJudge)
        tools = compiler.toolchain.version, compiler.sandbox.name
        self.actors = [remote.remote(options, *tools) for _ in range(self.workers)]

    def attempt(self, samples: Sequence[SampleLine], parsed: Parsed, *, again: bool) -> Generator[Found, None, None]:
        """Yield findings batch by batch; see `Executor`."""
        problems = self.ray.put(dict(parsed))
        crates = any(one.crates for one in parsed.values()) and open_externs(self._compiler) is not None
        waiting: list[Sequence[SampleLine]] = [[one] for one in samples] if again else batches(samples, self.workers)
        busy: dict[Any, Any] = {}
        idle = self.actors[: max(1, self.workers // 2)] if again else list(self.actors)
        while waiting or busy:
            while waiting and idle:
                actor = idle.pop()
                busy[actor.attempt.remote(problems, waiting.pop(0), crates, again)] = actor
            done, _ = self.ray.wait(list(busy), num_returns=1)
            idle.append(busy.pop(done[0]))
            yield from self.ray.get(done[0])


class _RemoteJudge:
    """Lives in a process of the cluster and keeps its judge there."""

    def __init__(self, options: JudgeOptions, toolchain: str, sandbox: str) -> None:
        here = find_toolchain()
        if here.version != toolchain:
            raise MissingError(
                "the machines of the cluster have different toolchains", cause=f"`{toolchain}` and `{here.version}`"
            )
        opened = open_sandbox(sandbox, allow_none=sandbox == "none")  # type: ignore[arg-type]
        self._judge = Judge(options, Compiler(here, opened), workers=1)

    def attempt(self, parsed: Parsed, samples: Sequence[SampleLine], crates: bool, again: bool) -> list[Found]:
        """Return the findings of one batch. `crates`: whether those that the problems import can be had elsewhere."""
        importing = any(one.crates for one in parsed.values())
        if importing and crates != (open_externs(self._judge.compiler) is not None):
            raise MissingError("the crates that the problems import can be built on some machines of the cluster only")
        answers = [Answer(parsed[sample.task_id], sample.completion) for sample in samples]
        return [(samples[judged.position], judged) for judged in self._judge.attempt(answers, again=again)]
