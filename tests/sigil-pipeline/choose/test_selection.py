"""Duplicates, contamination, mix and split."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_pipeline.choose.decontaminate import drop_contaminated, read_problems
from sigil_pipeline.choose.dedup import drop_duplicates
from sigil_pipeline.choose.mix import choose, quotas
from sigil_pipeline.choose.ngrams import ngrams, normalised, tokens
from sigil_pipeline.choose.split import validation_crates
from sigil_pipeline.settings import TASK_MIX
from sigil_pipeline.tasks.candidates import Candidate, candidate_from_row


def candidate(name: str, gen: str = "", task: str = "code_generation", crate: str = "a", **more: object) -> Candidate:
    values = {"task_type": task, "chunk": f"{crate}/{name}", "kind": "function", "rank": 0.0, "prompt": f"Write {name}",
              "gen": gen or f"fn {name}() {{ {name}_body({name}, 1); }}", "crate": crate, "version": "1.0.0",
              "file": "src/lib.rs", "lines": (1, 2), "verified": "yes"}  # fmt: skip
    return Candidate(**{**values, **more})  # type: ignore[arg-type]


LONG = """fn total(numbers: &[u32]) -> u32 {
    let mut sum = 0; // the sum
    for number in numbers {
        if number % 2 == 0 && number > &10 {
            sum += number * 3;
        } else {
            sum -= 1;
        }
    }
    sum + numbers.len() as u32
}"""


def test_tokens_leave_out_comments_and_keep_literals_whole() -> None:
    assert tokens('a /* b */ + "c // d" // e\n \'f\' r#"g"#') == ["a", "+", '"c // d"', "'f'", 'r#"g"#']
    assert " ".join(normalised('let count: u8 = add(1, "x");')) == "let i : u8 = add ( 1 , l ) ;"
    assert " ".join(normalised("fn add(a: T) { a::b(c.d(), e.f, m!(g), add(h)) }")) == (
        "fn i ( i : i ) { a :: b ( i . d ( ) , i . i , m ! ( i ) , i ( i ) ) }"
    )
    assert tokens("&'a str") == ["&", "'a", "str"]


@given(st.text(max_size=100))
def test_tokens_never_fail_and_do_not_depend_on_white_space_at_the_ends(code: str) -> None:
    assert tokens(f"  {code.strip()}  ") == tokens(code.strip())


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(1, 8))
def test_ngrams_are_runs(items: list[str], size: int) -> None:
    joined = " ".join(items)
    assert all(run in joined for run in ngrams(items, size))


def test_copies_in_another_crate_are_dropped_whatever_their_comments() -> None:
    copies = [candidate("x", LONG, crate="a"), candidate("y", LONG.replace(" // the sum", ""), crate="b"),
              candidate("y", "Adds.", "explanations", crate="b")]  # fmt: skip
    kept, dropped = drop_duplicates(copies, 0.85)
    assert [item.crate for item in kept] == ["a"]
    assert [(item.candidate.task_type, item.reason, item.of) for item in dropped] == [
        ("code_generation", "duplicate", "a/x"), ("explanations", "duplicate", "a/x"),
    ]  # fmt: skip


def test_near_copies_are_dropped_and_different_code_stays() -> None:
    near = LONG.replace("sum -= 1;", "sum -= 2;")
    other = LONG.replace("for number in numbers", "for number in numbers.iter().rev()").replace("sum", "total_of_all")
    items = [candidate("x", LONG), candidate("y", near, crate="b"), candidate("z", other, crate="c")]
    kept, dropped = drop_duplicates(items, 0.8)
    assert [item.chunk for item in kept] == ["a/x", "c/z"]
    assert [item.reason for item in dropped] == ["near_duplicate"]
    assert len(drop_duplicates(items, 1.0)[0]) == 3


def test_equal_answers_of_one_task_are_dropped() -> None:
    items = [candidate("x", "Says hello.", "explanations"), candidate("y", "Says  hello.", "explanations")]
    kept, dropped = drop_duplicates(items, 0.85)
    assert len(kept) == 1
    assert dropped[0].reason == "duplicate_answer"


def problem(tmp_path: Path, **more: str) -> Path:
    file = tmp_path / "problems.jsonl"
    statement = "/// Return the sum of the even numbers above ten, three times each, and one less for all the others.\n"
    row = {"task_id": "T/1", "prompt": statement + LONG.split("\n")[0], "canonical_solution": LONG.split("\n", 1)[1]}
    file.write_text(json.dumps(row | more) + "\n")
    return file


def test_a_renamed_solution_and_a_quoted_statement_are_found(tmp_path: Path) -> None:
    renamed = LONG.replace("numbers", "values").replace("sum", "acc").replace("number", "v").replace("total", "work")
    quoted = "Please return the sum of the even numbers above ten, three times each, and one less for all the others!"
    items = [candidate("x", renamed), candidate("y", prompt=quoted), candidate("z")]
    kept, hits = drop_contaminated(items, read_problems([problem(tmp_path)]))
    assert [item.chunk for item in kept] == ["a/z"]
    assert [(hit.problem, hit.reason) for hit in hits] == [("T/1", "contaminated_code"), ("T/1", "contaminated_text")]


def test_a_short_solution_counts_as_a_whole(tmp_path: Path) -> None:
    solution = {"prompt": "/// Adds.\npub fn sum(a: i64, b: i64) -> i64 {", "canonical_solution": " a + b }"}
    copies = [candidate("x", "pub fn plus(one: i64, two: i64) -> i64 { one + two }"),
              candidate("y", "pub fn plus(one: i64, two: i64) -> i64 { one * two }")]  # fmt: skip
    kept, hits = drop_contaminated(copies, read_problems([problem(tmp_path, **solution)]))
    assert [item.chunk for item in kept] == ["a/y"]
    assert hits[0].reason == "contaminated_code"


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"task_id": "T/1"}\n')
    with pytest.raises(InputError, match=r"x\.jsonl:1"):
        read_problems([file])


@given(st.integers(0, 2000), st.dictionaries(st.sampled_from("abcd"), st.floats(0.01, 10), min_size=1))
def test_quotas_are_whole_and_near_their_shares(total: int, shares: dict[str, float]) -> None:
    found = quotas(total, shares)
    whole = sum(shares.values())
    assert sum(found.values()) == total
    assert all(abs(found[name] - total * share / whole) < 1 for name, share in shares.items())


TASKS = list(TASK_MIX)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.sampled_from(TASKS), st.sampled_from("pqr")), max_size=80),
    st.none() | st.integers(1, 40), st.none() | st.integers(1, 10), st.integers(0, 3),
)  # fmt: skip
def test_a_mix_has_its_proportion_and_takes_each_chunk_once(
    wanted: list[tuple[int, str, str]], most: int | None, per_crate: int | None, seed: int
) -> None:
    items = [candidate(f"f{n}", task=task, crate=crate) for n, task, crate in dict.fromkeys(wanted)]
    mix = choose(items, TASK_MIX, max_samples=most, max_per_crate=per_crate, seed=seed)
    counts = Counter(item.task_type for item in mix.chosen)
    present = {name: share for name, share in TASK_MIX.items() if any(item.task_type == name for item in items)}
    assert dict(counts) == {name: n for name, n in quotas(len(mix.chosen), present or TASK_MIX).items() if n}
    assert len({item.chunk for item in mix.chosen}) == len(mix.chosen) <= (most or len(items))
    assert all(n <= (per_crate or len(items)) for n in Counter(item.crate for item in mix.chosen).values())
    again = choose(items[::-1], TASK_MIX, max_samples=most, max_per_crate=per_crate, seed=seed)
    assert len(again.chosen) == len(mix.chosen)


def test_the_best_of_a_crate_are_taken_when_it_is_capped() -> None:
    items = [candidate(f"f{n}", rank=float(n)) for n in range(10)]
    mix = choose(items, {"code_generation": 1.0}, max_samples=None, max_per_crate=3, seed=1)
    assert sorted(item.rank for item in mix.chosen) == [0.0, 1.0, 2.0]


@given(st.dictionaries(st.text("abcdef", min_size=1, max_size=4), st.integers(1, 500), min_size=1, max_size=20),
       st.floats(0.01, 0.5), st.integers(0, 5))  # fmt: skip
def test_a_split_leaves_neither_side_empty_and_is_near_its_ratio(
    counts: dict[str, int], ratio: float, seed: int
) -> None:
    val = validation_crates(counts, {}, ratio=ratio, seed=seed)
    assert val <= set(counts)
    if len(counts) > 1:
        assert 0 < len(val) < len(counts)
    total = sum(counts.values())
    share = sum(counts[crate] for crate in val) / total
    assert abs(share - ratio) <= max(counts.values()) / total


def test_crates_of_one_repository_stay_together() -> None:
    counts = {f"c{n}": 10 for n in range(10)}
    repositories = {f"c{n}": f"https://x/y{n // 2}{'.git' if n % 2 else '/'}" for n in range(10)}
    for seed in range(5):
        val = validation_crates(counts, repositories, ratio=0.3, seed=seed)
        assert all((f"c{n}" in val) == (f"c{n + 1}" in val) for n in range(0, 10, 2))


def test_candidates_survive_the_checkpoint() -> None:
    item = candidate("x", error_code="E0308", rewrite="cast", self_contained=True)
    assert candidate_from_row(json.loads(json.dumps(item.to_row()))) == item
