"""Problem files of other projects, read as ours.

* `humaneval`: ours and the original HumanEval-style files for Rust, whatever their ids look like; McEval.
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
from human_eval_rust.rust.lexer import item_end, mask, open_body
from sigil_common.records import Problem

_MULTIPL_E_ONLY = frozenset({"tests", "stop_tokens", "doctests", "prompt_terminology"})
_NEEDED = {
    "humaneval": ("task_id", "prompt", "test"),
    "humaneval-x": ("task_id", "prompt", "test"),
    "multipl-e": ("prompt", "tests"),
}
_MAIN = re.compile(r"\bfn\s+main\s*\(\s*\)\s*\{")


class UnknownFormatError(ValueError):
    """A row is in none of the known formats; the message says what is missing."""


def recognise(row: dict[str, Any]) -> str:
    """Return the name of a row's format; raise `UnknownFormatError`."""
    form = "humaneval"
    if "declaration" in row:
        form = "humaneval-x"
    elif "name" in row and not _MULTIPL_E_ONLY.isdisjoint(row) and ("tests" in row or "test" not in row):
        form = "multipl-e"
    missing = [name for name in _NEEDED[form] if name not in row]
    if missing:
        read_as = "" if form == "humaneval" else f"read as {form}: "
        raise UnknownFormatError(f"{read_as}field `{missing[0]}`: Field required")
    return form


def imports_left_out(row: dict[str, Any], form: str) -> frozenset[str]:
    """Return the names of the crates whose imports `to_problem` leaves out, because they are not offered."""
    if form == "humaneval":
        return frozenset()
    texts = [text for name in ("prompt", "declaration", "test", "tests") if isinstance(text := row.get(name), str)]
    return frozenset().union(*map(unknown_imports, texts))


def to_problem(row: dict[str, Any], form: str) -> Problem:
    """Return a row of a known format as a problem. Raises `pydantic.ValidationError` for wrong values."""
    read = {"canonical_solution": "", **_READERS[form](row)}
    if isinstance(row.get("edition"), int):
        read["edition"] = str(row["edition"])
    prompt, solution = read["prompt"], read["canonical_solution"]
    if isinstance(prompt, str):
        read["prompt"] = _opened(prompt)
        if read["prompt"] != prompt and isinstance(solution, str) and mask(solution).code.lstrip().startswith("{"):
            at = mask(solution).code.index("{")
            read["canonical_solution"] = solution[:at] + solution[at + 1 :]
    read["entry_point"] = _entry_point(read["prompt"], read["test"], read.get("entry_point"))
    return Problem.model_validate(read)


def _humaneval_x(row: dict[str, Any]) -> dict[str, Any]:
    prompt, declaration = row.get("prompt"), row.get("declaration")
    if isinstance(prompt, str) and isinstance(declaration, str) and not _opens_function(prompt):
        end = "\n*/" if mask(prompt).open_literal else ""
        prompt = f"{prompt.rstrip()}{end}\n{declaration}"
    named = {"canonical_solution": row.get("cannonical_solution", ""), **row}
    return {**named, "prompt": _without_foreign_uses(prompt), "test": _without_foreign_uses(row.get("test"))}


def _multipl_e(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "task_id": row.get("task_id", row["name"]),
        "prompt": _without_foreign_uses(row["prompt"]),
        "canonical_solution": "" if "test" in row else row.get("canonical_solution", ""),
        "test": _main_as_test(row["tests"]) if isinstance(row["tests"], str) else row["tests"],
        "entry_point": row.get("entry_point"),
    }


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "humaneval": dict,
    "humaneval-x": _humaneval_x,
    "multipl-e": _multipl_e,
}


def _opens_function(text: str) -> bool:
    return mask(text).code.rstrip().endswith("{")


def _unended(prompt: str) -> str:
    """Return a prompt without the semicolon that makes a mere declaration of its signature."""
    code = mask(prompt).code
    end = len(code.rstrip()) - 1
    is_declared = (
        code[end : end + 1] == ";" and cut_items(prompt).items[-1:] and cut_items(prompt).items[-1].kind == "fn"
    )
    return prompt[:end] + prompt[end + 1 :] if is_declared else prompt


def _opened(prompt: str) -> str:
    """Return a prompt with the opening brace of its last function, where it ends with that one's signature."""
    prompt = _unended(prompt)
    closed = prompt + "\n{}"
    if _opens_function(prompt) or not (items := cut_items(closed).items):
        return prompt
    if items[-1].kind != "fn" or not closed.endswith(items[-1].text) or mask(items[-1].text).code.count("{") != 1:
        return prompt
    return open_body(prompt) + "\n"


def _entry_point(prompt: Any, test: Any, given: Any) -> Any:
    """Return `given` if the prompt declares that function, else the last declared one that `test` calls."""
    if not isinstance(prompt, str):
        return given
    code = mask(prompt).code
    closed = prompt + "\n}" * max(code.count("{") - code.count("}"), 0)
    names = [item.name for item in cut_items(closed).items if item.kind == "fn" and item.name != "main"]
    called = [name for name in names if isinstance(test, str) and re.search(rf"\b{name}\b", mask(test).code)]
    if not names or given in names:
        return given
    return called[-1] if called else given or names[-1]


def _without_foreign_uses(text: Any) -> Any:
    """Blank imports from crates that are not there."""
    return without_imports(text, is_unknown) if isinstance(text, str) else text


def _main_as_test(program: str) -> str:
    """Make a test module of the rest of a program: its `main` becomes a test, other items stay helpers."""
    code = mask(program).code
    found = _MAIN.search(code)
    end = item_end(code, found.start(), only_semicolon=False) if found else None
    if found is None or end is None:
        return program
    start = found.start()
    before = program[:start].lstrip().removeprefix("}")
    body = program[start:end].replace("main", "test_main", 1)
    return f"#[cfg(test)]\nmod tests {{\n    use super::*;\n{before}\n#[test]\n{body}\n{program[end:]}\n}}\n"
