"""The words of the prompts. A choice depends only on the seed and the chunk, never on the order of work.

Nothing here names a runtime or a library: asynchronous code is asked for as such, and what it uses
comes from the crate's own imports.
"""

from __future__ import annotations

import dataclasses
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from sigil_common.seeds import derive_seed
from sigil_pipeline.chunk.chunks import Chunk, Context
from sigil_pipeline.chunk.docs import prose, summary

_MAX_CONTEXT_LINES = 40
_CONTEXT_LEADS = (
    "It is part of this code:",
    "Context:",
    "The surrounding code:",
    "These definitions are in scope:",
    "It belongs here:",
)


@dataclass(frozen=True)
class Prompt:
    """What is asked, and which wording it has: the name of a list of them, and the number in it, as in `stub-2`."""

    text: str
    template: str


def chooser(seed: int, *parts: str) -> Random:
    """Return the random numbers that belong to one chunk and purpose."""
    return Random(derive_seed(seed, *parts))  # noqa: S311


def fenced(code: str) -> str:
    """Put code into a Rust fence, longer than any line of backticks in it that could close it (CommonMark 4.5)."""
    ticks = max((len(run) for run in re.findall(r"^ {0,3}(`{3,})", code, re.MULTILINE)), default=2) + 1
    fence = "`" * max(3, ticks)
    return f"{fence}rust\n{code.strip(chr(10))}\n{fence}"


def described(docs: str, rng: Random) -> str:
    """Return the docs as running text: the first paragraph, or all of the prose when it is short."""
    whole, first = prose(docs), summary(docs)
    text = whole if len(whole) <= 600 and rng.random() < 0.6 else first
    return text.strip()


def doc_comment(docs: str, most_chars: int) -> str:
    """Return docs as `///` lines; of long ones, and of those with half a code block, only the prose."""
    whole = len(docs) <= most_chars and len(re.findall(r"^\s*```", docs, re.MULTILINE)) % 2 == 0
    docs = docs if whole else prose(docs)[:most_chars].rstrip()
    return "\n".join(f"/// {line}".rstrip() for line in docs.split("\n"))


def noun(chunk: Chunk) -> str:
    """Name what a chunk is: `function`, `async method`, `trait implementation`, ..."""
    if chunk.kind == "impl":
        return "trait implementation" if " for " in chunk.name else "`impl` block"
    if chunk.kind == "module":
        return "module"
    base = "method" if chunk.takes_self else "function"
    if chunk.context.owner_header and base == "function":
        base = "associated function"
    words = chunk.signature.split(" fn ")[0].split()
    for qualifier in ("async", "const"):
        if qualifier in words:
            return f"{qualifier} {base}"
    return base


def opened(header: str) -> str:
    """Return a header with its opening brace, on a line of its own after a `where` clause, as rustfmt has it."""
    return f"{header}\n{{" if re.search(r"\n\s*where\b", header) else f"{header} {{"


def context_block(chunk: Chunk) -> str:
    """Return what the chunk leans on as code, empty if that is nothing; the least telling parts go when it is long."""
    return _rendered(shortened(chunk))


def shortened(chunk: Chunk) -> Chunk:
    """Return a chunk with the context that its prompt shows."""
    context = chunk.context
    steps = [context, context := dataclasses.replace(context, functions=())]
    steps += [context := dataclasses.replace(context, constants=()), context := dataclasses.replace(context, types=())]
    for step in (*steps, dataclasses.replace(context, imports=())):
        shorter = dataclasses.replace(chunk, context=step)
        if fits(shorter):
            return shorter
    return dataclasses.replace(chunk, context=Context())


def fits(chunk: Chunk) -> bool:
    """Whether a prompt shows the whole context of a chunk."""
    return _rendered(chunk).count("\n") < _MAX_CONTEXT_LINES


def _rendered(chunk: Chunk) -> str:
    context = chunk.context
    parts = [
        "\n".join(context.imports),
        "\n".join(context.constants),
        context.owner_type or "",
        "\n\n".join(context.types),
        "\n".join(context.functions),
        *(_block(block.header, block.members) for block in context.blocks),
        _owner(chunk),
    ]
    return "\n\n".join(filter(None, parts))


def _owner(chunk: Chunk) -> str:
    if not chunk.context.owner_header or chunk.kind != "function":
        return ""
    return _block(chunk.context.owner_header, chunk.context.methods)


def _block(header: str, members: Sequence[str]) -> str:
    """Return an impl block or trait of which these members are shown."""
    inside = textwrap.indent("\n".join([*members, "// ..."]), "    ")
    return f"{opened(header)}\n{inside}\n}}"


def with_context(prompt: Prompt, chunk: Chunk, rng: Random) -> Prompt:
    """Append the context that a chunk needs, if any."""
    block = context_block(chunk)
    if not block:
        return prompt
    lead = pick(rng, _CONTEXT_LEADS)
    return dataclasses.replace(prompt, text=f"{prompt.text}\n\n{lead}\n\n{fenced(block)}")


def pick(rng: Random, options: Sequence[str]) -> str:
    """Choose one of several wordings."""
    return pick_named(rng, "", options)[1]


def pick_named(rng: Random, name: str, options: Sequence[str]) -> tuple[str, str]:
    """Choose one of several wordings; return it behind the name that it has as a template."""
    number = rng.randrange(len(options))
    return f"{name}-{number + 1}", options[number]


def lower_first(text: str) -> str:
    """Lower the first letter unless it begins a name in capitals, code or a proper word."""
    return text[0].lower() + text[1:] if len(text) > 1 and text[0].isupper() and text[1].islower() else text


def sentence(text: str) -> str:
    """End a text with a full stop."""
    stripped = text.rstrip()
    return stripped if stripped.endswith((".", "!", "?", ":", "`")) else f"{stripped}."
