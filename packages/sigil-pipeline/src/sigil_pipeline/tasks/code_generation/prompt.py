"""Write code from a description. The answer is the crate's own code, which compiles where it stands."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from sigil_common.wording import COMPLETE
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.context import declaration
from sigil_pipeline.tasks.code_generation.told import tells_signature
from sigil_pipeline.tasks.wording import (
    Prompt,
    chooser,
    context_block,
    described,
    doc_comment,
    fenced,
    lower_first,
    noun,
    opened,
    pick_named,
    sentence,
    with_context,
)

_MAX_DOCS = 1500
_MAX_INLINE = 90
_STUBS = (
    "Complete the following Rust {noun}.",
    "Finish this Rust {noun}:",
    "Implement the body of this {noun}.",
    "Fill in the implementation of this Rust {noun}.",
    "Write the whole {noun} that this stub begins.",
    "Complete this {noun} so that it does what its documentation says.",
    "The documentation of a {noun} is done, its body is missing. Write it.",
    "Here is the head of a Rust {noun}. Add the rest.",
    "`{name}` is declared and documented below. Implement it.",
    "Continue this Rust code to the end of the {noun}.",
    "Turn this stub into a working Rust {noun}.",
)
_SIGNATURES = (
    "Write a Rust {noun} with the signature {sig}. {text}",
    "Implement {sig} in Rust. {text}",
    "{text}\n\nWrite the Rust {noun} {sig}",
    "I need a Rust {noun} `{name}`: {low} Its signature is {sig}",
    "Create the {noun} `{name}` in Rust.\n\nWhat it does: {low}\n\nSignature: {sig}",
    "Given the signature {sig}, write the {noun}. {text}",
    "{sig} is missing from a Rust crate. What it does: {low}\n\nWrite it.",
    "A {noun} in Rust, {sig}: {low}\n\nShow the whole code.",
    "Write `{name}`. {text}\n\nCallers expect {sig}",
    "Fill in {sig}. {text}",
    "Here is what `{name}` has to do: {low}\n\nImplement it as {sig}",
)
_LONG_SIGNATURES = (
    "{text}\n\nWrite the Rust {noun} with this signature:",
    "Write a Rust {noun} for this. {text}\n\nIts signature:",
    "Implement `{name}` in Rust. {text}\n\nUse this signature:",
    "`{name}` is declared as shown. {text}\n\nWrite it out:",
    "Here is what a Rust {noun} has to do: {low}\n\nIt is declared like this:",
)
_DESCRIPTIONS = (
    "Write a Rust {noun} named `{name}`. {text}",
    "In Rust, write `{name}`: {low}",
    "How would you write a Rust {noun} `{name}` for this? {text}",
    "{text}\n\nWrite this as a Rust {noun} called `{name}`.",
    "Please implement `{name}` in Rust. {text}",
    "I am looking for a Rust {noun} `{name}`. {text}",
    "What would `{name}` look like in Rust? It is described so: {low}",
    "Code a {noun} in Rust.\n\nName: `{name}`\n\nPurpose: {low}",
    "Implement this in Rust and call it `{name}`: {low}",
)
_BLOCKS = (
    "Write {subject} in Rust.{body}",
    "Implement {subject}.{body}",
    "Provide the Rust code of {subject}.{body}",
    "I need {subject} in idiomatic Rust.{body}",
    "Write out {subject}.{body}",
    "What does {subject} look like in Rust?{body}",
    "{subject} is still missing. Write it.{body}",
)


def prompt_for(chunk: Chunk, seed: int, completion_share: float = 0.0) -> Prompt:
    """Return an instruction for a documented chunk; of functions that share is asked for as an evaluation asks."""
    place = (chunk.file, str(chunk.start), chunk.code)
    rng = chooser(seed, "code_generation", *place)
    if chunk.kind == "function":
        if chooser(seed, "completion", *place).random() < completion_share:
            return _completion(chunk)
        style = pick_style(rng)
        return with_context(style(chunk, rng), chunk, rng)
    return with_context(_block_prompt(chunk, rng), chunk, rng)


def pick_style(rng: Random) -> Callable[[Chunk, Random], Prompt]:
    """Choose how the task is put: in words, with a signature, or as a stub to complete."""
    roll = rng.random()
    if roll < 0.35:
        return _stub
    return _signature if roll < 0.75 else _words


def _stub(chunk: Chunk, rng: Random) -> Prompt:
    """Doc comment and signature, as in an editor."""
    template, words = pick_named(rng, "stub", _STUBS)
    head = words.format(noun=noun(chunk), name=chunk.name)
    docs = doc_comment(chunk.docs, _MAX_DOCS)
    return Prompt(f"{head}\n\n{fenced(f'{docs}{chr(10)}{opened(chunk.signature)}')}", template)


def _completion(chunk: Chunk) -> Prompt:
    """What the function leans on, its docs and its signature, in the words of an evaluation."""
    head = f"{doc_comment(chunk.docs, _MAX_DOCS)}\n{chunk.signature}"
    return Prompt(COMPLETE.format(prompt="\n\n".join(filter(None, (context_block(chunk), head)))), "completion")


def _signature(chunk: Chunk, rng: Random) -> Prompt:
    """A description in words, and the exact signature."""
    text = described(chunk.docs, rng)
    signature = " ".join(chunk.signature.split()).removesuffix(",")
    if len(signature) > _MAX_INLINE:
        return _long_signature(chunk, text, rng)
    shown = f"`{signature}`"
    template, words = pick_named(rng, "signature", _SIGNATURES)
    asked = words.format(
        noun=noun(chunk),
        sig=shown,
        text=sentence(text),
        low=sentence(lower_first(text)),
        name=chunk.name,
    )
    return Prompt(asked, template)


def _long_signature(chunk: Chunk, text: str, rng: Random) -> Prompt:
    template, words = pick_named(rng, "long_signature", _LONG_SIGNATURES)
    head = words.format(noun=noun(chunk), name=chunk.name, text=sentence(text), low=sentence(lower_first(text)))
    return Prompt(f"{head}\n\n{fenced(declaration(chunk.signature))}", template)


def _words(chunk: Chunk, rng: Random) -> Prompt:
    """A description only, with the name; with the signature where nobody could know it from that."""
    text = described(chunk.docs, rng)
    if not tells_signature(chunk, text):
        return _signature(chunk, rng)
    template, words = pick_named(rng, "description", _DESCRIPTIONS)
    asked = words.format(noun=noun(chunk), name=chunk.name, text=sentence(text), low=sentence(lower_first(text)))
    return Prompt(asked, template)


def _block_prompt(chunk: Chunk, rng: Random) -> Prompt:
    text = described(chunk.docs, rng)
    header = " ".join(chunk.signature.split()).rstrip(",")
    subject = f"`{header}`" if chunk.kind == "impl" else f"the module `{chunk.name}`"
    body = f" {sentence(text)}" if text else ""
    if chunk.members:
        body += "\n\nIt has:\n" + "\n".join(f"- {member}" for member in chunk.members)
    template, words = pick_named(rng, "block", _BLOCKS)
    return Prompt(words.format(subject=subject, body=body), template)
