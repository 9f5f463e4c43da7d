"""Draw completions from the model as it stands: each ends with the brace that closes its function, as when measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import torch
from transformers import DynamicCache, GenerationConfig, StoppingCriteria, StoppingCriteriaList

from sigil_common.asking import CONTEXT_TOKENS, closed_at, closing_tokens, end_tokens, text_after
from sigilderg_finetuner.grpo_settings import GrpoSettings


@dataclass(frozen=True)
class Written:
    """One completion: its tokens, with the end token where the model ended itself, and the text that is judged.

    `log_probs` are of whoever drew, where that was another than the model that is trained.
    """

    ids: tuple[int, ...]
    text: str
    finish: Literal["closed", "stop", "length"]
    log_probs: tuple[float, ...] | None = None


class Drawer(Protocol):
    """Draws one completion for each prompt of token ids."""

    def draw(self, prompts: Sequence[Sequence[int]], seed: int, /) -> list[Written]:
        """Return the completions, in the order of the prompts; the same for the same seed and weights."""


class Ending:
    """Where a completion ends: at an end token, or behind the token that closes the function."""

    def __init__(self, tokenizer: Any, ends: frozenset[int]) -> None:
        self.tokenizer, self.ends = tokenizer, ends
        self.closing = closing_tokens(tokenizer)

    def closes(self, prompt: Sequence[int], ids: Sequence[int]) -> bool:
        """Tell whether the last of `ids` closes the function that `prompt` opens."""
        if not ids or ids[-1] not in self.closing:
            return False
        return closed_at(text_after(self.tokenizer, prompt[-CONTEXT_TOKENS:], ids)) is not None

    def cut(self, prompt: Sequence[int], ids: Sequence[int], log_probs: Sequence[float] | None = None) -> Written:
        """Return the completion that `ids` begin with; what stands behind its end was drawn for nothing."""
        size, finish = self._size(prompt, ids)
        kept = tuple(ids[:size])
        text = text_after(self.tokenizer, prompt[-CONTEXT_TOKENS:], [one for one in kept if one not in self.ends])
        end = closed_at(text)
        if end is not None:
            text = text[:end] + "\n"
        return Written(kept, text, finish, None if log_probs is None else tuple(log_probs[:size]))

    def _size(self, prompt: Sequence[int], ids: Sequence[int]) -> tuple[int, Literal["closed", "stop", "length"]]:
        for number, token in enumerate(ids, 1):
            if token in self.ends:
                return number, "stop"
            if self.closes(prompt, ids[:number]):
                return number, "closed"
        return len(ids), "length"


class _Closed(StoppingCriteria):
    """Ends each row of a batch by itself."""

    def __init__(self, ending: Ending, prompts: Sequence[Sequence[int]], width: int) -> None:
        self.ending, self.prompts, self.width = ending, prompts, width
        self.done = [False] * len(prompts)

    def __call__(self, input_ids: Any, _scores: Any, **_: Any) -> Any:
        last = input_ids[:, -1].tolist()
        for number, token in enumerate(last):
            if not self.done[number] and token in self.ending.closing:
                self.done[number] = self.ending.closes(self.prompts[number], input_ids[number, self.width :].tolist())
        return torch.tensor(self.done, device=input_ids.device)


class OwnDrawer:
    """Draws with transformers, from the weights in training."""

    def __init__(self, model: Any, tokenizer: Any, grpo: GrpoSettings) -> None:
        self.model = model
        self.ending = Ending(tokenizer, end_tokens(model, tokenizer))
        self.pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        make: Any = GenerationConfig  # which has no types
        self.config = make(
            max_new_tokens=grpo.max_completion_length,
            do_sample=True,
            temperature=grpo.temperature,
            top_p=grpo.top_p,
            top_k=0,
            # What is not said here would be taken from the model's own settings.
            repetition_penalty=1.0,
            no_repeat_ngram_size=0,
            typical_p=1.0,
            eos_token_id=sorted(self.ending.ends),
            pad_token_id=self.pad,
            use_cache=True,
            disable_compile=True,
        )

    def draw(self, prompts: Sequence[Sequence[int]], seed: int) -> list[Written]:
        """Return the completions, in the order of the prompts; the same for the same seed and weights."""
        width = max(map(len, prompts))
        device = next(self.model.parameters()).device
        ids = torch.tensor([[self.pad] * (width - len(one)) + list(one) for one in prompts], device=device)
        mask = torch.tensor([[0] * (width - len(one)) + [1] * len(one) for one in prompts], device=device)
        stopping = StoppingCriteriaList([_Closed(self.ending, prompts, width)])
        was_training = self.model.training
        self.model.eval()
        try:
            with torch.no_grad():
                read = self._read(ids, mask)
                torch.manual_seed(seed)
                out = self.model.generate(
                    input_ids=ids,
                    attention_mask=mask,
                    past_key_values=read,
                    generation_config=self.config,
                    stopping_criteria=stopping,
                )
        finally:
            self.model.train(was_training)
        rows = out[:, width:].tolist()
        return [self.ending.cut(prompt, row) for prompt, row in zip(prompts, rows, strict=True)]

    def _read(self, ids: Any, mask: Any) -> Any:
        """Return the cache of all but the last token: each prompt is read once, whatever the number of completions."""
        distinct = list(dict.fromkeys(map(tuple, ids.tolist())))
        places = torch.tensor([distinct.index(tuple(row)) for row in ids.tolist()], device=ids.device)
        first = torch.tensor([places.tolist().index(number) for number in range(len(distinct))], device=ids.device)
        known = mask[first, :-1]
        cache: Any = DynamicCache()
        self.model(
            input_ids=ids[first, :-1],
            attention_mask=known,
            position_ids=(known.cumsum(dim=1) - 1).clamp(min=0),
            past_key_values=cache,
            use_cache=True,
            logits_to_keep=1,
        )
        cache.batch_select_indices(places)
        return cache


class ServerDrawer:
    """Draws with a vLLM server, which TRL keeps at the weights in training (`trl vllm-serve`)."""

    def __init__(self, generation: Any, tokenizer: Any, ends: frozenset[int]) -> None:
        self.generation = generation
        self.ending = Ending(tokenizer, ends)

    def draw(self, prompts: Sequence[Sequence[int]], _seed: int) -> list[Written]:
        """Return the completions, in the order of the prompts. The server draws as it likes: it knows no seed."""
        _, rows, log_probs, _ = self.generation.generate(
            prompts=[list(one) for one in prompts], images=None, num_generations=1
        )
        return [
            self.ending.cut(prompt, row, [one[0] for one in found])
            for prompt, row, found in zip(prompts, rows, log_probs, strict=True)
        ]
