"""How models mark their thoughts, their answer and the end of their turn: `formats.toml`, as patterns."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Format:
    """The marks of a family of models, each as it is written; any of several may stand.

    `answer` begins what alone counts, up to `answered` or the end of the turn. Models mix families, so a thought ends
    at a closing mark of any, save one that also ends a turn: that ends only the thoughts of its own family.
    """

    family: str
    opening: tuple[str, ...]
    closing: tuple[str, ...] = ()
    answer: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()


_TABLE = tomllib.loads(files(__package__).joinpath("formats.toml").read_text(encoding="utf-8"))
FORMATS = tuple(Format(family, *map(tuple, marks)) for family, *marks in _TABLE["formats"])
_ENDING_NAMES = "|".join(_TABLE["ending_names"].split())
_END_OF_TURN = (
    rf"<\|(?:{_ENDING_NAMES})\|>|<\|(?:start|begin)\|>(?!assistant)|</s>|<(?:start|end)_of_turn>|<eos>"
    r"|\[/?INST\]|\[unused10\]|\[\|(?:endofturn|user)\|\]"
    r"|<\uff5c(?:end\u2581of\u2581sentence|User|fim[^\uff5c\n]{1,20})\uff5c>"
)
_ANY_NAME = r"<\|[\w.\- /:]{1,40}\|>|<\uff5c[^\uff5c\n]{1,40}\uff5c>|\[\|\w{1,40}\|\]|<s>|<bos>|<pad>|<unk>|</?output>"
_TURN_ENDS_TOO = "<|end|>"
_CHANNEL_HEAD = r"(?:[^<\n]{0,60}(?:<\|constrain\|>[^<\n]{0,20})?<\|message\|>)?"


def _any_of(kind: str) -> str:
    marks = sorted({mark for one in FORMATS for mark in getattr(one, kind)}, reverse=True)
    plain = "|".join(re.escape(mark) for mark in marks if not mark.startswith("<|channel|>") and mark != _TURN_ENDS_TOO)
    channels = "|".join(re.escape(mark) for mark in marks if mark.startswith("<|channel|>"))
    return rf"(?:{channels})\b{_CHANNEL_HEAD}|{plain}" if channels else plain


# Alternatives begin with plain characters, so that the search skips text without any of these quickly. What is quoted
# on one line, in prose or in code, is no mark.
MARK = re.compile(
    rf"""(?P<quoted>"(?:[^"\\\n]|\\.)*"|(?<!`)`[^`\n]+`(?!`))|(?P<opening>{_any_of("opening")})|(?P<closing>{_any_of("closing")})"""
    rf"|(?P<answer>{_any_of('answer')})|(?P<answered>{_any_of('answered')})"
    rf"|(?P<end>(?:{_END_OF_TURN})(?:assistant\b|model\b)?)|(?P<token>(?:{_ANY_NAME})(?:assistant\b)?)"
)
# Cheaper than `MARK`, and finds all that it may find.
MAYBE = re.compile(
    r"<(?:[|/\uff5c]|think|[tT]hought|reason|answer|response|[oO]utput|seed:|SOL|start_|end_|channel|longcat_"
    r"|[sS][cC][rR]|unused|[bes]os>|s>|pad>|unk>)|\[[/|IT]|\[(?:think|unused1|BEGIN F)|\u25c1|Here(?: is|'s| are) my "
    r"|assistantfinal|\Aanalysis"
)
CLOSING = frozenset(mark for one in FORMATS for mark in one.closing if mark != _TURN_ENDS_TOO)


def format_of(opening: str) -> Format:
    """Return the format that an opening mark, as `MARK` found it, belongs to."""
    return next(one for one in FORMATS if opening.startswith(one.opening))
