"""One dot a problem."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from markupsafe import Markup

from lambda_package.plots.svg import STYLES, WIDTH, clipped, dot, line, rect, svg, text


def paired_dots(
    title: str, points: Sequence[tuple[str, float, float]], labels: tuple[str, str] = (STYLES[0], STYLES[1])
) -> Markup:
    """Draw one dot a problem: the first model's rate to the right, the second's up; above the diagonal is better."""
    # Problems with equal rates are fanned out so that each stays visible; the margins hold the largest fan.
    most = max(Counter((base, tuned) for _, base, tuned in points).values(), default=1)
    reach = math.ceil(_fan_radius(most)) + 5
    side, left, top = min(300, WIDTH - 2 * reach - 40), max(52, reach + 38), max(24, reach + 16)
    room, below, beside = WIDTH - left, top + side + max(16, reach + 12), left - max(6, reach)
    parts = [
        rect("frame", left, top, side, side),
        line("axis", left, top + side, left + side, top),
        text(left + side / 2, below + 18, clipped(f"{labels[0]} →", room), anchor="middle"),
        text(left, 12, clipped(f"↑ {labels[1]}", room)),
    ]
    for tick in (0, 0.5, 1):
        parts.append(text(left + tick * side, below, f"{tick:.0%}", anchor="middle", size=11))
        parts.append(text(beside, top + side - tick * side + 4, f"{tick:.0%}", anchor="end", size=11))
    stacks: dict[tuple[float, float], int] = {}
    for name, base, tuned in points:
        count = stacks[base, tuned] = stacks.get((base, tuned), 0) + 1
        angle, radius = 2.4 * count, _fan_radius(count)
        x = left + base * side + radius * math.cos(angle)
        y = top + side - tuned * side + radius * math.sin(angle)
        kind = "better" if tuned > base else "worse" if tuned < base else "same"
        parts.append(dot(kind, x, y, 4, f"{name}: {base:.0%} to {tuned:.0%}"))
    return svg(title, below + 28, parts)


def _fan_radius(count: int) -> float:
    """Return how far the `count`th of several dots with one place is moved off it."""
    return 2.2 * math.sqrt(count - 1)
