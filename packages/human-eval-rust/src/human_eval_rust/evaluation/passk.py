"""pass@k over a set of problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sigil_common.errors import InputError
from sigil_common.passk import pass_at_k


def parse_ks(text: str) -> list[int]:
    """Return the numbers of a list as `1,10,100`; raises `InputError` for anything else."""
    try:
        ks = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise InputError(f"--k: `{text}` is not a list of numbers", hint='for example --k "1,10,100"') from None
    if not ks or ks[0] < 1:
        raise InputError(f"--k: every k must be at least 1, got `{text}`")
    return ks


def estimates(
    counts: Mapping[str, tuple[int, int]], ks: Sequence[int]
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return pass@k averaged over problems for each k, `counts` being `task_id -> (samples, passed)`.

    Where a problem has fewer than k samples the estimate does not exist: its value is `None`, and what is returned
    second says why. Leaving such problems out would silently change what is measured.
    """
    values: dict[str, float | None] = {f"pass@{k}": None for k in ks}
    reasons: dict[str, str] = {}
    fewest = min(counts, key=lambda task: counts[task][0], default=None)
    for k in ks:
        short = sum(n < k for n, _ in counts.values())
        if fewest is None:
            reasons[f"pass@{k}"] = "no sample was judged"
        elif short:
            few = f"`{fewest}` has {counts[fewest][0]}"
            reasons[f"pass@{k}"] = f"{short} of {len(counts)} problems have fewer than {k} samples ({few})"
        else:
            values[f"pass@{k}"] = sum(pass_at_k(n, c, k) for n, c in counts.values()) / len(counts)
    return values, reasons
