"""Which source files the compiler really read: its own dep-info, not a guess from the module tree."""

from __future__ import annotations

import re
from pathlib import Path


def compiled_files(dep_info: Path, member: Path) -> list[str]:
    """Return the `.rs` files of the crate named in a dep-info file, relative to it, sorted.

    The file was written inside the sandbox: names that lead out of the crate are ignored.
    """
    try:
        content = dep_info.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    found: set[str | None] = set()
    for line in content.splitlines():
        target, separator, rest = line.partition(": ")
        if separator and not target.startswith("#"):
            found.update(_inside(name, member) for name in re.split(r"(?<!\\) ", rest))
    return sorted(name for name in found if name is not None)


def _inside(name: str, member: Path) -> str | None:
    path = Path(name.replace("\\ ", " "))
    if not path.is_absolute():
        # Dep-info names files as the compiler was given them: relative to the workspace.
        path = member.parent.parent / path
    if path.suffix != ".rs" or ".." in path.parts or not path.is_relative_to(member):
        return None
    return path.relative_to(member).as_posix()
