"""`human-eval-rust policy`: the policy's table as Markdown."""

from __future__ import annotations

import click

from sigil_common import cli


@cli.command(name="policy")
def command() -> None:
    """Print what answers may not use while the policy is enforced."""
    from human_eval_rust.policy.rules import markdown

    click.echo(markdown(), nl=False)
