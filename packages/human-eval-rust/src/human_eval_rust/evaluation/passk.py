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


def mean_pass_at_k(counts: Mapping[str, tuple[int, int]], k: int) -> tuple[float | None, str | None]:
    """Return pass@k averaged over problems, `counts` being `task_id -> (samples, passed)`.

    Where a problem has fewer than k samples the estimate does not exist; then the first value is `None`
    and the second says why. Leaving such problems out would silently change what is measured.
    """
    short = [task for task, (n, _) in counts.items() if n < k]
    if not counts:
        return None, "no sample was judged"
    if short:
        fewest = min(short, key=lambda task: counts[task][0])
        return None, (
            f"{len(short)} of {len(counts)} problems have fewer than {k} samples (`{fewest}` has {counts[fewest][0]})"
        )
    return sum(pass_at_k(n, c, k) for n, c in counts.values()) / len(counts), None


def estimates(
    counts: Mapping[str, tuple[int, int]], ks: Sequence[int]
) -> tuple[dict[str, float | None], dict[str, str]]:
    """Return `{"pass@k": value or None}` for each k, and for those that are `None` the reason."""
    values: dict[str, float | None] = {}
    reasons: dict[str, str] = {}
    for k in ks:
        value, reason = mean_pass_at_k(counts, k)
        values[f"pass@{k}"] = value
        if reason:
            reasons[f"pass@{k}"] = reason
    return values, reasons
