"""What a model ran on is read off the manifest beside its output, and two kinds of machines are told apart."""

import json

import pytest

from lambda_package.ran_on import manifest_of, ran_on, require_same
from sigil_common.errors import InputError


@pytest.fixture
def output(tmp_path):
    def write(name, ran):
        path = tmp_path / name
        manifest_of(path).write_text(json.dumps({"ran_on": ran, "fingerprint": "f"}))
        return path

    return write


def test_the_manifest_stands_beside_the_output(output, tmp_path):
    path = output("x.jsonl", {"device": "cpu"})
    assert manifest_of(path) == tmp_path / "x.jsonl.manifest.json"
    assert ran_on(path) == {"device": "cpu"}
    assert ran_on(output("replayed", {})) == {}


def test_another_number_type_is_refused_with_both(output):
    base, tuned = (output(dtype, {"device": "cpu", "dtype": dtype}) for dtype in ("float32", "bfloat16"))
    with pytest.raises(InputError, match="base and tuned model sang on different kinds of machines") as caught:
        require_same(base, tuned, did="sang", hint="again")
    assert caught.value.cause == "device cpu, dtype float32 and device cpu, dtype bfloat16"
    assert caught.value.hint == "again"
    require_same(base, base, did="sang", hint="again")


@pytest.mark.parametrize(
    ("text", "words"), [(None, "cannot read .*x.manifest.json"), ("{}", "x.manifest.json: not a"), ("[", "not a")]
)
def test_a_manifest_that_does_not_tell_is_named(tmp_path, text, words):
    if text is not None:
        (tmp_path / "x.manifest.json").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        ran_on(tmp_path / "x")
    assert caught.value.hint == "human-eval-rust writes it beside its output"
