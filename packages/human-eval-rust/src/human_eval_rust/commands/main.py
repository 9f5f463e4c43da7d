"""`human-eval-rust`: generate, evaluate, accepted, reward, likelihood, problems, policy."""

from __future__ import annotations

import importlib
import sys

import click

from sigil_common import cli

# Subcommands by the module that holds them as `command`; imported when asked for.
_SUBCOMMANDS = {
    "generate": ("human_eval_rust.commands.generate", "Draw completions of the problems from a model."),
    "evaluate": ("human_eval_rust.commands.evaluate", "Judge completions and report pass@k."),
    "accepted": ("human_eval_rust.commands.accepted", "Make training samples of answers that passed."),
    "reward": ("human_eval_rust.commands.reward", "Answer lines of answers with lines of rewards, for a trainer."),
    "likelihood": (
        "human_eval_rust.commands.likelihood",
        "Measure how likely a model finds known solutions. Decides nothing.",
    ),
    "problems": ("human_eval_rust.commands.problems", "Build, check, measure and list problem files."),
    "policy": ("human_eval_rust.commands.policy", "Print what answers may not use."),
}


_LOAD_MODELS = (["generate"], ["likelihood"])


class _Lazy(click.Group):
    """A group that imports a subcommand's module only when that subcommand is run."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(_SUBCOMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _SUBCOMMANDS:
            return None
        found: click.Command = importlib.import_module(_SUBCOMMANDS[cmd_name][0]).command
        return found

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _SUBCOMMANDS.items()])


@cli.group(cls=_Lazy)
def command() -> None:
    """Problems and models in, verdicts and pass@k out."""


def main() -> None:
    """Entry point of the console script."""
    cli.run(command, warm="human_eval_rust.commands.main" if sys.argv[1:2] in _LOAD_MODELS else None)


if __name__ == "__main__":
    main()
