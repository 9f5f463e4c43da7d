"""What a run will see, read off its plan before the first step: the learned share, and where token budgets fall.

The order of the data is a function of the settings, so the step that reaches a budget is known beforehand: the
learning rate can fall to its end there, and a run that is continued finds the same steps again.
"""

from __future__ import annotations

import itertools
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sigil_common.errors import InputError
from sigil_common.progress import Progress
from sigilderg_finetuner.data.feed import orders, planned_rows
from sigilderg_finetuner.data.pack import batched
from sigilderg_finetuner.data.prepare import Chosen, Part
from sigilderg_finetuner.settings import Settings, TrainSettings

log = logging.getLogger(__name__)
_ROWS_SEEN = 256
MANY_PASSES = 20  # over the same rows; a model then learns them by heart
MOST_PASSES = 1_000  # that a number of tokens may come to: steps to it are counted out, and more is a slip
CHARACTERS_PER_TOKEN = 3.2  # roughly, of code: it tells slips from budgets, and no more


@dataclass(frozen=True)
class Course:
    """The number of optimizer steps, and the budgets of `train.save_at_tokens` by the step that reaches them."""

    num_steps: int
    reached: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    @property
    def results(self) -> tuple[int, ...]:
        """The steps whose checkpoints are results of the run: where budgets are reached, and the last one."""
        return tuple(sorted({*self.reached, self.num_steps}))


def resolve(settings: Settings, part: Part) -> tuple[Settings, Course]:
    """Return the settings with `num_steps` and `warmup_steps` as numbers, and the course of the run.

    Raises `InputError` for a budget that the run does not reach.
    """
    train = settings.train
    steps, most, whole = step_tokens(part, settings), train.max_tokens, one_pass(part, settings)["tokens"]
    check_budgets(settings, whole)
    if train.num_epochs is not None:
        most = math.ceil(train.num_epochs * whole)
    found = course(steps, num_steps=train.num_steps, max_tokens=most, budgets=train.save_at_tokens)
    if most is not None:
        log.info("%s tokens are reached after %s steps", f"{most:,}", f"{found.num_steps:,}")
    rows = train.micro_batch_size * train.gradient_accumulation
    # Without packing a row is one sample; with it, rows are nearly full.
    row = train.max_seq_len if train.packing else whole / max(1, len(part.examples))
    warn_of_passes(found.num_steps * rows * row / whole)
    return replace(settings, train=with_warmup(replace(train, num_steps=found.num_steps))), found


def with_warmup(train: TrainSettings) -> TrainSettings:
    """Return the settings with `warmup_steps` as a number, and warn where the run ends before these do."""
    if train.warmup_ratio is not None:
        train = replace(train, warmup_steps=math.ceil(train.warmup_ratio * train.num_steps))
    if train.warmup_steps > train.num_steps:
        log.warning(
            "`train.warmup_steps` are %s and the run has %s steps, so its rate ends at %.2g of `train.lr`",
            f"{train.warmup_steps:,}",
            f"{train.num_steps:,}",
            train.num_steps / train.warmup_steps,
        )
    return train


def tokens_about(chosen: Iterable[Chosen]) -> float:
    """Return about how many tokens one pass over the rows to learn from has, before they are tokenised."""
    rows = (one.source.rows[number] for one in chosen for number in one.train)
    return sum(len(row.prompt or "") + len(row.text) for row in rows) / CHARACTERS_PER_TOKEN


def check_budgets(settings: Settings, tokens: float) -> None:
    """Raise `InputError` for numbers of tokens that are out of reach, or only reached after `MOST_PASSES`.

    `tokens` are those of one pass, as far as they are known. Without this, slips would be counted out step by step.
    """
    train = settings.train
    last = max(train.save_at_tokens, default=0)
    steps = train.num_steps * train.micro_batch_size * train.gradient_accumulation * train.max_seq_len
    if train.max_tokens is None and train.num_epochs is None and last > steps:
        raise _not_reached(last, f"{train.num_steps:,} steps see at most {steps:,}")
    for name, asked in (("max_tokens", train.max_tokens or 0), ("save_at_tokens", last)):
        if asked > MOST_PASSES * tokens:
            raise InputError(
                f"`train.{name}`: {asked:,} tokens are more than {MOST_PASSES:,} passes over the data",
                cause=f"one pass has about {tokens:,.0f}",
                hint="lower it, or give the run more data",
            )


def _not_reached(budget: int, cause: str) -> InputError:
    return InputError(
        f"`train.save_at_tokens`: {budget:,} tokens are not reached",
        cause=cause,
        hint="raise `train.num_steps`, or set `train.max_tokens`",
    )


def warn_of_passes(passes: float) -> None:
    """Warn of a run that sees the same rows so often that it learns them by heart."""
    if passes >= MANY_PASSES:
        log.warning(
            "the run passes about %s times over its data, and will learn it by heart; lower `train.num_steps`, set "
            "`train.num_epochs`, or give it more data",
            f"{passes:,.0f}",
        )


def course(steps: Iterator[int], *, num_steps: int, max_tokens: int | None, budgets: Sequence[int]) -> Course:
    """Return the course of a run whose steps have so many tokens; `max_tokens` takes the place of `num_steps`.

    `budgets` rise. No more steps are looked at than the answer needs; the steps must not end before that.
    """
    reached: dict[int, tuple[int, ...]] = {}
    waiting = list(budgets)
    if max_tokens is None and not waiting:
        return Course(num_steps)
    step = total = 0
    with Progress("counting steps", total=max_tokens, unit="tokens") as progress:
        while total < max_tokens if max_tokens is not None else waiting and step < num_steps:
            step += 1
            total += (tokens := next(steps))
            progress.advance(tokens)
            here = tuple(budget for budget in waiting if budget <= total)
            if here:
                reached[step] = here
                waiting = waiting[len(here) :]
    if waiting:
        raise _not_reached(waiting[0], f"{num_steps:,} steps see {total:,}")
    return Course(num_steps if max_tokens is None else step, reached)


def step_tokens(part: Part, settings: Settings) -> Iterator[int]:
    """Yield how many tokens each optimizer step sees, without end; there is no padding to count."""
    lengths = part.examples.length.tolist()
    size = settings.train.micro_batch_size * settings.train.gradient_accumulation
    for rows in batched(planned_rows(part, settings), size):
        yield sum(lengths[example] for row in rows for example in row)


def one_pass(part: Part, settings: Settings) -> dict[str, Any]:
    """Return what one pass over the data holds: `tokens`, `learned_tokens`, how full rows are, each source's share.

    `learned_tokens` are those that the loss is taken on; the sources are in the order of `dataset.names`.
    """
    import numpy as np

    order = next(orders(part, settings))
    examples = part.examples
    length, source = examples.length[order], examples.source[order]
    learned = length - np.maximum(1, examples.answer[order])
    sources = [
        {
            "name": group.name,
            "rows": int((source == number).sum()),
            "tokens": int(length[source == number].sum()),
            "learned_tokens": int(learned[source == number].sum()),
        }
        for number, group in enumerate(part.groups)
    ]
    return {
        "rows": len(order),
        "tokens": int(length.sum()),
        "learned_tokens": int(learned.sum()),
        "row_fill": round(_fill(part, settings), 4),
        "sources": sources,
    }


def _fill(part: Part, settings: Settings) -> float:
    """Return how full the first rows are, as a share of `train.max_seq_len`."""
    first = list(itertools.islice(planned_rows(part, settings), _ROWS_SEEN))
    held = sum(int(part.examples.length[example]) for row in first for example in row)
    return held / (len(first) * settings.train.max_seq_len)


def in_words(found: Mapping[str, Any]) -> str:
    """Return `one_pass` for a human: `learned 27% of 55,123 tokens in one pass`, and the shares of several sources."""
    share = found["learned_tokens"] / found["tokens"]
    fill = f"rows are {found['row_fill']:.0%} full"
    text = f"learned {share:.0%} of {found['tokens']:,} tokens in one pass over the data; {fill}"
    return text + _shares(found["sources"], found) if len(found["sources"]) > 1 else text


def _shares(sources: Iterable[Mapping[str, Any]], whole: Mapping[str, Any]) -> str:
    parts = []
    for one in sources:
        rows, tokens = one["rows"] / whole["rows"], one["tokens"] / whole["tokens"]
        parts.append(f"{one['name']} {rows:.1%} of the rows, {tokens:.1%} of the tokens")
    return f": {'; '.join(parts)}"
