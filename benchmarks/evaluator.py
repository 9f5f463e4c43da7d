"""What one verdict costs, against two loops of `rustc --test` that are measured in the same run.

    python benchmarks/evaluator.py --samples 16400

One loop is what comes to mind first: the `rustc` on the path, which with rustup is a proxy. The other is written with
care: the toolchain's own rustc, no debugging information, symbols stripped.

The samples are all different: 55% right, 20% wrong, 20% that do not compile, 5% that panic, spread over
the problems of the shipped set. CPU time is read from a control group that all children are put into,
because what a sandbox spends below itself is not in the usual accounts of a process.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from human_eval_rust.problems.files import load, shipped
from sigil_common.records import Problem
from sigil_common.rustc import find_toolchain

SHARES = (("right", 0.55), ("wrong", 0.20), ("broken", 0.20), ("panics", 0.05))


def sample(problem: Problem, kind: str, number: int) -> str:
    """Return a completion of the wanted kind; `number` makes it unlike all others."""
    unique = f"    let _unique = {number}u64;\n"
    body = problem.canonical_solution
    if kind == "right":
        return unique + body
    if kind == "panics":
        return unique + f'    if _unique == {number} {{\n        panic!("no");\n    }}\n' + body
    if kind == "wrong":
        return (
            unique + "    Default::default()\n}\n"
            if _has_default(problem)
            else unique + "    loop { break todo!() }\n}\n"
        )
    faults = (
        '    let _fault: u8 = "text";\n',
        "    let _fault = undefined_name;\n",
        "    let text = String::new();\n    drop(text);\n    drop(text);\n",
        "    let _fault = (1;\n",
        "    no_such_macro!();\n",
        "    let _fault = 1.no_such_method();\n",
    )
    return unique + faults[number % len(faults)] + body


def _has_default(problem: Problem) -> bool:
    head = problem.prompt.rsplit("\n", 2)[-2]
    return "->" in head and "&mut" not in head.split("->")[1]


def samples(count: int, seed: int) -> list[dict[str, str]]:
    """Return `count` rows of a samples file, problems and kinds in a seeded random order."""
    rng = random.Random(seed)
    problems = list(load(shipped()).values())
    kinds = [kind for kind, share in SHARES for _ in range(round(share * count))]
    kinds = (kinds + ["right"] * count)[:count]
    rng.shuffle(kinds)
    return [
        {
            "task_id": problems[i % len(problems)].task_id,
            "kind": kind,
            "completion": sample(problems[i % len(problems)], kind, i),
        }
        for i, kind in enumerate(kinds)
    ]


class Cpu:
    """CPU seconds of everything started inside `with`, from a control group, else from the children's account."""

    def __init__(self) -> None:
        self.group = _new_group()
        self.seconds = 0.0
        self.source = "control group" if self.group else "children's account; work below a sandbox is missing"

    @contextmanager
    def measure(self) -> Iterator[None]:
        before = self._now()
        yield
        self.seconds = self._now() - before

    def enter(self) -> None:
        """Called in a child before it becomes another program."""
        if self.group:
            (self.group / "cgroup.procs").write_text("0")

    def _now(self) -> float:
        if self.group and (self.group / "cpuacct.usage").exists():
            return int((self.group / "cpuacct.usage").read_text()) / 1e9
        if self.group:
            return int((self.group / "cpu.stat").read_text().split()[1]) / 1e6
        times = os.times()
        return times.children_user + times.children_system


def _new_group() -> Path | None:
    for root in (Path("/sys/fs/cgroup/cpuacct"), Path("/sys/fs/cgroup/cpu,cpuacct"), Path("/sys/fs/cgroup")):
        group = root / f"sigil-bench-{os.getpid()}"
        try:
            group.mkdir()
        except OSError:
            continue
        if (group / "cpuacct.usage").exists() or (group / "cpu.stat").exists():
            return group
        group.rmdir()
    return None


PLAIN = ["rustc"]


def careful() -> list[str]:
    """Return the compiler's call of the loop that is written with care."""
    found = find_toolchain()
    return [str(found.rustc), "--sysroot", str(found.sysroot), "-Cdebuginfo=0", "-Cstrip=symbols"]


def loop(rows: list[dict[str, str]], cpu: Cpu, compiler: list[str]) -> tuple[float, int]:
    """Judge `rows` by one `rustc --test` and one run each, no sandbox; return CPU seconds and how many passed."""
    problems = load(shipped())
    passed = 0
    with tempfile.TemporaryDirectory() as folder, cpu.measure():
        for row in rows:
            problem = problems[row["task_id"]]
            source = Path(folder, "x.rs")
            source.write_text(problem.prompt + row["completion"] + problem.test)
            passed += _passes(source, Path(folder, "x"), cpu, compiler)
    return cpu.seconds, passed


def _passes(source: Path, program: Path, cpu: Cpu, compiler: list[str]) -> bool:
    program.unlink(missing_ok=True)
    argv = [*compiler, "--edition", "2021", "--test", "-Awarnings", "-o", str(program), str(source)]
    env = {key: value for key, value in os.environ.items() if key != "RUST_BACKTRACE"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "preexec_fn": cpu.enter, "env": env}
    if subprocess.run(argv, **quiet, check=False).returncode != 0:  # type: ignore[call-overload]
        return False
    return subprocess.run([str(program)], **quiet, check=False).returncode == 0  # type: ignore[call-overload,no-any-return]


def ours(rows: list[dict[str, str]], cpu: Cpu, extra: list[str]) -> tuple[float, float, dict[str, object]]:
    """Judge `rows` with the command; return CPU seconds, wall seconds and the metrics."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "samples.jsonl")
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        argv = [sys.executable, "-m", "human_eval_rust.commands.evaluate", str(path), "--k", "1", *extra]
        started = time.monotonic()
        with cpu.measure():
            done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, preexec_fn=cpu.enter, check=True)
        return cpu.seconds, time.monotonic() - started, json.loads(done.stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1640)
    parser.add_argument("--plain", type=int, default=60, help="samples of each of the two loops")
    parser.add_argument("--seed", type=int, default=0)
    args, extra = parser.parse_known_args()
    rows = samples(args.samples, args.seed)
    cpu = Cpu()
    try:
        baseline = rows[: args.plain]
        loops = {"plain": loop(baseline, cpu, PLAIN), "careful": loop(baseline, cpu, careful())}
        ours_s, wall_s, metrics = ours(rows, cpu, extra)
    finally:
        if cpu.group:
            cpu.group.rmdir()
    expected = sum(row["kind"] == "right" for row in rows)
    ours_ms = 1000 * ours_s / len(rows)
    each = {name: 1000 * seconds / len(baseline) for name, (seconds, _) in loops.items()}
    print(f"CPU time from: {cpu.source}")
    for name, (_, passed) in loops.items():
        print(
            f"{name + ' rustc --test loop, no sandbox:':39}{each[name]:6.1f} ms per sample ({len(baseline)} samples, "
            f"{passed} passed, {sum(row['kind'] == 'right' for row in baseline)} right)"
        )
    print(
        f"{'evaluator, sandbox and policy on:':39}{ours_ms:6.1f} ms per sample ({len(rows):,} samples, "
        f"{metrics['passed']:,} passed, {expected:,} right)"
    )
    ratios = ", ".join(f"{ms / ours_ms:.1f} against the {name} loop" for name, ms in each.items())
    print(f"ratio: {ratios}; wall: {wall_s:.0f} s; failures: {metrics['failures']}")


if __name__ == "__main__":
    main()
