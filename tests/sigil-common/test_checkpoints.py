"""Directories of checkpoints: the base model that one names, in the words of sigilderg-train or of PEFT."""

import json

import pytest

from sigil_common.checkpoints import ADAPTER_CONFIG, CHECKPOINT_INFO, NamedBase, base_of
from sigil_common.errors import InputError

COMMIT, DIGEST = "a" * 40, "b" * 64
INFO = {"base_model": "u/base", "step": 9, "quantization": "nf4", "config_sha256": "c", "data_sha256": "d"}


@pytest.mark.parametrize(
    ("config", "info", "expected"),
    [
        ({"base_model_name_or_path": "u/base"}, None, NamedBase("u/base")),
        ({"base_model_name_or_path": "u/base", "revision": None}, None, NamedBase("u/base")),
        ({"base_model_name_or_path": "u/base", "revision": "main"}, None, NamedBase("u/base", revision="main")),
        ({"base_model_name_or_path": "other"}, COMMIT, NamedBase("u/base", revision=COMMIT)),
        (None, DIGEST, NamedBase("u/base", digest=DIGEST)),
    ],
)
def test_the_record_of_the_training_goes_before_that_of_peft(tmp_path, config, info, expected):
    if config is not None:
        (tmp_path / ADAPTER_CONFIG).write_text(json.dumps(config))
    if info is not None:
        (tmp_path / CHECKPOINT_INFO).write_text(json.dumps(INFO | {"base_revision": info}))
    assert base_of(tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "said", "why"),
    [
        (None, "damaged or missing", "No such file"),
        ("{", "damaged or missing", "line 1 column 2"),
        ("[]", "damaged", "got list"),
        ("{}", "does not name its base model", "name it so"),
    ],
)
def test_a_base_that_is_not_named(tmp_path, text, said, why):
    if text is not None:
        (tmp_path / ADAPTER_CONFIG).write_text(text)
    with pytest.raises(InputError, match=rf"adapter_config\.json:? {said}") as caught:
        base_of(tmp_path, hint="name it so")
    assert why in f"{caught.value.cause} {caught.value.hint}"


def test_a_damaged_record_is_said(tmp_path):
    (tmp_path / CHECKPOINT_INFO).write_text("{")
    with pytest.raises(InputError, match=r"sigil_checkpoint\.json: not a CheckpointInfo file"):
        base_of(tmp_path)
