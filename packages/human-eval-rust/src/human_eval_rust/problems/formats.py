"""Problem files of other projects, read as ours.

* `humaneval`: ours and the original HumanEval-style files for Rust, whatever their ids look like.
* `humaneval-x`: HumanEval-X and HumanEvalPack; `declaration` holds imports and signature.
* `multipl-e`: `name`, `prompt`, `tests` (the rest of a program whose `main` asserts), `stop_tokens`.

Foreign prompts often import crates "just in case". Those that `crates` can offer stay; an import of any other
is left out, which is reported, and a problem that really needs it then fails its own reference solution.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from human_eval_rust.problems.crates import is_unknown, unknown_imports, without_imports
from human_eval_rust.rust.items import cut_items
from human_eval_rust.rust.lexer import item_end, mask
from sigil_common.records import Problem

_FN = re.compile(r"\bfn\s+([A-Za-z_]\w*)")
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
    elif "name" in row and not _MULTIPL_E_ONLY.isdisjoint(row) and "test" not in row:
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
    return Problem.model_validate(_READERS[form](row))


def _humaneval(row: dict[str, Any]) -> dict[str, Any]:
    return {"canonical_solution": "", "entry_point": _entry_point(row.get("prompt")), **row}


def _humaneval_x(row: dict[str, Any]) -> dict[str, Any]:
    prompt, declaration = row.get("prompt"), row.get("declaration")
    if isinstance(prompt, str) and isinstance(declaration, str) and not _opens_function(prompt):
        prompt = f"{prompt.rstrip()}\n{declaration}"
    entry = row.get("entry_point") or _entry_point(declaration if isinstance(declaration, str) else prompt)
    return {
        "canonical_solution": "",
        **row,
        "prompt": _without_foreign_uses(prompt),
        "entry_point": entry,
        "test": _without_foreign_uses(row.get("test")),
    }


def _multipl_e(row: dict[str, Any]) -> dict[str, Any]:
    prompt = row.get("prompt")
    return {
        "task_id": row.get("task_id", row["name"]),
        "prompt": _without_foreign_uses(prompt),
        "canonical_solution": row.get("canonical_solution", ""),
        "test": _main_as_test(row["tests"]) if isinstance(row["tests"], str) else row["tests"],
        "entry_point": row.get("entry_point") or _entry_point(prompt),
    }


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "humaneval": _humaneval,
    "humaneval-x": _humaneval_x,
    "multipl-e": _multipl_e,
}


def _opens_function(text: str) -> bool:
    return mask(text).code.rstrip().endswith("{")


def _entry_point(prompt: Any) -> str | None:
    """Return the name of the last function that a prompt declares at its top level."""
    if not isinstance(prompt, str):
        return None
    code = mask(prompt).code
    closed = prompt + "\n}" * max(code.count("{") - code.count("}"), 0)
    names = [item.name for item in cut_items(closed).items if item.kind == "fn" and item.name != "main"]
    return names[-1] if names else None


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
