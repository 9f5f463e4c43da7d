"""Programs that run the tests of many answers: a root that tells the harness of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from human_eval_rust.building.test_module import HARNESS_CRATE
from sigil_common.rustc import Crate, Unit

_FLAGS = ("-Awarnings", "-Cdebuginfo=0", "-Cstrip=symbols", "-Ccodegen-units=1", "-Cembed-bitcode=no")


def program_crate(externs: tuple[tuple[str, Path], ...], edition: str) -> Crate:
    """Return how to compile a program that links against `externs`."""
    return Crate(root="main.rs", name="verdict", kind="bin", edition=edition, flags=_FLAGS, externs=externs)


def program_root(modules: Sequence[Unit]) -> str:
    """Return the program's root; the harness knows the answers by the order of `modules`."""
    declared = "".join(f"mod {module.name};\n" for module in modules)
    answers = "".join(
        f"        {HARNESS_CRATE}::Answer {{ begin: {module.name}::begin, tests: {module.name}::TESTS }},\n"
        for module in modules
    )
    return f"{declared}\nfn main() {{\n    {HARNESS_CRATE}::run(&[\n{answers}    ])\n}}\n"


def library_root(modules: Sequence[Unit]) -> str:
    """Return the root of a crate that holds `modules` for others to use."""
    return "".join(f"pub mod {module.name};\n" for module in modules)
