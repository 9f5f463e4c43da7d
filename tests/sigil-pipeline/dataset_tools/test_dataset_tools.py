"""The seven dataset utilities, as library and as scripts."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common import jsonl
from sigil_common.errors import InputError
from sigil_pipeline.dataset_tools.failures import count_failures
from sigil_pipeline.dataset_tools.format_check import faults_of
from sigil_pipeline.dataset_tools.parquet import to_jsonl, to_parquet
from sigil_pipeline.dataset_tools.parts import separate, tag_parts
from sigil_pipeline.dataset_tools.rebalance import parse_mix, rebalance
from sigil_pipeline.dataset_tools.shards import split_into_shards

TOOLS = Path(__file__).resolve().parents[3] / "tools"


def row(n: int, **more: Any) -> dict[str, Any]:
    base = {"prompt": f"Write f{n} — 'ü'", "gen": f"fn f{n}() {{\n}}", "_source_crate": f"c{n % 4}",
            "_source_lines": [n, n + 1], "_task_type": "code_generation", "_source": "phase2"}  # fmt: skip
    return base | more


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    jsonl.write_jsonl(path, rows)
    return path


def read(path: Path) -> list[dict[str, Any]]:
    return [value for _, value in jsonl.read_objects(path)]


ROWS = st.lists(
    st.fixed_dictionaries(
        {"prompt": st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20)},
        optional={
            "split": st.sampled_from(["train", "val"]), "_n": st.integers(-(2**60), 2**60), "_ok": st.booleans(),
            "_x": st.floats(allow_nan=False, allow_infinity=False), "_list": st.lists(st.integers(0, 9), max_size=3),
        },
    ), min_size=1, max_size=8,
)  # fmt: skip


@given(ROWS)
def test_parquet_is_lossless(tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("parquet")
    source = write(folder / "a.jsonl", rows)
    assert to_parquet(source, folder / "a.parquet") == len(rows)
    assert to_jsonl(folder / "a.parquet", folder / "b.jsonl") == len(rows)
    assert read(folder / "b.jsonl") == rows


def test_the_pipelines_own_rows_keep_their_bytes(tmp_path: Path) -> None:
    rows = [row(1, _self_contained=True), row(2, _error_code="E0308")]
    source = write(tmp_path / "a.jsonl.gz", rows)
    to_parquet(source, tmp_path / "a.parquet")
    to_jsonl(tmp_path / "a.parquet", tmp_path / "b.jsonl.gz")
    assert (tmp_path / "b.jsonl.gz").read_bytes() == source.read_bytes()


@pytest.mark.parametrize(
    ("rows", "said"),
    [([{"a": 1}, {"a": "x"}], ":2: field `a`"), ([{"a": {"b": 1}}], ":1: field `a`"), ([{"a": [1, "x"]}], ":1")],
)
def test_what_is_no_table_is_refused_with_its_line(tmp_path: Path, rows: list[dict[str, Any]], said: str) -> None:
    source = write(tmp_path / "a.jsonl", rows)
    with pytest.raises(InputError) as caught:
        to_parquet(source, tmp_path / "a.parquet")
    assert said in caught.value.what
    assert not (tmp_path / "a.parquet").exists()


def test_a_file_that_is_no_parquet_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("hello")
    with pytest.raises(InputError, match="not a Parquet file"):
        to_jsonl(tmp_path / "x", tmp_path / "y")
    with pytest.raises(InputError, match="no such file"):
        to_jsonl(tmp_path / "none", tmp_path / "y")


@given(st.integers(1, 40), st.integers(1, 12), st.booleans())
def test_shards_hold_all_lines_in_order(
    tmp_path_factory: pytest.TempPathFactory, total: int, number: int, by_lines: bool
) -> None:
    folder = tmp_path_factory.mktemp("shards")
    source = write(folder / "a.jsonl", [{"n": n} for n in range(total)])
    paths = split_into_shards(source, folder / "out", **({"lines": number} if by_lines else {"shards": number}))
    assert b"".join(path.read_bytes() for path in paths) == source.read_bytes()
    sizes = [len(read(path)) for path in paths]
    assert max(sizes) <= number if by_lines else max(sizes) - min(sizes) <= 1
    assert paths[0].name == f"a-00000-of-{len(paths):05d}.jsonl"


def test_parts_divide_by_crate_and_keep_everything_else(tmp_path: Path) -> None:
    source = write(tmp_path / "a.jsonl", [row(n, split="val") for n in range(40)])
    parts = tag_parts(source, tmp_path / "b.jsonl", ratio=0.25, seed=1)
    rows = read(tmp_path / "b.jsonl")
    assert parts == {"train": 30, "val": 10}
    assert len({(item["_source_crate"], item["split"]) for item in rows}) == 4
    assert [{k: v for k, v in item.items() if k != "split"} for item in rows] == [row(n) for n in range(40)]
    assert list(rows[0])[:3] == ["prompt", "gen", "split"]
    assert separate(tmp_path / "b.jsonl", tmp_path / "t.jsonl", tmp_path / "v.jsonl") == (30, 10)


def test_parts_need_crates(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no `_source_crate`"):
        tag_parts(write(tmp_path / "a.jsonl", [{"prompt": "a", "gen": "b"}]), tmp_path / "b", ratio=0.1, seed=1)
    with pytest.raises(InputError, match="1 crates"):
        tag_parts(write(tmp_path / "a.jsonl", [row(0)]), tmp_path / "b", ratio=0.1, seed=1)


def test_failures_are_counted_with_examples(tmp_path: Path) -> None:
    chunk = {"stage": "chunk", "crate": "b", "file": "x.rs"}
    rows = [{"stage": "crate", "crate": "a", "reason": "edition", "detail": "2018"},
            *({**chunk, "line": n, "name": "f", "reason": "unsafe"} for n in (1, 2)),
            {**chunk, "line": 9, "name": "g", "reason": "empty"}]  # fmt: skip
    counted = count_failures(write(tmp_path / "r.jsonl", rows))
    assert [(item["stage"], item["reason"], item["count"]) for item in counted] == [
        ("crate", "edition", 1), ("chunk", "unsafe", 2), ("chunk", "empty", 1),
    ]  # fmt: skip
    assert counted[1]["example"] == "b x.rs:1: f"
    with pytest.raises(InputError, match="not a rejection"):
        count_failures(write(tmp_path / "d.jsonl", [row(1)]))


@given(st.integers(0, 30), st.integers(0, 30), st.none() | st.integers(1, 20), st.integers(0, 3))
def test_rebalancing_gives_the_largest_exact_mix(
    tmp_path_factory: pytest.TempPathFactory, code: int, words: int, most: int | None, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("mix")
    rows = [row(n) for n in range(code)] + [row(n, _task_type="explanations") for n in range(code, code + words)]
    source = write(folder / "a.jsonl", rows)
    shares = {"code_generation": 0.75, "explanations": 0.25}
    if not code or not words:
        with pytest.raises(InputError):
            rebalance(source, folder / "b.jsonl", shares, max_samples=most, seed=seed)
        return
    numbers = rebalance(source, folder / "b.jsonl", shares, max_samples=most, seed=seed)
    kept = read(folder / "b.jsonl")
    assert Counter(item["_task_type"] for item in kept) == Counter(numbers)
    assert kept == [item for item in rows if item in kept]
    assert abs(numbers["code_generation"] - 3 * numbers["explanations"]) <= 3


@pytest.mark.parametrize(
    "text", ["poems=1", "code_generation", "code_generation=x", "code_generation=-1", "explanations=0"]
)
def test_a_bad_mix_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="--mix"):
        parse_mix(text)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(1, split="test")], ":1: field `split`"),
        ([row(1, gen=" \n")], "`gen` is blank"),
        ([row(1, _task_type="poems")], "_task_type"),
        ([{"prompt": "x"}], "field `gen`"),
        ([row(1, extra=1)], "unknown field `extra`"),
        ([row(1), row(1)], ":2: same prompt and answer as in line 1"),
        ([row(1, split="train"), row(5, split="val")], "crate `c1` is `val` here and `train` in line 1"),
        ([row(1, gen="a\n" * 9)], "10 lines"),
        ([], "no sample"),
    ],
)  # fmt: skip
def test_each_fault_of_the_format_is_named(tmp_path: Path, rows: list[dict[str, Any]], said: str) -> None:
    faults = list(faults_of(write(tmp_path / "a.jsonl", rows), max_lines=5))
    assert len(faults) == 1, faults
    assert said in faults[0]


def test_broken_json_is_a_fault_and_good_rows_are_fine(tmp_path: Path) -> None:
    file = write(tmp_path / "a.jsonl", [row(n) for n in range(3)])
    assert list(faults_of(file)) == []
    file.write_text(file.read_text() + "{oops\n")
    assert [fault for fault in faults_of(file) if f"{file}:4" in fault]


def script(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOLS / name), *map(str, words)], capture_output=True, text=True)


def test_every_script_of_the_documentation_is_there_and_answers() -> None:
    names = {
        "convert_jsonl_to_parquet.py", "convert_parquet_to_jsonl.py", "split_jsonl.py", "split_train_val.py",
        "analyze_failures.py", "rebalance_task_mix.py", "verify_format_test.py",
    }  # fmt: skip
    assert {path.name for path in TOOLS.glob("*.py")} == names
    for name in sorted(names):
        done = script(name, "--help")
        assert done.returncode == 0
        assert "Exit codes" in done.stdout


def test_scripts_end_with_the_documented_codes(tmp_path: Path) -> None:
    good = write(tmp_path / "good.jsonl", [row(n) for n in range(8)])
    bad = write(tmp_path / "bad.jsonl", [row(1, gen="")])
    assert script("verify_format_test.py", good).returncode == 0
    assert script("verify_format_test.py", good, bad).returncode == 1
    assert script("verify_format_test.py").returncode == 2
    done = script("split_jsonl.py", good, "--output-dir", tmp_path / "s", "--shards", 2)
    assert [Path(line).name for line in done.stdout.split()] == [
        "good-00000-of-00002.jsonl",
        "good-00001-of-00002.jsonl",
    ]
    assert script("split_jsonl.py", good, "--output-dir", tmp_path / "s").returncode == 2
    assert script("rebalance_task_mix.py", good, tmp_path / "m.jsonl").returncode == 2
    assert script("convert_jsonl_to_parquet.py", good, tmp_path / "g.parquet").stdout == "8 rows\n"
    assert json.loads(script("analyze_failures.py", tmp_path / "none", "--json").stdout or "null") is None
