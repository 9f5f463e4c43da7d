"""Digests of a checkpoint's files, in the form that `sha256sum --check SHA256SUMS` reads.

One changed byte can end a run too soon, or scale an adapter otherwise. The weights alone are left out: their digest is
in `sigil_checkpoint.json`.
"""

from __future__ import annotations

from pathlib import Path

from sigil_common.jsonl import write_text
from sigil_common.manifest import digest_file

SUMS_FILE = "SHA256SUMS"


def write(checkpoint: Path, *, besides: str) -> None:
    """Write the digests of all files `besides` one."""
    names = sorted(path.name for path in checkpoint.iterdir() if path.name not in (SUMS_FILE, besides))
    write_text(checkpoint / SUMS_FILE, "".join(f"{digest_file(checkpoint / name)}  {name}\n" for name in names))


def fault_of(checkpoint: Path) -> str | None:
    """Return which file is not as it was written, in a few words, or None; checkpoints of before have no digests."""
    path = checkpoint / SUMS_FILE
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError):
        return f"{SUMS_FILE}: damaged"
    for line in lines:
        digest, _, name = line.partition("  ")
        if not name or Path(name).name != name:
            return f"{SUMS_FILE}: damaged"
        if not (checkpoint / name).is_file():
            return f"{name}: missing"
        if digest_file(checkpoint / name) != digest:
            return f"{name}: damaged or changed: its digest is not that of {SUMS_FILE}"
    return None
