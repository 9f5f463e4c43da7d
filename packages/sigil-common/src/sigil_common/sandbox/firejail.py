"""The firejail sandbox: a setuid program with its own idea of what to hide; kept for compatibility.

4 GB of memory, no network, a private file system, and every limit that firejail knows. Two shells are
put around it. The outer one (`child.run_gated`) waits until its control group is set; the inner one says on a
pipe that the sandbox stands, which is how trouble of firejail is distinguished from a failure of the program, then
cleans the environment and, under root, changes to an unassigned user.

Time is kept by us, since firejail's own `--timeout` looks only every two seconds.

Weaker than bubblewrap: /usr and /proc stay visible under `minimal`, new processes are limited but
not refused, and the size of /tmp is bounded by the memory limit (as root), not by `scratch_bytes`.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from io import FileIO
from pathlib import Path, PurePosixPath

from sigil_common.sandbox import check, child, identity, rlimits, system
from sigil_common.sandbox.cgroups import Pool
from sigil_common.sandbox.spec import Outcome, SandboxSpec, not_run

_FLAGS = (
    "--quiet",
    "--noprofile",
    "--nonewprivs",
    "--private-dev",
    "--ipc-namespace",
    "--nodbus",
    "--hostname=sandbox",
    "--restrict-namespaces",
    "--deterministic-exit-code",
    "--deterministic-shutdown",
)
_RLIMITS = {
    resource.RLIMIT_AS: "as",
    resource.RLIMIT_FSIZE: "fsize",
    resource.RLIMIT_NOFILE: "nofile",
    resource.RLIMIT_NPROC: "nproc",
}
_SHOWN = frozenset({"usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "proc", "dev", "tmp", "etc", "run"})
_NO_SOCKETS = "socket,socketpair,memfd_create,shmget,semget,msgget,mq_open"
# Inside: say that the sandbox stands, open the way to what is shown, and become the program.
_INNER = """
echo up >&3; exec 3>&-
n=$1; shift
while [ $n -gt 0 ]; do chmod 0755 "$1" 2>/dev/null; shift; n=$((n-1)); done
exec "$@"
"""


@dataclass(frozen=True)
class Firejail:
    """Runs programs under `firejail`; make one with `open_sandbox`, which has tested it."""

    firejail: str
    setpriv: str | None
    pool: Pool | None
    name: str = field(default="firejail", init=False)
    gaps: frozenset[str] = field(default=frozenset({"fill-scratch", "see-processes", "start-process"}), init=False)

    def run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
        """Run `argv` inside; see `Sandbox`. Mounts must be at their own paths."""
        try:
            refusal = check.moved(spec, self.name) or check.refusal(argv, spec, drops_uid=self.setpriv is not None)
            if refusal:
                return not_run(refusal)
            with ExitStack() as stack:
                return self._run(argv, spec, stdin, stack)
        except (OSError, ValueError) as error:
            return not_run(f"cannot start firejail: {error}")

    def _run(self, argv: Sequence[str], spec: SandboxSpec, stdin: bytes, stack: ExitStack) -> Outcome:
        read, write = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        heard = stack.enter_context(FileIO(read, "rb"))
        said = stack.enter_context(FileIO(write, "wb"))
        launch = child.Launch(
            argv=[self.firejail, *self._options(spec), "--", *self._inner(argv, spec, stack)],
            env={"PATH": "/usr/bin:/bin", "HOME": str(Path.home())},
            cwd="/",
            rlimits={
                kind: value
                for kind, value in rlimits.of(spec, memory=False, processes=False).items()
                if kind not in _RLIMITS
            },
            third=f"/proc/{os.getpid()}/fd/{said.fileno()}",
            shell_status=True,
        )
        outcome = child.run_gated(launch, spec, stdin, self.pool, stack)
        if not heard.read(16):
            return not_run(f"firejail could not set up the sandbox: {outcome.stderr.decode('utf-8', 'replace')[:500]}")
        return outcome

    def _options(self, spec: SandboxSpec) -> list[str]:
        options = [*_FLAGS, "--keep-fd=3", f"--private-cwd={spec.cwd}"]
        options += [] if spec.network else ["--net=none"]
        options += ["--caps.drop=all", "--noroot"] if self.setpriv is None else ["--caps.keep=setuid,setgid,setpcap"]
        options += [f"--seccomp={_NO_SOCKETS}" if spec.system == "minimal" else "--seccomp"]
        chosen = rlimits.of(spec, memory=True, processes=True)
        options += [f"--rlimit-{name}={chosen[kind]}" for kind, name in _RLIMITS.items() if kind in chosen]
        return options + _file_system(spec)

    def _inner(self, argv: Sequence[str], spec: SandboxSpec, stack: ExitStack) -> list[str]:
        ways = _ways(spec) if self.setpriv is not None else []
        words = ["/bin/sh", "-c", _INNER, "sh", str(len(ways)), *ways]
        if self.setpriv is not None:
            words += identity.change_of_user(self.setpriv, spec, stack)
        return [*words, "/usr/bin/env", "-i", *(f"{name}={value}" for name, value in spec.env.items()), *argv]


def _file_system(spec: SandboxSpec) -> list[str]:
    """Show what the spec names; a directory at the top of the host in which nothing is shown is hidden."""
    shown = _shown(spec)
    tops = {PurePosixPath(path).parts[1] for path in shown}
    options = [f"--blacklist=/{name}" for name in _top() if name not in _SHOWN and name not in tops]
    # firejail keeps its own files in /run, which can therefore be emptied but not hidden.
    options += [f"--whitelist={path}" for path in (*shown, "/run/nothing")]
    options += [f"--read-only={mount.source.absolute()}" for mount in spec.mounts if not mount.writable]
    options += [] if "tmp" in tops else ["--private-tmp"]
    options += [] if spec.limits.scratch_bytes else ["--read-only=/tmp"]
    return options


def _shown(spec: SandboxSpec) -> list[str]:
    base = system.toolchain_system(spec.sysroot).binds + (system.network_system().binds if spec.network else ())
    paths = [target for _, target in base] + [str(mount.source.absolute()) for mount in spec.mounts]
    return [path for path in dict.fromkeys(paths) if PurePosixPath(path).parts[1] not in _SHOWN - {"tmp", "etc", "run"}]


def _ways(spec: SandboxSpec) -> list[str]:
    """Return the directories above what is shown; firejail makes them with the modes that they have outside."""
    ways = (str(folder) for path in _shown(spec) for folder in reversed(PurePosixPath(path).parents[:-1]))
    return [way for way in dict.fromkeys(ways) if way not in ("/etc", "/tmp")]  # noqa: S108


@cache
def _top() -> tuple[str, ...]:
    return tuple(sorted(os.listdir("/")))
