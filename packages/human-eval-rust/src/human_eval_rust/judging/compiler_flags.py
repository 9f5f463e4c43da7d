"""How the compiler of the answers is called, and what its warnings say where they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from human_eval_rust.building.answer_module import ANSWERS_CRATE, AnswerSource
from human_eval_rust.building.shared_tests import LIBRARY_FLAGS
from human_eval_rust.judging.finding import JudgeOptions
from human_eval_rust.policy.refuse import FORBID_FLAGS
from human_eval_rust.policy.rules import LINTS
from sigil_common.rustc import Diagnostic

_BASE = tuple(flag for flag in LIBRARY_FLAGS if flag != "-Awarnings")


def answer_flags(options: JudgeOptions) -> tuple[str, ...]:
    """Return the compiler's flags: which lints are forbidden, and which are heard at all."""
    quiet = ("-Awarnings",) if options.clippy == "off" else ()
    forbidden = FORBID_FLAGS if options.policy else ("-Flong_running_const_eval",)
    silent = ("-Aclippy::all",) if options.policy and options.clippy == "off" else ()
    return (*_BASE, *quiet, f"-Cmetadata={ANSWERS_CRATE}", *silent, *forbidden)


def clippy_warnings(diagnostics: Iterable[Diagnostic], source: AnswerSource) -> tuple[str, ...]:
    """Return clippy's warnings about lines of the answer, as `line 3: needless_return`, in their order.

    What it says about the prompt's own lines is not the answer's doing. The policy's lints are no style.
    """
    found: list[tuple[int, str]] = []
    for item in diagnostics:
        line = source.line(item.line_start)
        if line and item.code and item.code.startswith("clippy::") and item.code not in LINTS:
            found.append((line, item.code.removeprefix("clippy::")))
    return tuple(f"line {line}: {lint}" for line, lint in sorted(set(found)))
