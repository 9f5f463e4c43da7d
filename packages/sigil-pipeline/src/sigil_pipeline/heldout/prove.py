"""Which examples are tests of their function: they compile, hold in every run, and fail with a body that does nothing.

Many are compiled into one crate, each beside its own copy of the function, and one program runs any of them by number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_common.errors import MissingError
from sigil_pipeline.chunk.syntax import field, parse, text
from sigil_pipeline.heldout.examples import Example

if TYPE_CHECKING:
    from pathlib import Path

    from sigil_common.cargo import Confined
    from sigil_common.rustc import Group
    from sigil_common.sandbox import Outcome

_BATCH = 200
_CPU_S = 5.0
_INSIDE = "/run/examples"
_FLAGS = ("-Awarnings", "-Cdebuginfo=0", "-Cembed-bitcode=no")
_DOCS = re.compile(r"^///.*\n", re.MULTILINE)

_AFTER = """
pub static SIGIL_STOP: ::std::sync::atomic::AtomicU8 = ::std::sync::atomic::AtomicU8::new(0);

fn sigil_stop() -> bool {
    let how = SIGIL_STOP.load(::std::sync::atomic::Ordering::SeqCst);
    if how == 1 {
        ::std::panic!("the function was reached");
    }
    how == 2
}

"""

# Whether the function gives nothing back, and what stands first in its body; without a value, it may also just end.
_STOP = {False: "sigil_stop();", True: "if sigil_stop() { return; }"}

# The C library's `getrandom` is replaced, so that hash maps have the order that the seed says, in every run the same.
MAIN = """\
use std::sync::atomic::{AtomicU8, Ordering::SeqCst};

static SEED: AtomicU8 = AtomicU8::new(0);

#[no_mangle]
pub unsafe extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {
    for i in 0..length {
        buffer.add(i).write((i as u8).wrapping_mul(167).wrapping_add(13).wrapping_add(SEED.load(SeqCst)));
    }
    length as isize
}

fn holds(run: fn(), seed: u8) -> bool {
    SEED.store(seed, SeqCst);
    std::thread::Builder::new().stack_size(8 << 20).spawn(run).expect("a thread").join().is_ok()
}

fn main() {
    let number: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).expect("a number");
    let (run, stop, ways) = EXAMPLES[number];
    std::panic::set_hook(Box::new(|_| {}));
    let held = (0..4).filter(|seed| holds(run, *seed)).count();
    let without = (1..=ways).any(|way| {
        stop.store(way, SeqCst);
        holds(run, 0)
    });
    std::process::exit(match (held, without) {
        (4, false) => 70,
        (4, true) => 71,
        (0, _) => 72,
        _ => 73,
    });
}
"""
ENDINGS = {70: "", 71: "vacuous", 72: "fails", 73: "unsteady"}


@dataclass(frozen=True)
class Trial:
    """An example, and the function that it is for: prompt and body."""

    prompt: str
    solution: str
    edition: str
    example: Example


def objections(trials: Sequence[Trial], confined: Confined) -> list[str]:
    """Return for each trial why it is no test of its function, nothing if it is one.

    Raises `MissingError` if the sandbox fails, or the machine is too busy to tell.
    """
    found = ["not_compiled"] * len(trials)
    for edition in sorted({one.edition for one in trials}):
        numbers = [at for at, one in enumerate(trials) if one.edition == edition]
        for part in (numbers[at : at + _BATCH] for at in range(0, len(numbers), _BATCH)):
            for at, why in _proven({at: trials[at] for at in part}, edition, confined):
                found[at] = why
    return found


def _proven(trials: dict[int, Trial], edition: str, confined: Confined) -> Iterable[tuple[int, str]]:
    """Yield number and objection of every trial that compiles."""
    from sigil_common.rustc import Crate, Unit, build_units
    from sigil_common.sandbox import workdir

    crate = Crate(edition=edition, flags=_FLAGS)
    units = [Unit(f"sigil_unit_{at}", _source(one)) for at, one in trials.items()]
    with workdir() as folder, ThreadPoolExecutor(confined.jobs) as pool:
        built = build_units(units, folder, confined.compiler, crate=crate)
        for result in built.results.values():
            if result.trouble is not None:
                raise MissingError("the sandbox failed while compiling an example", cause=result.trouble)
        for number, group in enumerate(built.groups):
            program = _program(group, folder / f"program_{number}", confined)
            if program is not None:
                numbers = [int(unit.name.rpartition("_")[2]) for unit in group.units]
                endings = pool.map(lambda at, program=program: _ending(program, at, confined), range(len(numbers)))
                yield from zip(numbers, endings, strict=True)


def _source(one: Trial) -> str:
    """Return the function, made to panic, or to do nothing, where the program says so, and beside it the example."""
    prompt = _DOCS.sub("", one.prompt)  # words of docs could make it be compiled alone
    nothing = _gives_nothing(one)
    ways = f"pub const SIGIL_WAYS: u8 = {2 if nothing else 1};\n"
    run = f"pub fn sigil_run() {{ let _ = sigil_example(){'.unwrap()' if one.example.returns else ''}; }}\n"
    function = f"{prompt}    {_STOP[nothing]}\n{one.solution}"
    return f"{function}{_AFTER}{one.example.function('sigil_example')}\n\n{ways}{run}"


def _gives_nothing(one: Trial) -> bool:
    """Whether the function returns no value, so that an empty body would compile."""
    found = [node for node in parse(f"{one.prompt}}}".encode()).children if node.type == "function_item"]
    returns = field(found[-1], "return_type") if found else None
    return returns is None or text(returns) == "()"


def _program(group: Group, place: Path, confined: Confined) -> Path | None:
    """Compile the program that runs the examples of a group by number; `None` if it cannot be linked."""
    from sigil_common.rustc import Crate

    for name in ("source", "out"):
        (place / name).mkdir(parents=True)
        (place / name).chmod(0o755)
    place.chmod(0o755)
    homes = ["unit" if group.alone else f"unit::{unit.name}" for unit in group.units]
    rows = "".join(f"    ({home}::sigil_run, &{home}::SIGIL_STOP, {home}::SIGIL_WAYS),\n" for home in homes)
    table = f"\nstatic EXAMPLES: &[(fn(), &AtomicU8, u8)] = &[\n{rows}];\n"
    (place / "source" / "main.rs").write_text(MAIN + table, encoding="utf-8")
    crate = Crate(root="main.rs", name="examples", kind="bin", flags=_FLAGS, externs=(("unit", group.artefact),))
    compiled = confined.compiler.compile(place / "source", place / "out", crate)
    if compiled.outcome.trouble is not None:
        raise MissingError("the sandbox failed while linking examples", cause=compiled.outcome.trouble)
    if compiled.artefact is not None:
        compiled.artefact.chmod(0o755)
    return compiled.artefact


def _ending(program: Path, number: int, confined: Confined) -> str:
    """Run one example, several times with hash maps in other orders; return why it is no test."""
    outcome = run_example(program, number, confined)
    if outcome.trouble is not None:
        raise MissingError("the sandbox failed while running an example", cause=outcome.trouble)
    stopped = outcome.timed_out or outcome.cpu_exceeded or outcome.output_exceeded
    return "fails" if stopped else ENDINGS.get(outcome.returncode or 0, "fails")


@dataclass(frozen=True)
class _Ran:
    outcome: Outcome


def run_example(program: Path, number: int, confined: Confined) -> Outcome:
    """Run one example of a program with the main function `MAIN`; `ENDINGS` has what its status says."""
    from sigil_common.rustc import WALL_PER_CPU, retried
    from sigil_common.sandbox import Limits, Mount, SandboxSpec

    limits = Limits(wall_s=WALL_PER_CPU * _CPU_S, cpu_s=_CPU_S, processes=32, scratch_bytes=0)
    inside = _INSIDE if confined.sandbox.name == "bubblewrap" else str(program)
    spec = SandboxSpec(limits, mounts=(Mount(program, target=inside),), cwd="/", system="minimal")
    return retried(lambda: _Ran(confined.sandbox.run([inside, str(number)], spec))).outcome
