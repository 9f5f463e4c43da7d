"""Which texts are measured, and where their tokens begin.

A text is what `generate` would have kept, had the model written it: all that stands after the prompt's opening
brace (its line break first, which the prompt leaves out) up to and with the brace that closes the function. What a
file has behind that brace is not counted, and neither is an end-of-sequence token: `generate` stops at the brace,
before a model could write one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from human_eval_rust.strength.mutation.mutants import solution_path, with_solution
from sigil_common.asking import closed_at, text_after
from sigil_common.errors import InputError
from sigil_common.records import LikelihoodPair, Problem

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

COUNTED = "from behind the prompt's opening brace to the brace that closes the function, no end token"


@dataclass(frozen=True)
class PairTexts:
    """Both texts of a pair, and the kind of mistake in the wrong one."""

    operator: str
    right: str
    wrong: str


@dataclass(frozen=True)
class Task:
    """One problem with the texts that are measured for it."""

    problem: Problem
    reference: str
    alternative: str | None
    pairs: tuple[PairTexts, ...]

    @property
    def texts(self) -> list[str]:
        """Every text once."""
        named = (self.reference, self.alternative, *(text for pair in self.pairs for text in (pair.right, pair.wrong)))
        return list(dict.fromkeys(text for text in named if text is not None))


def counted(problem: Problem, body: str) -> str | None:
    """Return the part of a solution that is measured, as it continues the prompt; `None` if nothing closes it."""
    lead = problem.prompt[len(problem.prompt.rstrip()) :]
    text = lead + body
    end = closed_at(text)
    return None if end is None else text[:end]


def task_of(problem: Problem, pairs: Sequence[LikelihoodPair], folders: Sequence[Path]) -> Task | str:
    """Return a problem's texts, or why it has none.

    Raises `InputError` for an alternative that does not close its function, and for a pair that does not, or whose
    texts are the same.
    """
    if not problem.canonical_solution.strip():
        return "it has no reference solution"
    reference = counted(problem, problem.canonical_solution)
    if reference is None:
        return "its reference solution does not close the function"
    return Task(problem, reference, _alternative(problem, folders), tuple(_pair(problem, pair) for pair in pairs))


def _alternative(problem: Problem, folders: Sequence[Path]) -> str | None:
    """Return the solution in the first of the folders that holds one."""
    for folder in folders:
        path = solution_path(problem, folder)
        if path.is_file():
            text = counted(problem, with_solution(problem, folder).canonical_solution)
            if text is None:
                raise InputError(f"{path}: it does not close the function", hint="it shall hold a body, with its brace")
            return text
    return None


def _pair(problem: Problem, pair: LikelihoodPair) -> PairTexts:
    right, wrong = counted(problem, pair.right), counted(problem, pair.wrong)
    if right is None or wrong is None:
        which = "right" if right is None else "wrong"
        raise InputError(f"a pair of {problem.task_id}: its {which} text does not close the function")
    if right == wrong:
        raise InputError(f"a pair of {problem.task_id}: both texts are the same up to the function's end")
    return PairTexts(pair.operator, right, wrong)


def continuation(tokenizer: PreTrainedTokenizerBase, prompt: Sequence[int], opening: str, text: str) -> list[int]:
    """Return the ids of `text` as it continues the ids of a prompt, which end with those of `opening`.

    The prompt's ids are never touched, as a model that writes cannot touch them. Opening and text are tokenised as
    one; where a token begins between them, what follows is taken. Where one would lie over the boundary (`{` with the
    line break), the text is tokenised by itself, without the mark that some tokenizers put before every text. In either
    case the ids must read as the text behind the prompt, else `InputError` is raised.
    """
    head = _encode(tokenizer, opening)
    both = _encode(tokenizer, opening + text)
    joined = both[len(head) :] if both[: len(head)] == head and list(prompt[-len(head) :]) == head else None
    apart = _encode(tokenizer, text)
    for ids in (joined, apart, apart[1:]):
        if ids and text_after(tokenizer, prompt, ids) == text:
            return ids
    raise InputError(
        "this tokenizer cannot write a reference solution behind the prompt",
        cause=f"its tokens of {text[:40]!r} do not read as that text",
    )


def _encode(tokenizer: PreTrainedTokenizerBase, text: str) -> list[int]:
    ids: Any = tokenizer.encode(text, add_special_tokens=False)
    return list(ids)


def by_task(pairs: Sequence[LikelihoodPair]) -> Mapping[str, list[LikelihoodPair]]:
    """Return pairs by task id, in the order of their file."""
    found: dict[str, list[LikelihoodPair]] = {}
    for pair in pairs:
        found.setdefault(pair.task_id, []).append(pair)
    return found
