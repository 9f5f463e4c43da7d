"""Who is to be asked again when time runs out over several crates: one that never ends costs it twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sigil_pipeline.compiler.ask import CheckRun
from sigil_pipeline.crates.packages import Package


@dataclass(frozen=True)
class Suspicion:
    """Packages to compile again, `together` or each `alone`, and the `guilty` one, which had all the time alone."""

    together: tuple[Package, ...]
    alone: tuple[Package, ...]
    guilty: tuple[Package, ...]


class OutOfTimeError(Exception):
    """The compiler was stopped before it came to an end."""

    def __init__(self, suspicion: Suspicion) -> None:
        super().__init__("not compiled within the time limit")
        self.suspicion = suspicion


def suspicion(packages: Sequence[Package], check: CheckRun) -> Suspicion | None:
    """Say who may have taken all the time of a compiler run; `None` if all had ended by then.

    First those whose build script was at work; without such, all that were neither built nor have an error of their
    own. Who was compiled alone is guilty; a suspect among others may have begun late, and gets all the time for
    itself. Errors do not clear a suspect for good: what is compiled again may succeed.
    """
    stuck = [one for one in packages if one.id not in check.built and not _has_error(one, check)]
    suspects = [one for one in packages if one.id in check.running] or stuck
    if not suspects:
        return None
    if len(packages) == 1:
        return Suspicion((), (), tuple(suspects))
    return Suspicion(tuple(one for one in packages if one not in suspects), tuple(suspects), ())


def _has_error(package: Package, check: CheckRun) -> bool:
    return any(finding.is_error for finding in check.findings[package.id])
