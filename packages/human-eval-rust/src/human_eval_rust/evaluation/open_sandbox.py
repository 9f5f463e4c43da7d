"""Open a sandbox; where none works and somebody sits at the terminal, offer to install one."""

from __future__ import annotations

import logging
import os
import shutil
import sys

import click

from sigil_common import proc
from sigil_common.errors import MissingError
from sigil_common.sandbox import Sandbox, open_sandbox
from sigil_common.sandbox_mode import SandboxMode

log = logging.getLogger("sigil.evaluate")
_INSTALL_S = 600.0
_PACKAGES = {"auto": "bubblewrap", "bubblewrap": "bubblewrap", "firejail": "firejail"}


def sandbox_or_offer(mode: SandboxMode, *, allow_none: bool) -> Sandbox:
    """Return a tested sandbox. Raises `MissingError` where there is none and nobody agrees to change that."""
    if mode == "none":
        return _none(allow_none)
    try:
        return open_sandbox(mode)
    except MissingError as error:
        if not _somebody_there():
            raise
        return _offer(mode, error)


def _none(allow_none: bool) -> Sandbox:
    if not allow_none and _somebody_there():
        allow_none = click.confirm("Run untrusted code with all your rights, without a sandbox?", err=True)
    return open_sandbox("none", allow_none=allow_none)


def _offer(mode: SandboxMode, error: MissingError) -> Sandbox:
    package = _PACKAGES[mode]
    click.echo(f"{error.what} ({error.cause})", err=True)
    click.echo(f"  1  install {package} now\n  2  continue without a sandbox (UNSAFE)\n  3  stop", err=True)
    choice = click.prompt("Your choice", type=click.Choice(["1", "2", "3"]), default="3", err=True)
    if choice == "1":
        _install(package)
        return open_sandbox(mode)
    if choice == "2":
        return _none(allow_none=False)
    raise error


def _install(package: str) -> None:
    if shutil.which("apt-get") is None:
        raise MissingError(f"cannot install {package} here", hint=f"install {package} with your package manager")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    log.info("installing %s", package)
    done = proc.run([*sudo, "apt-get", "install", "-y", package], timeout=_INSTALL_S, env=dict(os.environ))
    if not done.ok:
        raise MissingError(f"installing {package} failed", cause=done.stderr.strip()[-500:] or None)


def _somebody_there() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
