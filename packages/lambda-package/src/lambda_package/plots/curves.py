"""Curves: loss over steps, and pass@k over k with its bands."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup, escape

from lambda_package.plots.svg import STYLES, WIDTH, Bar, dot, rect, svg, text

_LEFT, _TOP, _WIDE, _TALL = 52, 14, WIDTH - 80, 200


def loss_curve(title: str, train: Sequence[tuple[float, float]], val: Sequence[tuple[float, float]]) -> Markup:
    """Draw training loss as a line and validation loss as marks over optimizer steps."""
    points = [*train, *val]
    if not points:
        return Markup()
    last = max(step for step, _ in points) or 1
    low = min(loss for _, loss in points)
    high = max(loss for _, loss in points)
    margin = (high - low) * 0.08 or 0.1
    low, high = max(low - margin, 0.0), high + margin  # no loss is below 0

    def place(step: float, loss: float) -> tuple[float, float]:
        return _LEFT + step / last * _WIDE, _TOP + (high - loss) / (high - low) * _TALL

    parts = [rect("frame", _LEFT, _TOP, _WIDE, _TALL)]
    for share in (0, 0.5, 1):
        value = low + (high - low) * share
        parts.append(text(_LEFT - 6, place(0, value)[1] + 4, f"{value:.2f}", anchor="end", size=11))
        parts.append(text(_LEFT + share * _WIDE, _TOP + _TALL + 16, f"{share * last:.0f}", anchor="middle", size=11))
    parts.append(text(_LEFT + _WIDE / 2, _TOP + _TALL + 32, "optimizer step", anchor="middle"))
    if train:
        parts.append(_polyline("base-line", [place(*point) for point in train], "training loss"))
    for step, loss in val:
        x, y = place(step, loss)
        parts.append(dot("tuned", x, y, 5, f"validation loss {loss:.3f} at step {step:.0f}"))
        shift, anchor = (8, "start") if x < _LEFT + _WIDE - 60 else (-8, "end")
        parts.append(text(x + shift, y - 8, f"{loss:.3f}", size=11, anchor=anchor))
    return svg(title, _TOP + _TALL + 42, parts)


def passk_curves(
    title: str, ks: Sequence[int], curves: Sequence[Sequence[Bar]], labels: Sequence[str] = STYLES
) -> Markup:
    """Draw pass@k over k, one curve a model, with the intervals as bands; k grows by factors."""
    most = max(0.001, *(bar.high for curve in curves for bar in curve))
    last = math.log(max(ks)) or 1.0

    def place(k: int, rate: float) -> tuple[float, float]:
        return _LEFT + math.log(k) / last * _WIDE, _TOP + (1 - rate / most) * _TALL

    parts = [rect("frame", _LEFT, _TOP, _WIDE, _TALL)]
    for share in (0, 0.5, 1):
        y = _TOP + (1 - share) * _TALL + 4
        parts.append(text(_LEFT - 6, y, f"{share * most:.1%}", anchor="end", size=11))
    for kind, curve in zip(STYLES, curves, strict=False):
        ends = [place(k, bar.high) for k, bar in zip(ks, curve, strict=True)]
        ends += [place(k, bar.low) for k, bar in zip(reversed(ks), reversed(curve), strict=True)]
        parts.append(f'<polygon class="{kind} band" points="{_points(ends)}"/>')
    for kind, label, curve in zip(STYLES, labels, curves, strict=False):
        through = [place(k, bar.value) for k, bar in zip(ks, curve, strict=True)]
        parts.append(_polyline(f"{kind}-line", through, f"pass@k, {label}"))
        for k, bar, (x, y) in zip(ks, curve, through, strict=True):
            told = f"pass@{k}, {label}: {bar.value:.1%} (interval {bar.low:.1%} to {bar.high:.1%})"
            parts.append(dot(kind, x, y, 3.5, told))
    shown = -1000.0
    for k in ks:
        x = place(k, 0)[0]
        if x - shown >= 26:
            parts.append(text(x, _TOP + _TALL + 16, str(k), anchor="middle", size=11))
            shown = x
    parts.append(text(_LEFT + _WIDE / 2, _TOP + _TALL + 32, "k", anchor="middle"))
    return svg(title, _TOP + _TALL + 42, parts)


def _polyline(kind: str, points: Sequence[tuple[float, float]], title: str) -> str:
    return f'<polyline class="{kind}" points="{_points(points)}"><title>{escape(title)}</title></polyline>'


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
