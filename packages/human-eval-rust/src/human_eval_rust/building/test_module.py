"""Lay the tests of a problem out as source, connect them with an answer, and write the programs that run them.

Tests call the answer through a function of the prompt's own signature, in another crate, so that
nothing in the answer (a macro, a shadowing name, a second `mod tests`) can reach them. Two layouts:

* Shared. Where signature and tests need no type of the answer's crate, the tests are compiled once for
  all answers: they call a function pointer, and each answer comes with a module that sets it.
* Own. Types and traits that the prompt gives live in the answer's crate, so that the answer can
  implement traits for them; generic functions have no one pointer; further items (`problems.further`) are
  the answer's own. Then each answer gets a copy of the tests that names its module.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from human_eval_rust.building.answer_module import ANSWERS_CRATE, TYPES, AnswerSource
from human_eval_rust.building.entry import pointer_type, wrapper
from human_eval_rust.problems.parsed import ParsedProblem
from sigil_common.rustc import Crate, Unit

HARNESS_CRATE = "harness"
_PROGRAM = ("-Awarnings", "-Cdebuginfo=0", "-Cstrip=symbols", "-Ccodegen-units=1", "-Cembed-bitcode=no")
_SET_ENTRY = "(match unsafe { ENTRY } { Some(entry) => entry, None => std::process::abort() })"
_COPIED = frozenset({"use", "fn", "const", "static", "macro", "extern crate"})


def is_shareable(parsed: ParsedProblem) -> bool:
    """Whether the tests can be compiled without an answer."""
    if parsed.further.names or pointer_type(parsed.signature) is None:
        return False
    return all(item.kind in _COPIED for item in parsed.given)


def shared_source(parsed: ParsedProblem) -> str:
    """Return the module of tests that all answers share; `ENTRY` has to be set before they run.

    A cell of the standard library would be compiled anew for every type of function, which took longer than the rest.
    """
    return "".join(
        [
            *(item.text + "\n" for item in parsed.given),
            f"pub static mut ENTRY: Option<{pointer_type(parsed.signature)}> = None;\n",
            wrapper(parsed.signature, _SET_ENTRY),
            parsed.tests_source + "\n",
            _tests(parsed),
        ]
    )


def link_source(parsed: ParsedProblem, answer: AnswerSource, module: str | None, tests: str) -> str:
    """Return the module that puts an answer under the shared tests at the path `tests`."""
    uses = [item.text + "\n" for item in parsed.given if item.kind in ("use", "extern crate")]
    constants = [item.text + "\n" for item in parsed.given if item.kind == "const"]
    begin = f"pub fn begin() {{ unsafe {{ {tests}::ENTRY = Some({parsed.signature.name}) }} }}\n"
    return "".join([*uses, *constants, _reach(parsed, answer, module), begin, f"pub use {tests}::TESTS;\n"])


def own_source(parsed: ParsedProblem, answer: AnswerSource, module: str | None) -> str:
    """Return a module of tests that belongs to one answer."""
    lines = []
    for item in parsed.given:
        if item.kind in TYPES:
            lines.append(f"pub use {_home(module)}::{item.name};\n")
        elif item.kind in _COPIED:
            lines.append(item.text + "\n")
    for name, type_ in parsed.further.constants:
        lines.append(f"pub const {name}: {type_} = {_home(module)}::{name};\n")
    return "".join(
        [*lines, _reach(parsed, answer, module), parsed.tests_source + "\n", _tests(parsed), "pub fn begin() {}\n"]
    )


def lines_of_tests(parsed: ParsedProblem, source: str) -> range:
    """Return which lines of a module made by `own_source` are the problem's tests, whatever the answer."""
    start = source[: source.index(parsed.tests_source)].count("\n") + 1
    return range(start, start + parsed.tests_source.count("\n") + 1)


def _home(module: str | None) -> str:
    """Return the path of an answer: a module of its crate, or that crate itself for one compiled alone."""
    return f"{ANSWERS_CRATE}::{module}" if module else ANSWERS_CRATE


def _reach(parsed: ParsedProblem, answer: AnswerSource, module: str | None) -> str:
    calls = zip(parsed.functions, answer.calls, strict=True)
    return "".join(wrapper(wanted, f"{_home(module)}::{wanted.name}", call) for wanted, call in calls)


def _tests(parsed: ParsedProblem) -> str:
    lines = [f"pub static TESTS: &[{HARNESS_CRATE}::Test] = &[\n"]
    for case in parsed.tests:
        panics = f'Some("{case.expected}")' if case.should_panic else "None"
        run = f"|| {HARNESS_CRATE}::Ending::outcome({case.path}())"
        lines.append(f"    {HARNESS_CRATE}::Test {{ run: {run}, panics: {panics} }},\n")
    return "".join([*lines, "];\n"])


def program_crate(externs: tuple[tuple[str, Path], ...], edition: str) -> Crate:
    """Return how to compile a program that links against `externs`."""
    return Crate(root="main.rs", name="verdict", kind="bin", edition=edition, flags=_PROGRAM, externs=externs)


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
