"""Programs with a known end, to see whether a sandbox lets harmless ones work and holds harmful ones back.

They are shell scripts, so that they need nothing but the system. Each attempt prints its name if it
succeeds; what it tried is in `ATTEMPTS`. The test suite tries far more, with compiled programs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sigil_common.sandbox.spec import MIB, Limits, Mount, Outcome, Sandbox, SandboxSpec
from sigil_common.tempdirs import tempdir

_SHELL = "/bin/sh"
_ENV = {"PATH": "/usr/bin:/bin"}
_SECRET = "SIGIL_SECRET"  # noqa: S105
# Nothing but time is lost by these; the longer are for a sandbox whose own start counts, on a busy machine.
_SHORT_S = (0.1, 2.0, 20.0)
_SMALL = Limits(wall_s=20, memory_bytes=256 * MIB, scratch_bytes=8 * MIB, processes=32)

_TOOLCHAIN_SCRIPT = r"""
exec 2>/dev/null
( cat "$CANARY" >/dev/null ) && echo read-host-file
( : >>"$CANARY" ) && echo write-host-file
( : >>/usr/sigil-canary ) && echo write-system
( : >>/sigil-canary ) && echo write-root
( : >>/proc/sys/kernel/core_pattern ) && echo write-kernel-setting
( cat /etc/shadow >/dev/null || cat /etc/passwd >/dev/null ) && echo read-accounts
( kill -0 $HOST_PID ) && echo signal-host-process
( tr '\0' '\n' </proc/1/environ | grep SIGIL_SECRET ) >/dev/null && echo read-environment
[ -n "$SIGIL_SECRET" ] && echo read-environment
[ "$(grep -c : /proc/net/dev)" -gt 1 ] && echo use-network
( head -c 16777216 /dev/zero >/tmp/big ) && echo fill-scratch
sleep 600 &
echo done
"""

_MINIMAL_SCRIPT = r"""
exec 2>/dev/null
[ -e /proc/self ] && echo see-processes
echo done
( echo start-process )
"""

# Both ends of the pipe may be killed; only the whole amount arriving counts as a success.
_MEMORY_SCRIPT = '[ "$(head -c 67108864 /dev/zero | tail | wc -c)" = 67108864 ] && echo exceed-memory; echo done'

ATTEMPTS = {
    "read-host-file": "read a file of the host",
    "write-host-file": "change a file of the host",
    "write-system": "write to the system's directories",
    "write-root": "write to the top directory",
    "write-kernel-setting": "change a kernel setting",
    "read-accounts": "read the host's accounts",
    "signal-host-process": "send a signal to a process of the host",
    "read-environment": "read our environment",
    "use-network": "see a network interface",
    "fill-scratch": "fill the disk or the memory through /tmp",
    "see-processes": "see /proc while testing",
    "start-process": "start a process while testing",
    "exceed-memory": "use more memory than allowed",
    "outlive": "run on after the time limit",
}


def harmless_fault(sandbox: Sandbox) -> str | None:
    """Run a harmless program with input, output and a file of its own; return what went wrong, or None."""
    script = "echo out; echo err >&2; echo kept >/tmp/file && cat /tmp/file && cat"
    found = sandbox.run([_SHELL, "-c", script], SandboxSpec(_SMALL, env=_ENV), stdin=b"in")
    if found.ok and (found.stdout, found.stderr) == (b"out\nkept\nin", b"err\n"):
        return None
    return f"a harmless program did not run: {_described(found)}"


def successful_attempts(sandbox: Sandbox) -> tuple[set[str], str | None]:
    """Run the harmful programs; return the names of the attempts that succeeded, and what went wrong otherwise."""
    with _canary() as canary:
        env = {**_ENV, "CANARY": str(canary), "HOST_PID": str(os.getpid())}
        shell = Mount(Path(_SHELL).resolve())
        plain = [str(shell.source), "-c"]
        runs = [
            ([_SHELL, "-c", _TOOLCHAIN_SCRIPT], SandboxSpec(_SMALL, env=env)),
            ([*plain, _MINIMAL_SCRIPT], SandboxSpec(_SMALL, (shell,), env, system="minimal")),
            ([_SHELL, "-c", _MEMORY_SCRIPT], SandboxSpec(Limits(20, memory_bytes=32 * MIB), env=_ENV)),
        ]
        succeeded: set[str] = set()
        for argv, spec in runs:
            found = sandbox.run(argv, spec)
            words = found.stdout.decode("utf-8", "replace").split()
            if "done" not in words and not found.memory_exceeded:
                return succeeded, f"a test program did not end: {_described(found)}"
            succeeded |= set(words) - {"done"}
    late = _sleep_too_long(sandbox)
    return succeeded | (set() if late.timed_out else {"outlive"}), late.trouble


def _sleep_too_long(sandbox: Sandbox) -> Outcome:
    """Run a program that does not end within its time."""
    for wall_s in _SHORT_S:
        found = sandbox.run([_SHELL, "-c", "sleep 600"], SandboxSpec(Limits(wall_s), env=_ENV))
        if found.trouble is None:
            break
    return found


@contextmanager
def _canary() -> Iterator[Path]:
    """Make a file that nothing inside may see, and put a secret into our environment."""
    with tempdir("sigil-canary-") as folder:
        path = folder / "canary"
        path.write_text("canary\n")
        folder.chmod(0o755)
        path.chmod(0o666)
        os.environ[_SECRET] = "secret"
        try:
            yield path
        finally:
            os.environ.pop(_SECRET, None)


def _described(found: Outcome) -> str:
    if found.trouble:
        return found.trouble
    end = "timed out" if found.timed_out else f"status {found.returncode}, signal {found.signal}"
    return f"{end}: {(found.stderr or found.stdout).decode('utf-8', 'replace').strip()[:300]}"
