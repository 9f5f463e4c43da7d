"""Line numbers of compiler messages, as they would be had only one function been changed.

A message comes from a file in which many functions were changed at once, some of them by whole lines.
Every number it shows is moved back by what the other functions' changes before it added.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

# Per file: for each changed function its last line in the merged file, and the lines it grew by.
Growth = Mapping[str, Sequence[tuple[int, int]]]

_ARROW = re.compile(r"^(\s*(?:-->|:::) )([^\s:][^:]*):(\d+):(\d+)$")
_GUTTER = re.compile(r"^(\s*)(\d+)( *[|+~-] ?.*|)$")


def renumbered(rendered: str, growth: Growth) -> str | None:
    """Return the message with its own line numbers; `None` if their width, and so the layout, would change."""
    file, main, lines = "", "", []
    for line in rendered.split("\n"):
        if arrow := _ARROW.match(line):
            file = arrow.group(2)
            main = main or file
            number = _own(int(arrow.group(3)), growth.get(file, ()))
            lines.append(f"{arrow.group(1)}{file}:{number}:{arrow.group(4)}")
        elif (gutter := _GUTTER.match(line)) and file:
            number = _own(int(gutter.group(2)), growth.get(file, ()))
            if len(str(number)) != len(gutter.group(2)):
                return None
            lines.append(f"{gutter.group(1)}{number}{gutter.group(3)}")
        else:
            # A suggestion for the file of the error itself names no file.
            file = main if line.startswith(("help:", "note:")) else file
            lines.append(line)
    return "\n".join(lines)


def _own(line: int, growth: Sequence[tuple[int, int]]) -> int:
    return line - sum(lines for last, lines in growth if last < line)
