"""Bars: how far completions get, how they ended, how often something occurs, and differences with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from lambda_package.plots.svg import LETTER, STYLES, WIDTH, Bar, clipped, line, rect, svg, text, whisker

_LEFT, _RIGHT = 10, 58
_SCALE = WIDTH - _LEFT - _RIGHT
_THICK, _STEP = 12, 15


def step_bars(title: str, steps: Sequence[tuple[str, *tuple[Bar, ...]]], labels: Sequence[str] = STYLES) -> Markup:
    """Draw each step as one horizontal bar a model, the first above, with interval whiskers."""
    parts, y = [], 4
    for name, *bars in steps:
        parts.append(text(_LEFT, y + 12, clipped(name, WIDTH - _LEFT)))
        y += 18
        for kind, label, bar in zip(STYLES, labels, bars, strict=False):
            told = f"{name}, {label}: {bar.value:.1%} (interval {bar.low:.1%} to {bar.high:.1%})"
            parts.append(rect(kind, _LEFT, y, max(bar.value * _SCALE, 1), _THICK, told))
            parts.append(whisker(_LEFT + bar.low * _SCALE, _LEFT + bar.high * _SCALE, y + _THICK / 2))
            parts.append(text(_LEFT + bar.high * _SCALE + 6, y + 10, f"{bar.value:.1%}", size=11))
            y += _STEP
        y += 6
    return svg(title, y + 24, [*parts, _axis(y + 2)])


def count_bars(title: str, rows: Sequence[tuple[str, Sequence[int]]], labels: Sequence[str] = STYLES) -> Markup:
    """Draw counts as one horizontal bar a model, as long as the largest count allows."""
    most = max((count for _, counts in rows for count in counts), default=0) or 1
    parts, y = [], 4
    for name, counts in rows:
        parts.append(text(_LEFT, y + 12, clipped(name, WIDTH - _LEFT)))
        y += 18
        for kind, label, count in zip(STYLES, labels, counts, strict=False):
            length = count / most * _SCALE
            parts.append(rect(kind, _LEFT, y, max(length, 1), _THICK, f"{name}, {label}: {count:,}"))
            parts.append(text(_LEFT + length + 6, y + 10, f"{count:,}", size=11))
            y += _STEP
        y += 6
    return svg(title, y, parts)


def column_groups(
    title: str, groups: Sequence[tuple[str, Sequence[float]]], below: str, labels: Sequence[str] = STYLES
) -> Markup:
    """Draw shares as columns, one a model in each group; a group's name stands below it."""
    left, top, height = 44, 12, 150
    most = max((share for _, shares in groups for share in shares), default=0) or 1
    room = (WIDTH - left - 8) / max(len(groups), 1)
    parts = [line("axis", left, top + height, WIDTH - 8, top + height)]
    for share in (0, most / 2, most):
        y = top + height - share / most * height
        parts.append(text(left - 6, y + 4, f"{share:.0%}", anchor="end", size=11))
        parts.append(line("frame", left, y, WIDTH - 8, y))
    for number, (name, shares) in enumerate(groups):
        wide = room * 0.84 / max(len(shares), 1)
        for place, (kind, label, share) in enumerate(zip(STYLES, labels, shares, strict=False)):
            tall = share / most * height
            told = f"{name}, {label}: {share:.1%}"
            x = left + room * (number + 0.08) + wide * place
            parts.append(rect(kind, x, top + height - tall, wide, round(tall, 1), told))
        middle = left + room * (number + 0.5)
        parts.append(text(middle, top + height + 15, clipped(name, room, 10), anchor="middle", size=10))
    parts.append(text(left + (WIDTH - left) / 2, top + height + 34, below, anchor="middle"))
    return svg(title, top + height + 42, parts)


def failure_bars(title: str, counts: Mapping[str, Mapping[str, int]], order: Sequence[str]) -> Markup:
    """Draw how completions ended as one stacked bar a model; `order` gives the classes from left to right."""
    scale = WIDTH - 2 * _LEFT
    shown = [name for name in order if any(model.get(name) for model in counts.values())]
    parts, y = [], 4.0
    for model, ends in counts.items():
        total = sum(ends.values()) or 1
        x = float(_LEFT)
        parts.append(text(_LEFT, y + 12, clipped(model, scale)))
        for name in shown:
            width = ends.get(name, 0) / total * scale
            if not width:
                continue
            told = f"{model}: {name} {ends[name]} of {total} ({ends[name] / total:.1%})"
            parts.append(rect(f"class-{order.index(name)}", x, y + 18, width, 26, told))
            if width > 7 * len(name):
                parts.append(text(x + width / 2, y + 35, name, anchor="middle", size=11, kind="inside"))
            x += width
        y += 54
    return svg(title, *_legend(parts, shown, order, y))


def _legend(parts: list[str], shown: Sequence[str], order: Sequence[str], y: float) -> tuple[float, list[str]]:
    """Return the height with the legend, and the parts with its marks: as many in a line as there is room for."""
    x, y = float(_LEFT), y + 8
    for name in shown:
        wide = 16 + LETTER * 11 * len(name) + 14
        if x + wide > WIDTH:
            x, y = float(_LEFT), y + 19
        parts.append(rect(f"class-{order.index(name)}", x, y - 10, 11, 11))
        parts.append(text(x + 16, y, name, size=11))
        x += wide
    return y + 10, parts


def forest(title: str, rows: Sequence[tuple[str, Bar]]) -> Markup:
    """Draw differences with their intervals around a line at zero; values lie between -1 and 1."""
    reach = max((max(abs(bar.low), abs(bar.high), 0.001) for _, bar in rows), default=0.1)
    middle, scale = WIDTH / 2, (WIDTH / 2 - 30) / reach
    height = 44 * len(rows) + 8
    parts = [line("axis", middle, 4, middle, height)]
    for number, (name, bar) in enumerate(rows):
        y = 30 + 44 * number
        low, value, high = (max(min(middle + end * scale, WIDTH - 8), 8) for end in (bar.low, bar.value, bar.high))
        parts.append(text(_LEFT, y - 12, clipped(name, WIDTH - _LEFT)))
        parts.append(whisker(low, high, y))
        told = f"{name}: {bar.value * 100:+.1f} points (interval {bar.low * 100:+.1f} to {bar.high * 100:+.1f})"
        parts.append(rect(STYLES[min(number + 1, len(STYLES) - 1)], value - 4, y - 4, 8, 8, told))
    for end in (-reach, 0, reach):
        parts.append(text(middle + end * scale, height + 16, f"{end * 100:+.1f}", anchor="middle", size=11))
    return svg(title, height + 24, parts)


def _axis(y: float) -> str:
    marks = [line("axis", _LEFT, y, _LEFT + _SCALE, y)]
    for tick in (0, 0.25, 0.5, 0.75, 1):
        anchor = "middle" if tick else "start"
        marks.append(text(_LEFT + tick * _SCALE, y + 16, f"{tick:.0%}", anchor=anchor, size=11))
    return "".join(marks)
