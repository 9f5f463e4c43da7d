"""`sigilderg-lambda`: run the chain, look at the machine, compare, report, verify."""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lambda_package.assignments import from_environment, overrides, parse_assignments
from lambda_package.results_cli import compare_command, report_command
from sigil_common import cli
from sigil_common.errors import BadResultError, InputError, MissingError
from sigil_common.progress import counted

if TYPE_CHECKING:
    from lambda_package.flow import Request

log = logging.getLogger(__name__)
PATH = click.Path(path_type=Path)


@cli.group()
def command() -> None:
    """Make a dataset, fine-tune on it, and say with statistics whether the model got better."""


def _profile_options(function: Any) -> Any:
    for option in (
        click.option(
            "--set",
            "assignments",
            type=cli.TEXT,
            multiple=True,
            metavar="KEY=VALUE",
            help="Override one setting, as `sample.max_new_tokens=128`.",
        ),
        click.option("--run-dir", type=PATH, help="Where results go.  [default: runs/<profile>]"),
        click.option("--configs", type=PATH, default=Path("configs"), help="Directory of the profiles."),
        click.option("--config", type=PATH, help="Settings file to use instead of a profile."),
        click.option(
            "--profile",
            type=cli.TEXT,
            metavar="NAME",
            help="`local`, `h100`, or another `configs/eval-NAME.yml`.  [default: by the machine]",
        ),
    ):
        function = option(function)
    return function


@command.command("run", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@_profile_options
@click.option("--strict", is_flag=True, help="Refuse a Python other than the pinned one.")
@click.option("--max-hours", type=cli.FloatRange(0), default=8.0, help="Refuse a run that is planned to take longer.")
@click.option("--yes", is_flag=True, help="Run whatever the plan says of hours and passes over the data.")
@click.option(
    "--keep",
    type=cli.TEXT,
    multiple=True,
    metavar="STAGE",
    help="Leave this stage as it is where nothing but its code has changed; the report says so.",
)
@click.option("--skip-checks", is_flag=True, help="Only warn of what the machine lacks.  [env: SKIP_ENV_CHECK]")
@click.option("--offline", is_flag=True, help="Ask no network: neither the hub nor the registry of crates.")
@click.option("--dry-run", is_flag=True, help="Print the plan, as `plan` does, and touch nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: the plan as JSON.")
@cli.common_options
def run_command(assignments: tuple[str, ...], dry_run: bool, as_json: bool, **options: Any) -> None:
    """Run every stage that is not done yet, and write the report."""
    from lambda_package.flow import run

    request = _request(assignments, options)
    if dry_run:
        _print_plan(request, as_json=as_json)
    else:
        click.echo(json.dumps(run(request), indent=2))


@command.command("plan", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@_profile_options
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@cli.common_options
def plan_command(assignments: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Say what a run would do and take: stages, hours, dollars, disk, and the difference that it could detect."""
    _print_plan(_request(assignments, options), as_json=as_json)


def _request(assignments: tuple[str, ...], options: dict[str, Any]) -> Request:
    """Return what is asked for by options and environment; options prevail."""
    from lambda_package.flow import Request

    given = from_environment(os.environ)
    for line in given.lines:
        log.info("%s", line)
    if options.get("run_dir") is None and given.run_dir is not None:
        options["run_dir"] = Path(given.run_dir)
    if given.skip_checks:
        options["skip_checks"] = True
    found, places = overrides(given, parse_assignments(assignments))
    return Request(overrides=found, places=places, **options)


def _print_plan(request: Request, *, as_json: bool) -> None:
    from lambda_package.flow import plan
    from lambda_package.plan_text import plan_text

    name, found = plan(request)
    click.echo(json.dumps({"profile": name} | found.to_row(), indent=2) if as_json else plan_text(found, name))


@command.command("doctor", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@_profile_options
@cli.common_options
def doctor_command(assignments: tuple[str, ...], **options: Any) -> None:
    """Check that this machine has all that a run needs."""
    from lambda_package.doctor import examine
    from lambda_package.flow import prepare

    found = prepare(_request(assignments, options))
    marks = {"ok": "ok     ", "warning": "warning", "missing": "MISSING"}
    missing: list[str] = []
    for check in examine(found.settings, found.run_dir):
        missing += [check.name] if check.level == "missing" else []
        hint = f"\n{'':26}hint: {check.hint}" if check.level != "ok" and check.hint else ""
        click.echo(f"{marks[check.level]}  {check.name:15}  {check.found}{hint}")
    if set(missing) == {"settings"}:
        raise InputError(f"with these settings profile `{found.name}` cannot be run")
    if missing:
        raise MissingError(f"this machine lacks {len(missing)} of the things that profile `{found.name}` needs")


@command.command("checkpoint", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("name")
@click.option("--revision", type=cli.TEXT, help="Hub commit to pin.")
@click.option("--output-dir", type=PATH, required=True, help="Where the checkpoint and `source.json` go.")
@cli.common_options
def checkpoint_command(name: str, revision: str | None, output_dir: Path) -> None:
    """Fetch the checkpoint NAME of the hub, `user/model` or `user/model/checkpoint-N`, without its training state."""
    from lambda_package.given import fetch

    source = fetch(name, revision, output_dir)
    click.echo(json.dumps(source.to_row(), indent=2))


@command.command("verify", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("manifest", type=PATH, default=Path("runs/local/manifest.json"))
@click.option(
    "--rejudge",
    type=cli.FloatRange(0, 1),
    default=0.05,
    metavar="SHARE",
    help="Share of the verdicts that is judged again, at least one of each file; 0: none.",
)
@click.option("--seed", type=int, help="Seed of the choice of these.  [default: another one each time]")
@click.option("--strict", is_flag=True, help="End with 1, too, where a check was not done.")
@cli.common_options
def verify_command(manifest: Path, rejudge: float, seed: int | None, strict: bool) -> None:
    """Prove a finished run: hash its files, recompute its comparison, judge some of its answers again."""
    import secrets

    from lambda_package.rejudge import Rejudging
    from lambda_package.verify import summary, verify

    faults, checks = 0, []
    for check in verify(manifest, Rejudging(rejudge, secrets.randbelow(10**6) if seed is None else seed)):
        checks.append(check)
        found = f"{len(check.faults):,} differ" if check.faults else "as recorded"
        click.echo(f"{check.looked_at}: {f'not done, {check.skipped}' if check.skipped else found}")
        for line in check.lines():
            click.echo(f"  {line}")
        faults += len(check.faults)
    click.echo(summary(checks))
    if faults:
        raise BadResultError(f"{manifest} does not prove what it records: {counted(faults, 'thing')} not as recorded")
    if strict and any(check.skipped for check in checks):
        raise BadResultError(f"not every check of {manifest} was done", hint="without --strict that is no fault")


@command.command("clean", context_settings=cli.CONTEXT_SETTINGS, epilog=cli.EXIT_CODES)
@click.argument("run_dir", type=PATH, default=Path("runs/local"))
@click.option(
    "--stage",
    "stages",
    type=cli.TEXT,
    multiple=True,
    metavar="NAME",
    help="All of this stage too, so that it is made again.",
)
@click.option("--unfinished", is_flag=True, help="Also what a run has begun that is not at its end.")
@click.option("--yes", is_flag=True, help="Remove without a question.")
@cli.common_options
def clean_command(run_dir: Path, stages: tuple[str, ...], unfinished: bool, yes: bool) -> None:
    """List stages that the last finished run in RUN_DIR does not use, and remove them where that is agreed to.

    Nothing but directories below `stages` that a run made is looked at.
    """
    import sys

    from lambda_package.clean import leftovers, remove
    from lambda_package.engine import lock

    rows = leftovers(run_dir, stages=stages, unfinished=unfinished)
    for row in rows:
        click.echo(f"{row.bytes / 2**20:10,.1f} MiB  {row.path}  ({row.why})")
    click.echo(f"{sum(row.bytes for row in rows) / 2**20:10,.1f} MiB in {len(rows)} directories")
    if not rows or not (yes or (sys.stdin.isatty() and click.confirm("remove them?", err=True))):
        log.info("nothing was removed%s", "; --yes removes what is listed" if rows else "")
        return
    with lock(run_dir):
        # A run may have come and gone during the question: what it has taken is no leftover any more.
        still = {row.path for row in leftovers(run_dir, stages=stages, unfinished=unfinished)}
        remove([row for row in rows if row.path in still])
    if gone := [row.path for row in rows if row.path not in still]:
        log.warning("a run has taken these meanwhile, they stay: %s", ", ".join(map(str, gone)))


for further in (compare_command, report_command):
    command.add_command(further)


def main() -> None:
    """Console script `sigilderg-lambda`."""
    cli.run(command)
