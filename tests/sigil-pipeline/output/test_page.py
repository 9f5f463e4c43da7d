"""The page of statistics: it needs no other file, shows what was counted, and takes nothing for markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.jsonl import read_record
from sigil_common.records import DatasetSummary
from sigil_pipeline.output.measures import Measures, binned, line_count, quantile
from sigil_pipeline.output.page import page_text
from sigil_pipeline.output.plots import bars, columns

from .test_files import GOLDEN

EDGES = (0, 5, 6, 10)
VOID = {"meta", "col"}


class Page(HTMLParser):
    """What a page is made of; every element has to be closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.names: set[str] = set()
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.links += [str(value) for name, value in attrs if name in ("href", "src", "xlink:href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def page_of(*rows: dict[str, object], **changes: object) -> str:
    summary = read_record(GOLDEN / "data.jsonl.summary.json", DatasetSummary).model_copy(update=changes)
    measures = Measures()
    for row in rows:
        measures.add({"prompt": "p", "gen": "g", **row})
    return page_text(summary, measures, "data.jsonl")


def test_the_page_needs_no_other_file_and_no_script() -> None:
    text = page_of({"_task_type": "explanations", "_level": "in_crate"})
    page = Page(text)
    assert page.links == []
    assert not page.names & {"script", "link", "img", "iframe", "object"}
    assert not re.search(r"url\(|@import|https?:", text)
    assert "prefers-color-scheme: dark" in text
    assert 'content="width=device-width, initial-scale=1"' in text


def test_names_of_crates_and_licences_are_text_and_no_markup() -> None:
    evil = "</style><script>alert(1)</script>"
    row = {"_license": evil, "_template": evil, "_task_type": evil, "_level": evil}
    summary = read_record(GOLDEN / "data.jsonl.summary.json", DatasetSummary)
    crates = tuple(one.model_copy(update={"crate": evil, "version": "<b>"}) for one in summary.per_crate)
    page = Page(page_of(row, per_crate=crates))
    assert "script" not in page.names
    assert "b" not in page.names
    assert page.text.count(evil) >= 4


def test_every_plot_is_there_with_its_counts() -> None:
    text = "".join(Page(page_of({"_task_type": "explanations", "_level": "in_crate", "_template": "question-1"})).text)
    for word in (
        "Prompts by characters",
        "Answers by lines",
        "Error codes",
        "How transformations were made",
        "Templates",
        "Licences",
        "E0308",
    ):
        assert word in text
    for reason in ("unsafe", "not_found", "duplicate"):
        assert reason in text


def test_long_lists_are_folded_and_lose_nothing() -> None:
    counts = {f"crate-{number}": [number] for number in range(100, 0, -1)}
    drawn = bars("Crates", counts)
    assert "<summary>75 more</summary>" in drawn
    assert drawn.index("crate-76<") < drawn.index("75 more") < drawn.index("crate-75<")
    assert drawn.count("<tr>") == 100
    assert bars("Nothing", {}) == ""


def test_bars_are_as_long_as_their_parts() -> None:
    drawn = bars("Crates", {"a": [3, 1], "b": [0, 2]}, ["train", "val"])
    assert re.findall(r'class=part-(\d) style="width:([\d.]+)%" title="([^"]*)"', drawn) == [
        ("0", "75.00", "train: 3"),
        ("1", "25.00", "val: 1"),
        ("1", "50.00", "val: 2"),
    ]
    assert re.findall(r"<td class=n>([^<]*)", drawn) == ["4", "66.7%", "2", "33.3%"]


def test_columns_stand_on_each_other() -> None:
    drawn = columns("Lines", "lines", EDGES, {"a": [0, 2, 0, 0], "b": [0, 2, 0, 1]})
    boxes = re.findall(r'y="([\d.]+)" width="[\d.]+" height="([\d.]+)"><title>([^<]*)', drawn)
    assert boxes == [
        ("85.00", "75.00", "5 lines, a: 2"),
        ("10.00", "75.00", "5 lines, b: 2"),
        ("122.50", "37.50", "10 or more lines, b: 1"),
    ]


@given(st.lists(st.integers(0, 30)))
def test_bins_hold_every_value_once(values: list[int]) -> None:
    counts = binned(values, EDGES)
    assert sum(counts) == len(values)
    assert counts[1] == values.count(5)
    assert counts[3] == sum(value >= 10 for value in values)


@given(st.lists(st.integers(0, 9), min_size=1), st.sampled_from([0.0, 0.5, 0.9, 1.0]))
def test_a_quantile_is_the_least_value_that_enough_do_not_exceed(values: list[int], share: float) -> None:
    found = quantile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) <= share * len(values) + 1e-9


@pytest.mark.parametrize(("text", "lines"), [("a", 1), ("a\n", 1), ("a\nb", 2), ("a\n\n", 2), ("", 1)])
def test_lines_are_counted_as_an_editor_does(text: str, lines: int) -> None:
    assert line_count(text) == lines
