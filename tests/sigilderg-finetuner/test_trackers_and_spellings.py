"""Other spellings of settings mean the same, and two for one setting are refused with both places."""

import pytest

from sigil_common.errors import InputError, MissingError
from sigil_common.settings import load_settings
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.spellings import SPELLINGS
from sigilderg_finetuner.training import runtime

EARLIER = """\
max_seq_len: 4096
pack: false
dataset:
  interleave_mode: round_robin
train:
  lr_scheduler_type: linear
  save_total_limit: 3
misc:
  seed: 7
"""
TODAY = """\
dataset:
  interleave_mode: round-robin
train:
  max_seq_len: 4096
  packing: false
  scheduler: linear
  keep_checkpoints: 3
  seed: 7
"""


def load(tmp_path, text, **more):
    (tmp_path / "run.yml").write_text(text)
    return load_settings(Settings, file=tmp_path / "run.yml", spellings=SPELLINGS, **more).settings


def test_they_mean_the_same(tmp_path):
    assert load(tmp_path, EARLIER) == load(tmp_path, TODAY)


def test_on_the_command_line_too(tmp_path):
    assert load(tmp_path, "{}", overrides={"max_seq_len": 64, "train.save_total_limit": 2}).train.max_seq_len == 64


def test_two_names_for_one_setting_are_refused(tmp_path):
    with pytest.raises(
        InputError, match=r"run\.yml:1: `max_seq_len` is another name of `train\.max_seq_len`"
    ) as caught:
        load(tmp_path, "max_seq_len: 4\ntrain:\n  max_seq_len: 5\n")
    assert caught.value.cause.endswith("run.yml:3")


def test_a_bad_value_is_told_where_it_stands(tmp_path):
    with pytest.raises(InputError, match=r"run\.yml:2: .*train\.scheduler"):
        load(tmp_path, "train:\n  lr_scheduler_type: greedy\n")


def test_a_tracker_that_is_not_installed_is_told_at_once(monkeypatch):
    runtime.check_log_backend("none")
    monkeypatch.setattr(runtime, "find_spec", lambda name: None)
    with pytest.raises(MissingError, match=r"`misc\.log_backend: wandb` needs the package wandb"):
        runtime.check_log_backend("wandb")
