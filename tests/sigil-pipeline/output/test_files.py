"""What is written from a finished data set, held against files that lie in golden/.

After a change that is meant, write them anew: `SIGIL_GOLDEN=write pytest tests/sigil-pipeline/output`.
"""

from __future__ import annotations

import dataclasses
import io
import json
import os
from collections import Counter
from pathlib import Path

import pyarrow.json
import pytest
import yaml

from sigil_common.jsonl import read_record
from sigil_common.records import DatasetSummary
from sigil_common.task_types import TASK_SHARES
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.choose.known import Problems, read_problems
from sigil_pipeline.dataset_tools.format_check import faults_of
from sigil_pipeline.filters import Rejection
from sigil_pipeline.flow import assemble, say_what_was_left_out
from sigil_pipeline.output.columns import column_types
from sigil_pipeline.output.dataset import Dataset
from sigil_pipeline.output.files import write_outputs
from sigil_pipeline.settings import Settings

from ..choose.conftest import LONG, candidate

GOLDEN = Path(__file__).parent / "golden"
REPORT = {"license": "MIT", "repository": "https://example.org/a", "checksum": "0" * 64}


def dataset(settings: Settings) -> Dataset:
    """Three crates: one in `train`, one in `val` with a copy of its code, one that was rejected."""
    first = [candidate(f"f{number}", level="tests_pass" if number == 1 else "in_crate") for number in range(6)]
    first += [candidate("broken", LONG, "error_fixing", error_code="E0308", rewrite="cast")]
    other = LONG.replace("sum", "acc").replace("acc += number", "acc *= number")
    first += [candidate("plain", other, "transformations", rewrite="tail_expression")]
    first += [candidate("said", "Says what it does.", "explanations")]
    second = [candidate(f"g{number}", crate="b", self_contained=True) for number in range(2)]
    second += [candidate("copy", LONG, crate="b")]
    dropped = ({"crate": "a", "file": "src/lib.rs", "line": 3, "kind": "function", "name": "x", "reason": "unsafe"},)
    results = [
        CrateResult("a", "a", "1.0.0", None, REPORT, tuple(first), dropped, examples={"no_assert": 2, "fails": 1}),
        CrateResult(
            "b@2.0.0",
            "b",
            "2.0.0",
            None,
            REPORT | {"repository": None},
            tuple(second),
            examples={"fails": 2, "tests": 1},
            unit_tests={"holds": 1, "tests": 2},
        ),
        CrateResult("c", "c", None, Rejection("not_found", "no matching package named `c` found")),
    ]
    return assemble(results, Problems(), settings)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    settings = Settings(output=tmp_path / "data.jsonl", create_train_val_split=True, val_ratio=0.3)
    write_outputs(dataset(settings), settings)
    return tmp_path


@pytest.mark.parametrize(
    "name",
    ["data.jsonl", "data.full.jsonl", "data.jsonl.summary.json", "data.jsonl.card.md", "data.jsonl.rejected.jsonl"],
)
def test_files_are_those_on_record(written: Path, name: str) -> None:
    text = (written / name).read_text()
    if os.environ.get("SIGIL_GOLDEN") == "write":
        (GOLDEN / name).write_text(text)
    assert text == (GOLDEN / name).read_text()


def test_every_row_has_every_key_in_one_type_whatever_the_order(written: Path) -> None:
    rows = [json.loads(line) for line in (written / "data.full.jsonl").read_text().splitlines()]
    rows.sort(key=lambda row: row["_task_type"])
    assert {tuple(row) for row in rows} == {tuple(column_types())}
    types = {name: {type(row[name]) for row in rows} - {type(None)} for name in rows[0]}
    assert {name for name, found in types.items() if len(found) != 1} == set()
    text = "".join(json.dumps(row) + "\n" for row in rows).encode()
    small = pyarrow.json.ReadOptions(block_size=1024)  # more than one row, and by far not all
    first = pyarrow.json.read_json(io.BytesIO(text.splitlines(keepends=True)[0]))
    table = pyarrow.json.read_json(io.BytesIO(text), read_options=small)
    assert first.column_names == table.column_names == list(column_types())
    assert table.to_pylist() == rows


@pytest.mark.parametrize("split", [True, False])
def test_weights_give_the_tasks_their_shares_in_every_part(tmp_path: Path, split: bool) -> None:
    settings = Settings(output=tmp_path / "data.jsonl", create_train_val_split=split, val_ratio=0.3)
    made = dataset(settings)
    summary = write_outputs(made, settings)
    rows = [json.loads(line) for line in settings.full_output.read_text().splitlines()]
    assert len(rows) == made.eligible == 11
    trained = [row for row in rows if row["split"] in (None, "train")]
    assert len(trained) == (9 if split else 11)
    weights: Counter[str] = Counter()
    for row in trained:
        weights[row["_task_type"]] += row["_weight"]
        assert row["_weight"] == summary.samples.weights[row["_task_type"]]
    for name, share in TASK_SHARES.items():
        assert weights[name] / sum(weights.values()) == pytest.approx(share, rel=1e-5)


def test_a_strict_mix_has_its_shares_without_weights(tmp_path: Path) -> None:
    shares = {"code_generation": 0.5, "error_fixing": 0.5}
    settings = Settings(output=tmp_path / "data.jsonl", task_mix=shares, strict_mix=True)
    write_outputs(dataset(settings), settings)
    rows = [json.loads(line) for line in settings.full_output.read_text().splitlines()]
    assert Counter(row["_task_type"] for row in rows) == {"code_generation": 2, "error_fixing": 1}
    assert {row["_weight"] for row in rows} == {1.0}


def test_a_function_serves_several_tasks_and_no_answer_is_in_both_parts(tmp_path: Path) -> None:
    tasks = {"code_generation": LONG, "error_fixing": LONG, "transformations": LONG, "explanations": "What it does."}
    results = [
        CrateResult(
            name,
            name,
            "1.0.0",
            None,
            {},
            tuple(candidate("f", gen, task, name, prompt=f"{task} of f") for task, gen in tasks.items()),
        )
        for name in "ab"
    ]
    own = candidate("own", crate="b")
    results[1] = dataclasses.replace(results[1], candidates=(*results[1].candidates, own))
    settings = Settings(output=tmp_path / "data.jsonl", create_train_val_split=True, val_ratio=0.5)
    made = assemble(results, Problems(), settings)
    write_outputs(made, settings)
    rows = [json.loads(line) for line in settings.full_output.read_text().splitlines()]
    assert Counter(row["_source_crate"] for row in rows) == {"a": 4, "b": 1}
    assert list(faults_of(settings.output)) == list(faults_of(settings.full_output)) == []


def test_the_output_has_the_same_rows_without_metadata_unless_it_is_wanted(written: Path, tmp_path: Path) -> None:
    full, output = (written / name for name in ("data.full.jsonl", "data.jsonl"))
    for whole, row in zip(*(file.read_text().splitlines() for file in (full, output)), strict=True):
        assert list(json.loads(row).items()) == list(json.loads(whole).items())[:3]
        assert list(json.loads(row)) == ["prompt", "gen", "split"]
    settings = Settings(output=tmp_path / "more.jsonl.gz", remove_metadata=False)
    write_outputs(dataset(settings), settings)
    assert settings.output.read_bytes() == (tmp_path / "more.full.jsonl.gz").read_bytes()


@pytest.mark.parametrize("remove", [True, False])
def test_the_card_tells_the_hub_of_each_files_columns(tmp_path: Path, remove: bool) -> None:
    settings = Settings(output=tmp_path / "data: x.jsonl", remove_metadata=remove)
    write_outputs(dataset(settings), settings)
    head = yaml.safe_load((tmp_path / "data: x.jsonl.card.md").read_text().split("---\n")[1])
    assert head["size_categories"] == ["n<1K"]
    told = {item["config_name"]: [column["name"] for column in item["features"]] for item in head["dataset_info"]}
    files = {item["config_name"]: item["data_files"] for item in head["configs"]}
    assert files == {"default": "data: x.jsonl", "full": "data: x.full.jsonl"}
    for name, file in files.items():
        assert list(json.loads((tmp_path / file).read_text().splitlines()[0])) == told[name]
    assert {"name": "_source_lines", "sequence": "int64"} in head["dataset_info"][1]["features"]


@pytest.mark.parametrize(
    ("output", "full"),
    [
        ("a/data.jsonl", "a/data.full.jsonl"),
        ("data.jsonl.gz", "data.full.jsonl.gz"),
        ("data", "data.full"),
        ("data.gz", "data.full.gz"),
        ("a.b.json", "a.b.full.json"),
    ],
)
def test_the_full_file_is_named_after_the_output(output: str, full: str) -> None:
    assert Settings(output=Path(output)).full_output == Path(full)


def test_a_summary_reads_back_as_it_was_written() -> None:
    file = GOLDEN / "data.jsonl.summary.json"
    summary = read_record(file, DatasetSummary)
    assert summary.to_row() == json.loads(file.read_text())
    assert summary.crates.rejected == {"not_found": 1}
    assert summary.samples.by_split == {"train": 9, "val": 2}
    assert summary.per_crate[2].version is None


def test_contaminated_samples_are_listed_counted_and_logged_by_rule(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [
        {"task_id": "T/1", "entry_point": "total", "solution": LONG},
        {"task_id": "T/0", "entry_point": "is_even", "solution": "fn is_even(n: u8) -> bool { n & 1 == 0 }"},
        {
            "task_id": "T/2",
            "entry_point": "turn",
            "solution": "fn turn(x: &str) -> S { x.chars().rev().collect() }",
        },
    ]
    known = tmp_path / "known.jsonl"
    known.write_text("".join(json.dumps(row) + "\n" for row in rows))
    items = [
        candidate("copy", "fn even(number: u8) -> bool { number & 1 == 0 }"),
        candidate("same_task", "fn total(values: Vec<u8>) -> u8 { values.fold(0, add) }"),
        candidate("same_body", "fn back(word: &str) -> Vec<char> { word.chars().rev().collect() }"),
        candidate("clean"),
    ]
    settings = Settings(output=tmp_path / "data.jsonl")
    results = [CrateResult("a", "a", "1.0.0", None, REPORT, tuple(items))]
    made = assemble(results, read_problems([], [known]), settings)
    summary = write_outputs(made, settings)
    with caplog.at_level("INFO"):
        say_what_was_left_out(made)
    counts = {"contaminated_body": 1, "contaminated_code": 1, "contaminated_signature": 1}
    assert summary.candidates.dropped == counts
    assert "3 of 4 candidates dropped: 1 contaminated_body, 1 contaminated_code, 1 contaminated_sig" in caplog.text
    rejected = [json.loads(line) for line in (tmp_path / "data.jsonl.rejected.jsonl").read_text().splitlines()]
    assert [(row["stage"], row["reason"], row["detail"]) for row in rejected] == [
        ("decontaminate", "contaminated_code", "T/0: fn i ( i : u8 ) -> bool { i & 1 == 0 }"),
        ("decontaminate", "contaminated_signature", "T/1: total([int]) -> int"),
        ("decontaminate", "contaminated_body", "T/2: body of back: { #0 . chars ( ) . rev ( ) . collect ( ) }"),
    ]
    assert "| candidate | contaminated_body | 1 |" in (tmp_path / "data.jsonl.card.md").read_text()
