"""The report's plots as SVG text: no plotting library, no script, readable in both colour schemes.

Colours come from CSS classes of the page (`base`, `tuned`, `axis`); every mark has a `<title>`, so the
value is there without colour and for screen readers.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 640
MODELS = ("base", "tuned")


@dataclass(frozen=True)
class Bar:
    """One rate in [0, 1] with its interval."""

    value: float
    low: float
    high: float


def step_bars(title: str, steps: Sequence[tuple[str, Bar, Bar]]) -> Markup:
    """Draw each step as two horizontal bars, base above tuned, with interval whiskers."""
    left, right, row = _room_for([name for name, *_ in steps]), 60, 46
    scale = WIDTH - left - right
    height = row * len(steps) + 40
    parts = [_axis_x(left, scale, height - 26)]
    for i, (name, *bars) in enumerate(steps):
        top = 8 + i * row
        parts.append(_text(left - 8, top + 20, name, anchor="end"))
        for model, bar, offset in zip(MODELS, bars, (0, 16), strict=True):
            y = top + offset
            label = f"{name}, {model}: {bar.value:.1%} (interval {bar.low:.1%} to {bar.high:.1%})"
            parts.append(
                f'<rect class="{model}" x="{left}" y="{y}" width="{max(bar.value * scale, 1):.1f}" height="13">'
                f"<title>{escape(label)}</title></rect>"
            )
            parts.append(_whisker(left + bar.low * scale, left + bar.high * scale, y + 6.5))
            parts.append(_text(left + bar.high * scale + 6, y + 11, f"{bar.value:.1%}", size=11))
    return _svg(title, height, parts)


def paired_dots(title: str, points: Sequence[tuple[str, float, float]]) -> Markup:
    """Draw one dot a problem: base rate to the right, tuned rate up; above the diagonal is better."""
    # Problems with equal rates are fanned out so that each stays visible; the margins hold the largest fan.
    most = max(Counter((base, tuned) for _, base, tuned in points).values(), default=1)
    reach = math.ceil(_fan_radius(most)) + 5
    side, left, top = 300, max(60, reach), max(12, reach)
    parts = [
        f'<rect class="frame" x="{left}" y="{top}" width="{side}" height="{side}"/>',
        f'<line class="axis" x1="{left}" y1="{top + side}" x2="{left + side}" y2="{top}"/>',
        _text(left + side / 2, top + side + 32, "base: share of samples", anchor="middle"),
        _text(left - 8, top + side * 0.25, "tuned", anchor="end"),
    ]
    for tick in (0, 0.5, 1):
        parts.append(_text(left + tick * side, top + side + 16, f"{tick:.0%}", anchor="middle", size=11))
        parts.append(_text(left - 6, top + side - tick * side + 4, f"{tick:.0%}", anchor="end", size=11))
    stacks: dict[tuple[float, float], int] = {}
    for name, base, tuned in points:
        count = stacks[base, tuned] = stacks.get((base, tuned), 0) + 1
        angle, radius = 2.4 * count, _fan_radius(count)
        x = left + base * side + radius * math.cos(angle)
        y = top + side - tuned * side + radius * math.sin(angle)
        kind = "better" if tuned > base else "worse" if tuned < base else "same"
        parts.append(
            f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4">'
            f"<title>{escape(name)}: {base:.0%} to {tuned:.0%}</title></circle>"
        )
    return _svg(title, top + side + max(42, reach), parts)


def _fan_radius(count: int) -> float:
    """Return how far the `count`th of several dots with one place is moved off it."""
    return 2.2 * math.sqrt(count - 1)


def loss_curve(title: str, train: Sequence[tuple[float, float]], val: Sequence[tuple[float, float]]) -> Markup:
    """Draw training loss as a line and validation loss as marks over optimizer steps."""
    points = [*train, *val]
    if not points:
        return Markup()
    left, top, height, width = 60, 14, 200, WIDTH - 90
    last = max(step for step, _ in points) or 1
    low = min(loss for _, loss in points)
    high = max(loss for _, loss in points)
    margin = (high - low) * 0.08 or 0.1
    low, high = low - margin, high + margin

    def place(step: float, loss: float) -> tuple[float, float]:
        return left + step / last * width, top + (high - loss) / (high - low) * height

    parts = [f'<rect class="frame" x="{left}" y="{top}" width="{width}" height="{height}"/>']
    for share in (0, 0.5, 1):
        value = low + (high - low) * share
        parts.append(_text(left - 6, place(0, value)[1] + 4, f"{value:.2f}", anchor="end", size=11))
        parts.append(_text(left + share * width, top + height + 16, f"{share * last:.0f}", anchor="middle", size=11))
    parts.append(_text(left + width / 2, top + height + 32, "optimizer step", anchor="middle"))
    if train:
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in (place(*point) for point in train))
        parts.append(f'<polyline class="base-line" points="{path}"><title>training loss</title></polyline>')
    for step, loss in val:
        x, y = place(step, loss)
        parts.append(
            f'<circle class="tuned" cx="{x:.1f}" cy="{y:.1f}" r="5">'
            f"<title>validation loss {loss:.3f} at step {step:.0f}</title></circle>"
        )
        shift, anchor = (8, "start") if x < left + width - 60 else (-8, "end")
        parts.append(_text(x + shift, y - 8, f"{loss:.3f}", size=11, anchor=anchor))
    return _svg(title, top + height + 42, parts)


def failure_bars(title: str, counts: Mapping[str, Mapping[str, int]], order: Sequence[str]) -> Markup:
    """Draw how completions ended as one stacked bar a model; `order` gives the classes from left to right."""
    left, row = 110, 40
    scale = WIDTH - left - 20
    shown = [name for name in order if any(model.get(name) for model in counts.values())]
    parts = []
    for i, (model, ends) in enumerate(counts.items()):
        total = sum(ends.values()) or 1
        x, y = float(left), 8 + i * row
        parts.append(_text(left - 8, y + 18, model, anchor="end"))
        for name in shown:
            width = ends.get(name, 0) / total * scale
            if not width:
                continue
            label = f"{model}: {name} {ends[name]} of {total} ({ends[name] / total:.1%})"
            parts.append(
                f'<rect class="class-{order.index(name)}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="26">'
                f"<title>{escape(label)}</title></rect>"
            )
            if width > 7 * len(name):
                parts.append(_text(x + width / 2, y + 17, name, anchor="middle", size=11, kind="inside"))
            x += width
    height = row * len(counts) + 16
    x = float(left)
    for name in shown:
        if x > WIDTH - 90:
            x, height = float(left), height + 20
        parts.append(f'<rect class="class-{order.index(name)}" x="{x}" y="{height - 10}" width="11" height="11"/>')
        parts.append(_text(x + 16, height, name, size=11))
        x += 16 + 7 * len(name) + 18
    return _svg(title, height + 14, parts)


def _svg(title: str, height: float, parts: Sequence[str]) -> Markup:
    # Every text among the parts went through `escape`.
    body = Markup("").join(Markup(part) for part in parts)  # noqa: S704
    opening = Markup('<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">')
    return opening.format(WIDTH, height, title) + body + Markup("</svg>")


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13, kind: str = "label") -> str:
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(text)}</text>'
    )


def _room_for(names: Sequence[str]) -> int:
    """Return how much the longest name on the left needs, at 0.58 em a letter."""
    return max(110, 12 + round(13 * 0.58 * max(map(len, names), default=0)))


def _whisker(x1: float, x2: float, y: float) -> str:
    ends = "".join(f'<line class="whisker" x1="{x:.1f}" y1="{y - 3}" x2="{x:.1f}" y2="{y + 3}"/>' for x in (x1, x2))
    return f'<line class="whisker" x1="{x1:.1f}" y1="{y}" x2="{x2:.1f}" y2="{y}"/>{ends}'


def _axis_x(left: float, scale: float, y: float) -> str:
    marks = [f'<line class="axis" x1="{left}" y1="{y}" x2="{left + scale}" y2="{y}"/>']
    for tick in (0, 0.25, 0.5, 0.75, 1):
        marks.append(_text(left + tick * scale, y + 18, f"{tick:.0%}", anchor="middle", size=11))
    return "".join(marks)
