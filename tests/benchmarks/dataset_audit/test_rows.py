"""Which rows are audited, and what is printed of them."""

import json

import pytest
from dataset_audit.rows import Finding, Row, choose, read_rows
from dataset_audit.samples import page
from dataset_audit.table import report

from sigil_common.errors import InputError


def row(number=1, **more):
    given = {
        "prompt": "Write it.",
        "gen": "fn f() {}",
        "crate": "one",
        "version": "1.0.0",
        "checksum": None,
        "file": "src/lib.rs",
        "lines": (3, 5),
        "task": "code_generation",
        "level": "sufficient",
        "error_code": None,
    }
    return Row(number, **given | more)


ROWS = [row(number) for number in range(1, 101)]


def test_the_same_seed_chooses_the_same_rows_in_the_order_of_the_file():
    chosen = choose(ROWS, 10, 42)
    assert chosen == choose(ROWS, 10, 42) == sorted(chosen, key=lambda one: one.number)
    assert len({one.number for one in chosen}) == 10
    assert chosen != choose(ROWS, 10, 43)


def test_no_more_rows_are_chosen_than_there_are():
    assert choose(ROWS[:3], 10, 42) == ROWS[:3]


def test_rows_are_read_with_what_they_say_of_their_place(tmp_path):
    full = {
        "prompt": "Write it.",
        "gen": "fn f() {}",
        "_source_crate": "one",
        "_source_version": "1.0.0",
        "_source_checksum": None,
        "_source_file": "src/lib.rs",
        "_source_lines": [3, 5],
        "_task_type": "code_generation",
        "_level": "sufficient",
    }
    (tmp_path / "data.full.jsonl").write_text(json.dumps(full) + "\n")
    assert read_rows(tmp_path / "data.full.jsonl") == [row()]


@pytest.mark.parametrize("more", [{}, {"_source_crate": "one", "_source_version": "1.0.0", "_source_file": "a.rs"}])
def test_a_file_without_metadata_is_refused(tmp_path, more):
    (tmp_path / "data.jsonl").write_text(json.dumps({"prompt": "Write it.", "gen": "fn f() {}"} | more) + "\n")
    with pytest.raises(InputError, match=r"data\.jsonl:1: the row does not say where it comes from") as refused:
        read_rows(tmp_path / "data.jsonl")
    assert ".full" in str(refused.value)


def test_the_report_names_every_wrong_row_and_counts_by_task_and_level():
    findings = [
        Finding(row(1)),
        Finding(row(2), wrong=("it is wrong", "twice")),
        Finding(row(3, task="error_fixing"), hidden=("helper",)),
        Finding(row(4, level=None), undecided=("len",)),
    ]
    assert report(findings).split("\n") == [
        "wrong: row 2 (code_generation, sufficient) one 1.0.0 src/lib.rs:3: it is wrong",
        "wrong: row 2 (code_generation, sufficient) one 1.0.0 src/lib.rs:3: twice",
        "hidden: row 3 (error_fixing, sufficient) one 1.0.0 src/lib.rs:3: helper",
        "undecided: row 4 (code_generation, None) one 1.0.0 src/lib.rs:3: len",
        "",
        "| task | level | right | of | hide a name | undecided |",
        "|---|---|--:|--:|--:|--:|",
        "| code_generation | none | 1 | 1 | 0 | 1 |",
        "| code_generation | sufficient | 1 | 2 | 0 | 0 |",
        "| error_fixing | sufficient | 1 | 1 | 1 | 0 |",
        "| all |  | 3 | 4 | 1 | 1 |",
    ]


def test_rows_are_shown_whole_in_fences_that_hold():
    shown = page([row(7, prompt="Mend:\n\n````rust\nfn f()\n````"), row(8, task="explanations", gen="It is one.")])
    assert shown.startswith(
        "### 1. code_generation, sufficient\n\nRow 7, `one` 1.0.0, `src/lib.rs`, lines 3 to 5.\n\n"
        "`````text\nMend:\n\n````rust\nfn f()\n````\n`````\n\n```rust\nfn f() {}\n```\n\n### 2. "
    )
    assert shown.endswith("\n\n```text\nWrite it.\n```\n\n```text\nIt is one.\n```\n")
