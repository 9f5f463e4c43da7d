"""The Rust code in a doc comment that rustdoc would compile and run as a test.

The rules are those of the rustdoc book, "Documentation tests": info strings, and lines hidden behind `# `.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = re.compile(r"(?P<indent>\s*)(?P<fence>`{3,}|~{3,})(?P<info>.*)")
_RUN = re.compile(r"rust|edition20\d\d")


def rust_blocks(docs: str) -> list[str]:
    """Return the code of the fenced blocks that are run and expected to end well, hidden lines shown."""
    return ["\n".join(map(_shown, lines)) for info, lines in _blocks(docs) if _is_run(info)]


def _blocks(docs: str) -> Iterator[tuple[str, list[str]]]:
    """Yield info string and lines of each fenced block (CommonMark 4.5); one that is not closed ends with the docs."""
    lines = iter(docs.replace("\r\n", "\n").split("\n"))
    for line in lines:
        opening = _FENCE.match(line)
        if opening is None or (opening["fence"][0] == "`" and "`" in opening["info"]):
            continue
        inside: list[str] = []
        for inner in lines:
            if _closes(inner, opening["fence"]):
                break
            inside.append(_without_indent(inner, len(opening["indent"])))
        yield opening["info"], inside


def _closes(line: str, fence: str) -> bool:
    mark = line.strip()
    return len(mark) >= len(fence) and set(mark) == {fence[0]}


def _without_indent(line: str, most: int) -> str:
    return line[min(most, len(line) - len(line.lstrip())) :]


def _is_run(info: str) -> bool:
    return all(_RUN.fullmatch(word) for word in re.split(r"[,\s]+", info) if word)


def _shown(line: str) -> str:
    """Return a line as it is compiled: `# ` hides it from readers, `##` stands for `#`, `#[` and `#!` stay."""
    bare = line.strip()
    if bare.startswith("##"):
        return line.replace("##", "#", 1)
    return bare[2:] if bare.startswith("# ") or bare == "#" else line
