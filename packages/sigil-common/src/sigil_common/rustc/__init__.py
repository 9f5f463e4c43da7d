"""The Rust compiler: where it is, what it says, and how to ask it about many pieces of code at once."""

from sigil_common.rustc.batch import WALL_PER_CPU, Batch, Group, Unit, UnitResult, build_units, check_units
from sigil_common.rustc.crate import COMPILE_LIMITS, Compiled, Compiler, Crate, compiler_env, retried
from sigil_common.rustc.diagnostics import Diagnostic, parse_diagnostics
from sigil_common.rustc.toolchain import Toolchain, clippy_hint, find_toolchain

__all__ = [
    "COMPILE_LIMITS",
    "WALL_PER_CPU",
    "Batch",
    "Compiled",
    "Compiler",
    "Crate",
    "Diagnostic",
    "Group",
    "Toolchain",
    "Unit",
    "UnitResult",
    "build_units",
    "check_units",
    "clippy_hint",
    "compiler_env",
    "find_toolchain",
    "parse_diagnostics",
    "retried",
]
