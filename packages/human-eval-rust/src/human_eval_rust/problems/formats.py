"""Problem files of other projects, read as ours.

* `humaneval`: ours, of which those of kind `compile` have no `test`, and the original HumanEval-style files for Rust,
  whatever their ids look like; McEval.
* `humaneval-x`: HumanEval-X and HumanEvalPack; `declaration` holds imports and signature. The first HumanEval-X has
  prompts that are one comment, never closed, and misspells `canonical_solution`.
* `multipl-e`: `name`, `prompt`, `tests` (the rest of a program whose `main` asserts), `stop_tokens`. Some copies
  carry more, `test` among them: then also the solution is that of the Python original, and neither is read.

A prompt that ends with the signature gets its opening brace, which such a reference solution brings. Where
`entry_point` names no function of the prompt, the one that the tests call is meant.

Foreign prompts often import crates "just in case". Those that `crates` can offer stay; an import of any other
is left out, which is reported, and a problem that really needs it then fails its own reference solution.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from human_eval_rust.problems.crates import is_unknown, unknown_imports, without_imports
from human_eval_rust.rust.items import cut_items
from human_eval_rust.rust.signature import function_in
from human_eval_rust.rust.tree import edited
from sigil_common.records import Problem
from sigil_common.rust_text import closed, mask, open_body

_MULTIPL_E_ONLY = frozenset({"tests", "stop_tokens", "doctests", "prompt_terminology"})
_NEEDED = {
    "humaneval": ("task_id", "prompt", "test"),
    "humaneval-x": ("task_id", "prompt", "declaration", "test"),
    "multipl-e": ("prompt", "tests"),
}


class UnknownFormatError(ValueError):
    """A row is in none of the known formats; the message says what is missing."""


def recognise(row: dict[str, Any]) -> str:
    """Return the name of a row's format; raise `UnknownFormatError`."""
    form = "humaneval"
    if "declaration" in row:
        form = "humaneval-x"
    elif "name" in row and not _MULTIPL_E_ONLY.isdisjoint(row) and ("tests" in row or "test" not in row):
        form = "multipl-e"
    if row.get("kind", "tests") not in ("tests", "compile"):
        raise UnknownFormatError("field `kind`: Input should be `tests` or `compile`")
    read_as = "" if form == "humaneval" else f"read as {form}: "
    for name in _NEEDED[form]:
        if name not in row and name == "test" and row.get("kind") == "compile":
            continue
        if name not in row:
            raise UnknownFormatError(f"{read_as}field `{name}`: Field required")
        if not isinstance(row[name], str):
            raise UnknownFormatError(f"{read_as}field `{name}`: Input should be a valid string")
    return form


def imports_left_out(row: dict[str, Any], form: str) -> frozenset[str]:
    """Return the names of the crates whose imports `to_problem` leaves out, because they are not offered."""
    if form == "humaneval":
        return frozenset()
    read = _READERS[form](row)
    return unknown_imports(read["prompt"]) | unknown_imports(read.get("test", ""))


def to_problem(row: dict[str, Any], form: str) -> Problem:
    """Return a row of a known format as a problem. Raises `pydantic.ValidationError` for wrong values."""
    read = {"canonical_solution": "", "test": "", **_READERS[form](row)}
    if isinstance(row.get("edition"), int):
        read["edition"] = str(row["edition"])
    if form != "humaneval":
        read |= {name: without_imports(read[name], is_unknown) for name in ("prompt", "test")}
    prompt, solution = read["prompt"], read["canonical_solution"]
    read["prompt"] = _opened(prompt)
    if read["prompt"] != prompt and isinstance(solution, str) and mask(solution).code.lstrip().startswith("{"):
        at = mask(solution).code.index("{")
        read["canonical_solution"] = solution[:at] + solution[at + 1 :]
    read["entry_point"] = _entry_point(read["prompt"], read["test"], read.get("entry_point"))
    return Problem.model_validate(read)


def _humaneval_x(row: dict[str, Any]) -> dict[str, Any]:
    prompt = row["prompt"]
    if not _opens_function(prompt):
        end = "\n*/" if mask(prompt).open_literal else ""
        prompt = f"{prompt.rstrip()}{end}\n{row['declaration']}"
    return {"canonical_solution": row.get("cannonical_solution", ""), **row, "prompt": prompt}


def _multipl_e(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": row.get("task_id", row["name"]),
        "prompt": row["prompt"],
        "canonical_solution": "" if "test" in row else row.get("canonical_solution", ""),
        "test": _main_as_test(row["tests"]),
        "entry_point": row.get("entry_point"),
    }


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "humaneval": dict,
    "humaneval-x": _humaneval_x,
    "multipl-e": _multipl_e,
}


def _opens_function(text: str) -> bool:
    return mask(text).code.rstrip().endswith("{")


def _opened(prompt: str) -> str:
    """Return a prompt with the opening brace of its last function, where it ends with that one's signature.

    A semicolon that makes a mere declaration of the signature is left out.
    """
    if _opens_function(prompt):
        return prompt
    end = len(mask(prompt).code.rstrip()) - 1
    head = prompt[:end] + prompt[end + 1 :] if prompt[end : end + 1] == ";" else prompt
    whole = head + "\n{}"
    last = next(reversed(cut_items(whole).items), None)
    is_head = last and last.kind == "fn" and whole.endswith(last.text) and mask(last.text).code.count("{") == 1
    return open_body(head) + "\n" if is_head else prompt


def _entry_point(prompt: str, test: str, given: Any) -> Any:
    """Return `given` if the prompt declares that function, else the last declared one that `test` calls."""
    names = [item.name for item in cut_items(closed(prompt)).items if item.kind == "fn" and item.name != "main"]
    if not names or given in names:
        return given
    called = [name for name in names if re.search(rf"\b{name}\b", mask(test).code)]
    return called[-1] if called else given or names[-1]


def _main_as_test(program: str) -> str:
    """Make a test module of the rest of a program: its `main` becomes a test, other items stay helpers."""
    rest = program.lstrip().removeprefix("}")
    main = next((item for item in cut_items(rest).items if item.name == "main"), None)
    function = function_in(main.text) if main else None
    if main is None or function is None:
        return program
    name = function.child_by_field_name("name")
    test = edited(main.text, [(name.start_byte, name.end_byte, "test_main")] if name else ())
    before, after = rest[: main.start], rest[main.start + len(main.text) :]
    return f"#[cfg(test)]\nmod tests {{\n    use super::*;\n{before}\n#[test]\n{test}\n{after}\n}}\n"
