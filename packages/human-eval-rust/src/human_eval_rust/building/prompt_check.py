"""Does a prompt compile by itself? Asked only where nothing else of a problem compiles, to name the guilty part."""

from __future__ import annotations

import re
from collections.abc import Mapping

from human_eval_rust.building.extern_crates import linked, open_externs, without_crates
from human_eval_rust.problems.parsed import ParsedProblem, Surroundings
from sigil_common.rust_text import mask
from sigil_common.rustc import Compiler, Crate, Unit, check_units

STUB = "    todo!()\n}\n"


def refused(problems: Mapping[str, ParsedProblem], compiler: Compiler) -> dict[str, str]:
    """Return what the compiler says of the prompts that it refuses with an unfinished body, by task id."""
    groups: dict[Surroundings, dict[str, Unit]] = {}
    for number, (task, parsed) in enumerate(problems.items()):
        if _can_be_unfinished(parsed):
            there = not parsed.crates or open_externs(compiler)
            one = parsed if there else without_crates(parsed)
            source = "\n".join([one.problem.prompt + STUB, *(item.text for item in one.further.types)])
            groups.setdefault(one.surroundings, {})[task] = Unit(f"prompt_{number}", source)
    found: dict[str, str] = {}
    for (crates, edition), units in groups.items():
        crate = Crate(emit="metadata", edition=edition, flags=("-Awarnings",), externs=linked(crates, compiler))
        results = check_units(units.values(), compiler, crate=crate)
        said = {task: results[unit.name] for task, unit in units.items()}
        found |= {task: one.errors[0].message for task, one in said.items() if one.is_refusal}
    return found


def _can_be_unfinished(parsed: ParsedProblem) -> bool:
    """Whether `todo!()` is a body at all: it implements no trait, so not for `-> impl Trait`."""
    if re.search(r"\bimpl\b", parsed.signature.returns):
        return False
    return mask(parsed.problem.prompt).code.rstrip().endswith("{")
