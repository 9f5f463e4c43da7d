"""The scripts in tools/."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import row, write

TOOLS = Path(__file__).resolve().parents[3] / "tools"


def script(name: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(TOOLS / name), *map(str, words)], capture_output=True, text=True)


@pytest.mark.slow
def test_every_script_of_the_documentation_is_there_and_answers() -> None:
    names = {
        "convert_jsonl_to_parquet.py",
        "convert_parquet_to_jsonl.py",
        "split_jsonl.py",
        "split_train_val.py",
        "analyze_failures.py",
        "rebalance_task_mix.py",
        "verify_format_test.py",
    }
    assert {path.name for path in TOOLS.glob("*.py")} == names
    for name in sorted(names):
        done = script(name, "--help")
        assert done.returncode == 0
        assert "Exit codes" in done.stdout


@pytest.mark.slow
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
