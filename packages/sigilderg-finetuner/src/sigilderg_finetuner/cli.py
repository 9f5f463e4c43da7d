"""`sigilderg-train`: fine-tune a model as a YAML file says."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sigil_common import cli
from sigil_common.errors import InputError

if TYPE_CHECKING:
    from sigilderg_finetuner.settings import Settings


@cli.command()
@click.argument("config", type=click.Path(path_type=Path))
@click.option(
    "--set",
    "assignments",
    type=cli.TEXT,
    multiple=True,
    metavar="KEY=VALUE",
    help="Replace a setting of the file, as in `--set train.num_steps=40`; may be repeated.",
)
@click.option("--model", type=cli.TEXT, help="Short for `--set model_name=...`.")
@click.option("--dataset", type=cli.TEXT, multiple=True, help="Short for `--set dataset.names=[...]`; may be repeated.")
@click.option("--output-dir", type=cli.TEXT, help="Short for `--set misc.output_dir=...`.")
@click.option(
    "--reward-problems",
    type=cli.TEXT,
    metavar="FILE",
    help="Short for `--set method=grpo --set grpo.reward_problems=...`.",
)
@click.option(
    "--i-know", is_flag=True, help="Let problems of a shipped benchmark give rewards; it measures nothing then."
)
@click.option("--plan", "plan_only", is_flag=True, help="Check everything, print memory and time needed, do not train.")
@click.option(
    "--plan-gib",
    type=cli.FloatRange(min=0, min_open=True),
    metavar="GIB",
    help="With --plan: memory of the GPU for which `auto` is chosen, where it is not this machine's.",
)
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu"]),
    default="auto",
    expose_value=False,
    callback=lambda _context, _option, value: _use(value),
    help="`cpu` trains on the CPU also where there is a GPU, or one that torch cannot use.",
)
@click.option("--restart", is_flag=True, help="Remove the checkpoints in the output directory and begin anew.")
@click.option(
    "--stop-after",
    type=click.IntRange(min=1),
    metavar="STEP",
    help="Stop at this step with exit code 4; the same command goes on from there.",
)
@click.option(
    "--nproc",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Processes that train together, one to a GPU; a step has as many more rows. A front of `accelerate launch`.",
)
@cli.common_options
def command(
    config: Path,
    assignments: tuple[str, ...],
    model: str | None,
    dataset: tuple[str, ...],
    output_dir: str | None,
    plan_only: bool,
    plan_gib: float | None,
    nproc: int,
    **how: Any,
) -> None:
    """Fine-tune a language model as CONFIG (YAML) says: on samples, or with `method: grpo` on rewards.

    Goes on from the newest checkpoint in the output directory. The result is one line of JSON on stdout.
    """
    from sigil_common.settings import load_settings, naming_places
    from sigilderg_finetuner.settings import Settings
    from sigilderg_finetuner.spellings import SPELLINGS

    values, places = read_assignments(assignments)
    reward_problems, i_know = how.pop("reward_problems"), how.pop("i_know")
    for key, option, value in (
        ("model_name", "--model", model),
        ("dataset.names", "--dataset", list(dataset)),
        ("misc.output_dir", "--output-dir", output_dir),
        ("grpo.reward_problems", "--reward-problems", reward_problems),
        ("method", "--reward-problems", "grpo" if reward_problems else None),
    ):
        if value:
            values[key], places[key] = value, f"option {option}"
    found = load_settings(Settings, file=config, overrides=values, override_places=places, spellings=SPELLINGS)
    with naming_places(found.sources):
        _refuse_unread(found.settings, plan_only=plan_only, plan_gib=plan_gib, nproc=nproc, i_know=i_know)
        if found.settings.method == "grpo":
            _learn_from_rewards(found.settings, plan_only=plan_only, i_know=i_know, **how)
            return
        if plan_only:
            from sigilderg_finetuner.training.plan import make_plan

            click.echo(json.dumps(make_plan(found.settings, gpu_gib=plan_gib), indent=2))
            return
        from sigilderg_finetuner.flow import run
        from sigilderg_finetuner.training import ranks

        if nproc > 1:
            _launch(found.settings, nproc)
        result = run(found.settings, **how)
        if ranks.is_first():
            click.echo(json.dumps(result))


def _refuse_unread(settings: Settings, *, plan_only: bool, plan_gib: float | None, nproc: int, i_know: bool) -> None:
    """Raise `InputError` for the first option that nothing would look at."""
    grpo = settings.method == "grpo"
    if plan_gib is not None and not plan_only:
        raise InputError("--plan-gib is for --plan", hint="leave it out: a run asks its own GPU")
    if plan_gib is not None and grpo:
        raise InputError("--plan-gib is not for `method: grpo`", cause="its plan counts completions, and no memory")
    if i_know and not grpo:
        raise InputError("--i-know is for `method: grpo`", hint="leave it out: samples give no rewards")
    if nproc > 1 and grpo:
        raise InputError(
            "--nproc is not for `method: grpo`", cause="it trains in one process", hint="a vLLM server may draw for it"
        )
    if nproc > 1 and plan_only:
        raise InputError(
            "--nproc is not for --plan, which is of one process",
            hint=f"a step of {nproc} has `train.gradient_accumulation` x {nproc}",
        )


def _learn_from_rewards(settings: Settings, *, plan_only: bool, i_know: bool, **how: Any) -> None:
    from sigilderg_finetuner.reinforcement import flow

    if plan_only:
        click.echo(json.dumps(flow.make_plan(settings, i_know=i_know), indent=2))
    else:
        click.echo(json.dumps(flow.run(settings, i_know=i_know, **how)))


def _use(device: str) -> None:
    if device == "cpu":
        from sigilderg_finetuner.training.machine import use_cpu

        use_cpu()


def _launch(settings: Settings, nproc: int) -> NoReturn:
    """Check what can be checked once, and become the launcher of the processes."""
    import torch

    from sigilderg_finetuner.checks import check_together
    from sigilderg_finetuner.training import ranks

    check_together(settings)
    gpus = torch.cuda.device_count()
    if 0 < gpus < nproc:
        raise InputError(f"--nproc {nproc}: this machine has {gpus} GPUs")
    ranks.launch(nproc, without_launch(sys.argv[1:]), gpus=gpus > 0)


def without_launch(arguments: Sequence[str]) -> list[str]:
    """Return a command line without `--nproc`, which is for the launcher alone."""
    left: list[str] = []
    skip = False
    for argument in arguments:
        if not skip and argument != "--nproc" and not argument.startswith("--nproc="):
            left.append(argument)
        skip = argument == "--nproc"
    return left


def read_assignments(assignments: tuple[str, ...]) -> tuple[dict[str, Any], dict[str, str]]:
    """Parse `KEY=VALUE` texts, values being YAML; return the values and how each was spelled.

    Raises `InputError` for a text without `=` or a value that is not YAML.
    """
    from sigil_common.settings_file import read_value

    values: dict[str, Any] = {}
    places: dict[str, str] = {}
    for text in assignments:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise InputError(f"--set {text}: expected KEY=VALUE", hint="--set train.num_steps=40")
        values[key.strip()] = read_value(value, f"--set {text}")
        places[key.strip()] = f"--set {text}"
    return values, places


def main() -> None:
    """Console script."""
    cli.run(command, warm="sigilderg_finetuner.cli")


if __name__ == "__main__":
    main()
