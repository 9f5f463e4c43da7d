"""Compile modules of ours together; those with errors are taken out and the rest is compiled again.

For text that we wrote ourselves (tests, and the modules that connect them with answers): it may name
its parent module, and never disturbs its neighbours, so it needs none of the care that answers do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from sigil_common.rustc import Compiled, Compiler, Crate, Diagnostic
from sigil_common.sandbox import Limits


@dataclass(frozen=True)
class Module:
    """A module's name and text; `externs` are crates that it needs besides those of all modules."""

    name: str
    source: str
    externs: tuple[tuple[str, Path], ...] = ()

    @property
    def file(self) -> str:
        """Name of its file, as diagnostics and panics show it."""
        return f"{self.name}.rs"


@dataclass(frozen=True)
class Refused:
    """Why a module does not compile. `trouble`: nothing is known, the sandbox failed."""

    errors: tuple[Diagnostic, ...] = ()
    trouble: str | None = None
    timed_out: bool = False


@dataclass
class Built:
    """The crates that came out, each with its modules in order, and the modules left out."""

    crates: list[tuple[Path, tuple[Module, ...]]] = field(default_factory=list)
    refused: dict[str, Refused] = field(default_factory=dict)


@dataclass(frozen=True)
class ModuleCompiler:
    """Compiles modules in directories below `folder`; `root` writes the text of the crate's root file."""

    folder: Path
    crate: Crate
    root: Callable[[Sequence[Module]], str]
    compiler: Compiler
    limits: Limits

    def build(self, modules: Sequence[Module], built: Built | None = None) -> Built:
        """Compile `modules` into one crate, or into several where no module can be blamed for a failure."""
        built = built or Built()
        left = list(modules)
        while left:
            compiled = self._compile(left)
            if compiled.artefact is not None:
                built.crates.append((compiled.artefact, tuple(left)))
                break
            outcome = compiled.outcome
            guilty = {} if outcome.trouble else _guilty(compiled, left)
            if not guilty and len(left) > 1:
                half = len(left) // 2
                self.build(left[:half], built)
                left = left[half:]
                continue
            for name, errors in (guilty or {left[0].name: compiled.errors}).items():
                built.refused[name] = Refused(errors, outcome.trouble, outcome.timed_out)
            left = [module for module in left if module.name not in built.refused]
        return built

    def _compile(self, modules: Sequence[Module]) -> Compiled:
        self.folder.mkdir(exist_ok=True)
        place = self.folder / f"{len(list(self.folder.iterdir())):03}"
        source, out = place / "source", place / "out"
        out.mkdir(parents=True)
        source.mkdir()
        for module in modules:
            (source / module.file).write_text(module.source, encoding="utf-8", newline="")
        (source / self.crate.root).write_text(self.root(modules), encoding="utf-8")
        needed = dict.fromkeys(extern for module in modules for extern in module.externs)
        crate = replace(self.crate, externs=(*self.crate.externs, *needed))
        return self.compiler.compile(source, out, crate, self.limits)


def _guilty(compiled: Compiled, modules: Sequence[Module]) -> dict[str, tuple[Diagnostic, ...]]:
    owners = {module.file: module.name for module in modules}
    found: dict[str, tuple[Diagnostic, ...]] = {}
    for item in compiled.errors:
        if item.file in owners:
            found[owners[item.file]] = (*found.get(owners[item.file], ()), item)
    return found
