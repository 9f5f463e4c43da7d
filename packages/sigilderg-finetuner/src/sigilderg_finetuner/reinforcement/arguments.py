"""TRL's view of the settings. When to log, measure and save, callbacks say. Importing this imports torch."""

from __future__ import annotations

from typing import Any

from trl.trainer.grpo_config import GRPOConfig

from sigilderg_finetuner.settings import Settings


def arguments_of(settings: Settings, *, cpu: bool) -> Any:
    """Return the arguments of TRL's trainer."""
    train, grpo = settings.train, settings.grpo
    return GRPOConfig(
        output_dir=str(settings.misc.output_dir),
        per_device_train_batch_size=train.micro_batch_size,
        gradient_accumulation_steps=train.gradient_accumulation,
        num_generations=grpo.num_generations,
        max_completion_length=grpo.max_completion_length,
        temperature=grpo.temperature,
        top_p=grpo.top_p,
        top_k=0,
        beta=grpo.beta,
        loss_type=grpo.loss_type,
        scale_rewards=grpo.scale_rewards,
        mask_truncated_completions=grpo.mask_truncated_completions,
        use_vllm=grpo.vllm_mode == "server",
        vllm_mode="server",
        vllm_server_base_url=grpo.vllm_server_base_url,
        max_steps=train.num_steps,
        learning_rate=train.lr,
        weight_decay=train.weight_decay,
        max_grad_norm=train.max_grad_norm,
        bf16=train.bf16 is True,
        gradient_checkpointing=False,  # the model itself recomputes where the settings ask for it
        logging_strategy="no",
        save_strategy="no",
        eval_strategy="no",
        report_to=settings.misc.log_backend,
        use_cpu=cpu,
        seed=train.seed,
        ddp_find_unused_parameters=False,
        logging_nan_inf_filter=False,
        disable_tqdm=True,
    )
