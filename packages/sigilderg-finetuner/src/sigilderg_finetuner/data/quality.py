"""Which rows are worth learning from. A row that is left out has a reason, and reasons are counted.

The heuristics look at the text alone: the crates behind `sigil-pipeline`'s rows have passed its gates
already, rows of other sources have passed nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath

from sigilderg_finetuner.data.sources import Row
from sigilderg_finetuner.settings import DatasetSettings

# What a reviewer would ask to change, against what shows that the author knows the language.
UNIDIOMATIC = re.compile(
    r"\.unwrap\(\)|\.expect\(\"\"\)|\bpanic!|\btodo!|\bunimplemented!|\bstatic mut\b|\bunsafe\b|\bmem::transmute\b"
    r"|\breturn [^;\n]*;[^\S\n]*\n\s*\}\s*$|&String\b|&Vec<|\.len\(\) == 0\b|\bextern crate\b|\btry!\("
)
# One of these is in every match, and is found much sooner; most texts have none.
_MARKS = (
    ".unwrap()", '.expect("")', "panic!", "todo!", "unimplemented!", "static mut", "unsafe", "transmute", "return ",
    "&String", "&Vec<", ".len() == 0", "extern crate", "try!(",
)  # fmt: skip
IDIOMATIC = re.compile(
    r"\?[;.)\s]|\bResult<|\bOption<|\bmatch\b|\bif let\b|\bwhile let\b|\blet Some\b|\.iter\(\)|\.into_iter\(\)|\.map\("
    r"|\.filter\(|\.collect|\bimpl\b|#\[derive|&str\b|&\[|\.and_then\(|\.unwrap_or|\bmatches!|&self\b|\bSelf\b"
)
PUBLIC_ITEM = re.compile(r"^[^\S\n]*pub (?:async |const |unsafe )*(?:fn|struct|enum|trait)\b", re.MULTILINE)
# At the beginning of a line, so that what a comment or a text shows is none; `tokio::test` and its like count.
TEST_CODE = re.compile(
    r"^[ \t]*#\s*(?:!\s*)?\[\s*(?:(?:\w+\s*::\s*)*test\b|bench\s*\]|cfg\s*\(\s*test\s*\))", re.MULTILINE
)
DOC_COMMENT = re.compile(r"^[^\S\n]*//[/!]", re.MULTILINE)


def select_rows(rows: Sequence[Row], settings: DatasetSettings) -> tuple[list[int], Counter[str]]:
    """Return the numbers of the rows that are kept, and how many were left out for which reason."""
    kept: list[int] = []
    reasons: Counter[str] = Counter()
    for number, row in enumerate(rows):
        reason = reject(row, settings)
        if reason is None:
            kept.append(number)
        else:
            reasons[reason] += 1
    return kept, reasons


def reject(row: Row, settings: DatasetSettings) -> str | None:
    """Return why a row is left out, or None."""
    place = _place(row.file)
    if settings.exclude_tests and place == "tests":
        return "test file"
    if settings.exclude_tests and TEST_CODE.search(row.text):
        return "test code"
    if settings.exclude_examples and place == "examples":
        return "example file"
    if settings.exclude_benches and place == "benches":
        return "benchmark file"
    if settings.prefer_idiomatic and is_unidiomatic(row.text, settings.idiomatic_quality_ratio):
        return "unidiomatic"
    if settings.prefer_documented and row.prompt is None and is_undocumented(row.text):
        return "undocumented"
    return None


def is_unidiomatic(code: str, ratio: float) -> bool:
    """Tell whether unidiomatic constructs outnumber idiomatic ones more than `ratio` to one.

    Up to `ratio` of them are tolerated in any case, so that one `unwrap` in a short function is no fault.
    """
    if not any(mark in code for mark in _MARKS):
        return False
    bad = len(UNIDIOMATIC.findall(code))
    return bad > ratio and bad > ratio * len(IDIOMATIC.findall(code))


def is_undocumented(code: str) -> bool:
    """Tell whether public items stand in a file without a single doc comment."""
    return PUBLIC_ITEM.search(code) is not None and DOC_COMMENT.search(code) is None


def _place(file: str | None) -> str | None:
    if file is None:
        return None
    path = PurePosixPath(file.replace("\\", "/"))
    for name, kind in (("tests", "tests"), ("test", "tests"), ("examples", "examples"), ("benches", "benches")):
        if name in path.parts[:-1]:
            return kind
    stem = path.stem
    if stem in ("tests", "test") or stem.endswith(("_test", "_tests")):
        return "tests"
    return None
