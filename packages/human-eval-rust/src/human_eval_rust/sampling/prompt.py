"""What a model is asked. The same for every model; the wording's digest is recorded with the samples.

Chat: the problem's own text is the instruction, and the answer begins with the function's signature, so
the model only writes the body. The opening ends with `{` and no line break: byte-pair vocabularies join
a line break with the indentation after it, and a prompt that cuts such a token in two misleads small
models.
"""

from __future__ import annotations

import re

from sigil_common.errors import InputError
from sigil_common.manifest import digest_json
from sigil_common.records import Problem
from sigil_common.rust_text import mask
from sigil_common.wording import COMPLETE


def instruction(problem: Problem) -> str:
    """Return the user's message: the problem's prompt, ending before the opening brace."""
    return COMPLETE.format(prompt=problem.prompt.rstrip().removesuffix("{").rstrip())


def signature(problem: Problem) -> str:
    """Return the entry point's signature from `pub fn` or `fn` to its `{`."""
    start = None
    for found in re.finditer(rf"(?:pub\s+)?fn\s+{re.escape(problem.entry_point)}\b", mask(problem.prompt).code):
        start = found.start()
    if start is None:
        raise InputError(f"{problem.task_id}: its prompt declares no function `{problem.entry_point}`")
    return problem.prompt[start:].rstrip()


def opening(problem: Problem, style: str) -> str:
    """Return the text that the model continues: the signature, or for bare completion the whole prompt."""
    return signature(problem) if style == "chat" else problem.prompt.rstrip()


def asked(problem: Problem, style: str) -> tuple[str | None, str]:
    """Return the user's message (none for bare completion) and the text that the model continues."""
    return (instruction(problem) if style == "chat" else None), opening(problem, style)


def template_digest(style: str) -> str:
    """Return a digest of the wording, so that samples of different wordings can be distinguished."""
    return digest_json([style, COMPLETE if style == "chat" else "{prompt}"])
