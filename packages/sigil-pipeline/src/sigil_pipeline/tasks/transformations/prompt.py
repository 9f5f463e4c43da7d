"""The words in which a function is to be rewritten."""

from __future__ import annotations

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks.transformations.rewrite import Rewrite
from sigil_pipeline.tasks.wording import Prompt, chooser, fenced, noun, pick, pick_named, with_context

_HEADS = (
    "{goal}.",
    "{goal}. Keep the behaviour of the {noun} as it is.",
    "Refactor this Rust {noun}. {goal}.",
    "Rewrite the following {noun}. {goal}.",
    "`{name}` works, but could be written otherwise. {goal}.",
    "This {noun} compiles. {goal}, without changing what it does.",
)
_HEADS_TO_IDIOM = ("Make this {noun} more idiomatic. {goal}.", "A reviewer asks for idiomatic Rust here. {goal}.")
_HEADS_WITH_LINT = ("clippy reports `{lint}` here. {goal}.", "Resolve the lint `{lint}` in this {noun}. {goal}.")


def prompt_for(chunk: Chunk, plain: str, rewrite: Rewrite, lints: tuple[str, ...], seed: int) -> Prompt:
    """Return the un-idiomatic function and what is to be done with it; `lints` are what clippy says of it."""
    rng = chooser(seed, "transformations", chunk.file, str(chunk.start), plain)
    goal = pick(rng, rewrite.goals)
    named = next((lint for lint in rewrite.lints if lint in lints), None)
    heads = [*_HEADS, *(() if rewrite.neutral else _HEADS_TO_IDIOM)]
    if named is not None:
        heads += _HEADS_WITH_LINT
    template, words = pick_named(rng, "rewrite_neutral" if rewrite.neutral else "rewrite", heads)
    head = words.format(goal=goal, noun=noun(chunk), name=chunk.name, lint=named)
    return with_context(Prompt(f"{head}\n\n{fenced(plain)}", template), chunk, rng)
