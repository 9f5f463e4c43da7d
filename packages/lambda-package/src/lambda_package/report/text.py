"""Text that a model wrote, made fit to be looked at: nothing in it is markup, hidden, or endless."""

from __future__ import annotations

import unicodedata
from typing import Any

from markupsafe import Markup

# Unicode's control, formatting and separating characters (tabs and line ends apart), and halves of pairs.
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
LONGEST_LINE = 20_000
_SHOWN, _WRAPPED = 200, 1_000


def visible(text: str) -> str:
    r"""Show characters without a shape as `\u{..}`, so that text cannot hide anything and can always be written."""
    return "".join(
        f"\\u{{{ord(char):x}}}" if char not in "\t\n" and unicodedata.category(char) in _HIDDEN else char
        for char in text
    )


def shown(value: Any) -> Any:
    """Return what a template shows of a value: texts made visible, everything else as it is."""
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def cell(value: Any) -> str:
    """Return a text for a cell of a Markdown table: without line ends, and with bars that end no cell."""
    return " ".join(str(value).splitlines()).replace("|", "\\|")


def code(text: str) -> Markup:
    """Return a text as HTML, with lines of more than 20 kB folded: their beginning, and the rest to be opened."""
    return Markup("\n").join(_line(line) for line in text.split("\n"))


def _line(line: str) -> Markup:
    size = len(line.encode("utf-8", "replace"))
    if size <= LONGEST_LINE:
        return Markup("{}").format(visible(line))
    rest = line[_SHOWN:LONGEST_LINE]
    wrapped = "\n".join(visible(rest[start : start + _WRAPPED]) for start in range(0, len(rest), _WRAPPED))
    left = max(0, len(line) - LONGEST_LINE)
    told = f"{size:,} bytes in one line" + (f", {left:,} characters only in the results file" if left else "")
    return Markup("{}<details class=fold><summary>{}</summary>{}</details>").format(
        visible(line[:_SHOWN]), f"… {told}", wrapped
    )
