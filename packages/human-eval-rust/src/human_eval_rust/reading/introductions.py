"""What a model says of the code that it is about to show: that it is a mistake, a first try, or the right one."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

MISTAKE = "is introduced as a mistake"
FIRST_TRY = "is introduced as a first or slower way"
CORRECTION = "correction"

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_CLAUSE = re.compile(r"[,;()\u2013\u2014]|\s-+\s|\bbut\b")
_TABLE = tomllib.loads(files(__package__).joinpath("introductions.toml").read_text(encoding="utf-8"))


def _says(kind: str) -> re.Pattern[str]:
    pattern = "|".join(_TABLE[kind]).replace("CODE", _TABLE["CODE"]).replace("WRONG", _TABLE["WRONG"])
    return re.compile(pattern, re.IGNORECASE)


_BACKWARDS, _FORWARDS, _CONCLUSION = _says("backwards"), _says("forwards"), _says("conclusions")
# The first of these that a clause says is what it calls the code.
_SAID = (
    (_says("not_right"), MISTAKE),
    (_says("less"), FIRST_TRY),
    (_says("right"), CORRECTION),
    (_says("mistake"), MISTAKE),
    (_says("first_try"), FIRST_TRY),
)


def introduction(prose: str) -> str:
    """Return what `prose` calls the code right after it: one of the constants above, or an empty string."""
    sentences = [part.strip() for part in _SENTENCE.split(prose[-1000:]) if part.strip(" \t#*_`/!-=")]
    for last, sentence in enumerate(reversed(sentences[-4:])):
        heads = sentence.endswith(":") or not sentence.endswith((".", "!", "?"))
        if not (heads or _FORWARDS.search(sentence)):
            continue
        for clause in reversed(_CLAUSE.split(sentence)):
            said = next((said for pattern, said in _SAID if pattern.search(clause)), "")
            if said and not _BACKWARDS.search(clause):
                return said
            if _CONCLUSION.search(clause):
                return ""
        if last and not heads:
            break
    return ""
