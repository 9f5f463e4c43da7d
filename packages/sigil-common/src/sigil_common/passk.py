"""pass@k, once for the evaluator and for the statistics, so that both mean the same."""

from __future__ import annotations


def pass_at_k(n: int, c: int, k: int) -> float:
    """Return the unbiased estimate of pass@k for one problem: `1 - C(n-c, k) / C(n, k)`.

    `n` samples were drawn and `c` of them passed; `k` <= `n`. Computed as a product, which neither
    overflows nor cancels (Chen et al. 2021, "Evaluating Large Language Models Trained on Code", eq. 1).
    Raises `ValueError` if fewer than `k` samples were drawn: such an estimate does not exist, and
    leaving the problem out would bias the mean.
    """
    if not 0 <= c <= n:
        raise ValueError(f"{c} of {n} samples cannot have passed")
    if not 1 <= k <= n:
        raise ValueError(f"pass@{k} needs at least {k} samples, got {n}")
    if n - c < k:
        return 1.0
    all_fail = 1.0
    for i in range(n - c + 1, n + 1):
        all_fail *= 1.0 - k / i
    return 1.0 - all_fail
