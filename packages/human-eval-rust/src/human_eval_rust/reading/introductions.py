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
_DECEPTIVE, _ALLOWED, _DONE = _says("deceptive"), _says("allowed"), _says("done")
# What a clause calls the code: the first of these that it says, if its sentence has, or lacks, what comes third.
_SAID = (
    (_says("not_right"), MISTAKE, None, True),
    (_says("looks"), MISTAKE, _DECEPTIVE, True),
    (_says("limits"), MISTAKE, _ALLOWED, False),
    (_says("less"), FIRST_TRY, None, True),
    (_says("right"), CORRECTION, None, True),
    (_says("mistake"), MISTAKE, None, True),
    (_says("first_try"), FIRST_TRY, None, True),
    (_says("shown_again"), FIRST_TRY, _DONE, False),
)


def introduction(prose: str) -> str:
    """Return what `prose` calls the code right after it: one of the constants above, or an empty string."""
    sentences = [part.strip() for part in _SENTENCE.split(prose[-1000:]) if part.strip(" \t#*_`/!-=")]
    for last, sentence in enumerate(reversed(sentences[-4:])):
        heads = sentence.endswith(":") or not sentence.endswith((".", "!", "?"))
        if not (heads or _FORWARDS.search(sentence)):
            continue
        for clause in reversed(_CLAUSE.split(sentence)):
            said = _called(clause, sentence)
            if said and not _BACKWARDS.search(clause):
                return said
            if _CONCLUSION.search(clause):
                return ""
        if last and not heads:
            break
    return ""


def _called(clause: str, sentence: str) -> str:
    for pattern, said, condition, holds in _SAID:
        if pattern.search(clause) and (condition is None or bool(condition.search(sentence)) == holds):
            return said
    return ""
