"""How torch and its neighbours are set up before they are first used: quiet, offline where possible, repeatable."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec

from sigil_common.compute import Compute, choose_compute, set_up_libraries
from sigil_common.errors import MissingError
from sigilderg_finetuner.identity import training_type
from sigilderg_finetuner.names import package_of
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training.attention import BY_SAMPLE
from sigilderg_finetuner.training.machine import check_gpu_is_seen, cpu_name

log = logging.getLogger(__name__)


def prepare() -> None:
    """Silence progress bars and known harmless remarks; must run before torch and transformers are imported."""
    set_up_libraries()
    # bitsandbytes looks for an optional CPU kernel package on the hub and reports that it is not there.
    logging.getLogger("bitsandbytes.backends.cpu.ops").setLevel(logging.ERROR)
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # type: ignore[no-untyped-call]


def check_log_backend(name: str) -> None:
    """Raise `MissingError` early for a tracker whose package is not installed."""
    wanted = {"none": (), "tensorboard": ("tensorboard", "tensorboardX")}.get(name, (name,))
    if wanted and not any(find_spec(package) for package in wanted):
        raise MissingError(
            f"`misc.log_backend: {name}` needs the package {wanted[0]}, which is not installed",
            hint=f"pip install {wanted[0]}, or leave it out: metrics.jsonl is written in any case",
        )


def check_optimizer(name: str) -> None:
    """Raise `MissingError` early for an optimizer whose package is not installed."""
    needed = package_of(name)
    if needed is not None and find_spec(needed[0]) is None:
        raise MissingError(
            f"`train.optimizer: {name}` needs the package {needed[0]}, which is not installed",
            hint=f"pip install {needed[1]}, or take `adamw`",
        )


def resolve(settings: Settings) -> tuple[Settings, Compute]:
    """Return the settings with every `auto` number type replaced by this device's, and what it computes with."""
    import torch

    check_gpu_is_seen(torch.cuda)
    compute = choose_compute(training_type(settings), torch.cuda)
    products = settings.bnb_4bit.compute_dtype
    if products == "auto":
        fast = choose_compute("auto", torch.cuda).dtype
        products = fast if compute.dtype == "bfloat16" else "float32"
    note = f", products with four-bit weights in {products}" if settings.quantization == "nf4" else ""
    log.info("computing in %s%s", compute, note)
    return replace(
        settings,
        train=replace(settings.train, bf16=compute.dtype == "bfloat16"),
        bnb_4bit=replace(settings.bnb_4bit, compute_dtype=products),
    ), compute


def describe(settings: Settings, attention: str | None = None) -> dict[str, str]:
    """Return, and log, the device's name and the attention that runs; the number types are those of `resolve`.

    `attention` says which, where it is not ours. What is still to be timed (kernel.py) is left out.

    From here on torch takes kernels that are the same in every run, if `train.deterministic` asks for it.
    """
    import torch

    on_gpu, train = torch.cuda.is_available(), settings.train
    name = torch.cuda.get_device_name() if on_gpu else cpu_name()
    found = {"name": name}
    if attention is not None or not (on_gpu and train.use_flash_attention and train.bf16 is True):
        found["attention"] = attention or BY_SAMPLE
    log.info("on %s, attention by %s", name, found.get("attention", "the quicker of two"))
    if train.deterministic:
        # What has no such kernel is named by torch, and used all the same.
        os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
        torch.use_deterministic_algorithms(True, warn_only=True)
    return found


@contextmanager
def without_remarks() -> Iterator[None]:
    """Leave out what libraries say to each other's authors, such as a call by an old name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


def versions() -> dict[str, str]:
    """Return the versions of everything that can change a result, without importing any of it."""
    import platform
    from importlib import metadata

    found = {"python": platform.python_version()}
    for name in ("sigilderg-finetuner", "torch", "transformers", "peft", "bitsandbytes", "tokenizers"):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
