"""Sampling with transformers, on a GPU or a CPU.

An adapter is folded into the base in float32 before the weights are cast, so the base and the tuned
model run exactly the same code. Function by function the same stop rule holds for every model: writing ends
at the brace that closes the function.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Any

from human_eval_rust.sampling.samplers import Completions, Drawn, Request, Sampler
from human_eval_rust.sampling.samplers.decode import Row, decode
from human_eval_rust.sampling.samplers.ids import finish
from human_eval_rust.sampling.samplers.reading import unfit
from human_eval_rust.sampling.samplers.side_by_side import in_order
from human_eval_rust.sampling.samplers.source import ModelSource, find_model, versions
from human_eval_rust.sampling.settings import ModelSettings, Quantization, SampleSettings
from sigil_common.adapters import without_quantiser
from sigil_common.asking import CONTEXT_TOKENS, closed_at, closing_tokens, end_tokens, prompt_ids, text_after
from sigil_common.compute import Compute, choose_compute, set_up_libraries
from sigil_common.errors import InputError, MissingError

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)


class HfSampler(Sampler):
    """A loaded model with its tokenizer."""

    def __init__(
        self, model: Any, tokenizer: PreTrainedTokenizerBase, settings: SampleSettings, compute: Compute
    ) -> None:
        self.model = model
        self.tokenizer = tokenizer
        self.settings = settings
        self.ends = end_tokens(model, tokenizer)
        self.closing = closing_tokens(tokenizer)
        self.ran_on = compute.to_row()
        self.reading = Lock()  # a tokenizer serves one thread at a time

    def draw(self, batches: Sequence[Sequence[Request]]) -> Completions:
        """Yield the completions of each batch, both in their order."""
        return in_order(self._draw, batches, device=self.model.device)

    def _draw(self, requests: Sequence[Request], stopped: Callable[[], bool]) -> list[Drawn]:
        import torch

        prompts: dict[tuple[str | None, str], int] = {}
        ids: list[list[int]] = []
        rows: list[Row] = []
        for item in requests:
            key = (item.instruction, item.opening)
            if key not in prompts:
                prompts[key] = len(ids)
                with self.reading:
                    ids.append(prompt_ids(self.tokenizer, item))
            rows.append(Row(prompts[key], item.seed, item.temperature))

        def text(row: Row) -> str:
            with self.reading:
                return text_after(self.tokenizer, ids[row.prompt][-CONTEXT_TOKENS:], row.written)

        def is_done(row: Row) -> bool:
            if stopped():
                raise CancelledError
            return row.written[-1] in self.closing and closed_at(text(row)) is not None

        try:
            decode(
                self.model,
                ids,
                rows,
                max_new_tokens=self.settings.max_new_tokens,
                top_p=self.settings.top_p,
                ends=self.ends,
                is_done=is_done,
            )
        except torch.OutOfMemoryError:
            raise MissingError("the GPU's memory does not suffice", hint="lower --batch-size") from None
        return [finish(text(row), ended=row.ended, tokens=len(row.written), prompt=ids[row.prompt]) for row in rows]


def describe(settings: ModelSettings) -> dict[str, Any]:
    """Return the model's names and digests, and the versions that decide its text."""
    return {
        "kind": "hf",
        "model": find_model(settings).describe(),
        "versions": versions("torch", "transformers", "tokenizers", "peft"),
    }


@dataclass(frozen=True)
class OpenModel:
    """A model in memory with its tokenizer, and what it computes with."""

    model: Any
    tokenizer: PreTrainedTokenizerBase
    compute: Compute


def open_sampler(settings: SampleSettings) -> HfSampler:
    """Return a sampler of the model that the settings name."""
    opened = open_model(settings)
    return HfSampler(opened.model, opened.tokenizer, settings, opened.compute)


def open_model(settings: ModelSettings, quantization: Quantization = "none") -> OpenModel:
    """Load tokenizer and model, the adapter folded in (or attached, if asked for).

    Raises `InputError` for a model that cannot be loaded, and for an adapter that would be folded into a base of four
    bits, which loses most of it; `MissingError` where a library is missing.
    """
    source = find_model(settings)
    merge = settings.adapter_mode == "merged"
    if source.adapter is not None and merge and quantization != "none":
        raise InputError("an adapter cannot be folded into a quantised base", hint="--adapter-mode attached")
    _prepare()
    try:
        import torch
        import transformers
    except ImportError as error:
        raise MissingError(
            "loading a model needs torch and transformers",
            cause=str(error),
            hint="install the extra `hf` of human-eval-rust",
        ) from None
    compute = choose_compute(settings.dtype, torch.cuda)
    try:
        tokenizer: Any = transformers.AutoTokenizer.from_pretrained(source.base, revision=source.revision)
        held = held_as(quantization, compute)
        model = _load(source, getattr(torch, compute.dtype), merge=merge, held=held)
    except ImportError as error:
        raise MissingError(f"cannot load model {source.name}", cause=str(error).strip().partition("\n")[0]) from None
    except (OSError, ValueError) as error:
        raise InputError(f"cannot load model {source.name}", cause=str(error).strip().partition("\n")[0]) from None
    if settings.prompt_style == "chat" and tokenizer.chat_template is None:
        raise InputError(f"{source.base} has no chat template", hint="use --prompt-style completion")
    model = (model if held else model.to(compute.device)).eval()
    if (why := unfit(model)) is not None:
        raise InputError(
            f"model {source.name} does not keep keys and values of every token, as attention does",
            cause=why,
            hint="recurrent and hybrid models: `human-eval-rust generate --sampler vllm` draws from them on a GPU",
        )
    log.info("model: %s, %s", source.name, compute)
    return OpenModel(model, tokenizer, compute)


def held_as(quantization: Quantization, compute: Compute) -> dict[str, Any]:
    """Return how `from_pretrained` is to hold the weights: nothing for as they are, or as the trainer holds them."""
    if quantization == "none":
        return {}
    import torch
    from transformers import BitsAndBytesConfig as Config

    make: Any = Config
    nf4 = make(
        load_in_4bit=True,
        bnb_4bit_quant_type="nf4",
        bnb_4bit_use_double_quant=True,
        bnb_4bit_compute_dtype=getattr(torch, compute.dtype),
    )
    return {"quantization_config": nf4, "device_map": {"": compute.device}}


def _load(source: ModelSource, dtype: torch.dtype, *, merge: bool, held: dict[str, Any]) -> Any:
    """Return the model in `dtype`; an adapter is merged in float32 and only then cast.

    On weights that are `held` in another way nothing is cast, and the adapter stays apart in float32, as in training.
    """
    import torch
    from transformers import AutoModelForCausalLM

    first = torch.float32 if source.adapter is not None and merge else dtype
    model: Any = AutoModelForCausalLM.from_pretrained(source.base, revision=source.revision, dtype=first, **held)
    if source.adapter is None:
        return model
    with without_quantiser(), warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # PEFT asks transformers by an old name
        from peft import PeftModel

        model = PeftModel.from_pretrained(model, str(source.adapter))
        if held:
            return model
        return model.merge_and_unload().to(dtype) if merge else model.to(dtype)


def _prepare() -> None:
    """Set what must be set before torch is first imported, and keep transformers' bars out of our log."""
    set_up_libraries()
    # bitsandbytes looks for an optional package and reports that it is not there.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    try:
        from transformers.utils.logging import disable_progress_bar
    except ImportError:
        return
    disable_progress_bar()  # type: ignore[no-untyped-call]
