"""Which of the processes of a run this one is, as a launcher says in the environment; needs no torch.

Micro batches of a step are dealt out in turns, so that N processes with an accumulation of A do the step of one process
with an accumulation of N A. What a checkpoint says counts whole steps: the run may go on with another number of
processes that divides them.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from sigil_common.errors import InputError
from sigil_common.lock import only_run
from sigilderg_finetuner.settings import Settings


def world() -> int:
    """Return how many processes train together."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def rank() -> int:
    """Return the number of this process among them."""
    return int(os.environ.get("RANK", "0")) if world() > 1 else 0


def device_number() -> int:
    """Return the number of this process among those of its machine, which is that of its GPU."""
    return int(os.environ.get("LOCAL_RANK", "0")) if world() > 1 else 0


def is_first() -> bool:
    """Tell the process that writes files and speaks."""
    return rank() == 0


def whole_steps(settings: Settings) -> Settings:
    """Return the settings with the forward passes of all processes in a step, as one process alone would do them."""
    passes = settings.train.gradient_accumulation * world()
    return replace(settings, train=replace(settings.train, gradient_accumulation=passes))


def writes_to(output_dir: Path) -> AbstractContextManager[object]:
    """Hold the lock of a directory in the first process; the others say nothing but errors."""
    if is_first():
        return only_run(output_dir / ".lock", output_dir)
    logging.getLogger().setLevel(logging.ERROR)
    return nullcontext()


def launch(processes: int, arguments: Sequence[str], *, gpus: bool) -> NoReturn:
    """Become `accelerate launch` of so many processes of `sigilderg-train`, one to a GPU; without any, torch's own.

    (`accelerate launch` starts processes on CPUs through MPI.) Raises `InputError` where this is such a process.
    """
    if world() > 1:
        raise InputError(
            "--nproc inside of a launcher", hint="leave it out: the launcher says how many processes there are"
        )
    if gpus:
        launcher = [
            "accelerate.commands.launch",
            "--multi_gpu",
            "--num_processes",
            str(processes),
            "--num_machines",
            "1",
        ]
        launcher += ["--mixed_precision", "no", "--dynamo_backend", "no", "--main_process_port", "0"]
    else:
        launcher = ["torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    sys.stdout.flush()
    command = [sys.executable, "-m", *launcher, "-m", "sigilderg_finetuner.cli", *arguments]
    os.execv(sys.executable, command)  # noqa: S606
