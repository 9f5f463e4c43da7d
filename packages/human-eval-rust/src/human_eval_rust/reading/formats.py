"""How models mark their thoughts, their answer and the end of their turn: all of it as data."""

from __future__ import annotations

import re
from dataclasses import dataclass


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


FORMATS = (
    Format(
        "DeepSeek R1, Qwen 3, GLM, Nemotron; Hunyuan and Granite 3.3 with a marked answer",
        ("<think>",),
        ("</think>",),
        ("<answer>", "<response>"),
        ("</answer>", "</response>"),
    ),
    Format("prompts for Claude, Reflection", ("<thinking>",), ("</thinking>",)),
    Format("Magistral", ("[THINK]", "[think]"), ("[/THINK]", "[/think]")),
    Format("gpt-oss", ("<|channel|>analysis", "<|channel|>commentary"), ("<|end|>",), ("<|channel|>final",)),
    Format("gpt-oss without its special tokens", ("analysis",), (), ("assistantfinal",)),
    Format("Solar Open", ("<|think|>",), ("<|end|>",), ("<|content|>",)),
    Format("Command A", ("<|START_THINKING|>",), ("<|END_THINKING|>",), ("<|START_RESPONSE|>",), ("<|END_RESPONSE|>",)),
    Format(
        "Sky-T1, OpenThinker",
        ("<|begin_of_thought|>",),
        ("<|end_of_thought|>",),
        ("<|begin_of_solution|>",),
        ("<|end_of_solution|>",),
    ),
    Format("examples of TRL, Reka Flash", ("<reasoning>",), ("</reasoning>",)),
    Format("examples of Unsloth", ("<start_working_out>",), ("<end_working_out>",), ("<SOLUTION>",), ("</SOLUTION>",)),
    Format("EXAONE Deep", ("<thought>",), ("</thought>",)),
    Format("Kimi", ("\u25c1think\u25b7",), ("\u25c1/think\u25b7",)),
    Format("Seed-OSS", ("<seed:think>",), ("</seed:think>",)),
    Format("Apertus", ("<|inner_prefix|>",), ("<|inner_suffix|>",), ("<|answer_prefix|>",), ("<|answer_suffix|>",)),
    Format("Gemma 4", ("<|channel>thought",), ("<channel|>",)),
    Format(
        "Granite 3.2",
        ("Here is my thought process:", "Here's my thought process:"),
        (),
        ("Here is my response:", "Here's my response:"),
    ),
)

# What follows one of these is another turn, or another file. `<|name|>` with any other name is removed, no more.
_ENDING_NAMES = (
    "im_end im_start eot_id eom_id eot endoftext end_of_text end_of_turn endofturn END_OF_TURN_TOKEN "
    "START_OF_TURN_TOKEN USER_TOKEN end return call user user_start system observation start_header_id start_of_role "
    "assistant_end file_sep file_separator repo_name fim_prefix fim_suffix fim_middle fim_pad"
)
_END_OF_TURN = (
    rf"<\|(?:{'|'.join(_ENDING_NAMES.split())})\|>|<\|(?:start|begin)\|>(?!assistant)|</s>|<(?:start|end)_of_turn>|<eos>"
    r"|\[/?INST\]|\[\|(?:endofturn|user)\|\]|<\uff5c(?:end\u2581of\u2581sentence|User|fim[^\uff5c\n]{1,20})\uff5c>"
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
    rf"""(?P<quoted>"(?:[^"\\\n]|\\.)*"|`[^`\n]+`)|(?P<opening>{_any_of("opening")})|(?P<closing>{_any_of("closing")})"""
    rf"|(?P<answer>{_any_of('answer')})|(?P<answered>{_any_of('answered')})"
    rf"|(?P<end>(?:{_END_OF_TURN})(?:assistant\b|model\b)?)|(?P<token>(?:{_ANY_NAME})(?:assistant\b)?)"
)
# Cheaper than `MARK`, and finds all that it may find.
MAYBE = re.compile(
    r"<(?:[|/\uff5c]|think|thought|reason|answer|response|output|seed:|SOL|start_|end_|channel|[bes]os>|s>|pad>|unk>)"
    r"|\[[/|IT]|\[think|\u25c1|Here(?: is|'s) my |assistantfinal|\Aanalysis"
)
CLOSING = frozenset(mark for one in FORMATS for mark in one.closing if mark != _TURN_ENDS_TOO)


def format_of(opening: str) -> Format:
    """Return the format that an opening mark, as `MARK` found it, belongs to."""
    return next(one for one in FORMATS if opening.startswith(one.opening))
