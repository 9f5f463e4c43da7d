"""The harness and the shared tests, compiled once and linked into every program that needs them."""

from __future__ import annotations

import importlib.resources
import threading
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from human_eval_rust.building.extern_crates import linked
from human_eval_rust.building.kept import Kept, kept
from human_eval_rust.building.test_module import HARNESS_CRATE, is_shareable, library_root, shared_source
from human_eval_rust.problems.parsed import ParsedProblem
from sigil_common.cargo import host_triple
from sigil_common.errors import MissingError, SigilError
from sigil_common.manifest import digest_file, digest_json
from sigil_common.rustc import Compiler, Crate, Unit, build_units
from sigil_common.sandbox import Limits
from sigil_common.sandbox.spec import MIB

LIBRARY_FLAGS = ("-Awarnings", "-Cdebuginfo=0", "-Ccodegen-units=1", "-Cembed-bitcode=no")
OPTIMISED = ("-Copt-level=1", "-Coverflow-checks=on", "-Cdebug-assertions=on")
CHUNK = 40
# From so many answers to a problem on, compiling its tests once for all of them pays, and from so many problems on,
# since what is compiled is kept and problem sets are asked again and again.
_SHARE_FROM = 3
_SHARE_SETS_FROM = 40
# From so many on, optimising the tests pays too: it costs 50 ms for a problem and saves 1 ms in each run.
_OPTIMISE_FROM = 60
# Nothing of an answer is compiled here, so its limits do not apply.
_LIMITS = Limits(wall_s=300, output_bytes=64 * MIB)


@dataclass(frozen=True)
class SharedTests:
    """Where the compiled tests of a problem are: `module` of the crate in the file `rlib`."""

    crate: str
    module: str
    rlib: Path

    @property
    def path(self) -> str:
        """Path of the module in Rust."""
        return f"{self.crate}::{self.module}"


class TestLibrary:
    """Compiles shared tests below `folder` as they are asked for. Safe to use from many threads."""

    __test__ = False

    def __init__(self, folder: Path, compiler: Compiler) -> None:
        self.folder = folder
        self.compiler = compiler
        self._known: dict[str, SharedTests | None] = {}
        self._broken: dict[str, str] = {}
        self._seen: Counter[str] = Counter()
        self._harness: Path | None = None
        self._lock = threading.Lock()

    @property
    def _machine(self) -> tuple[str, str]:
        """What of the compiler decides the code that it makes."""
        return self.compiler.toolchain.version, host_triple(self.compiler.toolchain)

    def harness(self) -> Path:
        """Return the compiled harness."""
        with self._lock:
            if self._harness is None:
                place = importlib.resources.files("human_eval_rust").joinpath("building/harness.rs")
                text = place.read_text(encoding="utf-8")
                crate = Crate(name=HARNESS_CRATE, flags=(*LIBRARY_FLAGS, "-Cmetadata=harness"))
                decisive = [*self._machine, crate.flags, text]
                self._harness = kept(decisive, lambda: self._build_harness(text, crate)).rlibs[0]
            return self._harness

    def find(self, parsed: ParsedProblem) -> SharedTests | None:
        """Return the shared tests of a problem, if they were added and compile by themselves."""
        return self._known.get(parsed.key)

    def why_broken(self, parsed: ParsedProblem) -> str | None:
        """Return what the compiler says of tests that were added and do not compile, whatever the answer."""
        return self._broken.get(parsed.key)

    def expect(self, problems: Collection[ParsedProblem]) -> None:
        """Say to which problems answers come, once for each answer.

        The tests of those that had enough of them by now are compiled, for all answers to come.
        """
        listed = {parsed.problem.task_id: parsed for parsed in problems}
        with self._lock:
            self._seen.update(parsed.problem.task_id for parsed in problems)
            least = 1 if len(listed) >= _SHARE_SETS_FROM else _SHARE_FROM
            often = [parsed for task, parsed in listed.items() if self._seen[task] >= least]
            much = [parsed for parsed in often if self._seen[parsed.problem.task_id] >= _OPTIMISE_FROM]
        self.add(much, optimise=True)
        self.add(often)

    def add(self, problems: Iterable[ParsedProblem], *, optimise: bool = False) -> None:
        """Compile the tests of `problems` that can be shared and are not known yet.

        `optimise` makes them run faster and compile slower, with all checks as they are; what an answer
        does is not touched by it.
        """
        harness = self.harness()
        with self._lock:
            new = {parsed.key: parsed for parsed in problems if parsed.key not in self._known and is_shareable(parsed)}
            # A test has the edition and the crates of its own problem, whatever problems it is compiled with.
            for around in dict.fromkeys(parsed.surroundings for parsed in new.values()):
                wanted = [(key, parsed) for key, parsed in new.items() if parsed.surroundings == around]
                for start in range(0, len(wanted), CHUNK):
                    self._add_chunk(wanted[start : start + CHUNK], harness, optimise=optimise)

    def _add_chunk(self, chunk: list[tuple[str, ParsedProblem]], harness: Path, *, optimise: bool) -> None:
        crates, edition = chunk[0][1].surroundings
        externs = ((HARNESS_CRATE, harness), *linked(crates, self.compiler))
        units = {key: Unit(f"problem_{key[:16]}", shared_source(one)) for key, one in chunk}
        flags = (*LIBRARY_FLAGS, *(OPTIMISED if optimise else ()))
        linked_to = [[name, digest_file(rlib)] for name, rlib in externs]
        sources = [[unit.name, unit.source] for unit in units.values()]
        decisive = [*self._machine, edition, flags, linked_to, sources]
        crate = f"tests_{digest_json(decisive)[:16]}"
        how = Crate(name=crate, edition=edition, flags=(*flags, f"-Cmetadata={crate}"), externs=externs)
        made = kept(decisive, lambda: self._build(how, list(units.values())))
        for key, unit in units.items():
            used = unit.name in made.found["units"]
            self._known[key] = SharedTests(crate, unit.name, made.rlibs[0]) if used else None
            if unit.name in made.found["broken"]:
                self._broken[key] = made.found["broken"][unit.name]

    def _build(self, how: Crate, units: list[Unit]) -> Kept:
        built = build_units(units, self.folder / how.name, self.compiler, crate=how, limits=_LIMITS, ours=library_root)
        # Crates of one name cannot be linked together, so only one of those that came out is used.
        group = max(built.groups, key=lambda one: len(one.units), default=None)
        refused = {name: result for name, result in built.results.items() if not result.ok}
        broken = {name: result.errors[0].message for name, result in refused.items() if result.is_refusal}
        names = [unit.name for unit in group.units] if group else []
        lasting = all(result.is_refusal for result in refused.values())
        return Kept((group.artefact,) if group else (), {"units": names, "broken": broken}, lasting)

    def _build_harness(self, text: str, crate: Crate) -> Kept:
        unit = Unit(HARNESS_CRATE, text)
        built = build_units([unit], self.folder / HARNESS_CRATE, self.compiler, crate=crate, limits=_LIMITS)
        result = built.results[unit.name]
        if result.ok:
            return Kept((built.groups[0].artefact,), {})
        if result.trouble:
            raise MissingError("the sandbox does not work", cause=result.trouble)
        raise SigilError("the test harness does not compile", cause=result.errors[0].rendered)
