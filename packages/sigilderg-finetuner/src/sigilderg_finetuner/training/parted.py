"""A model cut up over the processes of a run by DeepSpeed's ZeRO-3, and its optimizer as if it were whole.

DeepSpeed holds weights, gradients and moments in flat parts, clips gradients, and steps when we say that a step is
full. It loads and saves nothing: an optimizer's state is read and written here as that of the same optimizer of torch
with whole weights, so that checkpoints are those of any run. Importing this imports torch.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from sigilderg_finetuner.training import zero
from sigilderg_finetuner.training.job import Job

_COMPILED_ON_CPU = "deepspeed_shm_comm"


class PartedOptimizer(torch.optim.Optimizer):
    """An optimizer whose weights DeepSpeed cut up. All processes must call each method at the same time."""

    in_parts = True
    # accelerate would copy the whole state to the device; nothing is to be prepared.
    _is_accelerate_prepared = True
    step_was_skipped = False

    def __init__(
        self, engine: Any, plain: torch.optim.Optimizer, names: list[dict[str, Any]], weights: list[Any]
    ) -> None:
        super().__init__(weights, plain.defaults)
        self.engine = engine
        self.plain = plain
        self.param_groups = plain.param_groups  # whose rates count
        self._names = names
        self._weights = weights

    def step(self, closure: Any = None) -> None:  # type: ignore[override]  # noqa: ARG002
        """Clip the gradients and use them; DeepSpeed leaves out a step with one that is no number."""
        self.engine.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Do nothing: a step clears gradients."""

    def norm(self) -> torch.Tensor:
        """Return the norm of all gradients of a full step, before they are clipped and used."""
        from deepspeed.utils import safe_get_local_grad

        parts = [safe_get_local_grad(weight).double().square().sum() for weight in self._weights]
        total = torch.stack(parts).sum()
        torch.distributed.all_reduce(total)
        return total.sqrt().float()

    def state_dict(self) -> dict[str, Any]:
        """Return the state with whole weights, on the CPU of the first process; the others get None for a moment."""
        from deepspeed.utils import safe_get_full_optimizer_state

        first = torch.distributed.get_rank() == 0
        one: Mapping[str, torch.Tensor] = next(iter(self.plain.state.values()), {})
        state: dict[int, dict[str, Any]] = {}
        for number, weight in enumerate(self._weights):
            for name, value in one.items():
                if value.ndim:
                    whole = safe_get_full_optimizer_state(weight, name)
                    kept = whole.to("cpu", copy=True) if first else None
                    del whole
                else:
                    kept = value.detach().cpu().clone()  # the number of steps
                state.setdefault(number, {})[name] = kept
        return {"state": state, "param_groups": list(self._groups())}

    def _groups(self) -> Iterator[dict[str, Any]]:
        for kept, live in zip(self._names, self.param_groups, strict=True):
            own = {key: value for key, value in live.items() if key != "params" and not key.startswith("_")}
            yield own | {"params": kept["params"]}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take this process's parts of a state with whole weights."""
        from deepspeed.utils import safe_set_local_optimizer_state

        for live, kept in zip(self.param_groups, state_dict["param_groups"], strict=True):
            live.update({key: value for key, value in kept.items() if key != "params"})
        moments = state_dict["state"]
        if not moments:
            return
        for flat in self.engine.optimizer.fp32_partitioned_groups_flat:
            place = _place_of_steps(self.param_groups[0], flat)
            self.plain.state[flat] = {
                name: torch.zeros_like(flat) if value.ndim else value.to(place, copy=True)
                for name, value in moments[0].items()
            }
        for number, weight in enumerate(self._weights):
            for name, value in moments[number].items():
                if value.ndim:
                    safe_set_local_optimizer_state(weight, _part_of(value, weight.ds_tensor.numel()), name)


def _place_of_steps(group: Mapping[str, Any], flat: torch.Tensor) -> torch.device:
    """Return where torch counts an optimizer's steps: its fused kernels count on the device."""
    return flat.device if group.get("fused") or group.get("capturable") else torch.device("cpu")


def _part_of(value: torch.Tensor, size: int) -> torch.Tensor:
    """Return this process's part of a whole moment, with zeros behind its end."""
    start = size * torch.distributed.get_rank()
    own = value.flatten()[start : start + size]
    return torch.nn.functional.pad(own, (0, size - own.numel()))


class InTurns(torch.nn.Module):
    """What the Trainer calls: it tells DeepSpeed which pass is the last of its step."""

    def __init__(self, optimizer: PartedOptimizer) -> None:
        super().__init__()
        self.engine = optimizer.engine

    def forward(self, batch: Any) -> Any:
        """Return what the objective does."""
        from accelerate.state import GradientState

        self.engine.set_gradient_accumulation_boundary(GradientState().sync_gradients)
        return self.engine(batch)


def cut_job(objective: torch.nn.Module, job: Job) -> None:
    """Cut what is trained up, and its fresh optimizer with it; the processes must know each other already."""
    import deepspeed

    for handler in logging.getLogger("DeepSpeed").handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setStream(sys.stderr)  # stdout is for the result
    if job.device.type == "cpu":
        # It would compile a way of its own to sum over processes, which gloo has.
        deepspeed.ops.__compatible_ops__[_COMPILED_ON_CPU] = False
    plain = job.optimizer
    names = plain.state_dict()["param_groups"]
    weights = [weight for group in plain.param_groups for weight in group["params"]]
    deepspeed.init_distributed(torch.distributed.get_backend())
    engine, _, _, _ = deepspeed.initialize(
        model=objective,
        optimizer=plain,
        config={
            "train_micro_batch_size_per_gpu": 1,
            "gradient_accumulation_steps": 1,  # the mean over passes is in the loss already; see `InTurns`
            "gradient_clipping": job.settings.max_grad_norm,
            "zero_force_ds_cpu_optimizer": False,
            "zero_optimization": {"stage": 3, "memory_efficient_linear": False, **zero.tuning()},
        },
    )
    job.optimizer = PartedOptimizer(engine, plain, names, weights)
