"""The whole of a training run, on one page.

Everything that can be wrong with settings and data is found before torch is imported, which alone takes
longer than reading a large data set.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.adapters import without_quantiser
from sigil_common.errors import InputError
from sigil_common.jsonl import write_json
from sigil_common.settings import to_mapping
from sigilderg_finetuner.checks import check_together, needs_validation
from sigilderg_finetuner.data import outlook
from sigilderg_finetuner.data.batches import MicroBatch, collate
from sigilderg_finetuner.data.feed import planned_rows, training_batches, validation_batches
from sigilderg_finetuner.data.prepare import Chosen, Part, data_sha256, prepare, read_data
from sigilderg_finetuner.identity import number_types
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import checkpoint, continuing, kernel, model, plan, ranks, runtime, shards, sound
from sigilderg_finetuner.training.fit import fit
from sigilderg_finetuner.training.result import RESULT_FILE, read_result
from sigilderg_finetuner.training.state import TrainingState

if TYPE_CHECKING:
    from sigil_common.records import CheckpointInfo
    from sigilderg_finetuner.training.job import Job, Sum, TokenLosses
    from sigilderg_finetuner.training.pace import Pace

log = logging.getLogger(__name__)
SETTINGS_FILE = "settings.json"
DATA_FILE = "data.json"


def run(settings: Settings, *, restart: bool = False, stop_after: int | None = None) -> dict[str, Any]:
    """Train, or resume training, and return the result: losses, counts and the path of the last checkpoint."""
    check_together(settings)
    runtime.check_log_backend(settings.misc.log_backend)
    runtime.check_optimizer(settings.train.optimizer)
    model.check_model_name(settings.model_name)
    plan.check_model(settings)
    chosen = read_data(settings.dataset)
    settings = ranks.whole_steps(fit(settings))
    outlook.check_budgets(settings, outlook.tokens_about(chosen))
    sharded = shards.asked_for(settings)
    info = continuing.info_of(settings, data_sha256(chosen), versions=shards.versions(sharded))
    if settings.misc.load_from is not None:
        continuing.check_first(settings.misc.load_from, info, whole=settings.lora is None)
    settings = model.pinned(settings, info.base_revision)
    with ranks.writes_to(settings.misc.output_dir):
        return _go_on(settings, chosen, info, restart=restart, stop_after=stop_after, sharded=sharded)


def _go_on(
    settings: Settings,
    chosen: list[Chosen],
    info: CheckpointInfo,
    *,
    restart: bool,
    stop_after: int | None,
    sharded: shards.Kind | None,
) -> dict[str, Any]:
    newest = continuing.where_to_begin(settings, info, restart=restart)
    if newest is not None and continuing.is_finished(newest, settings):
        log.info("%s is finished", newest)
        return read_result(settings.misc.output_dir, newest, best=settings.train.load_best_model_at_end)
    return _train(settings, chosen, info, newest, stop_after, sharded)


@dataclass(frozen=True)
class _Read:
    """What there is to learn from, before a model is loaded; number types and steps are counted out in `settings`."""

    settings: Settings
    info: CheckpointInfo
    tokenizer: Any
    to_learn: Part
    to_check: Part
    course: outlook.Course
    about: dict[str, Any]  # what data.json says


def _train(
    settings: Settings,
    chosen: list[Chosen],
    info: CheckpointInfo,
    newest: Path | None,
    stop_after: int | None,
    sharded: shards.Kind | None,
) -> dict[str, Any]:
    given = settings
    runtime.prepare()
    from sigilderg_finetuner.training.optimizers import Course
    from sigilderg_finetuner.training.pace import Pace
    from sigilderg_finetuner.training.proof import prove_loss
    from sigilderg_finetuner.training.recorder import Recorder

    with without_quantiser():  # transformers' Trainer imports PEFT
        from sigilderg_finetuner.training import engine
    read = _read(settings, chosen, info, newest)
    settings = read.settings
    Course(settings.train)  # what is wrong with it is said before a model is loaded
    job = make_job(settings, read.course)
    passes = settings.train.gradient_accumulation // ranks.world()
    arguments = engine.arguments_of(job, settings.misc, accumulation=passes)
    read = _settled(job, read, newest)
    rough = settings.train.bf16 is True or settings.quantization != "none"
    prove_loss(job, read.to_learn.examples, settings.model_name, rough=rough)
    job.sharded = sharded if ranks.world() > 1 else None
    _load_weights(job, settings, newest)
    # Weights are put in whole, moments into the parts: no device holds all of them.
    objective = engine.objective_of(job)
    state = TrainingState()
    if newest is not None:
        state = checkpoint.restore_state(newest, optimizer=job.optimizer, average=job.average)
        log.info("resumed from %s", newest)
    recorder = None
    if ranks.is_first():
        clear(given, anew=newest is None)
        write_json(settings.misc.output_dir / DATA_FILE, read.about)
        recorder = Recorder(settings.misc.output_dir, state.step, work=_work(job, settings))
    else:
        state.clear()  # the first process goes on with the sums of all
    pace = Pace(plan.planned_seconds(settings, job.device), settings.train)
    steps = training_batches(read.to_learn, settings, skip=state.step, rank=ranks.rank(), world=ranks.world())
    work = engine.Work(steps, _validator(job, read, pace), _writer(job, read, state, pace))
    try:
        trainer = engine.PackedTrainer(objective, state, work, arguments)
        last = engine.train(trainer, recorder, pace, stop_after=stop_after)
    finally:
        work.steps.close()
        if recorder is not None:
            recorder.close()
    return read_result(settings.misc.output_dir, last, best=settings.train.load_best_model_at_end)


def _read(settings: Settings, chosen: list[Chosen], info: CheckpointInfo, newest: Path | None) -> _Read:
    """Choose number types, and prepare the rows as the run began with them."""
    from sigilderg_finetuner.data import render

    settings, compute = runtime.resolve(settings)
    compute_row = compute.to_row() | number_types(settings) | runtime.describe(settings)
    if newest is not None:
        continuing.check_number_types(newest, settings)
    tokenizer = model.load_tokenizer(settings.model_name, settings.model_revision)
    frame = render.frame_of(tokenizer, settings.dataset.format)
    if newest is not None:
        frame = render.frame_as_before(frame, settings.misc.output_dir / DATA_FILE)
        continuing.check_frame(newest, frame.sha256())
    to_learn, to_check = prepare(chosen, frame, tokenizer, settings)
    if not to_check.examples and (asked := needs_validation(settings.train)):
        raise InputError(f"`train.{asked}` needs validation rows, and there are none", hint="set `dataset.val_ratio`")
    about = outlook.one_pass(to_learn, settings)
    log.info("%s", outlook.in_words(about))
    settings, course = outlook.resolve(settings, to_learn)
    info = info.model_copy(update={"compute": compute_row, "frame_sha256": frame.sha256()})
    return _Read(settings, info, tokenizer, to_learn, to_check, course, about | {"frame": asdict(frame)})


def _settled(job: Job, read: _Read, newest: Path | None) -> _Read:
    """Decide on the attention that the job takes, and note it for the run's checkpoints."""
    before = None if newest is None else checkpoint.read_info(newest).compute.get("attention")

    def first_batch() -> MicroBatch:
        rows = itertools.islice(planned_rows(read.to_learn, read.settings), read.settings.train.micro_batch_size)
        return collate(read.to_learn.examples, list(rows))

    found = {"attention": kernel.settle(job, first_batch, before)}
    return replace(read, info=read.info.model_copy(update={"compute": read.info.compute | found}))


def _validator(job: Job, read: _Read, pace: Pace) -> Callable[[TokenLosses], dict[str, Sum] | None]:
    """Return what validates in this process: losses by kind of task, or None without rows."""
    from sigilderg_finetuner.training.job import evaluate

    def validate(losses: TokenLosses) -> dict[str, Sum] | None:
        if not read.to_check.examples:
            return None
        with pace.pause(validating=True):
            mine = {"rank": ranks.rank(), "world": ranks.world()}
            batches = validation_batches(read.to_check, read.settings, even=job.sharded is not None, **mine)
            return evaluate(job, losses, batches, read.to_check.tasks())

    return validate


def _writer(job: Job, read: _Read, state: TrainingState, pace: Pace) -> Callable[[], Path]:
    """Return what writes a checkpoint of where `state` stands."""
    settings = read.settings

    def save() -> Path:
        losses = {"train_loss": state.last_train_loss, "val_loss": state.last_val_loss} | _best_of(state)
        known = {"step": state.step, **losses, **_kind_of(state, settings, read.course)}
        with pace.pause():
            return checkpoint.save(
                settings.misc.output_dir,
                model=job.model,
                optimizer=job.optimizer,
                tokenizer=read.tokenizer,
                state=state,
                info=read.info.model_copy(update=known),
                settings=settings,
                average=job.average,
                spared=job.marks.union(filter(None, (state.best_step,))),
            )

    return save


def _load_weights(job: Job, settings: Settings, newest: Path | None) -> None:
    """Put the weights of this run's checkpoint into the model, or of those that it begins with."""
    if newest is not None:
        checkpoint.load_adapter(job.model, newest)
    elif settings.misc.load_from is not None:
        checkpoint.load_adapter(job.model, settings.misc.load_from)
        log.info("begun with the weights of %s", settings.misc.load_from)


def _best_of(state: TrainingState) -> dict[str, Any]:
    """Return what a checkpoint says of the best validation before it, if there was one."""
    since = None if state.best_step is None else state.validations_since_best
    return {"best_step": state.best_step, "best_val_loss": state.best_val_loss, "validations_since_best": since}


def _kind_of(state: TrainingState, settings: Settings, course: outlook.Course) -> dict[str, Any]:
    """Return what a checkpoint says of token budgets and means, where the settings ask for such."""
    train = settings.train
    known: dict[str, Any] = {}
    if train.save_at_tokens:
        known["tokens"] = state.total_tokens + state.tokens
        known["token_budgets"] = course.reached.get(state.step)
    if train.average_last and state.step in course.results:
        known["averaged_steps"] = min(train.average_last, state.step)
    return known


def make_job(settings: Settings, course: outlook.Course, *, packed: bool = True) -> Job:
    """Load the base and put a fresh adapter on it; return that with its optimizer, on its device."""
    import torch

    from sigilderg_finetuner.training.average import Average
    from sigilderg_finetuner.training.job import Job
    from sigilderg_finetuner.training.optimizers import make_optimizer

    device = torch.device("cuda", ranks.device_number()) if torch.cuda.is_available() else torch.device("cpu")
    if device.type == "cuda":
        torch.cuda.set_device(device)
        if (unused := torch.cuda.device_count() - ranks.world()) > 0:
            log.warning("%d more GPUs are here than are used; --nproc takes as many as it says", unused)
    base = model.load_base(settings, device, packed=packed)
    if settings.train.grad_checkpointing:
        model.recompute_activations(base)
    tuned = base if settings.lora is None else model.add_lora(base, settings.lora, settings.train.seed)
    if settings.train.compile and device.type == "cuda":
        for layer in base.get_decoder().layers:
            layer.compile()
    torch.backends.cuda.matmul.allow_tf32 = True
    flash = settings.train.use_flash_attention and device.type == "cuda" and settings.train.bf16 is True
    parameters, last = model.adapter_parameters(tuned), settings.train.average_last
    average = Average(parameters, last, course.results) if last else None
    marks = frozenset(course.reached)
    optimizer, even = make_optimizer(tuned, settings.train), device.type == "cuda" and settings.train.packing
    return Job(tuned, optimizer, device, settings.train, flash, marks, average, even=even)


def _work(job: Job, settings: Settings) -> plan.Work | None:
    """Return the work of one token by the formula of plan.py, or None for a model that it does not fit."""
    try:
        shape = plan.shape_of(job.model.config.to_dict(), settings.model_name)
    except InputError:
        return None
    return plan.work(shape, repeated=False, whole=settings.lora is None)


def clear(settings: Settings, *, anew: bool) -> None:
    """Prepare the directory of a run whose first step comes next; all that can be wrong is known by now.

    It has no result until it ends again. `anew` removes all that an earlier run left.
    """
    output_dir = settings.misc.output_dir
    old: tuple[str, ...] = (RESULT_FILE,)
    if anew:
        sound.remove_checkpoints(output_dir)
        old += ("metrics.jsonl", "timings.jsonl", "loss.svg", DATA_FILE)
    for name in old:
        (output_dir / name).unlink(missing_ok=True)
    write_json(output_dir / SETTINGS_FILE, to_mapping(settings))
