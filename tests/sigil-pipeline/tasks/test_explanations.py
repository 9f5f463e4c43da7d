"""What is explained, and what an explanation may hold."""

from __future__ import annotations

import pytest

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.tasks.explanations.prompt import can_explain, task_for

from ..sources import chunks

SAYS = "Returns how far the two strings lie apart, as the number of letters that differ between them."


def documented(docs: str) -> Chunk:
    lines = "".join(f"/// {line}\n" for line in docs.split("\n"))
    return chunks(f"{lines}fn far(one: &str, two: &str) -> usize {{\n    one.len()\n}}\n")["far"]


@pytest.mark.parametrize(
    ("docs", "is_explained"),
    [
        (SAYS, True),
        (f"See {SAYS}", False),
        ("Returns it.", False),
        (f"{SAYS} More at https://example.org/far.", False),
        (f"{SAYS}\n\n[far]: https://example.org/far", True),
    ],
)
def test_what_is_explained(docs: str, is_explained: bool) -> None:
    assert can_explain(documented(docs)) is is_explained


def test_no_answer_holds_a_link() -> None:
    linked = documented(f"{SAYS} It is the [distance].\n\n[distance]: https://example.org/far")
    answers = {task_for(linked, seed)[1] for seed in range(40)}
    assert answers == {f"{SAYS} It is the distance."}
    assert len({task_for(documented(SAYS), seed)[1] for seed in range(40)}) == 2
