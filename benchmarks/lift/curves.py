"""Rates over tokens of training as an SVG file: a panel for each measure, a line for each recipe.

The file stands alone: colours, and for readers who do not see them dashes and `<title>`s, are in it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from lift.points import BITS, MEASURES, Point
from lift.study import BASE

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#7f3c8d", "#6b6b6b")
DASHES = ("", "7 3", "2 3")
PANEL_W, PANEL_H, LEFT, TOP, GAP_X, GAP_Y = 300, 180, 52, 34, 70, 64
COLUMNS = 2
_STYLE = (
    "text{font-family:sans-serif;font-size:11px;fill:#333}.name{font-size:13px}.frame{fill:none;stroke:#999}"
    ".base{stroke:#333;stroke-dasharray:1 3}.line{fill:none;stroke-width:1.8}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.base{stroke:#ddd}}"
)


def curves(title: str, points: Sequence[Point]) -> str:
    """Draw the points of one set: means of the seeds where there are several, else the one seed.

    Tokens are on a scale of square roots, since most happens early.
    """
    names = [name for name in MEASURES if any(name in point.estimates for point in points)]
    base = next(point for point in points if point.recipe == BASE)
    lines = {recipe: [base, *own] for recipe, own in _lines(points).items()}
    most = max((point.tokens for point in points), default=0) or 1
    looks = {recipe: _look(number) for number, recipe in enumerate(lines)}
    parts = []
    for number, name in enumerate(names):
        x = LEFT + number % COLUMNS * (PANEL_W + GAP_X)
        y = TOP + number // COLUMNS * (PANEL_H + GAP_Y)
        parts.append(f'<g transform="translate({x} {y})">{"".join(_panel(name, lines, looks, most))}</g>')
    bottom = TOP + math.ceil(len(names) / COLUMNS) * (PANEL_H + GAP_Y)
    legend, height = _legend(looks, bottom)
    width = LEFT + COLUMNS * (PANEL_W + GAP_X)
    return (
        f'<svg viewBox="0 0 {width} {height}" role="img" aria-label="{escape(title)}" '
        f'xmlns="http://www.w3.org/2000/svg"><style>{_STYLE}</style>'
        f'<text class="name" x="{LEFT}" y="14">{escape(title)}</text>{"".join([*parts, *legend])}</svg>\n'
    )


def _lines(points: Sequence[Point]) -> dict[str, list[Point]]:
    """Return the points of each recipe by budget, the mean over seeds in place of the seeds."""
    found: dict[str, dict[int, Point]] = {}
    for point in points:
        if point.recipe != BASE:
            by_budget = found.setdefault(point.recipe, {})
            if point.seed is None or point.budget not in by_budget:
                by_budget[point.budget] = point
    return {recipe: [own[budget] for budget in sorted(own)] for recipe, own in found.items()}


def _look(number: int) -> str:
    dash = DASHES[number // len(COLOURS) % len(DASHES)]
    return f'stroke="{COLOURS[number % len(COLOURS)]}"' + (f' stroke-dasharray="{dash}"' if dash else "")


def _panel(name: str, lines: Mapping[str, Sequence[Point]], looks: Mapping[str, str], most: int) -> list[str]:
    values = [point.estimates[name].value for own in lines.values() for point in own if name in point.estimates]
    low, high = _range(name, values)

    def place(point: Point) -> tuple[float, float]:
        share = (point.estimates[name].value - low) / (high - low)
        return math.sqrt(point.tokens / most) * PANEL_W, (1 - share) * PANEL_H

    parts = [f'<text class="name" x="0" y="-6">{name}</text><rect class="frame" width="{PANEL_W}" height="{PANEL_H}"/>']
    parts += _ticks(name, low, high)
    budgets = sorted({point.budget: point.tokens for own in lines.values() for point in own}.items())
    for budget, tokens in budgets:
        x = math.sqrt(tokens / most) * PANEL_W
        parts.append(f'<text x="{x:.1f}" y="{PANEL_H + 14}" text-anchor="middle">{_short(budget)}</text>')
    for recipe, own in lines.items():
        shown = [point for point in own if name in point.estimates]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(place, shown))
        parts.append(
            f'<polyline class="line" {looks[recipe]} points="{path}"><title>{escape(recipe)}</title></polyline>'
        )
        for point in shown[1:]:
            x, y = place(point)
            label = f"{recipe}, {point.tokens:,} tokens: {_value(name, point.estimates[name].value)}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_colour(looks[recipe])}">'
                f"<title>{escape(label)}</title></circle>"
            )
    if lines:
        _, y = place(next(iter(lines.values()))[0])
        parts.append(f'<line class="base" x1="0" x2="{PANEL_W}" y1="{y:.1f}" y2="{y:.1f}"><title>base</title></line>')
    return parts


def _range(name: str, values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values, default=0.0), max(values, default=1.0)
    margin = max((high - low) * 0.1, 0.02)
    low, high = low - margin, high + margin
    return (low, high) if name == BITS else (max(low, 0.0), min(high, 1.0))


def _ticks(name: str, low: float, high: float) -> list[str]:
    marks = [((1 - share) * PANEL_H + 4, _value(name, low + (high - low) * share)) for share in (0, 0.5, 1)]
    return [f'<text x="-5" y="{y:.1f}" text-anchor="end">{text}</text>' for y, text in marks]


def _value(name: str, value: float) -> str:
    return f"{value:.3f}" if name == BITS else f"{value:.1%}"


def _short(budget: int) -> str:
    return f"{budget // 1000}k" if budget and budget % 1000 == 0 else str(budget)


def _colour(look: str) -> str:
    return look.split('"')[1]


def _legend(looks: Mapping[str, str], top: float) -> tuple[list[str], int]:
    parts, x, y = [], LEFT, top
    for recipe, look in looks.items():
        wide = 34 + 7 * len(recipe) + 16
        if x > LEFT and x + wide > LEFT + COLUMNS * (PANEL_W + GAP_X) - GAP_X:
            x, y = LEFT, y + 18
        parts.append(f'<line class="line" {look} x1="{x}" x2="{x + 26}" y1="{y - 4}" y2="{y - 4}"/>')
        parts.append(f'<text x="{x + 32}" y="{y}">{escape(recipe)}</text>')
        x += wide
    return parts, int(y + 12)
