"""Plots of the statistics page as HTML and SVG text: no library, no script, legible at 400 pixels.

Bars are tables, so that names wrap and values can be read and copied; columns are SVG as narrow as a phone. Colours are
classes of the page (`part-0`, `part-1`, ..., and `level-0`, ... for what has an order), and every mark has a `<title>`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_SHOWN = 25
_WIDTH, _LEFT, _TOP, _HEIGHT = 360, 40, 10, 150


def bars(
    title: str, counts: Mapping[str, Sequence[int]], parts: Sequence[str] = ("samples",), colour: str = "part"
) -> str:
    """Return a table with a bar a row, made of `parts`; rows beyond the first 25 have to be opened."""
    if not counts:
        return ""
    whole = sum(map(sum, counts.values())) or 1
    longest = max(map(sum, counts.values())) or 1
    named = {name: list(zip(parts, values, strict=True)) for name, values in counts.items()}
    rows = [_bar_row(name, values, colour, longest, whole) for name, values in named.items()]
    legend = key(parts, colour) if len(parts) > 1 else ""
    shown = f"<table class=bars><caption>{escape(title)}{legend}</caption>{_body(rows[:_SHOWN])}</table>"
    if len(rows) <= _SHOWN:
        return f"<div>{shown}</div>"
    rest = f"<summary>{len(rows) - _SHOWN:,} more</summary><table class=bars>{_body(rows[_SHOWN:])}</table>"
    return f"<div>{shown}<details>{rest}</details></div>"


def _body(rows: Sequence[str]) -> str:
    return (
        "<colgroup><col class=name><col><col class=count><col class=share></colgroup><tbody>"
        + "".join(rows)
        + ("</tbody>")
    )


def _bar_row(name: str, values: Sequence[tuple[str, int]], colour: str, longest: int, whole: int) -> str:
    total = sum(value for _, value in values)
    marks = "".join(
        f'<span class={colour}-{number} style="width:{value / longest:.2%}" title="{escape(part)}: {value:,}"></span>'
        for number, (part, value) in enumerate(values)
        if value
    )
    return (
        f"<tr><th scope=row>{escape(name)}</th><td class=bar>{marks}</td>"
        f"<td class=n>{total:,}</td><td class=n>{total / whole:.1%}</td></tr>\n"
    )


def columns(title: str, unit: str, edges: Sequence[int], counts: Mapping[str, Sequence[int]]) -> str:
    """Return a histogram with a column from each edge to the next, stacked of the counts of each name."""
    totals = [sum(values) for values in zip(*counts.values(), strict=True)]
    top = _round_up(max(totals, default=0))
    step = (_WIDTH - _LEFT) / len(edges)
    marks = [_grid(top)]
    for column, edge in enumerate(edges):
        bottom = float(_TOP + _HEIGHT)
        span = _span(edges, column)
        for number, (name, values) in enumerate(counts.items()):
            if not values[column]:
                continue
            height = values[column] / top * _HEIGHT
            bottom -= height
            label = escape(f"{span} {unit}, {name}: {values[column]:,}")
            marks.append(
                f'<rect class=part-{number} x="{_LEFT + column * step:.1f}" y="{bottom:.2f}" width="{step - 1.5:.1f}" '
                f'height="{height:.2f}"><title>{label}</title></rect>'
            )
        if column % 2 == 0:
            marks.append(_text(_LEFT + column * step, _TOP + _HEIGHT + 15, f"{edge:,}", "start"))
    marks.append(_text(_WIDTH, _TOP + _HEIGHT + 31, f"{unit}, from", "end"))
    size = f"0 0 {_WIDTH} {_TOP + _HEIGHT + 38}"
    drawn = f'<svg viewBox="{size}" role="img" aria-label="{escape(title)}">{"".join(marks)}</svg>'
    return f"<figure><figcaption>{escape(title)}</figcaption>{drawn}</figure>"


def key(names: Sequence[str], colour: str = "part") -> str:
    """Return which colour stands for which name."""
    marks = [f"<i class={colour}-{number}></i>{escape(name)}" for number, name in enumerate(names)]
    return f"<span class=keys>{''.join(f'<span class=key>{mark}</span>' for mark in marks)}</span>"


def _span(edges: Sequence[int], column: int) -> str:
    if column + 1 == len(edges):
        return f"{edges[column]:,} or more"
    last = edges[column + 1] - 1
    return f"{edges[column]:,}" if last == edges[column] else f"{edges[column]:,} to {last:,}"


def _grid(top: int) -> str:
    lines = []
    for share in (0.0, 0.5, 1.0):
        y = _TOP + _HEIGHT * (1 - share)
        lines.append(f'<line class=axis x1="{_LEFT}" y1="{y:.1f}" x2="{_WIDTH}" y2="{y:.1f}"/>')
        lines.append(_text(_LEFT - 6, y + 4, f"{top * share:,.0f}", "end"))
    return "".join(lines)


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _round_up(value: int) -> int:
    """Return the least of 2, 4, 6, 8, 10, 20, 40, ... that is no less: its half is whole."""
    size = 1
    while True:
        for digit in (2, 4, 6, 8, 10):
            if digit * size >= value:
                return digit * size
        size *= 10
