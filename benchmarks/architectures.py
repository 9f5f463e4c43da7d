"""Which architectures can be trained: our loss against the model's own, on small models with random weights.

    python benchmarks/architectures.py            # prints a table in Markdown

Each model has two layers; where the architecture has a sliding window it is 16 tokens, shorter than the samples. Three
samples are packed in one row; the model's own loss is that of its forward pass with eager attention, sample by sample.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

SIZES = {
    "vocab_size": 300, "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "head_dim": 16, "max_position_embeddings": 512, "pad_token_id": 0, "bos_token_id": 1,
    "eos_token_id": 2,
}  # fmt: skip
WINDOW = {"sliding_window": 16}
EXPERTS = {"num_experts": 4, "num_experts_per_tok": 2, "moe_intermediate_size": 32}
ARCHITECTURES: dict[str, dict[str, Any]] = {
    "llama": {},
    "mistral": WINDOW,
    "qwen2": {},
    "qwen3": {},
    "qwen3_moe": EXPERTS,
    "phi3": {},
    "olmo2": {},
    "smollm3": {},
    "starcoder2": WINDOW,
    "granite": {"logits_scaling": 8.0, "embedding_multiplier": 2.0, "residual_multiplier": 0.5},
    "cohere": {"logit_scale": 0.25},
    "gemma2": {**WINDOW, "query_pre_attn_scalar": 16},
    "gemma3_text": {**WINDOW, "query_pre_attn_scalar": 16},
    "deepseek_v2": {
        "kv_lora_rank": 16, "q_lora_rank": None, "qk_nope_head_dim": 16, "qk_rope_head_dim": 16, "v_head_dim": 16,
        "n_routed_experts": 4, "n_shared_experts": 1, "num_experts_per_tok": 2, "moe_intermediate_size": 32,
        "first_k_dense_replace": 1, "num_key_value_heads": 4, "n_group": 1, "topk_group": 1,
    },
    "gpt_oss": {**WINDOW, "num_local_experts": 4, "num_experts_per_tok": 2},
}  # fmt: skip


def random_model(kind: str) -> Any:
    """Return a small model of an architecture, with our attention."""
    from transformers import AutoConfig, AutoModelForCausalLM

    from sigilderg_finetuner.training import attention

    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **SIZES | ARCHITECTURES[kind])
    model = AutoModelForCausalLM.from_config(config, attn_implementation=attention.register())
    return model.float().eval()


def samples(lengths: tuple[int, ...] = (24, 31, 40)) -> Any:
    """Return samples of random tokens, of which the second half is learned."""
    from sigilderg_finetuner.data.batches import Examples
    from sigilderg_finetuner.data.tokens import TokenTable

    draw = np.random.default_rng(0)
    offsets = np.cumsum([0, *lengths]).astype(np.int64)
    answers = np.asarray(lengths) // 2
    table = TokenTable(draw.integers(3, SIZES["vocab_size"], offsets[-1]).astype(np.uint16), offsets, answers)
    count = np.arange(len(lengths))
    return Examples([table], 0 * count, count, np.asarray(lengths), answers)


def compare(kind: str) -> tuple[float, float]:
    """Return our loss and the model's own, summed over answer tokens; raise `InputError` where ours refuses."""
    from sigilderg_finetuner.data.batches import collate
    from sigilderg_finetuner.training.model import loss_sum
    from sigilderg_finetuner.training.proof import own_loss

    batch, model = collate(samples(), [[0, 1, 2]]), random_model(kind)
    with torch.no_grad():
        own = own_loss(model, batch)
        return float(loss_sum(model, batch, flash=False)), own


def main() -> None:
    """Print the table."""
    from sigil_common.errors import InputError

    print("| architecture | ours | own | |\n|---|--:|--:|---|")
    for kind in ARCHITECTURES:
        try:
            ours, own = compare(kind)
        except InputError as error:
            print(f"| {kind} | | | refused: {error.cause} |")
            continue
        verdict = "equal" if abs(ours - own) <= 1e-4 * own else "different: refused at start"
        print(f"| {kind} | {ours:.4f} | {own:.4f} | {verdict} |")


if __name__ == "__main__":
    main()
