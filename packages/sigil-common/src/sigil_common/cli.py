"""What all console scripts share: options out of a settings dataclass, errors, exit codes, logging.

A console script is `run(command)`. It answers `--help` without importing anything heavy, prints an
error as `error: / cause: / hint:`, and ends with the codes of `sigil_common.errors`. stdout carries
results only; log lines and progress go to stderr.
"""

from __future__ import annotations

import dataclasses
import logging
import math
import os
import signal
import sys
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from sigil_common.errors import InterruptedRunError, SigilError
from sigil_common.setting_types import base_type
from sigil_common.settings import flag_of

F = TypeVar("F", bound=Callable[..., Any])

EXIT_CODES = (
    "Exit codes: 0 fine, 1 bad result, 2 wrong input, 3 environment lacks something, 4 interrupted, 5 internal."
)

ANSWERED_AT_ONCE = frozenset({"-h", "--help", "--version"})

CONTEXT_SETTINGS: dict[str, Any] = {
    "help_option_names": ["-h", "--help"],
    "max_content_width": 100,
    "show_default": True,
    # `--n_workers` and `--n-workers` are the same option, whichever of them is declared.
    "token_normalize_func": lambda token: token.replace("_", "-"),
}


def command(**attrs: Any) -> Callable[[Callable[..., Any]], click.Command]:
    """`click.command` with the settings that all our commands share."""
    attrs.setdefault("context_settings", CONTEXT_SETTINGS)
    attrs.setdefault("epilog", EXIT_CODES)
    return lambda function: _version(click.command(**attrs)(function))


def group(**attrs: Any) -> Callable[[Callable[..., Any]], click.Group]:
    """`click.group` with the settings that all our commands share."""
    attrs.setdefault("context_settings", CONTEXT_SETTINGS)
    attrs.setdefault("epilog", EXIT_CODES)
    return lambda function: _version(click.group(**attrs)(function))


_C = TypeVar("_C", bound=click.Command)


def _version(made: _C) -> _C:
    """Add `--version`; the five packages share one."""
    option: Callable[[_C], _C] = click.version_option(package_name="sigil-common", message="%(prog)s %(version)s")
    return option(made)


class FloatRange(click.FloatRange):
    """`click.FloatRange` without NaN, which no limit ever refuses, as it is neither below nor above one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the number; fail for one that is none."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):
            self.fail(f"{value!r} is not a number.", param, ctx)
        return found


class _Text(click.types.StringParamType):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        if not found.strip():
            self.fail("it is empty.", param, ctx)
        return found


TEXT = _Text()
"""Text of an option. An empty one, as of a variable of a shell that is not set, would count as not given."""


def common_options(function: F) -> F:
    """Add `--quiet`, `--debug` and `--log-file`, handled before the command sees them."""
    for decorator in (
        click.option(
            "--log-file",
            type=click.Path(path_type=Path),
            expose_value=False,
            callback=_log_to_file,
            help="Also write the log to this file.",
        ),
        click.option(
            "--debug", is_flag=True, expose_value=False, callback=_set_debug, help="Log more, and show tracebacks."
        ),
        click.option(
            "--quiet", "-q", is_flag=True, expose_value=False, callback=_set_quiet, help="Log warnings and errors only."
        ),
    ):
        function = decorator(function)
    return function


def settings_options(kind: type[Any]) -> Callable[[F], F]:
    """Add one option for every visible field of the dataclass `kind`, in its order.

    Options not given arrive as `None`; pass the keyword arguments through `given` to drop them.
    """
    hints = typing.get_type_hints(kind, include_extras=True)

    def decorate(function: F) -> F:
        for item in reversed(dataclasses.fields(kind)):
            if not item.metadata.get("hidden"):
                function = _option(kind, item, hints[item.name])(function)
        return function

    return decorate


def given(options: dict[str, Any]) -> dict[str, Any]:
    """Return only the options that the user really gave."""
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in options.items()
        if value is not None and value != ()
    }


def _option(kind: type[Any], item: dataclasses.Field[Any], hint: Any) -> Callable[[F], F]:
    wanted, args = base_type(hint)
    flag = flag_of(kind, item.name)
    default = item.default_factory() if item.default_factory is not dataclasses.MISSING else item.default
    attrs: dict[str, Any] = {
        "help": _help_with_default(item.metadata["help"], default),
        "default": None,
        "show_default": False,
    }
    if wanted is bool:
        flag = f"{flag}/--no-{flag.removeprefix('--')}"
    elif wanted == "literal":
        attrs["type"] = click.Choice([str(arg) for arg in args])
    elif wanted == "list":
        attrs["multiple"] = True
        attrs["type"] = click.Path(path_type=Path) if args and args[0] is Path else TEXT
    elif wanted is Path:
        attrs["type"] = click.Path(path_type=Path)
    elif wanted is str:
        attrs["type"] = TEXT
    elif wanted in (int, float):
        attrs["type"] = wanted
    else:
        raise TypeError(f"{kind.__name__}.{item.name}: no option can be made of {hint!r}; mark it hidden")
    return click.option(flag, item.name, **attrs)


def _help_with_default(text: str, default: Any) -> str:
    if default is None or default == [] or default == "":
        return text
    shown = str(default).lower() if isinstance(default, bool) else default
    return f"{text}  [default: {shown}]"


def run(entry: click.Command, args: list[str] | None = None, *, warm: str | None = None) -> NoReturn:
    """Run a command as a console script: never returns, never shows a traceback unless `--debug`.

    A command that will load a model names as `warm` the module whose `main` it is: where a process has imported torch
    already, it goes on there, unless it is only asked what it is.
    """
    _start_logging()
    # A polite kill ends the run as Ctrl-C does: state is written, the exit code is 4.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    stdout = sys.stdout
    try:
        if warm is not None and os.environ.get("SIGIL_WARM") and not ANSWERED_AT_ONCE & set(sys.argv):
            from sigil_common.warm import hand_over

            hand_over(warm)
        result = entry.main(args=args, standalone_mode=False)
        sys.stdout.flush()
        sys.exit(result if isinstance(result, int) else 0)
    except click.exceptions.Abort:
        _fail(InterruptedRunError("interrupted", hint="run the same command again to continue"))
    except KeyboardInterrupt:
        _fail(InterruptedRunError("interrupted", hint="run the same command again to continue"))
    except click.ClickException as error:
        _print_click_error(error)
        sys.exit(2)
    except SigilError as error:
        _fail(error)
    except BrokenPipeError:
        _reader_left()
    except SystemExit:
        # click answers a closed stdout by wrapping it and with status 1, which would mean a bad result here.
        if sys.stdout is not stdout:
            _reader_left()
        raise
    except OSError as error:
        if _debugging():
            raise
        from sigil_common.errors import MissingError

        where = f" ({error.filename})" if error.filename else ""
        _fail(MissingError(f"the operating system refused: {error.strerror or error}{where}"))
    except Exception as error:
        if _debugging():
            raise
        _fail(SigilError(f"internal error: {type(error).__name__}: {error}", hint="add --debug for the traceback"))


def _reader_left() -> NoReturn:
    """End well: the reader of stdout has what it wanted (`| head`), and there is nobody to tell."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def _fail(error: SigilError) -> NoReturn:
    if _debugging():
        logging.getLogger("sigil").debug("traceback of the error below", exc_info=error)
    print(f"error: {error}", file=sys.stderr)
    sys.exit(error.exit_code)


def _print_click_error(error: click.ClickException) -> None:
    command_path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else None
    print(f"error: {error.format_message()}", file=sys.stderr)
    if command_path:
        print(f"\nhint: {command_path} --help", file=sys.stderr)


def _debugging() -> bool:
    return logging.getLogger().level == logging.DEBUG


class _Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return text if record.levelno <= logging.INFO else f"{record.levelname.lower()}: {text}"


def _start_logging() -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Formatter("%(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for chatty in ("httpx", "httpx2", "httpcore2", "urllib3", "filelock", "asyncio", "transformers", "matplotlib"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _set_debug(_ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        logging.getLogger().setLevel(logging.DEBUG)


def _set_quiet(_ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not _debugging():
        logging.getLogger().setLevel(logging.WARNING)


def _log_to_file(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    if value is None:
        return
    try:
        value.parent.mkdir(parents=True, exist_ok=True)
        handler = logging.FileHandler(value, encoding="utf-8")
    except OSError as error:
        raise click.BadParameter(f"cannot write {value}: {error.strerror}", ctx=ctx, param=param) from None
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(handler)
