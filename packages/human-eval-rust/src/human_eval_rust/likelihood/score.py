"""Log-likelihoods of texts after a prompt, each a function of prompt and text alone.

Matrix products round differently for different batch sizes and widths of padding, so nothing is batched and nothing
padded: a prompt is read once, always alone, and every text behind it alone too, from a copy of the cache that the
prompt left. Neither other texts nor other problems, nor what was measured before, can change a bit of the result.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from human_eval_rust.likelihood.texts import Task, continuation
from human_eval_rust.sampling import prompt as prompts
from human_eval_rust.sampling.samplers import Request
from human_eval_rust.sampling.samplers.hf import OpenModel
from sigil_common.asking import prompt_ids
from sigil_common.errors import InputError, MissingError
from sigil_common.manifest import digest_json
from sigil_common.records import Likelihood, PairLikelihood, TextLikelihood

if TYPE_CHECKING:
    import torch

_DIGITS = 6
_CHUNK = 64  # tokens whose distributions exist in double precision at one time


class Scorer:
    """A loaded model that is shown texts. `name` is what the rows call it, `style` the prompt's style."""

    def __init__(self, opened: OpenModel, name: str, style: str) -> None:
        self.opened = opened
        self.name = name
        self.style = style
        self.ran_on = opened.compute.to_row()

    def measure(self, task: Task) -> Likelihood:
        """Return the likelihoods of all texts of a task, rounded as they are written.

        Raises `InputError` where a text has no tokens of its own behind the prompt.
        """
        ids, rows = self._tokens(task)
        found = dict(zip(task.texts, map(_record, task.texts, rows, self.exact(ids, rows)), strict=True))
        return Likelihood(
            task_id=task.problem.task_id,
            model=self.name,
            prompt_sha256=digest_json(ids),
            prompt_tokens=len(ids),
            reference=found[task.reference],
            alternative=None if task.alternative is None else found[task.alternative],
            pairs=tuple(
                PairLikelihood(operator=pair.operator, right=found[pair.right], wrong=found[pair.wrong])
                for pair in task.pairs
            ),
        )

    def exact(self, prompt: Sequence[int], texts: Sequence[Sequence[int]]) -> list[float]:
        """Return the log-likelihoods in nats of texts (token ids) behind a prompt, not rounded."""
        import torch

        try:
            return log_likelihoods(self.opened.model, prompt, texts)
        except torch.OutOfMemoryError:
            raise MissingError("the GPU's memory does not suffice for one text at a time") from None

    def unfit(self, task: Task) -> str | None:
        """Return why a task cannot be measured: the tokenizer cannot write a text, or the model not hold it."""
        most = getattr(self.opened.model.config, "max_position_embeddings", None)
        try:
            ids, rows = self._tokens(task)
        except InputError as error:
            return f"{error.what}: {error.cause}"
        tokens = len(ids) + max(map(len, rows))
        if most is None or tokens <= most:
            return None
        return f"prompt and solution are longer than the model's context: {tokens:,} tokens, {most:,} at most"

    def _tokens(self, task: Task) -> tuple[list[int], list[list[int]]]:
        instruction, opening = prompts.asked(task.problem, self.style)
        ids = prompt_ids(self.opened.tokenizer, Request(task.problem.task_id, 0, 0, 0.0, instruction, opening))
        return ids, [continuation(self.opened.tokenizer, ids, opening, text) for text in task.texts]


def log_likelihoods(model: Any, prompt: Sequence[int], texts: Sequence[Sequence[int]]) -> list[float]:
    """Return the sum of ln p over each text's tokens, given the prompt and the text's own tokens before."""
    import torch
    from transformers import DynamicCache

    with torch.inference_mode():
        cache = DynamicCache()
        first = _read(model, prompt, 0, cache, last_only=True)
        return [_one(model, len(prompt), ids, first, copy.deepcopy(cache)) for ids in texts]


def _one(model: Any, start: int, ids: Sequence[int], first: torch.Tensor, cache: Any) -> float:
    import torch

    logits = first
    if len(ids) > 1:
        logits = torch.cat([first, _read(model, ids[:-1], start, cache, last_only=False)])
    return math.fsum(value for part in _parts(logits, ids) for value in part)


def _read(model: Any, ids: Sequence[int], start: int, cache: Any, *, last_only: bool) -> torch.Tensor:
    """Let the model read ids that stand at `start`; return the logits behind each, or behind the last: (ids, words)."""
    import torch

    row = torch.tensor([list(ids)], device=model.device)
    out = model(
        input_ids=row,
        attention_mask=torch.ones(1, start + len(ids), dtype=torch.long, device=model.device),
        position_ids=torch.arange(start, start + len(ids), device=model.device)[None],
        past_key_values=cache,
        use_cache=True,
        logits_to_keep=1 if last_only else 0,
    )
    logits: torch.Tensor = out.logits[0]
    return logits


def _parts(logits: torch.Tensor, ids: Sequence[int]) -> list[list[float]]:
    """Return ln p of each of `ids`, some at a time, from the logits before it; computed in double precision."""
    import torch

    wanted = torch.tensor(list(ids), device=logits.device)[:, None]
    parts = [slice(start, start + _CHUNK) for start in range(0, len(ids), _CHUNK)]
    return [logits[part].double().log_softmax(dim=-1).gather(1, wanted[part])[:, 0].tolist() for part in parts]


def _record(text: str, ids: Sequence[int], nats: float) -> TextLikelihood:
    size = len(text.encode())
    return TextLikelihood(
        log_likelihood=round(nats, _DIGITS),
        tokens=len(ids),
        bytes=size,
        bits_per_byte=abs(round(-nats / math.log(2) / size, _DIGITS)),
    )
