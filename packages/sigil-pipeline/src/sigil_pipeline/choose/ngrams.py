"""A light Rust lexer for comparing code: comments gone, tokens only. Not for understanding it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

_TOKEN = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?\*/ )
  | (?P<literal> b?r(?P<hash>\#*)".*?"(?P=hash) | b?"(?:\\.|[^"\\])*" | b?'(?:\\.[^']*|[^'\\])' | \b\d[\w.]* )
  | (?P<word> '?[A-Za-z_]\w* )
  | (?P<sign> ::|->|=>|==|!=|<=|>=|&&|\|\||[-+*/%&|^]=|\.\.=?|\S )
    """,
    re.VERBOSE | re.DOTALL,
)
KEYWORDS = frozenset(
    """
    as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut
    pub ref return self Self static struct super trait true type unsafe use where while Some None Ok Err Option Result
    Vec String str bool char u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64
    """.split()
)


def tokens(code: str) -> list[str]:
    """Return the tokens of Rust code without comments and white space."""
    return [match.group() for match in _TOKEN.finditer(code) if match.lastgroup != "comment"]


def normalised(code: str) -> list[str]:
    """Return tokens with every name that the author chose as `i` and every text literal as `l`.

    Names of called functions, methods, macros and path segments are not the author's, unless the code
    itself defines a function of that name.
    """
    matches = [match for match in _TOKEN.finditer(code) if match.lastgroup != "comment"]
    words = [match.group() for match in matches]
    own = {name for before, name in itertools.pairwise(words) if before == "fn"}
    out = []
    for number, match in enumerate(matches):
        if match.group("literal") and not words[number][0].isdigit():
            out.append("l")
        elif match.group("word") and (words[number] in own or not _is_borrowed(words, number)):
            out.append("i")
        else:
            out.append(words[number])
    return out


def _is_borrowed(words: Sequence[str], number: int) -> bool:
    if words[number] in KEYWORDS:
        return True
    around = words[max(0, number - 1) : number], words[number + 1 : number + 2]
    return around[0] == ["::"] or around[1] in (["("], ["!"], ["::"])


def ngrams(items: Sequence[str], size: int) -> set[str]:
    """Return all runs of `size` items, joined; one shorter run if there are fewer items."""
    if len(items) <= size:
        return {" ".join(items)} if items else set()
    return {" ".join(items[start : start + size]) for start in range(len(items) - size + 1)}
