"""Does a prompt compile by itself? Asked only where nothing else of a problem compiles, to name the guilty part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from human_eval_rust.building.extern_crates import linked, open_externs, without_crates
from human_eval_rust.problems.parsed import ParsedProblem, Surroundings
from human_eval_rust.rust.lexer import mask
from sigil_common.rustc import Compiler, Crate, Unit, check_units

STUB = "    todo!()\n}\n"


def refused(problems: Mapping[str, ParsedProblem], compiler: Compiler) -> dict[str, str]:
    """Return what the compiler says of the prompts that it refuses with an unfinished body, by task id."""
    fitted = {task: _fitted(one, compiler) for task, one in problems.items() if _can_be_unfinished(one)}
    groups: dict[Surroundings, list[str]] = {}
    for task, one in fitted.items():
        groups.setdefault(one.surroundings, []).append(task)
    found: dict[str, str] = {}
    for (crates, edition), those in groups.items():
        tasks = {f"prompt_{number}": task for number, task in enumerate(those)}
        units = [Unit(name, _source(fitted[task])) for name, task in tasks.items()]
        crate = Crate(emit="metadata", edition=edition, flags=("-Awarnings",), externs=linked(crates, compiler))
        for name, result in check_units(units, compiler, crate=crate).items():
            if result.is_refusal:
                found[tasks[name]] = result.errors[0].message
    return found


def _source(parsed: ParsedProblem) -> str:
    return "\n".join([parsed.problem.prompt + STUB, *(item.text for item in parsed.further.types)])


def _can_be_unfinished(parsed: ParsedProblem) -> bool:
    """Whether `todo!()` is a body at all: it implements no trait, so not for `-> impl Trait`."""
    if re.search(r"\bimpl\b", parsed.signature.returns):
        return False
    return mask(parsed.problem.prompt).code.rstrip().endswith("{")


def _fitted(parsed: ParsedProblem, compiler: Compiler) -> ParsedProblem:
    return parsed if not parsed.crates or open_externs(compiler) else without_crates(parsed)
