"""What is learned from and what is validated on, by crate, by length, by seed."""

import logging
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigilderg_finetuner.data import prepare
from sigilderg_finetuner.data.sources import Row, Source, read_source
from sigilderg_finetuner.settings import DatasetSettings


def source(rows):
    return Source("local:x", "0" * 64, rows)


@settings(max_examples=50)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=60), st.floats(0, 0.99), st.integers(0, 3))
def test_crates_are_never_divided_and_nothing_is_lost(crates, ratio, seed):
    rows = [Row("p", "g", crate=f"c{crate}") for crate in crates]
    chosen = prepare._choose(source(rows), DatasetSettings(val_ratio=ratio, shuffle_seed=seed))
    assert sorted(chosen.train + chosen.val) == list(range(len(rows)))
    assert not {rows[i].crate for i in chosen.train} & {rows[i].crate for i in chosen.val}


def test_about_the_asked_share_of_the_crates_is_held_out_and_the_same_ones_every_time():
    rows = [Row("p", "g", crate=f"c{n}") for n in range(2000)]
    of = [prepare._choose(source(rows), DatasetSettings(val_ratio=0.1, shuffle_seed=seed)).val for seed in (1, 1, 2)]
    assert 150 < len(of[0]) < 250
    assert of[0] == of[1] != of[2]


def test_a_larger_share_holds_out_all_of_a_smaller_one():
    rows = [Row("p", "g") for _ in range(500)]
    small, large = (set(prepare._choose(source(rows), DatasetSettings(val_ratio=ratio)).val) for ratio in (0.1, 0.3))
    assert small < large


def test_a_rows_own_split_is_obeyed_whatever_the_share():
    rows = [Row("p", "g", split=split, crate="c") for split in ("train", "val", "train")]
    chosen = prepare._choose(source(rows), DatasetSettings(val_ratio=0.99))
    assert (chosen.train, chosen.val) == ([0, 2], [1])


def test_what_was_left_out_is_said_with_its_reasons(caplog):
    rows = [Row("p", "g"), *[Row("p", "g", file="tests/a.rs")] * 2, Row("p", "g", file="benches/a.rs")]
    with caplog.at_level(logging.INFO):
        prepare._choose(source(rows), DatasetSettings())
    (line,) = caplog.messages
    assert line == "local:x: 4 rows, 1 to learn from, 0 to validate on; left out: 2 test file, 1 benchmark file"


def test_when_nothing_is_left_every_source_says_why(tmp_path):
    for name, row in (
        ("a", '{"prompt": "p", "gen": "g", "path": "tests/x.rs"}'),
        ("b", '{"prompt": "p", "gen": "g", "split": "val"}'),
    ):
        (tmp_path / f"{name}.jsonl").write_text(row)
    names = [f"local:{tmp_path / name}.jsonl" for name in "ab"]
    with pytest.raises(InputError, match="no training rows are left after filtering") as caught:
        prepare.read_data(DatasetSettings(names=names))
    assert caught.value.cause == f"{names[0]}: 1 test file; {names[1]}: only validation rows"


def test_weights_of_tasks_that_no_row_names_are_reported(tmp_path, caplog):
    plain, named = tmp_path / "plain.jsonl", tmp_path / "named.jsonl"
    plain.write_text('{"prompt": "p", "gen": "g"}\n')
    named.write_text('{"prompt": "p", "gen": "g", "_task_type": "explanations"}\n')
    weights = {"explanations": 0.5}
    assert prepare.read_data(DatasetSettings(names=[f"local:{plain}"], task_weights=weights))
    assert "`dataset.task_weights` change nothing" in caplog.text
    caplog.clear()
    assert prepare.read_data(DatasetSettings(names=[f"local:{plain}", f"local:{named}"], task_weights=weights))
    assert "change nothing" not in caplog.text


def test_the_digest_of_the_data_follows_contents_and_order(tmp_path):
    for name, text in (("a", "x"), ("b", "y"), ("same", "x")):
        (tmp_path / f"{name}.jsonl").write_text(f'{{"prompt": "p", "gen": "{text}"}}\n')

    def of(*names):
        return prepare.data_sha256(
            [prepare._choose(read_source(f"local:{tmp_path / name}.jsonl"), DatasetSettings()) for name in names]
        )

    assert of("a", "b") == of("same", "b")
    assert len({of("a", "b"), of("b", "a"), of("a"), of("a", "a")}) == 4


# Lengths


@pytest.fixture
def examples_of(settings_for, tokenizer, caplog):
    """Lengths of the examples to learn from, of rows of such lengths in tokens, and what was said of them."""
    from sigilderg_finetuner.data.render import ChatFrame

    frame = ChatFrame("", "", "</s>", strips=False)  # a row has its BOS, one token for `a`, its text, and the end

    def make(lengths, **overrides):
        made = settings_for(dataset__use_cache=False, **overrides)
        rows = [Row("!", "~" * (length - 3)) for length in lengths]
        chosen = [prepare.Chosen(source(rows), list(range(len(rows))), [0], Counter())]
        caplog.clear()
        with caplog.at_level(logging.INFO, logger="sigilderg_finetuner.data.prepare"):
            train, _ = prepare.prepare(chosen, frame, tokenizer, made)
        said = [record.getMessage() for record in caplog.records if record.name.endswith("prepare")]
        return train.examples.length.tolist(), said[:1]

    return make


@pytest.mark.parametrize(
    ("change", "kept", "said"),
    [
        ({}, [10, 20, 30], []),
        ({"dataset__min_length": 20}, [20, 30], ["local:x: by length: 1 shorter than 20 tokens left out"]),
        ({"dataset__max_length": 20}, [10, 20], ["local:x: by length: 1 longer than 20 tokens left out"]),
        ({"dataset__max_answer_length": 18}, [10, 20], ["local:x: by length: 1 with answers above 18 tokens left out"]),
        (
            {"train__max_seq_len": 20, "dataset__overlong": "cut", "dataset__max_answer_length": 18},
            [10, 20, 20],
            ["local:x: by length: 1 longer than train.max_seq_len (20) cut"],
        ),
        ({"train__max_seq_len": 20}, [10, 20], ["local:x: by length: 1 longer than train.max_seq_len (20) left out"]),
        (
            {"train__max_seq_len": 20, "dataset__overlong": "cut"},
            [10, 20, 20],
            ["local:x: by length: 1 longer than train.max_seq_len (20) cut"],
        ),
        (
            {"train__max_seq_len": 25, "dataset__max_length": 20, "dataset__min_length": 15},
            [20],
            ["local:x: by length: 1 longer than 20 tokens left out, 1 shorter than 15 tokens left out"],
        ),
    ],
)
def test_lengths_are_kept_dropped_or_cut_and_counted(examples_of, change, kept, said):
    assert examples_of([10, 20, 30], **change) == (kept, said)


def test_an_overlong_row_can_be_refused_and_a_shorter_limit_comes_first(examples_of):
    with pytest.raises(InputError, match=r"row 3 has 30 tokens, `train\.max_seq_len` is 20"):
        examples_of([10, 20, 30], train__max_seq_len=20, dataset__overlong="refuse")
    kept, _ = examples_of([10, 30], train__max_seq_len=20, dataset__overlong="refuse", dataset__max_length=25)
    assert kept == [10]


def test_no_row_of_a_usable_length_is_an_input_error(examples_of):
    with pytest.raises(InputError, match="no training rows are left after the length filters"):
        examples_of([10, 12], dataset__min_length=20)


def test_why_no_row_is_left_is_the_cause(examples_of):
    with pytest.raises(InputError) as caught:
        examples_of([10, 12], dataset__min_length=20)
    assert caught.value.cause.endswith(": by length: 2 shorter than 20 tokens left out")


@pytest.mark.parametrize(("wanted", "count"), [(0, 40), (10, 10), (100, 40)])
def test_validation_rows_are_chosen_by_seed_and_not_by_place(settings_for, wanted, count):
    chosen = prepare.Chosen(source([]), [], list(range(40)), Counter())
    found = prepare._some(chosen, settings_for(train__val_rows=wanted))
    assert len(found) == count
    assert found == sorted(found)
    assert wanted != 10 or found != list(range(10))
    other = prepare._some(chosen, settings_for(train__val_rows=wanted, dataset__shuffle_seed=7))
    assert (other == found) is (count == 40)


def test_exact_duplicates_are_counted_over_all_sources(tmp_path, caplog):
    from sigil_common.jsonl import write_jsonl
    from sigil_common.settings import load_settings
    from sigilderg_finetuner.data.prepare import duplicates, read_data
    from sigilderg_finetuner.settings import Settings

    caplog.set_level("INFO")
    one, other = {"prompt": "p", "gen": "fn f() {}"}, {"prompt": "p", "gen": "fn g() {}"}
    write_jsonl(tmp_path / "a.jsonl", [one, other, one | {"split": "val"}])
    write_jsonl(tmp_path / "b.jsonl", [one, one, other | {"prompt": "q"}])
    names = [f"local:{tmp_path / name}" for name in ("a.jsonl", "b.jsonl")]
    chosen = read_data(load_settings(Settings, overrides={"dataset.names": names}).settings.dataset)
    assert duplicates(chosen) == 2
    assert "2 rows to learn from are exact duplicates of others" in caplog.text
