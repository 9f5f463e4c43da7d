"""Tell Rust code from comments and literals without parsing, so that broken code and prose around it do no harm.

Everything that looks for a brace, a keyword or a fence in a model's text looks at the mask made here,
which has the same length as the text, with comments, strings and character literals blanked out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(
    r"""
      //[^\n]*
    | (?P<block>/\*)
    | (?<![A-Za-z0-9_])[bc]?r(?P<hashes>\#{0,255})".*?(?:"(?P=hashes)|(?P<open_raw>\Z))
    | "(?:[^"\\]|\\.)*(?:"|(?P<open>\\?\Z))
    | '(?:\\(?:x[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]*\}|[^xu\n])|[^\\'\n\r\t])'
    | (?P<lifetime>'[A-Za-z_]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
_MAY_BEGIN = re.compile(r"//|/\*|[\"']")
_BLOCK_EDGE = re.compile(r"/\*|\*/")
_NOT_NEWLINE = re.compile(r"[^\n]")
_PAIRS = {"}": "{", ")": "(", "]": "["}


@dataclass(frozen=True)
class Masked:
    """`code` has the length of the text; what is not code is spaces. `open_literal`: one never ended."""

    code: str
    open_literal: bool


@lru_cache(maxsize=256)
def mask(text: str) -> Masked:
    """Blank comments, strings and character literals; newlines stay, so line numbers hold."""
    out: list[str] = []
    done = position = 0
    open_literal = False
    while found := _TOKEN.search(text, position):
        start, position = found.span()
        if found["lifetime"]:
            continue
        open_literal = found["open_raw"] is not None or found["open"] is not None
        if found["block"]:
            position, open_literal = _block_end(text, position)
        out += [text[done:start], _NOT_NEWLINE.sub(" ", text[start:position])]
        done = position
    out.append(text[done:])
    return Masked("".join(out), open_literal)


def search_code(pattern: re.Pattern[str], text: str, start: int = 0) -> re.Match[str] | None:
    """Return the first match of `pattern` from `start` on that is no part of a comment or literal.

    As in `mask(text[start:]).code`, for patterns without quotes and slashes, but nothing is read beyond the match: who
    looks for the end of each of many blocks would read everything again for each.
    """
    position, found = start, pattern.search(text, start)
    while found and _MAY_BEGIN.search(text, position, found.start()):
        token = _TOKEN.search(text, position)
        if token is None or token.start() >= found.start():
            break
        position = _block_end(text, token.end())[0] if token["block"] else token.end()
        if not token["lifetime"] and found.start() < position:
            found = pattern.search(text, position)
    return found


def _block_end(text: str, position: int) -> tuple[int, bool]:
    depth = 1
    while depth:
        edge = _BLOCK_EDGE.search(text, position)
        if edge is None:
            return len(text), True
        depth += 1 if edge.group() == "/*" else -1
        position = edge.end()
    return position, False


_BRACE = re.compile(r"[{}]")
_BRACKET = re.compile(r"[{}()\[\]]")
_END = re.compile(r"[{}()\[\];]")


def unmatched_close(code: str, start: int = 0) -> int | None:
    """Return the offset of the first `}` of masked `code` that closes a brace opened before `start`."""
    depth = 0
    for brace in _BRACE.finditer(code, start):
        depth += 1 if brace.group() == "{" else -1
        if depth < 0:
            return brace.start()
    return None


def open_braces(code: str, end: int | None = None) -> int:
    """Return how many `{` of masked `code` before `end` are not closed there (negative: too many `}`)."""
    return code.count("{", 0, end) - code.count("}", 0, end)


def closed(text: str) -> str:
    """Return `text`, the beginning of a file, with the closing braces that it lacks."""
    return text + "\n}" * open_braces(mask(text).code)


def item_end(code: str, start: int, *, only_semicolon: bool) -> int | None:
    """Return the offset just after the item that begins at `start`, or `None` if it never ends.

    An item ends at the first `;` outside brackets or, unless `only_semicolon`, at the `}` of its block.
    """
    stack: list[str] = []
    for token in _END.finditer(code, start):
        mark = token.group()
        if mark == ";":
            if not stack:
                return token.end()
        elif mark in "{([":
            stack.append(mark)
        elif not stack or stack.pop() != _PAIRS[mark]:
            return None
        elif mark == "}" and not stack and not only_semicolon:
            return token.end()
    return None


def unbalanced(masked: Masked) -> int | None:
    """Return the offset of a bracket without its partner, or of the end inside a literal; `None` if all is well."""
    stack: list[int] = []
    code = masked.code
    for token in _BRACKET.finditer(code):
        mark = token.group()
        if mark in "{([":
            stack.append(token.start())
        elif not stack or code[stack.pop()] != _PAIRS[mark]:
            return token.start()
    if stack:
        return stack[-1]
    return len(code) if masked.open_literal else None


def open_body(head: str) -> str:
    """Return a function's head with its opening brace, which stands on the next line if a comment ends the head."""
    head = head.rstrip()
    return head + ("\n{" if len(mask(head).code.rstrip()) < len(head) else " {")


_OTHER_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")


def plain_spaces(text: str) -> str:
    """Return `text` with plain spaces for those that Rust does not know, outside comments and literals."""
    if text.isascii() or not _OTHER_SPACE.search(text):
        return text
    code = mask(text).code
    return _OTHER_SPACE.sub(lambda found: " " if code[found.start()] == found.group() else found.group(), text)


def line_of(text: str, offset: int) -> int:
    """Return the 1-based number of the line that holds `offset`."""
    return text.count("\n", 0, offset) + 1
