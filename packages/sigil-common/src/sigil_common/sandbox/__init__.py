"""Run untrusted programs: `open_sandbox` chooses and tests a sandbox, `Sandbox.run` runs one program."""

from sigil_common.sandbox.identity import hand_over, share, workdir
from sigil_common.sandbox.selftest import open_sandbox
from sigil_common.sandbox.spec import Limits, Mount, Outcome, Sandbox, SandboxSpec
from sigil_common.sandbox.usage import memory_of_machine

__all__ = [
    "Limits",
    "Mount",
    "Outcome",
    "Sandbox",
    "SandboxSpec",
    "hand_over",
    "memory_of_machine",
    "open_sandbox",
    "share",
    "workdir",
]
