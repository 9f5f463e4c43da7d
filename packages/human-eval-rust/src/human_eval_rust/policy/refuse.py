"""Refuse answers that do what a solution has no business doing. A refusal names construct and line.

Three layers. Words that could change the judging program itself are refused always. With the policy
on, `unsafe` and the functions, types and macros of `policy.rules` are refused by clippy-driver, which
resolves every path and is the very compiler of the answer, and deceptive Unicode by `policy.unicode`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from human_eval_rust.building.answer_module import AnswerSource
from human_eval_rust.policy.rules import DERIVED_METHODS, LINKAGE_WORDS, LINTS, RULES, STD_MODULES
from human_eval_rust.policy.unicode import deception
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.reading.readings import Piece
from human_eval_rust.rust.items import Item
from human_eval_rust.rust.tree import name_of, nodes_in
from sigil_common.rust_text import line_of, mask
from sigil_common.rustc import Diagnostic

FORBID_FLAGS = (*(f"-F{lint}" for lint in LINTS), "-Funsafe_code", "-Flong_running_const_eval")

# All by the lexer: tree-sitter knows less of Rust than rustc does, and nothing of what macros are given.
_LINKAGE = re.compile(rf"\b(?:{'|'.join(sorted(LINKAGE_WORDS))})\b")
_EXTERN = re.compile(r"\bextern\b(?!\s+crate\b)")
_EXTERN_CRATE = re.compile(r"\bextern\s+crate\s+(?:r#)?(\w+)")
_INCLUDE = re.compile(r"\binclude\s*!(?!=)|::\s*include\b(?!\s*\()")
_ASM = re.compile(r"\basm\s*!(?!=)|::\s*asm\b(?!\s*\()")
_PATH_ATTRIBUTE = r"#\s*!?\s*\[\s*(?:cfg_attr\b[^\]]*?\W)?(?:r#)?path\s*="
_LINK_ATTRIBUTE = re.compile(_PATH_ATTRIBUTE + r"|#!?\[\s*(?:used|link)\b|#!?\[\s*unsafe\s*\(")
_TAMPERING = (
    (_LINKAGE, ""),
    (_EXTERN, "`extern`"),
    (_INCLUDE, "`include!`"),
    (_ASM, "`asm!`"),
    (_LINK_ATTRIBUTE, "attribute for the linker"),
)
# What these do is done before clippy sees it: a file that is not there must be a refusal all the same.
_COMPILE_TIME = re.compile(r"\b(include_str|include_bytes|option_env|env)\s*!(?!=)")
# These mean nothing else, so handing one to a macro is enough.
_NAMES_ENOUGH = ("include_str", "include_bytes", "option_env")
_ALIAS = re.compile(r"\b(?:r#)?(\w+)\s+as\s+(?:r#)?(\w+)")
_DROPPED_HINT = re.compile(r"\b(?:include(?:_str|_bytes)?|(?:option_)?env|path)\b")
_OWN_CRATES = frozenset({"std", "core", "alloc", "self"})
_UNLINKED = re.compile(r"(?:unlinked crate|can't find crate for|missing crate|no external crate) `(\w+)`")
_UNRESOLVED = ("E0432", "E0433", "E0463")
# It may be a trait's that was imported from a crate which is not there.
_NO_SUCH_METHOD = "E0599"
_NAMED = re.compile(r"use of a disallowed (method|type|macro) `([^`]+)`")
_OVERRULED = re.compile(r"(?:allow|warn|deny|expect)\(([^)]*)\) incompatible with previous forbid")


@dataclass(frozen=True)
class Refusal:
    """Why an answer is not run. `line` is a line of the answer, where known."""

    construct: str
    group: str
    line: int | None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.construct} ({self.group})"


def tampering(source: AnswerSource, own: Iterable[Item], task: ParsedProblem) -> Refusal | None:
    """Return what in an answer could change the program that judges it; asked whatever the policy."""
    code = mask(source.text).code
    for pattern, what in _TAMPERING:
        if found := pattern.search(code):
            return _refusal(source, what or f"`{found.group()}`", "linkage", found.start())
    for item in own:
        if item.kind == "impl" and not item.trait and item.subject in task.names and (name := _shadowing(item, task)):
            return Refusal(f"method `{name}` on the given type `{item.subject}`", "linkage", item.line)
    return None


def acts_at_compile_time(text: str) -> bool:
    """Whether `text`, be it Rust or not, has any word of what `acts_dropped` looks for."""
    return _DROPPED_HINT.search(text) is not None


def acts_dropped(pieces: Iterable[Piece]) -> tuple[Refusal, ...]:
    """Return what acts at compile time in `pieces` of an answer, for those that are not compiled."""
    codes = [(piece, mask(piece.text).code) for piece in pieces]
    called = {"env": "env", "include": "include"}
    for name, alias in (pair for _, code in codes for pair in _ALIAS.findall(code)):
        if name in _NAMES_ENOUGH or name in called:
            called[alias] = called.get(name, name)
    acting = re.compile(rf"\b({'|'.join(_NAMES_ENOUGH)})\b|\b({'|'.join(called)})\s*!(?!=)|{_PATH_ATTRIBUTE}")
    found: list[Refusal] = []
    for piece, hit in ((piece, hit) for piece, code in codes for hit in acting.finditer(code)):
        name = hit[1] or hit[2]
        what = f"macro `{called.get(name, name)}!`" if name else "attribute `path`"
        found.append(Refusal(what, "compile time", piece.line + line_of(piece.text, hit.start()) - 1))
    return tuple(found)


def refused_text(source: AnswerSource, externs: frozenset[str] = frozenset()) -> Refusal | None:
    """Return what the policy refuses in the text itself: foreign crates and deceptive Unicode."""
    if found := deception(source.text):
        return Refusal(found[0], "unicode", source.line(found[1]))
    code = mask(source.text).code
    if found_macro := _COMPILE_TIME.search(code):
        return _refusal(source, f"macro `{found_macro[1]}!`", "compile time", found_macro.start())
    for crate in _EXTERN_CRATE.finditer(code):
        if crate[1] not in _OWN_CRATES | externs:
            return _refusal(source, f"`extern crate {crate[1]}`", "external crate", crate.start())
    return None


def refused_by_compiler(diagnostics: Iterable[Diagnostic], source: AnswerSource) -> Refusal | None:
    """Return the refusal that rustc or clippy's errors stand for, or `None` if they are plain errors."""
    for item in diagnostics:
        line = source.line(item.line_start)
        if item.code == "unsafe_code":
            return Refusal("unsafe code", "unsafe", line)
        if item.code in LINTS and (named := _NAMED.search(item.message)):
            return Refusal(f"{named[1]} `{named[2]}`", _group(named[2]), line)
        if item.code == "E0453" and (overruled := _OVERRULED.search(item.message)):
            return Refusal(f"attribute `allow({overruled[1]})`", "unsafe", line)
        crate = _UNLINKED.search(item.message + item.rendered) if item.code in _UNRESOLVED else None
        if crate and crate[1] not in STD_MODULES:
            return Refusal(f"crate `{crate[1]}`", "external crate", line)
        if item.code == _NO_SUCH_METHOD and source.strangers:
            name, line = source.strangers[0]
            return Refusal(f"crate `{name}`", "external crate", line)
    return None


def _group(path: str) -> str:
    return next((rule.group for rule in RULES if rule.path == path), "disallowed")


def _refusal(source: AnswerSource, construct: str, group: str, offset: int) -> Refusal:
    return Refusal(construct, group, source.line(line_of(source.text, offset)))


def _shadowing(item: Item, task: ParsedProblem) -> str:
    """Return a method of an inherent `impl` that the tests would call instead of one that was given."""
    names = map(name_of, nodes_in(item.text, "function_item"))
    given = (name for name in names if name in DERIVED_METHODS or re.search(rf"\.\s*{name}\s*\(", task.tests_source))
    return next(given, "")
