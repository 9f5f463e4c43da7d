"""What a card says of licences, and whether the hub's own reader takes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import DatasetCard

from sigil_pipeline.output.card import card_text
from sigil_pipeline.output.hub_license import head_lines, needed
from sigil_pipeline.output.summary import summary_of
from sigil_pipeline.settings import PERMISSIVE, Settings

from .test_files import dataset

BOTH = "MIT OR Apache-2.0"


@pytest.mark.parametrize(
    ("expressions", "names"),
    [
        ([], []),
        ([BOTH], ["MIT"]),
        ([BOTH, "MIT"], ["MIT"]),
        ([BOTH, "Apache-2.0"], ["Apache-2.0"]),
        (["MIT/Apache-2.0", "Apache-2.0", "MIT"], ["MIT", "Apache-2.0"]),
        (["MIT AND BSD-3-Clause", BOTH], ["MIT", "BSD-3-Clause"]),
        (["(MIT OR Apache-2.0) AND ISC"], ["MIT", "ISC"]),
        ([BOTH, "GPL-3.0-only"], ["MIT", "GPL-3.0-only"]),
        (["no expression"], ["no expression"]),
    ],
)
def test_no_licence_is_named_that_nobody_needs(expressions: list[str], names: list[str]) -> None:
    assert needed(expressions, PERMISSIVE) == names
    assert needed(expressions[::-1], PERMISSIVE) == names


@pytest.mark.parametrize(
    ("names", "lines"),
    [
        ([], ["license: unknown"]),
        (["MIT"], ["license: mit"]),
        (["MIT", "Apache-2.0"], ["license: [mit, apache-2.0]"]),
        (["LGPL-3.0-or-later"], ["license: lgpl-3.0"]),
        (["GPL-2.0+"], ["license: gpl-2.0"]),
        (["MIT", "0BSD"], ["license: other", "license_name: mit-and-0bsd", "license_link: LICENSE"]),
        (
            ["Apache-2.0 WITH LLVM-exception"],
            ["license: other", "license_name: apache-2.0-with-llvm-exception", "license_link: LICENSE"],
        ),
    ],
)
def test_the_hub_is_given_names_that_it_knows(names: list[str], lines: list[str]) -> None:
    assert head_lines(names) == lines


@pytest.mark.parametrize(
    ("expressions", "said"),
    [
        ((BOTH, BOTH), "All of it may be used under `MIT`, with"),
        (("MIT", "ISC"), "All of it together needs all of `MIT`, `ISC`, each row by its own `_license`, with"),
    ],
)
def test_several_licences_are_no_choice(expressions: tuple[str, str], said: str) -> None:
    settings = Settings()
    summary = summary_of(dataset(settings), settings)
    crates = [one for one in summary.per_crate if one.samples]
    rows = tuple(one.model_copy(update={"license": name}) for one, name in zip(crates, expressions, strict=True))
    assert said in card_text(summary.model_copy(update={"per_crate": rows}), settings)


@pytest.mark.parametrize("output", ["data.jsonl", "data: #1.jsonl.gz"])
def test_the_hubs_reader_takes_the_head_of_a_card(output: str) -> None:
    settings = Settings(output=Path(output), create_train_val_split=True)
    data = DatasetCard(card_text(summary_of(dataset(settings), settings), settings)).data
    assert data.license == "mit"
    assert data.size_categories == ["n<1K"]
    assert (data.language, data.task_categories, data.tags) == (["en"], ["text-generation"], ["rust", "code"])
    assert [config["data_files"] for config in data.configs] == [output, settings.full_output.name]
