"""The read-only part of the host that the two systems show: `toolchain` and `minimal`.

Everything is found on this machine once and kept. Paths inside equal paths outside, so the loader, the
linker and rustc find their parts where they expect them. The libraries of `minimal` are copied together, since
showing a directory costs no more than showing a file: a run takes a sixth less CPU time.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import subprocess
from collections.abc import Collection
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from sigil_common.errors import MissingError
from sigil_common.sandbox.identity import workdir

_LOADERS = {
    "x86_64": ("/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"),
    "aarch64": ("/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"),
}
# What a dynamically linked Rust program asks for; the last three are empty shells since glibc 2.34.
_LIBRARIES = ("libc.so.6", "libm.so.6", "libgcc_s.so.1", "libpthread.so.0", "libdl.so.2", "librt.so.1")
_MERGED = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
# `cc` is a link into /etc/alternatives on Debian and its kin.
_ETC = ("/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d")
_ETC_NETWORK = (
    "/etc/resolv.conf",
    "/etc/hosts",
    "/etc/nsswitch.conf",
    "/etc/services",
    "/etc/protocols",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/ssl",
    "/etc/ca-certificates",
    "/etc/pki",
)


@dataclass(frozen=True)
class Visible:
    """What is shown read-only: `(host path, path inside)`, and symlinks as `(content, path inside)`."""

    binds: tuple[tuple[str, str], ...]
    links: tuple[tuple[str, str], ...] = ()
    copies: tuple[Path, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all `copies` that are shown are still there: a fork that ended, or a cleaner, may have taken them."""
        return all(copy.exists() for copy in self.copies)


@cache
def toolchain_system(sysroot: Path | None) -> Visible:
    """Return /usr, the linker's configuration and the toolchain in `sysroot`."""
    binds = [("/usr", "/usr")]
    links = []
    for name in _MERGED:
        path = Path("/", name)
        if path.is_symlink():
            links.append((os.readlink(path), str(path)))
        elif path.is_dir():
            binds.append((str(path), str(path)))
    binds += _existing(_ETC)
    if sysroot is not None and not sysroot.is_relative_to("/usr"):
        binds.append((str(sysroot), str(sysroot)))
    return Visible(tuple(binds), tuple(links))


@cache
def network_system() -> Visible:
    """Return the files under /etc that resolving names and checking certificates needs."""
    return Visible(tuple((str(Path(source).resolve()), target) for source, target in _existing(_ETC_NETWORK)))


@cache
def minimal_system(helper: str | None) -> Visible:
    """Return the dynamic loader, the C library and its kin, and `helper` with the libraries it needs.

    Raises `MissingError` if this machine's loader is not where its ABI puts it.
    """
    loaders = [path for path in _LOADERS.get(platform.machine(), ()) if os.path.exists(path)]
    if not loaders:
        raise MissingError(f"no dynamic loader found for {platform.machine()}", hint="use --sandbox-mode firejail")
    found = list(loaders)
    for name in _LIBRARIES:
        found += [f"{folder}/{name}" for folder in _library_folders() if os.path.exists(f"{folder}/{name}")][:1]
    found += _linked(helper, loaders[0]) if helper else []
    shown = _together(dict.fromkeys(found))
    return replace(shown, binds=(*shown.binds, (os.path.realpath(helper), helper))) if helper else shown


def _together(paths: Collection[str]) -> Visible:
    """Show directories with copies of these files alone, which are kept as long as this process."""
    stack = ExitStack()
    root = stack.enter_context(workdir("sigil-system-"))
    atexit.register(stack.close)
    for path in paths:
        copy = root / path.lstrip("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.realpath(path), copy)
    for made in root.rglob("*"):
        made.chmod(0o755)  # whatever the umask: the sandbox's user reads there
    folders = {Path(path).parent for path in paths}
    outermost = sorted(folder for folder in folders if folders.isdisjoint(folder.parents))
    binds = tuple((str(root / folder.relative_to("/")), str(folder)) for folder in outermost)
    return Visible(binds, copies=tuple(root / path.lstrip("/") for path in paths))


def _existing(paths: tuple[str, ...]) -> list[tuple[str, str]]:
    return [(path, path) for path in paths if os.path.exists(path)]


def _library_folders() -> tuple[str, ...]:
    multiarch = f"{platform.machine()}-linux-gnu"
    return (f"/lib/{multiarch}", f"/usr/lib/{multiarch}", "/lib64", "/usr/lib64", "/lib", "/usr/lib")


def _linked(program: str, loader: str) -> list[str]:
    """Return the shared libraries that the loader would map for `program`."""
    listing = subprocess.run([loader, "--list", program], capture_output=True, text=True, env={}, check=False)
    parts = (line.split("=>") for line in listing.stdout.splitlines() if "=>" in line)
    return [part[1].split()[0] for part in parts if part[1].split()[0].startswith("/")]
