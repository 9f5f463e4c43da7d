"""The exceptions that a command may end with, and the exit code of each.

    SigilError                 5  a fault of ours
    |-- BadResultError         1  the work was done and its result is bad
    |-- InputError             2  a file, key or option that the user gave is wrong
    |-- MissingError           3  the machine lacks something (compiler, sandbox, network, disk)
    `-- InterruptedRunError    4  stopped half-way; the same command continues

Each carries what went wrong in one sentence, and where known its cause and the command that fixes it.
"""

from __future__ import annotations


class SigilError(Exception):
    """Base of all errors that are shown to the user without a traceback.

    `what` is one sentence, lower case, without a full stop; `cause` says why with file:line or the
    value; `hint` is what to do, best a command.
    """

    exit_code = 5

    def __init__(self, what: str, *, cause: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.cause = cause
        self.hint = hint

    def __str__(self) -> str:
        lines = [self.what]
        if self.cause:
            lines.append(f"  cause: {self.cause}")
        if self.hint:
            lines.append(f"\nhint: {self.hint}")
        return "\n".join(lines)


class BadResultError(SigilError):
    """The command ran to its end, and what it found is bad."""

    exit_code = 1


class InputError(SigilError):
    """A file, key or option given by the user is wrong."""

    exit_code = 2


class MissingError(SigilError):
    """The machine lacks something that the command needs."""

    exit_code = 3


class InterruptedRunError(SigilError):
    """Stopped before the end; what was finished is kept and the same command continues."""

    exit_code = 4
