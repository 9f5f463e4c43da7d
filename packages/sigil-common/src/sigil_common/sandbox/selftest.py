"""Choose a sandbox, and show that it works before anything is trusted to it.

A sandbox that cannot start would fail every program, and one that holds nothing back would look just
like a working one. So each candidate runs a known-good program, which must succeed, and a known-bad one,
whose attempts must all fail; the first candidate that behaves is taken.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sigil_common.errors import MissingError
from sigil_common.sandbox import cgroups, identity, seccomp
from sigil_common.sandbox.bubblewrap import Bubblewrap
from sigil_common.sandbox.firejail import Firejail
from sigil_common.sandbox.spec import MIB, Limits, Outcome, Sandbox, SandboxMode, SandboxSpec
from sigil_common.sandbox.unconfined import Unconfined

log = logging.getLogger("sigil.sandbox")

_SYSTEM_PATH = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin"
_SHELL = "/bin/sh"

# Each line prints a word if the attempt succeeds; the shell's own complaints are dropped.
_BAD_PROGRAM = r"""
exec 2>/dev/null
( cat "$CANARY" >/dev/null ) && echo read-host-file
( : >>"$CANARY" ) && echo write-host-file
( : >>/usr/sigil-canary ) && echo write-system
( : >>/sigil-canary ) && echo write-root
( : >>/proc/sys/kernel/core_pattern ) && echo write-kernel-setting
( cat /etc/passwd /etc/shadow >/dev/null ) && echo read-accounts
( kill -0 $HOST_PID ) && echo signal-host-process
[ -n "$SIGIL_SECRET" ] && echo read-environment
( head -c 16777216 /dev/zero >/tmp/big ) && echo fill-scratch
sleep 600 &
echo done
"""


def open_sandbox(mode: SandboxMode = "auto", *, allow_none: bool = False) -> Sandbox:
    """Return a tested sandbox. `auto` takes bubblewrap if it works, else firejail.

    Raises `MissingError` if the one asked for, or under `auto` every one, is missing or fails its test,
    and for `none` unless `allow_none` is given.
    """
    if mode == "none":
        return _unconfined(allow_none)
    tried: list[str] = []
    for name in ("bubblewrap", "firejail") if mode == "auto" else (mode,):
        candidate, fault = _try(name)
        if candidate is not None:
            return candidate
        tried.append(f"{name}: {fault}")
    raise MissingError(
        "no working sandbox" if mode == "auto" else f"the sandbox `{mode}` does not work here",
        cause="; ".join(tried),
        hint="apt-get install bubblewrap; in a container, allow user namespaces or run as root with CAP_SYS_ADMIN",
    )


def faults(sandbox: Sandbox) -> list[str]:
    """Run the known-good and the known-bad program; return what is wrong, nothing if all is well."""
    with _canary() as (canary, secret):
        found = _good_faults(sandbox)
        return found or _bad_faults(sandbox, canary, secret)


def _try(name: str) -> tuple[Sandbox | None, str]:
    try:
        candidate = _bubblewrap() if name == "bubblewrap" else _firejail()
        found = faults(candidate)
    except MissingError as error:
        return None, error.what
    if found:
        return None, ", ".join(found)
    return candidate, ""


def _bubblewrap() -> Sandbox:
    bwrap = _program("bwrap")
    if not seccomp.supported():
        log.warning("no system call filter for this architecture; namespaces and limits hold alone")
    return Bubblewrap(bwrap, _program("setpriv") if identity.drops_uid() else None, cgroups.open_pool())


def _firejail() -> Sandbox:
    firejail = _program("firejail")
    return Firejail(firejail, _program("setpriv") if identity.drops_uid() else None, cgroups.open_pool())


def _unconfined(allow_none: bool) -> Sandbox:
    if not allow_none:
        raise MissingError(
            "sandbox `none` runs untrusted code with all your rights",
            hint="add --allow-no-sandbox to accept that, or install bubblewrap",
        )
    log.warning("no sandbox: untrusted code runs with all your rights")
    return Unconfined(cgroups.open_pool())


def _program(name: str) -> str:
    found = shutil.which(name, path=_SYSTEM_PATH)
    if found is None:
        raise MissingError(f"`{name}` is not installed")
    return found


@contextmanager
def _canary() -> Iterator[tuple[Path, str]]:
    """Make a file that nothing inside may see, and a secret in our environment."""
    secret = os.urandom(8).hex()
    with tempfile.TemporaryDirectory(prefix="sigil-canary-") as name:
        path = Path(name, "canary")
        path.write_text(secret)
        Path(name).chmod(0o755)
        os.environ["SIGIL_SECRET"] = secret
        try:
            yield path, secret
        finally:
            del os.environ["SIGIL_SECRET"]


def _spec(**changes: object) -> SandboxSpec:
    limits = Limits(wall_s=10, memory_bytes=512 * MIB, scratch_bytes=8 * MIB, processes=32)
    return SandboxSpec(limits, **changes)  # type: ignore[arg-type]


def _good_faults(sandbox: Sandbox) -> list[str]:
    script = "echo out; echo err >&2; echo kept >/tmp/file && cat /tmp/file && cat"
    found = sandbox.run([_SHELL, "-c", script], _spec(env={"PATH": "/usr/bin:/bin"}), stdin=b"in")
    if found.ok and (found.stdout, found.stderr) == (b"out\nkept\nin", b"err\n"):
        return []
    return [f"a harmless program did not run: {_described(found)}"]


def _bad_faults(sandbox: Sandbox, canary: Path, secret: str) -> list[str]:
    env = {"PATH": "/usr/bin:/bin", "CANARY": str(canary), "HOST_PID": str(os.getpid())}
    found = sandbox.run([_SHELL, "-c", _BAD_PROGRAM], _spec(env=env))
    words = found.stdout.decode("utf-8", "replace").split()
    if not words or words[-1] != "done":
        return [f"the test program did not end: {_described(found)}"]
    allowed = [f"it does not prevent {word}" for word in words[:-1]]
    if canary.read_text() != secret:
        allowed.append("it lets programs change host files")
    return allowed


def _described(found: Outcome) -> str:
    if found.trouble:
        return found.trouble
    end = "timed out" if found.timed_out else f"status {found.returncode}, signal {found.signal}"
    return f"{end}: {(found.stderr or found.stdout).decode('utf-8', 'replace').strip()[:300]}"
