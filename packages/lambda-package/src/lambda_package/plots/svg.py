"""What all plots are made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 440
# The CSS classes of the first model, the second and so on; more of them could not be told apart.
STYLES = ("base", "tuned", "third", "fourth", "fifth", "sixth")
# How wide a letter is at most, of the size of its font.
LETTER = 0.55


@dataclass(frozen=True)
class Bar:
    """One rate in [0, 1] with its interval."""

    value: float
    low: float
    high: float


def svg(title: str, height: float, parts: Sequence[str]) -> Markup:
    """Return the picture; every text among the parts went through `text` or `escape`."""
    body = Markup("").join(Markup(part) for part in parts)  # noqa: S704
    opening = Markup('<svg viewBox="0 0 {} {:.0f}" role="img" aria-label="{}" xmlns="http://www.w3.org/2000/svg">')
    return opening.format(WIDTH, height, title) + body + Markup("</svg>")


def text(x: float, y: float, words: str, *, anchor: str = "start", size: int = 12, kind: str = "label") -> str:
    """Return a text; the caller sees to it that it has room."""
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}">{escape(words)}</text>'
    )


def rect(kind: str, x: float, y: float, width: float, height: float, title: str = "") -> str:
    """Return a rectangle, with its value in words."""
    told = f"<title>{escape(title)}</title>" if title else ""
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height}">{told}</rect>'


def dot(kind: str, x: float, y: float, radius: float, title: str) -> str:
    """Return a dot, with its value in words."""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius}"><title>{escape(title)}</title></circle>'


def line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    """Return a straight line."""
    return f'<line class="{kind}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def whisker(x1: float, x2: float, y: float) -> str:
    """Return a horizontal interval with its ends."""
    ends = "".join(line("whisker", x, y - 3, x, y + 3) for x in (x1, x2))
    return line("whisker", x1, y, x2, y) + ends


def clipped(words: str, room: float, size: int = 12) -> str:
    """Return the words, cut where they would be wider than `room`."""
    most = max(int(room / (LETTER * size)), 2)
    return words if len(words) <= most else f"{words[: most - 1]}…"
