"""Say in words what code does. The answer is the author's own documentation."""

from __future__ import annotations

from random import Random

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.docs import prose
from sigil_pipeline.tasks.wording import Prompt, chooser, doc_comment, fenced, noun, pick_named

MIN_CHARS = 80
_MAX_CHARS = 1500
_ADDRESS = "://"
_QUESTIONS = (
    "Explain what this Rust {noun} does.",
    "What does the following {noun} do?",
    "Describe this Rust {noun} in a few sentences.",
    "Summarise the purpose of this {noun}.",
    "A colleague asks what `{name}` is for. Explain it.",
    "Read this Rust code and explain its behaviour.",
)
_DOC_COMMENTS = (
    "Write a doc comment for this Rust {noun}.",
    "Document this {noun} with `///` comments.",
    "Add rustdoc documentation for the following {noun}. Reply with the comment only.",
)


def can_explain(chunk: Chunk) -> bool:
    """Whether the docs are an explanation: long enough, and not just a reference to another place, or an address."""
    text = prose(chunk.docs)
    refers = text.lower().startswith(("see ", "see:", "same as", "like ")) or _ADDRESS in text
    return MIN_CHARS <= len(text) <= _MAX_CHARS and not refers


def task_for(chunk: Chunk, seed: int) -> tuple[Prompt, str]:
    """Return prompt and answer: an explanation in prose, or a doc comment, unless that has a link nobody could know."""
    rng = chooser(seed, "explanations", chunk.file, str(chunk.start), chunk.code)
    if rng.random() < 0.4 and _ADDRESS not in chunk.docs:
        return _doc_comment_prompt(chunk, rng), doc_comment(chunk.docs, _MAX_CHARS)
    return _explain_prompt(chunk, rng), prose(chunk.docs)


def _explain_prompt(chunk: Chunk, rng: Random) -> Prompt:
    template, words = pick_named(rng, "question", _QUESTIONS)
    head = words.format(noun=noun(chunk), name=chunk.name)
    return Prompt(f"{head}\n\n{fenced(chunk.code)}", template)


def _doc_comment_prompt(chunk: Chunk, rng: Random) -> Prompt:
    template, words = pick_named(rng, "doc_comment", _DOC_COMMENTS)
    head = words.format(noun=noun(chunk))
    return Prompt(f"{head}\n\n{fenced(chunk.code)}", template)
