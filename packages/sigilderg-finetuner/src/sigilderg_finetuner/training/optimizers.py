"""The optimizer of the trained weights, and the course of the learning rate."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigilderg_finetuner.names import BY_VALIDATION, OWN_COURSES, optimizer_arguments
from sigilderg_finetuner.settings import TrainSettings
from sigilderg_finetuner.training.model import adapter_parameters

if TYPE_CHECKING:
    import torch


def make_optimizer(model: Any, settings: TrainSettings) -> torch.optim.Optimizer:
    """Return the optimizer of the trained weights.

    Matrices alone decay: the scales, lengths and biases of a layer do not. Raises `InputError` for arguments that the
    optimizer does not take.
    """
    import torch

    parameters = list(adapter_parameters(model).values())
    groups = _groups(parameters, settings.weight_decay)
    own = {"lr": settings.lr, "betas": (0.9, settings.adam_beta2), "weight_decay": settings.weight_decay}
    kind: Any
    try:
        if settings.optimizer == "adamw":
            kind, options = torch.optim.AdamW, own | {"fused": parameters[0].is_cuda}
        elif settings.optimizer in ("adamw_8bit", "paged_adamw_8bit"):
            from bitsandbytes.optim.adamw import AdamW8bit, PagedAdamW8bit

            kind, options = PagedAdamW8bit if settings.optimizer.startswith("paged") else AdamW8bit, own
        else:
            kind, options = _of_the_trainer(model, settings, cpu=not parameters[0].is_cuda)
            if not isinstance(groups[0], dict):
                groups = [{"params": groups, "weight_decay": settings.weight_decay}]
        optimizer: torch.optim.Optimizer = kind(groups, **_with_arguments(options, settings.optim_args))
    except (ValueError, TypeError, ImportError, RuntimeError, AttributeError) as error:
        cause = str(error).strip().partition("\n")[0]
        raise InputError(f"`train.optimizer: {settings.optimizer}` cannot be made", cause=cause) from error
    return optimizer


def _with_arguments(options: dict[str, Any], text: str | None) -> dict[str, Any]:
    """Return what an optimizer takes with `train.optim_args`: all of it, where transformers leaves some unread."""
    import torch

    given: dict[str, Any] = dict(optimizer_arguments(text))
    betas = list(options.get("betas", ()))
    for place, name in enumerate(("beta1", "beta2", "beta3")[: len(betas)]):
        betas[place] = given.pop(name, betas[place])
    for name, value in given.items():
        if name.endswith("_dtype"):
            given[name] = getattr(torch, str(value))
    return options | given | ({"betas": tuple(betas)} if betas else {})


def _groups(parameters: list[Any], decay: float) -> Any:
    """Return the parameters, in two groups where some of them do not decay."""
    flat = [parameter for parameter in parameters if parameter.ndim < 2]
    if not flat:
        return parameters
    matrices = [parameter for parameter in parameters if parameter.ndim >= 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": flat, "weight_decay": 0.0}]


def _of_the_trainer(model: Any, settings: TrainSettings, *, cpu: bool) -> tuple[Any, dict[str, Any]]:
    """Return the class that transformers' Trainer makes of a name, and what it gives it."""
    from transformers import Trainer, TrainingArguments
    from transformers.utils.import_utils import is_bitsandbytes_available

    if hasattr(is_bitsandbytes_available, "cache_clear"):
        is_bitsandbytes_available.cache_clear()  # it was asked while bitsandbytes was hidden
    arguments = TrainingArguments(
        optim=settings.optimizer,
        learning_rate=settings.lr,
        adam_beta2=settings.adam_beta2,
        use_cpu=cpu,
        report_to="none",
    )
    kind, options = Trainer.get_optimizer_cls_and_kwargs(arguments, model)
    return kind, dict(options)


class Course:
    """The learning rate: a function of the step, and of some names also of what validations found.

    Those keep a state, which a checkpoint holds as plain values. Raises `InputError` for arguments that a course does
    not take, or lacks.
    """

    def __init__(self, settings: TrainSettings, kept: dict[str, Any] | None = None) -> None:
        self.settings = settings
        self._by_validation = settings.scheduler in BY_VALIDATION
        self._scheduler: Any = None
        self._scale: Callable[[int], float] = partial(learning_rate, settings=settings)
        if settings.scheduler not in OWN_COURSES:
            self._make(kept)

    def _make(self, kept: dict[str, Any] | None) -> None:
        import torch
        from transformers import get_scheduler

        train = self.settings
        self._held = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=train.lr)
        try:
            self._scheduler = get_scheduler(
                train.scheduler, self._held, train.warmup_steps, train.num_steps, _arguments(train)
            )
        except (TypeError, ValueError) as error:
            raise InputError(
                f"`train.scheduler: {train.scheduler}` cannot be made with `train.lr_scheduler_kwargs`",
                cause=str(error),
            ) from None
        if not self._by_validation:
            factor = self._scheduler.lr_lambdas[0]
            self._scale = lambda step: train.lr * float(factor(step))
            self._try()
        elif kept is not None:
            self._scheduler.load_state_dict({**self._scheduler.state_dict(), **kept["scheduler"]})
            self._held.param_groups[0]["lr"] = kept["lr"]

    def _try(self) -> None:
        """Raise `InputError` for arguments that a course takes, and that give no rate once the warm-up is over."""
        train = self.settings
        first = min(train.warmup_steps + 1, train.num_steps)
        for step in (first, (first + train.num_steps) // 2, train.num_steps):
            try:
                rate: object = self._scale(step)
            except (TypeError, ValueError, ArithmeticError) as error:
                rate = error
            if not (isinstance(rate, float) and math.isfinite(rate) and rate >= 0):
                raise InputError(
                    f"`train.scheduler: {train.scheduler}` gives no rate with `train.lr_scheduler_kwargs`",
                    cause=f"at step {step:,}: {rate}",
                )

    def rate(self, step: int) -> float:
        """Return the rate of optimizer step `step`, counted from 1."""
        if not self._by_validation:
            return self._scale(step)
        warm = min(1.0, step / self.settings.warmup_steps) if self.settings.warmup_steps else 1.0
        return warm * float(self._held.param_groups[0]["lr"])

    def validated(self, loss: float) -> bool:
        """Take note of a validation; return whether the rate of the next step may be another for it."""
        if self._by_validation:
            self._scheduler.step(loss)
        return self._by_validation

    def to_keep(self) -> dict[str, Any] | None:
        """Return what a checkpoint needs to go on, as plain values."""
        if not self._by_validation:
            return None
        plain = (bool, int, float, str, list, type(None))
        state = {key: value for key, value in self._scheduler.state_dict().items() if isinstance(value, plain)}
        return {"scheduler": state, "lr": self._held.param_groups[0]["lr"]}


def _arguments(train: TrainSettings) -> dict[str, Any]:
    """Return what a course of transformers takes besides: as given, else what `train.min_lr_ratio` means for it."""
    least = train.min_lr_ratio
    by_name: dict[str, dict[str, Any]] = {
        "cosine_with_min_lr": {"min_lr_rate": least},
        "cosine_warmup_with_min_lr": {"min_lr_rate": least},
        "polynomial": {"lr_end": least * train.lr},
        "warmup_stable_decay": {"min_lr_ratio": least},
        "reduce_lr_on_plateau": {"min_lr": least * train.lr},
        "greedy": {"min_lr": least * train.lr, "max_lr": train.lr},
    }
    return {**by_name.get(train.scheduler, {}), **train.lr_scheduler_kwargs}


def make_rate(optimizer: torch.optim.Optimizer, course: Course, *, done: int) -> Any:
    """Return what sets the optimizer's rate before each step, after `done` steps; it has no state of its own."""
    from torch.optim.lr_scheduler import LambdaLR

    for group in optimizer.param_groups:
        group["initial_lr"] = 1.0  # the rate itself is what it is multiplied with
    return LambdaLR(optimizer, lambda step: course.rate(step + 1), last_epoch=done - 1)


def learning_rate(step: int, settings: TrainSettings) -> float:
    """Return the rate of optimizer step `step`, counted from 1.

    Linear warm-up to `lr` at step `warmup_steps`, then cosine or linear down to `min_lr_ratio * lr` at
    the last step, or constant.
    """
    if step <= settings.warmup_steps:
        return settings.lr * step / settings.warmup_steps
    if settings.scheduler == "constant":
        return settings.lr
    length = max(1, settings.num_steps - settings.warmup_steps)
    done = min(1.0, (step - settings.warmup_steps) / length)
    falling = 0.5 * (1 + math.cos(math.pi * done)) if settings.scheduler == "cosine" else 1 - done
    return settings.lr * (settings.min_lr_ratio + (1 - settings.min_lr_ratio) * falling)
