"""Some problems of a file, by seed: easy and hard ones alike, the same at every call, in file order."""

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.commands import problems as problems_cli
from human_eval_rust.problems.choose import over_all_difficulties, parse_counts
from human_eval_rust.problems.files import load, locate
from sigil_common.errors import InputError
from sigil_common.jsonl import read_objects
from sigil_common.records import Problem


def made(lengths):
    return [
        Problem(task_id=f"P/{i}", prompt="p", canonical_solution="x" * n, test="t", entry_point="f")
        for i, n in enumerate(lengths)
    ]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=40), st.integers(1, 50), st.integers(0, 5))
def test_one_of_every_part_in_file_order(lengths, count, seed):
    problems = made(lengths)
    chosen = over_all_difficulties(problems, count, seed)
    numbers = [int(problem.task_id[2:]) for problem in chosen]
    assert len(numbers) == min(count, len(lengths))
    assert numbers == sorted(set(numbers))
    assert chosen == over_all_difficulties(problems, count, seed)
    rank = {i: place for place, i in enumerate(sorted(range(len(lengths)), key=lambda i: (lengths[i], i)))}
    places = sorted(rank[number] for number in numbers)
    for part, place in enumerate(places if count <= len(lengths) else []):
        assert part * len(lengths) // count <= place < (part + 1) * len(lengths) // count


def test_the_seed_decides():
    problems = list(load(locate(None)).values())
    first, second = (over_all_difficulties(problems, 40, seed) for seed in (42, 43))
    assert first != second
    assert over_all_difficulties(problems, 164, 42) == problems


def test_counts_name_files_that_are_there(tmp_path):
    files = [tmp_path / "A.jsonl", tmp_path / "B.jsonl"]
    assert parse_counts(["B=3"], files) == {"B": 3}
    with pytest.raises(InputError, match="no problem file is called `C`"):
        parse_counts(["C=3"], files)
    with pytest.raises(InputError, match="2 problem files are called `A`"):
        parse_counts(["A=3"], [*files, tmp_path / "other/A.jsonl"])
    with pytest.raises(InputError, match="given a number already"):
        parse_counts(["A=3", "A=4"], files)
    for wrong in ("B", "B=", "B=0", "B=-1", "B=x", f"B={'9' * 5000}"):
        with pytest.raises(InputError, match="expected NAME=NUMBER"):
            parse_counts([wrong], files)


def test_the_command_takes_all_of_one_set_and_some_of_another(tmp_path):
    output = tmp_path / "problems.jsonl"
    args = ["select", "RustFirstSteps", "HumanEval_rust", "--choose", "HumanEval_rust=7", "--output", str(output)]
    args += ["--choose", "RustFirstSteps=81"]
    found = CliRunner().invoke(problems_cli.command, args, catch_exceptions=False)
    assert found.exit_code == 0
    assert "RustFirstSteps.jsonl: 80 problems, fewer than the 81 asked for" in found.stderr
    tasks = [row["task_id"].partition("/")[0] for _, row in read_objects(output)]
    assert tasks == ["RustFirstSteps"] * 80 + ["HumanEval"] * 7


def test_long_prompts_are_left_out_before_some_are_chosen(tmp_path):
    output = tmp_path / "problems.jsonl"
    args = ["select", "RustFirstSteps", "HumanEval_rust", "--max-prompt", "HumanEval_rust=500", "--output", str(output)]
    args += ["--choose", "HumanEval_rust=5"]
    assert CliRunner().invoke(problems_cli.command, args, catch_exceptions=False).exit_code == 0
    rows = [row for _, row in read_objects(output)]
    longest = {"RustFirstSteps": 0, "HumanEval": 0}
    for row in rows:
        name = row["task_id"].partition("/")[0]
        longest[name] = max(longest[name], len(row["prompt"]))
    assert len(rows) == 85
    assert longest["HumanEval"] <= 500 < longest["RustFirstSteps"]


def test_a_bound_that_leaves_nothing_or_names_no_file_is_reported(tmp_path):
    args = ["select", "HumanEval_rust", "--output", str(tmp_path / "problems.jsonl"), "--max-prompt"]
    unknown = CliRunner().invoke(problems_cli.command, [*args, "RustFirstSteps=300"])
    assert isinstance(unknown.exception, InputError)
    assert "--max-prompt RustFirstSteps=300: no problem file is called" in str(unknown.exception)
