"""A tiny Llama with random weights, a tokenizer of its own and a small data set, all made in a second or two."""

import json
import random

import pytest

from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.training import runtime

# Like Llama 3: the template writes the BOS itself, and trims what it is given.
TEMPLATE = (
    "{{ bos_token }}{% for message in messages %}"
    "{{ '<|' + message['role'] + '|>\n' + message['content'] | trim + '</s>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}"
)
VERBS = ("sum", "count", "reverse", "parse", "split", "join", "find", "sort", "filter", "merge")
NOUNS = ("items", "words", "numbers", "lines", "bytes", "keys")


@pytest.fixture(scope="session", autouse=True)
def quiet():
    runtime.prepare()
    import torch

    torch.set_num_threads(1)


def make_rows(count, seed=0):
    """Instruction rows of different lengths; every eighth is a validation row."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        name = f"{draw.choice(VERBS)}_{draw.choice(NOUNS)}"
        body = "".join(f"    let x{i} = {i} + a.len();\n" for i in range(draw.randint(1, 12)))
        rows.append(
            {
                "prompt": f"Write a Rust function `{name}` that takes a slice.",
                "gen": f"pub fn {name}(a: &[u8]) -> usize {{\n{body}    x0\n}}",
                "split": "val" if number % 8 == 7 else "train",
                "_source_crate": f"crate{number % 5}",
                "_source_file": "src/lib.rs",
                "_task_type": ("code_generation", "error_fixing")[number % 2],
            }
        )
    return rows


def write_rows(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def rows():
    return make_rows(96)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory, rows):
    return write_rows(tmp_path_factory.mktemp("data") / "data.jsonl", rows)


@pytest.fixture(scope="session")
def short_dataset(tmp_path_factory):
    """A file of eight rows of some eighty tokens, two of them to validate on."""
    few = [row for row in make_rows(200, seed=1) if len(row["gen"]) < 110][:8]
    rows = [row | {"split": "val" if number >= 6 else "train"} for number, row in enumerate(few)]
    return write_rows(tmp_path_factory.mktemp("short") / "short.jsonl", rows)


@pytest.fixture(scope="session")
def tokenizer_of(rows):
    """A function that trains a byte-level BPE tokenizer with a given chat template."""

    def make(template):
        from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
        from transformers import PreTrainedTokenizerFast

        raw = Tokenizer(models.BPE())
        raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        raw.decoder = decoders.ByteLevel()
        alphabet = pre_tokenizers.ByteLevel.alphabet()
        trainer = trainers.BpeTrainer(
            vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
        )
        raw.train_from_iterator([row["gen"] for row in rows], trainer)
        # It would open every text with a BOS, as Llama's does.
        raw.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 0)])
        tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, bos_token="<s>", eos_token="</s>", pad_token="</s>")
        tokenizer.chat_template = template
        return tokenizer

    return make


@pytest.fixture(scope="session")
def tokenizer(tokenizer_of):
    return tokenizer_of(TEMPLATE)


@pytest.fixture(scope="session")
def tiny(tmp_path_factory, tokenizer):
    """The model's directory."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=4096,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        tie_word_embeddings=True,
    )
    directory = tmp_path_factory.mktemp("model") / "tiny"
    LlamaForCausalLM(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.fixture
def settings_for(tmp_path, tiny, dataset):
    """A function that makes the settings of a small run; keyword arguments replace whole sections' fields."""
    from sigil_common.settings import load_settings

    def make(output="out", **overrides):
        values = {
            "model_name": str(tiny),
            "quantization": "none",
            "dataset.names": [f"local:{dataset}"],
            "dataset.cache_dir": str(tmp_path / "cache"),
            "dataset.min_length": 8,
            "misc.output_dir": str(tmp_path / output),
            "train.micro_batch_size": 2,
            "train.gradient_accumulation": 2,
            "train.num_steps": 20,
            "train.max_seq_len": 512,
            "train.lr": 0.01,
            "train.warmup_steps": 2,
            "train.logging_steps": 3,
            "train.save_every": 10,
            "train.val_every": 5,
            "train.grad_checkpointing": False,
            "train.bf16": False,
            "train.dataloader_num_workers": 0,
            "lora.r": 4,
            "lora.alpha": 8,
            "lora.dropout": 0.1,
            "bnb_4bit.compute_dtype": "bfloat16",
        }
        values |= {key.replace("__", "."): value for key, value in overrides.items()}
        if "lora" in overrides:
            values = {key: value for key, value in values.items() if not key.startswith("lora.")}
        return load_settings(Settings, overrides=values).settings

    return make
