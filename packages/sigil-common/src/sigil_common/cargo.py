"""The two ways in which cargo is run.

`fetch_side` runs it as it is, with the user's configuration (mirrors, source replacement, proxies), and
only for commands that never run a crate's code: `fetch` and `metadata`. `Confined` runs everything
else (build scripts and procedural macros execute) inside the sandbox, without network, with the
sources read-only and only the target directory writable.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common import proc
from sigil_common.errors import MissingError

if TYPE_CHECKING:
    from sigil_common.rustc import Compiler, Toolchain
    from sigil_common.sandbox import Sandbox

FETCH_TIMEOUT_S = 900.0
# Lints that a crate denies would end its build; what counts is decided by the diagnostic's code.
RUSTFLAGS = "--cap-lints warn"
_GIB = 1024**3
_MOST_MEMORY = 16 * _GIB
# How cargo begins when its pool of jobs, a pipe, does not hold as many as are asked for.
_NO_JOBSERVER = "error: failed to create jobserver"
# What rustc and programs in Rust say where a limit on addresses stops them; of a control group the sandbox knows it.
_NO_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|LLVM ERROR: out of memory")


@dataclass(frozen=True)
class CargoRun:
    """How a cargo command ended. `trouble` is set when the sandbox failed, not the command.

    `memory_exceeded`: something that it started was refused memory, or ended for lack of it.
    """

    ok: bool
    stdout: bytes
    stderr: str
    timed_out: bool = False
    trouble: str | None = None
    memory_exceeded: bool = False


def cargo_home() -> Path:
    """Return the directory in which cargo keeps what it downloaded."""
    return Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")


def fetch_side(toolchain: Toolchain, args: Sequence[str], cwd: Path) -> CargoRun:
    """Run a cargo command that may reach the network and runs no code of any crate."""
    dropped = ("RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_TARGET_DIR", "CARGO_BUILD_TARGET")
    env = {key: value for key, value in os.environ.items() if key not in dropped}
    env["RUSTC"] = str(toolchain.rustc)
    env["CARGO_TERM_COLOR"] = "never"
    done = proc.run([str(_cargo(toolchain)), *args], timeout=FETCH_TIMEOUT_S, cwd=cwd, env=env, output_limit=_GIB)
    return CargoRun(done.ok, done.stdout.encode(), done.stderr, done.timed_out)


def _rustflags(target: Path) -> str:
    """Return rustc's options for a build into `target`.

    lld, which rustc has cc use unless a linker is named, puts random digits in place of each `%` of the path that it
    writes to, and finds no such directory.
    """
    if "%" not in str(target):
        return RUSTFLAGS
    from sigil_common.rustc.toolchain import find_linker

    return f"{RUSTFLAGS} -Clinker={find_linker()}"


@cache
def host_triple(toolchain: Toolchain) -> str:
    """Return the platform that `toolchain` compiles for, as `x86_64-unknown-linux-gnu`."""
    version = proc.run([str(toolchain.rustc), "-vV"], timeout=60)
    match = re.search(r"^host: (\S+)$", version.stdout, re.MULTILINE)
    if match is None:
        raise MissingError("rustc does not name its host platform", cause=version.stderr.strip()[:200] or None)
    return match.group(1)


@dataclass(frozen=True)
class Confined:
    """Runs cargo on untrusted sources. `readable` are directories that the sources need besides their own.

    `build_memory` are the bytes that one build may use; without it, what `build_memory()` returns.
    """

    toolchain: Toolchain
    sandbox: Sandbox
    jobs: int
    timeout_s: float
    readable: tuple[Path, ...] = field(default=())
    build_memory: int | None = None

    @property
    def compiler(self) -> Compiler:
        """The same toolchain in the same sandbox, for code outside any package."""
        from sigil_common.rustc import Compiler

        return Compiler(self.toolchain, self.sandbox)

    def run(self, args: Sequence[str], *, root: Path, target: Path, env: Mapping[str, str] | None = None) -> CargoRun:
        """Run `cargo ARGS` in `root` (read-only inside), building into `target`; time in seconds of wall clock.

        Raises `MissingError` when cargo cannot prepare the jobs that it was given: nothing was built then.
        """
        from sigil_common.sandbox import Limits, Mount, SandboxSpec

        target.mkdir(parents=True, exist_ok=True)
        mounts = [Mount(root), Mount(target, writable=True), *(Mount(path) for path in self._shared(root))]
        spec = SandboxSpec(
            limits=Limits(
                wall_s=self.timeout_s,
                memory_bytes=self.build_memory or build_memory(),
                processes=1024,
                file_bytes=4 * _GIB,
                output_bytes=_GIB,
            ),
            mounts=tuple(mounts),
            env=self._environment(target, env or {}),
            cwd=str(root),
            sysroot=self.toolchain.sysroot,
        )
        done = self.sandbox.run([str(_cargo(self.toolchain)), *args], spec)
        stderr = done.stderr.decode("utf-8", "replace")
        # A build, whatever its crates print, says something on stdout: its end at the least.
        if stderr.lstrip().startswith(_NO_JOBSERVER) and not done.stdout:
            said = [line.strip() for line in stderr.replace("Caused by:", "").splitlines() if line.strip()]
            raise MissingError(
                f"cargo cannot prepare {self.jobs} parallel jobs",
                cause=": ".join(said).removeprefix("error: "),
                hint="ask for fewer of them",
            )
        ok = done.returncode == 0
        refused = done.memory_exceeded or (not ok and _NO_MEMORY.search(stderr) is not None)
        return CargoRun(ok, done.stdout, stderr, done.timed_out, done.trouble, refused)

    def _environment(self, target: Path, extra: Mapping[str, str]) -> dict[str, str]:
        configured = {key: value for key, value in os.environ.items() if _is_source_setting(key)}
        return {
            **configured,
            "PATH": f"{self.toolchain.sysroot / 'bin'}:/usr/local/bin:/usr/bin:/bin",
            "HOME": "/tmp",  # noqa: S108  (a tmpfs inside the sandbox)
            "CARGO_HOME": str(cargo_home()),
            "CARGO_TARGET_DIR": str(target),
            "CARGO_BUILD_JOBS": str(self.jobs),
            "CARGO_NET_OFFLINE": "true",
            "CARGO_TERM_COLOR": "never",
            "RUSTC": str(self.toolchain.rustc),
            "RUSTFLAGS": _rustflags(target),
            # The user's configuration may name a wrapper that does not exist inside.
            "RUSTC_WRAPPER": "",
            "LC_ALL": "C.UTF-8",
            **extra,
        }

    def _shared(self, root: Path) -> Iterator[Path]:
        home = cargo_home()
        candidates = [home / "registry", home / "git", home / "config.toml", home / "config", *self.readable]
        # cargo also reads the configuration of every directory above the one it works in.
        candidates += [parent / ".cargo" / "config.toml" for parent in root.parents]
        for path in dict.fromkeys(candidates):
            if path.exists():
                yield path


def build_memory() -> int:
    """Return the bytes of memory that one build may use: never more than half of what the machine has."""
    from sigil_common.sandbox import memory_of_machine

    return min(_MOST_MEMORY, memory_of_machine() // 2)


def _cargo(toolchain: Toolchain) -> Path:
    if toolchain.cargo is None:
        raise MissingError(
            "rustc is installed, but cargo is not", hint="install a whole Rust toolchain, with cargo and clippy"
        )
    return toolchain.cargo


def _is_source_setting(key: str) -> bool:
    """Whether an environment variable tells cargo where packages come from (never a token)."""
    replaced = key.startswith(("CARGO_SOURCE_", "CARGO_REGISTRIES_"))
    return replaced and not key.endswith(("_TOKEN", "_CREDENTIAL_PROVIDER", "_SECRET_KEY"))
