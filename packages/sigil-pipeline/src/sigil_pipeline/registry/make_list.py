"""Make a crate list of a registry's metadata: the most used crates that look well kept, each at its newest version."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import click

from sigil_common import cli, jsonl
from sigil_common.errors import BadResultError, InputError
from sigil_pipeline.crates.crate_list import read_crate_list
from sigil_pipeline.registry.client import Client, Clock
from sigil_pipeline.registry.wanted import Listed, Wish, listed, objection, version_objection
from sigil_pipeline.settings import PERMISSIVE

log = logging.getLogger(__name__)

_PAGE = 100
_AGENT = "sigil-pipeline crate-list"
_ADDRESS = "SIGIL_REGISTRY_URL"


@dataclass
class Choice:
    """The crates that were taken, in their order, and how many were left out by reason."""

    taken: list[Listed] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)


def choose(client: Client, wish: Wish, *, count: int, excluded: Collection[str], most_pages: int) -> Choice:
    """Return up to `count` crates from the top of the registry's listing by downloads, of `most_pages` pages of it."""
    choice = Choice()
    homes: Counter[str] = Counter()
    left_out = {_plain(name) for name in excluded}
    for crate in _listing(client, most_pages):
        if len(choice.taken) == count:
            break
        home = _home(crate)
        if _plain(crate.name) in left_out:
            reason: str | None = "excluded"
        elif homes[home] == wish.per_repository:
            reason = "same_repository"
        else:
            reason = objection(crate, wish) or _of_version(client, crate, wish)
        if reason is not None:
            choice.left_out[reason] += 1
            continue
        homes[home] += 1
        left_out.add(_plain(crate.name))
        choice.taken.append(crate)
        log.info("%s of %s: %s@%s", len(choice.taken), count, crate.name, crate.version)
    return choice


def _listing(client: Client, most_pages: int) -> Iterator[Listed]:
    for page in range(1, most_pages + 1):
        answer = client.get(f"crates?sort=downloads&per_page={_PAGE}&page={page}")
        rows = (answer or {}).get("crates")
        if not isinstance(rows, list):
            raise InputError("this is no registry that lists crates", hint=f"check --base-url or ${_ADDRESS}")
        for row in rows:
            try:
                yield listed(row)
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                raise InputError(
                    f"page {page} of the registry has an entry of another shape", cause=repr(error)
                ) from None
        if len(rows) < _PAGE:
            return


def _of_version(client: Client, crate: Listed, wish: Wish) -> str | None:
    answer = client.get(f"crates/{quote(crate.name, safe='')}/{quote(crate.version or '', safe='')}")
    row = (answer or {}).get("version")
    if not isinstance(row, dict):
        return "not_found"
    try:
        return version_objection(row, wish)
    except (TypeError, ValueError):
        return "not_understood"


def list_text(choice: Choice, wish: Wish) -> str:
    """Return the list with a head that says how it was made."""
    reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(choice.left_out.items())) or "none"
    licenses = ", ".join(wish.licenses)
    head = f"""\
Crates that the data set is made of: one a line, `name@version`; `#` begins a comment.

Made by scripts/crate_list.py on {wish.today.isoformat()} of a registry's metadata: the {len(choice.taken)} crates with
the most downloads that had at least {wish.min_downloads:,} recent ones, a release within {wish.max_age_days:,} days,
edition {wish.min_edition} or newer, at most {wish.max_bytes:,} bytes, a library, a repository, a description, and a
licence among {licenses}; of a repository at most {wish.per_repository}.
Left out on the way: {reasons}.
Nothing was compiled for it: what the pipeline's filters reject is counted when they run."""
    lines = [f"# {line}".rstrip() for line in head.split("\n")] + [""]
    return "\n".join([*lines, *(f"{crate.name}@{crate.version}" for crate in choice.taken)]) + "\n"


def _home(crate: Listed) -> str:
    """Return the repository by host and the first two parts of its path: what comes after is a place within it."""
    address = re.sub(r"^[a-z0-9+.-]+://", "", (crate.repository or crate.name).lower())
    parts = [part for part in re.split(r"[?#]", address)[0].split("/") if part]
    return "/".join(parts[:3]).removesuffix(".git")


def _plain(name: str) -> str:
    return name.lower().replace("_", "-")


@cli.command(name="crate_list")
@click.argument("output", type=click.Path(path_type=Path))
@click.option(
    "--base-url",
    type=cli.TEXT,
    envvar=_ADDRESS,
    required=True,
    help=f"Address of the registry's API; else ${_ADDRESS}.",
)
@click.option(
    "--contact", type=cli.TEXT, envvar="SIGIL_REGISTRY_CONTACT", help="Address or page of yours, for the user agent."
)
@click.option("--count", type=click.IntRange(min=1), default=500, show_default=True, help="Crates wanted.")
@click.option(
    "--rate", type=cli.FloatRange(min=0, min_open=True), default=1.0, show_default=True, help="Requests a second."
)
@click.option("--max-pages", type=click.IntRange(min=1), default=40, show_default=True, help="Pages of 100 to look at.")
@click.option("--min-downloads", type=int, default=100_000, show_default=True, help="Fewest recent downloads.")
@click.option("--max-age-days", type=int, default=1_095, show_default=True, help="Oldest release that is taken.")
@click.option("--max-bytes", type=int, default=400_000, show_default=True, help="Largest archive that is taken.")
@click.option("--min-edition", type=click.Choice(["2015", "2018", "2021", "2024"]), default="2018", show_default=True)
@click.option(
    "--per-repository", type=click.IntRange(min=1), default=2, show_default=True, help="Most of a repository."
)
@click.option(
    "--exclude",
    type=click.Path(path_type=Path),
    multiple=True,
    default=[Path("data/heldout_list.txt")],
    show_default=True,
    help="Crate list of which nothing is taken; repeatable.",
)
@cli.common_options
def command(
    output: Path,
    base_url: str,
    contact: str | None,
    count: int,
    rate: float,
    max_pages: int,
    exclude: tuple[Path, ...],
    **limits: int | str,
) -> None:
    """Write a list of well-kept crates to OUTPUT, of a registry's metadata.

    Answers are kept in OUTPUT.answers.jsonl until the list is written: a run that was stopped goes on with them.
    """
    clock = Clock()
    today = datetime.fromtimestamp(clock.now(), UTC).date()
    wish = Wish(today=today, licenses=PERMISSIVE, **limits)  # type: ignore[arg-type]
    excluded = {spec.name for file in exclude for spec in read_crate_list(file)}
    make_list(output, base_url, wish, count=count, rate=rate, excluded=excluded, most_pages=max_pages, contact=contact)
    click.echo(output)


def make_list(
    output: Path,
    base_url: str,
    wish: Wish,
    *,
    count: int,
    rate: float,
    excluded: Collection[str] = (),
    most_pages: int = 40,
    contact: str | None = None,
    clock: Clock | None = None,
) -> Choice:
    """Ask the registry, write the list, and drop the kept answers; raise `BadResultError` if no crate is found."""
    jsonl.probe(output)
    kept = output.with_name(f"{output.name}.answers.jsonl")
    with jsonl.Journal(kept) as journal:
        agent = f"{_AGENT} ({contact})" if contact else _AGENT
        client = Client(base_url, agent=agent, rate=rate, journal=journal, clock=clock)
        try:
            choice = choose(client, wish, count=count, excluded=excluded, most_pages=most_pages)
        finally:
            client.close()
    if not choice.taken:
        raise BadResultError("no crate of the registry is well kept enough", cause=str(dict(choice.left_out)))
    jsonl.write_text(output, list_text(choice, wish))
    kept.unlink()
    return choice
