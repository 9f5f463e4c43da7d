"""Which attention a run takes on a GPU: the quicker of two, by a short timing at its start.

Flash attention starts one kernel for a row, attention sample by sample one for each sample. Which is quicker depends on
the GPU, the heads and how long samples are, so both are run forwards and backwards on the first micro batch of the
run's own plan. The first process decides for all. Each adds its sums up in another order, so what a run began with it
goes on with, and with `train.deterministic` nothing is timed.
"""

from __future__ import annotations

import logging
import statistics
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sigil_common.errors import SigilError
from sigilderg_finetuner.training import attention, ranks

if TYPE_CHECKING:
    from sigilderg_finetuner.data.batches import MicroBatch
    from sigilderg_finetuner.training.job import Job

log = logging.getLogger(__name__)
REPEATS = 5


def settle(job: Job, make_batch: Callable[[], MicroBatch], before: str | None) -> str:
    """Decide on the attention of a job that may take flash attention; return its name.

    `make_batch` gives a typical micro batch; `before` is the attention that the run began with.
    """
    if not job.flash:
        found = attention.BY_SAMPLE
    elif before is not None or job.settings.deterministic:
        found = before or attention.FLASH
    else:
        found = _timed(job, make_batch)
    if job.flash:
        log.info("attention by %s", found)
    job.flash = found == attention.FLASH
    if job.flash and not job.settings.deterministic:
        log.info("gradients through flash attention differ in their last bits from run to run: `train.deterministic`")
    if job.settings.compile and job.device.type == "cuda":
        attention.register(apart=not job.flash)
    return found


def _timed(job: Job, make_batch: Callable[[], MicroBatch]) -> str:
    import torch

    found: list[Any] = [quickest(candidates(job, make_batch()), _now) if ranks.is_first() else None]
    if torch.distributed.is_initialized():
        torch.distributed.broadcast_object_list(found, src=0)
    return str(found[0])


def quickest(choices: Mapping[str, Callable[[], object]], clock: Callable[[], float]) -> str:
    """Run all choices in turns; return the one whose median time is the lowest.

    `clock` gives seconds, after all that was begun has ended. A choice that raises is out; where all do, that is a
    `SigilError`. The first run of each is not counted.
    """
    times: dict[str, list[float]] = {name: [] for name in choices}
    failed: dict[str, str] = {}
    for _ in range(REPEATS + 1):
        for name in [name for name in choices if name not in failed]:
            try:
                start = clock()
                choices[name]()
                times[name].append(clock() - start)
            except Exception as error:  # whatever it is, this one does not run here
                failed[name] = (str(error).strip() or type(error).__name__).splitlines()[0]
                log.warning("attention by %s does not run here: %s", name, failed[name])
    medians = {name: statistics.median(taken[1:]) for name, taken in times.items() if name not in failed}
    if not medians:
        raise SigilError("no attention runs on this device", cause="; ".join(failed.values()))
    for name, median in medians.items():
        log.info("%.3f ms forwards and backwards for attention by %s", median * 1000, name)
    return min(medians, key=lambda name: medians[name])


def candidates(job: Job, batch: MicroBatch) -> dict[str, Callable[[], object]]:
    """Return both ways to attend in one layer of the model, forwards and backwards, over the samples of a batch."""
    import torch

    heads, keys, width, values = sizes(job.model.config.get_text_config())
    here = job.ready(batch)
    tokens, made = here.input_ids.shape[1], torch.Generator(job.device).manual_seed(0)
    like: dict[str, Any] = {"dtype": torch.bfloat16, "device": job.device, "generator": made}
    q, k, v = (
        torch.randn(1, tokens, count, size, **like).transpose(1, 2).requires_grad_()  # as projections leave them
        for count, size in ((heads, width), (keys, width), (keys, values))
    )

    def run(flash: bool) -> None:
        out, _ = attention.packed_attention(None, q, k, v, None, **attention.about(here, 0, flash))
        torch.autograd.grad(out, (q, k, v), torch.ones_like(out))

    return {attention.FLASH: lambda: run(True), attention.BY_SAMPLE: lambda: run(False)}


def sizes(config: Any) -> tuple[int, int, int, int]:
    """Return the heads of queries and keys, and the widths of a key and a value."""
    heads = config.num_attention_heads
    keys = getattr(config, "num_key_value_heads", None) or heads
    width = getattr(config, "head_dim", None) or config.hidden_size // heads
    parts = [getattr(config, f"qk_{name}_head_dim", None) for name in ("nope", "rope")]  # of DeepSeek
    if all(parts):
        width = sum(parts)
    return heads, keys, width, getattr(config, "v_head_dim", None) or width


def _now() -> float:
    import torch

    torch.cuda.synchronize()
    return time.perf_counter()
