"""A run that learns from rewards, on one page. What is alike in both methods is in the flow below."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sigil_common.adapters import without_quantiser
from sigil_common.asking import prompt_ids
from sigil_common.errors import InputError, MissingError
from sigil_common.manifest import digest_json
from sigil_common.records import CheckpointInfo, RewardOffer, RewardProblem
from sigilderg_finetuner.checks import check_together
from sigilderg_finetuner.data.outlook import Course, warn_of_passes, with_warmup
from sigilderg_finetuner.flow import clear, make_job
from sigilderg_finetuner.identity import number_types
from sigilderg_finetuner.reinforcement import judge as judging
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import checkpoint, continuing, model, plan, ranks, runtime, shards
from sigilderg_finetuner.training.fit import fit
from sigilderg_finetuner.training.state import TrainingState

log = logging.getLogger(__name__)
_EXTRA = "'sigilderg-finetuner[grpo]'"
_SERVER = "'trl[vllm]', in an environment of its own: it brings its own torch"


def run(
    settings: Settings, *, restart: bool = False, stop_after: int | None = None, i_know: bool = False
) -> dict[str, Any]:
    """Train, or resume training, and return the result: the reward before and after, and the last checkpoint.

    `i_know` allows the problems of a shipped benchmark.
    """
    settings = _checked(settings)
    with judging.start(settings.grpo, i_know=i_know) as judge:
        info = _info_of(settings, judge.offer())
        if settings.misc.load_from is not None:
            continuing.check_first(settings.misc.load_from, info, whole=False)
        settings = model.pinned(settings, info.base_revision)
        with ranks.writes_to(settings.misc.output_dir):
            return _go_on(settings, judge, info, restart=restart, stop_after=stop_after)


def make_plan(settings: Settings, *, i_know: bool = False) -> dict[str, Any]:
    """Check settings and problems as a run does; return what the run would do. Nothing is loaded."""
    settings = _checked(settings)
    continuing.check_places(settings)
    with judging.start(settings.grpo, i_know=i_know) as judge:
        offer = judge.offer()
    train, grpo = settings.train, settings.grpo
    completions = train.micro_batch_size * train.gradient_accumulation
    training, measured = judging.training_problems(offer), judging.measured_problems(offer)
    return {
        "method": settings.method,
        "model": settings.model_name,
        "problems": len(training),
        "measured_problems": len(measured),
        "steps": train.num_steps,
        "completions_of_a_step": completions,
        "prompts_of_a_step": completions // grpo.num_generations,
        "completions": completions * train.num_steps,
        "measured_completions": len(measured) * grpo.val_samples,
        "passes_over_the_problems": round(
            completions // grpo.num_generations * train.num_steps / len(training),
            1,
        ),
    }


def _checked(settings: Settings) -> Settings:
    """Raise what is wrong before anything is started; return the settings with every `auto` of memory replaced."""
    check_together(settings)
    if ranks.world() > 1:
        raise InputError("`method: grpo` trains in one process", hint="leave out --nproc; a vLLM server may draw")
    if (parts := shards.launcher_asks()) is not None:
        raise InputError(
            f"the launcher asks for {parts}, and `method: grpo` trains on a whole model", hint="leave the launcher out"
        )
    server = settings.grpo.vllm_mode == "server"
    for package, source in {"trl": _EXTRA, "datasets": _EXTRA, **({"vllm": _SERVER} if server else {})}.items():
        if find_spec(package) is None:
            raise MissingError(
                f"`method: grpo` needs the package {package}, which is not installed", hint=f"pip install {source}"
            )
    runtime.check_log_backend(settings.misc.log_backend)
    runtime.check_optimizer(settings.train.optimizer)
    model.check_model_name(settings.model_name)
    plan.check_model(settings)
    settings = fit(settings)
    return replace(settings, train=with_warmup(settings.train))


def _info_of(settings: Settings, offer: RewardOffer) -> CheckpointInfo:
    """Return what a checkpoint of this run says about itself; the data are the problems, as they are asked and tested.

    A judge that does not say what its rewards follow from is known by its command.
    """
    rules = {name: str(value) for name, value in offer.rules.items()} or {"grpo.judge": " ".join(settings.grpo.judge)}
    return continuing.info_of(
        settings,
        digest_json([one.to_row() for one in offer.problems]),
        versions=offer.versions | {"trl": metadata.version("trl")},
        judge=rules,
    )


def _go_on(
    settings: Settings, judge: judging.Judge, info: CheckpointInfo, *, restart: bool, stop_after: int | None
) -> dict[str, Any]:
    from sigilderg_finetuner.reinforcement.recording import read_result

    output_dir = settings.misc.output_dir
    newest = continuing.where_to_begin(settings, info, restart=restart)
    if newest is not None and checkpoint.read_info(newest).step >= settings.train.num_steps:
        log.info("%s is finished", newest)
        return read_result(output_dir, newest)
    if newest is not None:
        continuing.warn_of_versions(newest, judge.offer().versions)
    last = _train(settings, judge, info, newest, stop_after)
    return read_result(output_dir, last)


def _train(
    settings: Settings, judge: judging.Judge, info: CheckpointInfo, newest: Path | None, stop_after: int | None
) -> Path:
    given = settings
    runtime.prepare()
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")  # its `rollout_func` is still called an experiment
    from sigilderg_finetuner.reinforcement.recording import ANSWERS_FILE, RewardRecorder
    from sigilderg_finetuner.training.pace import Pace

    with without_quantiser():  # transformers' Trainer imports PEFT
        from sigilderg_finetuner.reinforcement import engine
    settings, compute = runtime.resolve(settings)
    described = runtime.describe(settings, attention="what transformers chooses")
    info = info.model_copy(update={"compute": compute.to_row() | number_types(settings) | described})
    if newest is not None:
        continuing.check_number_types(newest, settings)
    tokenizer = model.load_tokenizer(settings.model_name, settings.model_revision)
    offer = judge.offer()
    prompts = _prompts(offer.problems, tokenizer, settings)
    training = [one.task_id for one in judging.training_problems(offer)]
    measured = [one.task_id for one in judging.measured_problems(offer)]
    size = settings.train.micro_batch_size * settings.train.gradient_accumulation // settings.grpo.num_generations
    warn_of_passes(size * settings.train.num_steps / len(training))
    job = make_job(settings, Course(settings.train.num_steps), packed=False)
    if settings.misc.load_from is not None:
        checkpoint.load_adapter(job.model, settings.misc.load_from)
        log.info("begun with the adapter of %s", settings.misc.load_from)
    state = TrainingState() if newest is None else checkpoint.restore_state(newest, optimizer=job.optimizer)
    clear(given, anew=newest is None)
    if newest is None:
        (settings.misc.output_dir / ANSWERS_FILE).unlink(missing_ok=True)
    recorder = RewardRecorder(settings.misc.output_dir, state.step)
    planned = settings.train.planned_minutes
    pace = Pace(None if planned is None else planned * 60, settings.train)

    def save() -> Path:
        known = info.model_copy(update={"step": state.step, "train_loss": state.last_train_loss})
        with pace.pause():
            return checkpoint.save(
                settings.misc.output_dir,
                model=job.model,
                optimizer=job.optimizer,
                tokenizer=tokenizer,
                state=state,
                info=known,
                settings=settings,
            )

    work = engine.Work(prompts, training, measured, judge, recorder, pace, tokenizer, save)
    try:
        with runtime.without_remarks():  # TRL asks transformers by old names
            trainer = engine.RewardTrainer(job, state, work, settings)
            if newest is not None:  # after the trainer has kept the adapter that the run began with, to compare with
                checkpoint.load_adapter(job.model, newest)
                log.info("resumed from %s", newest)
            return engine.train(trainer, stop_after=stop_after)
    finally:
        recorder.close()


def _prompts(problems: Sequence[RewardProblem], tokenizer: Any, settings: Settings) -> dict[str, list[int]]:
    """Return each problem's prompt as token ids; raise `InputError` where one leaves no room for an answer."""
    if settings.grpo.prompt_style == "chat" and tokenizer.chat_template is None:
        raise InputError(f"{settings.model_name} has no chat template", hint="--set grpo.prompt_style=completion")
    prompts = {one.task_id: prompt_ids(tokenizer, one) for one in problems}
    longest = max(prompts, key=lambda task: len(prompts[task]))
    room = settings.train.max_seq_len - len(prompts[longest])
    if settings.grpo.max_completion_length > room:
        raise InputError(
            "`grpo.max_completion_length` is more than `train.max_seq_len` leaves",
            cause=f"of {settings.train.max_seq_len:,} tokens the prompt of {longest} leaves {max(room, 0):,}",
        )
    return prompts
