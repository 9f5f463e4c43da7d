"""Cut problems out of Rust sources, one file for each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

from human_eval_rust.shipped_sets import SETS
from sigil_common.errors import InputError
from sigil_common.records import Problem
from sigil_common.rust_text import mask

_PREFIXES = {one.folder: one.prefix for one in SETS}
_SOURCE_NAME = re.compile(r"(?P<number>\d{3,})_(?P<entry>[a-z_][a-z0-9_]*)\.rs\Z")


def build(folder: Path) -> list[Problem]:
    """Cut every `NNN_name.rs` of `folder` into a problem, in the order of their numbers."""
    if not folder.is_dir():
        raise InputError(f"no such directory: {folder}")
    prefix = _PREFIXES.get(folder.name, folder.name)
    sources = sorted(path for path in folder.iterdir() if path.suffix == ".rs")
    if not sources:
        raise InputError(f"{folder} holds no problem sources", hint="file names look like `000_has_close_elements.rs`")
    return _sorted(cut_source(path, prefix) for path in sources)


def cut_source(path: Path, prefix: str) -> Problem:
    """Cut one source: prompt up to the entry point's opening brace, its body, the test module."""
    named = _SOURCE_NAME.fullmatch(path.name)
    if named is None:
        raise InputError(f"{path}: the file name does not look like `000_entry_point.rs`")
    text = path.read_text(encoding="utf-8")
    code = mask(text).code
    entry = named["entry"]
    tests = [found.start() for found in re.finditer(r"^#\[cfg\(test\)\]$", code, re.MULTILINE)]
    if len(tests) != 1:
        raise InputError(f"{path}: expected one `#[cfg(test)]` at a line's start, found {len(tests)}")
    heads = list(re.finditer(rf"^pub fn {re.escape(entry)}\b", code, re.MULTILINE))
    opening = re.compile(r"\{\n").search(code, heads[0].start()) if len(heads) == 1 else None
    if opening is None or opening.end() > tests[0]:
        raise InputError(f"{path}: expected one `pub fn {entry}` whose brace opens at a line's end")
    return Problem(
        task_id=f"{prefix}/{int(named['number'])}",
        prompt=text[: opening.end()],
        canonical_solution=text[opening.end() : tests[0]],
        test=text[tests[0] :],
        entry_point=entry,
    )


def _sorted(problems: Iterable[Problem]) -> list[Problem]:
    found = sorted(problems, key=lambda problem: int(problem.task_id.rsplit("/", 1)[1]))
    for first, second in pairwise(found):
        if first.task_id == second.task_id:
            raise InputError(f"two sources are for `{first.task_id}`: {first.entry_point}, {second.entry_point}")
    return found
