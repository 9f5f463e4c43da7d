"""Repair code that does not compile. Both the error and its text are the compiler's own."""

from __future__ import annotations

from collections.abc import Sequence

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
    "`{name}` broke in a refactoring. Make it compile again.",
    "cargo check fails in this {noun}. Show the corrected code.",
)
_HEADS_OF_TWO = (
    "This Rust {noun} has two errors. Fix both.",
    "rustc reports two errors in the following {noun}. Correct it.",
    "`{name}` does not compile, for two reasons. Please mend it.",
    "Two things are wrong with this {noun}. Show it corrected.",
    "Repair this Rust {noun}; the compiler has two complaints.",
)
# What rustc says where it would have `try_into` for a cast: that is another repair than the author's.
_OTHER_REPAIR = "panic if the converted value"
_LEADS = ("The compiler says:", "Error:", "Output of rustc:", "cargo check prints:")


def prompt_for(chunk: Chunk, broken: str, errors: Sequence[Finding], seed: int) -> Prompt:
    """Return the broken function with rustc's messages, of which there are one or two."""
    rng = chooser(seed, "error_fixing", chunk.file, str(chunk.start), broken)
    name, heads = ("repair", _HEADS) if len(errors) == 1 else ("repair_two", _HEADS_OF_TWO)
    template, words = pick_named(rng, name, heads)
    head = words.format(noun=noun(chunk), name=chunk.name)
    lead = pick(rng, _LEADS)
    said = "\n\n".join(error.rendered.strip() for error in errors)
    message = f"```text\n{said}\n```"
    return with_context(Prompt(f"{head}\n\n{fenced(broken)}\n\n{lead}\n\n{message}", template), chunk, rng)


def is_teachable(error: Finding) -> bool:
    """Whether the message stands on its own: coded, short, about the crate's own files and the code that is shown.

    One that proposes another repair than what the crate has is none either.
    """
    inside = "--> /" not in error.rendered and "::: /" not in error.rendered
    here = all(place.is_written_here for place in error.places if place.primary)
    own = inside and here and _OTHER_REPAIR not in error.rendered
    return (error.code or "").startswith("E") and own and 0 < len(error.rendered) <= _MAX_MESSAGE
