"""The options that make `bwrap` build the file system and the namespaces of one run."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path, PurePosixPath

from sigil_common.sandbox import system
from sigil_common.sandbox.spec import MIB, Mount, SandboxSpec, System

_SHARED_MEMORY_BYTES = 64 * MIB
_SCRATCH = "/tmp"  # noqa: S108


def options(bwrap: str, setpriv: str | None, spec: SandboxSpec) -> list[str]:
    """Return `bwrap` and its options up to where the program's own argv begins.

    With `setpriv` there is no user namespace, and bwrap leaves just the two capabilities that changing
    the user id takes; without it the namespace's user is nobody.
    """
    if spec.system == "minimal" and not system.minimal_system(setpriv).is_whole:
        system.minimal_system.cache_clear()
        _base.cache_clear()
    argv = [bwrap, *_namespaces(bwrap, setpriv is not None)]
    argv += ["--share-net"] if spec.network else []
    argv += _base(spec.system, setpriv, spec.limits.scratch_bytes, spec.network, spec.sysroot)
    argv += _mounts(spec.mounts)
    argv += ["--remount-ro", "/", "--clearenv"]
    for name, value in spec.env.items():
        argv += ["--setenv", name, value]
    return [*argv, "--chdir", spec.cwd]


@cache
def _namespaces(bwrap: str, as_root: bool) -> tuple[str, ...]:
    argv = ["--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--unshare-net"]
    argv += ["--die-with-parent", "--hostname", "sandbox", "--cap-drop", "ALL"]
    if as_root:
        return (*argv, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID", "--cap-add", "CAP_SETPCAP")
    argv += ["--unshare-user", "--uid", "65534", "--gid", "65534"]
    listing = subprocess.run([bwrap, "--help"], capture_output=True, text=True, env={}, check=False)
    if "--disable-userns" in listing.stdout:  # the system call filter refuses nested ones as well
        argv.append("--disable-userns")
    return tuple(argv)


@lru_cache(maxsize=64)
def _base(kind: System, helper: str | None, scratch_bytes: int, network: bool, sysroot: Path | None) -> tuple[str, ...]:
    if kind == "minimal":
        shown = system.minimal_system(helper)
    else:
        shown = system.toolchain_system(sysroot)
    # First of all: a toolchain may itself lie below the directory for scratch files.
    if scratch_bytes:
        argv = ["--perms", "1777", "--size", str(scratch_bytes), "--tmpfs", _SCRATCH]
    else:
        argv = ["--perms", "0755", "--dir", _SCRATCH]
    for source, target in (*shown.binds, *(system.network_system().binds if network else ())):
        argv += [*_folders([target]), "--ro-bind", source, target]
    for content, target in shown.links:
        argv += ["--symlink", content, target]
    if kind == "toolchain":
        argv += ["--proc", "/proc", "--dev", "/dev"]
        argv += ["--perms", "1777", "--size", str(_SHARED_MEMORY_BYTES), "--tmpfs", "/dev/shm"]  # noqa: S108
    else:
        argv += ["--perms", "0755", "--dir", "/dev", "--dev-bind", "/dev/null", "/dev/null"]
    return tuple(argv)


def _mounts(mounts: Iterable[Mount]) -> list[str]:
    argv = _folders(mount.inside for mount in mounts)
    for mount in mounts:
        argv += ["--bind" if mount.writable else "--ro-bind", str(mount.source), mount.inside]
    return argv


def _folders(targets: Iterable[str]) -> list[str]:
    """Make the folders above each target; left to itself bwrap makes them for their owner only."""
    parents = (str(folder) for target in targets for folder in reversed(PurePosixPath(target).parents))
    argv: list[str] = []
    for folder in dict.fromkeys(parents):
        if folder not in ("/", _SCRATCH):
            argv += ["--perms", "0755", "--dir", folder]
    return argv
