"""Functions are asked for in many words, or in those of an evaluation."""

from __future__ import annotations

import pytest

from human_eval_rust.sampling.prompt import instruction
from sigil_common.records import Problem
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import chunks_of, open_source
from sigil_pipeline.heldout.shape import prompt_of, solution_of
from sigil_pipeline.tasks.code_generation import prompt
from sigil_pipeline.tasks.code_generation.prompt import prompt_for

from ...sources import HOLDS

SOURCE = """\
use std::collections::HashMap;

pub struct Counter {
    count: usize,
}

impl Counter {
    /// Counts one more, and returns how many there are now.
    pub fn bump(&mut self) -> usize {
        self.count += 1;
        self.count
    }
}

/// Counts how often each word occurs in a text.
///
/// Words are divided by white space.
pub fn count_words(text: &str) -> HashMap<&str, usize> {
    let mut found = HashMap::new();
    for word in text.split_whitespace() {
        *found.entry(word).or_default() += 1;
    }
    found
}
"""


def functions() -> dict[str, Chunk]:
    found = chunks_of(open_source("src/lib.rs", SOURCE.encode()), HOLDS)
    return {chunk.name: chunk for chunk in found if chunk.kind == "function"}


def test_an_evaluation_asks_for_a_function_in_the_same_words() -> None:
    chunk = functions()["count_words"]
    problem = Problem(
        task_id="HeldOut/a-0",
        prompt=prompt_of(chunk),
        canonical_solution=solution_of(chunk),
        entry_point=chunk.name,
        kind="compile",
    )
    asked = prompt_for(chunk, seed=1, completion_share=1.0).text
    assert asked == instruction(problem)
    assert asked.startswith(
        "Complete this Rust function. Answer with its code only.\n\nuse std::collections::HashMap;\n"
    )


def test_a_method_is_shown_with_its_type() -> None:
    asked = prompt_for(functions()["bump"], seed=1, completion_share=1.0).text
    assert "pub struct Counter {" in asked
    assert asked.endswith("/// Counts one more, and returns how many there are now.\npub fn bump(&mut self) -> usize")


def test_the_share_leaves_all_other_prompts_as_they_are() -> None:
    chunk = functions()["count_words"]
    plain = [prompt_for(chunk, seed) for seed in range(200)]
    mixed = [prompt_for(chunk, seed, 0.25) for seed in range(200)]
    changed = [new for old, new in zip(plain, mixed, strict=True) if old != new]
    assert 30 < len(changed) < 70
    assert set(changed) == {prompt_for(chunk, 1, 1.0)}
    assert prompt_for(chunk, 1, 1.0) not in plain


def test_a_prompt_says_which_wording_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt, "tells_signature", lambda *_: True)
    chunk = functions()["count_words"]
    assert prompt_for(chunk, 1, 1.0).template == "completion"
    heads: dict[str, set[str]] = {}
    for seed in range(300):
        asked = prompt_for(chunk, seed)
        begins = asked.text.split("`")[0] if asked.template.startswith(("signature", "description")) else ""
        heads.setdefault(asked.template, set()).add(begins or asked.text.splitlines()[0])
    kinds = {name.rpartition("-")[0] for name in heads}
    assert kinds == {"stub", "signature", "description"}
    assert len(heads) == 11 + 11 + 9
    assert all(len(found) <= 2 for found in heads.values())  # the docs are quoted whole or by their first paragraph
