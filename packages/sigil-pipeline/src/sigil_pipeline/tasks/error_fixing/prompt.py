"""Repair code that does not compile. Both the error and its text are the compiler's own."""

from __future__ import annotations

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.diagnostics import Finding
from sigil_pipeline.tasks.wording import Prompt, chooser, fenced, noun, pick, pick_named, with_context

_MAX_MESSAGE = 2500
_HEADS = (
    "This Rust {noun} does not compile. Fix it.",
    "Fix the compile error in this {noun}.",
    "rustc rejects the following {noun}. Correct it with as small a change as possible.",
    "I get a compiler error here; what should the {noun} look like?",
    "Repair this Rust code so that it compiles.",
    "The borrow checker or the type checker complains about `{name}`. Please mend it.",
)
_LEADS = ("The compiler says:", "Error:", "Output of rustc:", "cargo check prints:")


def prompt_for(chunk: Chunk, broken: str, error: Finding, seed: int) -> Prompt:
    """Return the broken function with rustc's message."""
    rng = chooser(seed, "error_fixing", chunk.file, str(chunk.start), broken)
    template, words = pick_named(rng, "repair", _HEADS)
    head = words.format(noun=noun(chunk), name=chunk.name)
    lead = pick(rng, _LEADS)
    message = f"```text\n{error.rendered.strip()}\n```"
    return with_context(Prompt(f"{head}\n\n{fenced(broken)}\n\n{lead}\n\n{message}", template), chunk, rng)


def is_teachable(error: Finding) -> bool:
    """Whether the message stands on its own: coded, short, about the crate's own files and the code that is shown."""
    inside = "--> /" not in error.rendered and "::: /" not in error.rendered
    here = all(place.is_written_here for place in error.places if place.primary)
    return (error.code or "").startswith("E") and inside and here and 0 < len(error.rendered) <= _MAX_MESSAGE
