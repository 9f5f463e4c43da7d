"""The Rust that a prompt shows, and an answer put into it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dataset_audit.place import header
from dataset_audit.syntax import items_in, name_of, parse

# What asks for a completion as the evaluation does has no fence: all that follows the first paragraph is code.
_COMPLETE = re.compile(r"\AComplete this Rust function\. [^\n]*\n\n")
_OPENING = re.compile(r" {0,3}(`{3,})(\w*)\s*$")
_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# What a stub needs to be a whole item.
_ENDS = ("", "}", "{}", ";")
_FRAME = "#![allow(warnings)]\nextern crate alloc;\n"


def fences(prompt: str) -> list[tuple[str, str]]:
    """Return the language and the text of each fence of a prompt."""
    found, opened, inside = [], "", ("", [""])
    for line in prompt.split("\n"):
        if opened and re.fullmatch(rf" {{0,3}}`{{{len(opened)},}}\s*", line):
            found.append((inside[0], "\n".join(inside[1])))
            opened = ""
        elif opened:
            inside[1].append(line)
        elif match := _OPENING.match(line):
            opened, inside = match.group(1), (match.group(2), [])
    return found


def rust_of(prompt: str) -> list[str]:
    """Return the pieces of Rust that a prompt shows."""
    match = _COMPLETE.match(prompt)
    return [prompt[match.end() :]] if match else [code for language, code in fences(prompt) if language == "rust"]


def input_of(prompt: str) -> str:
    """Return the code that a prompt asks something about: its first piece of Rust, empty if there is none."""
    return next(iter(rust_of(prompt)), "")


def shown_in(prompt: str, *, has_input: bool) -> set[str]:
    """Return the words of a prompt's Rust and of code between its words; comments show nothing.

    Nor does the input, but for its imports, which are shown there as they would be beside it.
    """
    pieces = rust_of(prompt)
    if has_input:
        pieces[:1] = re.findall(r"\buse\s[^;]*;", _COMMENT.sub(" ", input_of(prompt)))
    inline = re.findall(r"`([^`\n]+)`", prompt)
    return set(re.findall(r"\w+", " ".join([_COMMENT.sub(" ", "\n".join(pieces)), *inline])))


def first_lines_of_errors(prompt: str) -> list[str]:
    """Return the first line of each error that a prompt quotes: the first of all, and those below an empty line."""
    said = next((code for language, code in fences(prompt) if language == "text"), "")
    return [part.split("\n")[0] for part in said.split("\n\n")]


def alone(prompt: str, answer: str, owner: str | None) -> str:
    """Return a crate's root with what a prompt shows, and the answer in it: in the block `owner`, or at the end.

    Of what is asked for, the prompt shows a head, which the answer takes the place of. `alloc` is declared and nothing
    else added: what has no body in the prompt has none here.
    """
    asked = {name_of(item) for item in items_in(parse(answer.encode()))}
    pieces = [piece for code in rust_of(prompt) for piece in _without_head(code, asked)]
    for number, piece in enumerate(pieces):
        block = items_in(parse(piece.encode()))[0]
        if owner is not None and block.type in ("impl_item", "trait_item") and header(block) == owner:
            pieces[number] = f"{piece.removesuffix('}')}\n{answer}\n}}"
            return _FRAME + "\n".join(pieces)
    return _FRAME + "\n".join([*pieces, answer])


def _without_head(code: str, asked: set[str]) -> Iterator[str]:
    """Yield each item of a piece of Rust with its attributes, but not the head of what is asked for."""
    for end in _ENDS:
        whole = f"{code.rstrip()}\n{end}".encode()
        root = parse(whole)
        if not root.has_error:
            break
    start = 0
    for item in items_in(root):
        body = item.child_by_field_name("body")
        bare = item.type.startswith("function") and (body is None or not body.named_children)
        if not (bare and name_of(item) in asked):
            yield whole[start : item.end_byte].decode().strip()
        start = item.end_byte
