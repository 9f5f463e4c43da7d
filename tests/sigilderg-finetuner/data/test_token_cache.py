"""Token tables on disk: what their name depends on, what is in them, and what becomes of a damaged one."""

import json
import os

import numpy as np
import pytest

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner.data import tokens
from sigilderg_finetuner.data.render import ChatFrame
from sigilderg_finetuner.data.sources import Row, Source

FRAME = ChatFrame("", "\n", "</s>", strips=False)
ROWS = [Row("one", "fn f() {}"), Row(None, "fn g() {}"), Row("</s>", "unsafe"), Row("two", "x")]


def source(sha256="a" * 64, name="local:x", rows=ROWS):
    return Source(name, sha256, rows)


@pytest.fixture
def kept(tmp_path, tokenizer):
    """A table that was kept, its directory, and a function that reads it again."""
    table = tokens.load_or_tokenize(source(), FRAME, tokenizer, tmp_path / "cache")
    (place,) = (tmp_path / "cache").iterdir()
    return table, place, lambda: tokens.load_or_tokenize(source(), FRAME, tokenizer, tmp_path / "cache")


def test_what_is_kept_says_what_it_was_made_of(kept, tokenizer):
    table, place, _ = kept
    assert place.name == tokens.table_key(source(), FRAME, tokenizer)
    assert sorted(path.name for path in place.iterdir()) == ["answers.npy", "ids.npy", "manifest.json", "offsets.npy"]
    about = json.loads((place / "manifest.json").read_text())
    assert set(about.pop("crc32")) == {"ids", "offsets", "answers"}
    assert about == {"source": "local:x", "source_sha256": "a" * 64, "rows": 4, "tokens": len(table.ids)}


def test_it_is_read_through_the_disk_and_not_into_memory(kept):
    _, _, again = kept
    table = again()
    assert isinstance(table.ids, np.memmap)
    assert not table.ids.flags.writeable


def test_rows_lengths_and_answers_agree(kept):
    _, _, again = kept
    table = again()
    assert table.lengths().tolist() == [len(table.row(n)) for n in range(4)]
    assert table.lengths()[2] == 0, "a control token as text"
    assert table.answers.tolist()[1:3] == [1, 0]
    assert sum(table.lengths()) == len(table.ids)


@pytest.mark.parametrize("change", ["data", "before", "between", "after", "strips", "vocabulary", "special"])
def test_its_name_changes_with_all_that_its_tokens_depend_on(tokenizer_of, tokenizer, change):
    frames = {
        "before": ChatFrame("x", "\n", "</s>", False),
        "between": ChatFrame("", "x", "</s>", False),
        "after": ChatFrame("", "\n", "x</s>", False),
        "strips": ChatFrame("", "\n", "</s>", True),
    }
    other = tokenizer_of(None)
    if change == "vocabulary":
        other.add_tokens(["newtoken"])
    if change == "special":
        other.add_special_tokens({"additional_special_tokens": ["<|new|>"]})
    data = source("b" * 64) if change == "data" else source()
    assert tokens.table_key(data, frames.get(change, FRAME), other) != tokens.table_key(source(), FRAME, tokenizer)


def test_neither_the_name_of_a_source_nor_the_chat_template_changes_it(tokenizer_of, tokenizer):
    same = tokens.table_key(source(name="local:elsewhere"), FRAME, tokenizer_of(None))
    assert same == tokens.table_key(source(), FRAME, tokenizer), "the template counts through its frame"


def test_a_slow_tokenizer_has_no_digest():
    with pytest.raises(InputError, match="no fast implementation"):
        tokens.tokenizer_sha256(object())


def test_without_a_place_nothing_is_kept(tmp_path, monkeypatch, tokenizer):
    monkeypatch.chdir(tmp_path)
    assert len(tokens.load_or_tokenize(source(), FRAME, tokenizer, None).answers) == 4
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ids.npy", "offsets.npy", "answers.npy"])
@pytest.mark.parametrize("damage", ["gone", "empty", "junk", "half"])
def test_a_damaged_array_is_named_and_its_place_to_be_removed(kept, name, damage):
    _, place, again = kept
    data = (place / name).read_bytes()
    if damage == "gone":
        (place / name).unlink()
    else:
        (place / name).write_bytes({"empty": b"", "junk": b"junk", "half": data[: len(data) // 2]}[damage])
    with pytest.raises(InputError, match=f"{place}: damaged token cache") as caught:
        again()
    assert caught.value.hint == f"remove {place}"


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"tokens": "many"}', '{"tokens": 1}', "3"])
def test_a_damaged_manifest_is_too(kept, text):
    _, place, again = kept
    (place / "manifest.json").write_text(text)
    with pytest.raises(InputError, match="damaged token cache"):
        again()


@pytest.mark.parametrize("name", ["ids", "offsets", "answers"])
def test_arrays_that_do_not_belong_together_are_noticed(kept, name):
    table, place, again = kept
    np.save(place / f"{name}.npy", getattr(table, name)[:-1])
    with pytest.raises(InputError, match="damaged token cache") as caught:
        again()
    assert caught.value.cause == "lengths do not agree"


def test_a_place_that_cannot_be_written_names_the_settings(tmp_path, tokenizer):
    (tmp_path / "file").write_text("")
    with pytest.raises(MissingError, match="cannot keep tokenised data") as caught:
        tokens.load_or_tokenize(source(), FRAME, tokenizer, tmp_path / "file" / "cache")
    assert "dataset.use_cache" in caught.value.hint


def test_a_draft_that_a_killed_run_left_is_not_taken_for_a_table(tmp_path, tokenizer):
    key = tokens.table_key(source(), FRAME, tokenizer)
    draft = tmp_path / f".{key}.{os.getpid()}.tmp"
    draft.mkdir()
    (draft / "ids.npy").write_bytes(b"half")
    tokens.load_or_tokenize(source(), FRAME, tokenizer, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [key]
    tokens.load_or_tokenize(source(), FRAME, tokenizer, tmp_path)


def test_a_large_vocabulary_takes_four_bytes_a_token(tokenizer, monkeypatch):
    small = tokens.tokenize(ROWS, FRAME, tokenizer)
    monkeypatch.setattr(type(tokenizer), "__len__", lambda self: (1 << 16) + 1)
    large = tokens.tokenize(ROWS, FRAME, tokenizer)
    assert (small.ids.dtype, large.ids.dtype) == (np.uint16, np.uint32)
    assert small.ids.tolist() == large.ids.tolist()


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
def test_the_size_of_a_batch_plays_no_part(tokenizer, monkeypatch, batch):
    whole = tokens.tokenize(ROWS, FRAME, tokenizer)
    monkeypatch.setattr(tokens, "BATCH", batch)
    found = tokens.tokenize(ROWS, FRAME, tokenizer)
    assert found.ids.tolist() == whole.ids.tolist()
    assert found.offsets.tolist() == whole.offsets.tolist()


@pytest.mark.parametrize("text", ["a</s>b", "<s>", "x<|extra|>"])
@pytest.mark.parametrize("where", ["prompt", "text"])
def test_any_control_token_as_text_leaves_the_row_out(tokenizer_of, text, where):
    tokenizer = tokenizer_of(None)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|extra|>"]})
    row = Row(text, "fine") if where == "prompt" else Row("fine", text)
    assert tokens.tokenize([row, Row("a", "b")], FRAME, tokenizer).lengths().tolist()[0] == 0


@pytest.mark.parametrize("name", ["ids", "offsets", "answers"])
def test_one_flipped_bit_of_an_array_is_found(kept, name):
    _, place, again = kept
    data = bytearray((place / f"{name}.npy").read_bytes())
    data[-3] ^= 1
    (place / f"{name}.npy").write_bytes(bytes(data))
    with pytest.raises(InputError, match="damaged token cache"):
        again()
