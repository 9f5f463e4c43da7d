"""A whole run in small: one local crate, a tiny random model with its own tokenizer, canned completions."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from ..clock import HANG_S

HERE = Path(__file__).parent
LAMBDA = Path(sys.executable).parent / "sigilderg-lambda"
JUDGE = [f"judge-{model}-policy-{policy}" for model in ("base", "tuned") for policy in ("off", "on")]
STAGES = ["dataset", "problems", "train", "sample-base", "sample-tuned", *JUDGE, "compare", "report"]
TEMPLATE = (
    "{% for message in messages %}"
    "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
RIGHT = {"T/0": "    a + b\n}\n", "T/1": "    n % 2 == 0\n}\n"}
WRONG, BROKEN = "    todo!()\n}\n", '    let x: u8 = "";\n    x\n}\n'
READS_A_FILE = '    let _ = std::fs::read("/etc/hostname");\n    a + b\n}\n'
# Two problems, two samples each. Policy off: base passes 1 of 4, tuned 3 of 4; policy on: tuned 2 of 4.
BASE = [("T/0", RIGHT["T/0"]), ("T/0", BROKEN), ("T/1", WRONG), ("T/1", "I cannot help with that.")]
TUNED = [("T/0", RIGHT["T/0"]), ("T/0", READS_A_FILE), ("T/1", RIGHT["T/1"]), ("T/1", WRONG)]


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory):
    """A Llama with 2 layers and random weights, saved as an ordinary model directory."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|im_start|>", "<|im_end|>"]
    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator([(HERE / "crate/src/lib.rs").read_text()], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=raw, eos_token="<|im_end|>", pad_token="<|im_end|>")
    tokenizer.chat_template = TEMPLATE
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=2048,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        tie_word_embeddings=True,
    )
    directory = tmp_path_factory.mktemp("model") / "tiny"
    LlamaForCausalLM(config).save_pretrained(directory)
    tokenizer.save_pretrained(directory)
    return directory


@pytest.fixture(scope="session")
def workplace(tmp_path_factory, tiny_model):
    """A directory (with a space in its name) that holds everything a run is told."""
    root = tmp_path_factory.mktemp("a run")
    problem = (
        "/// {doc}\npub fn {signature} {{\n",
        (
            "#[cfg(test)]\nmod tests {{\n    use super::*;\n\n"
            "    #[test]\n    fn works() {{\n        {check}\n    }}\n}}\n"
        ),
    )
    rows = [
        ("T/0", "add", "Adds.", "add(a: i64, b: i64) -> i64", "assert_eq!(add(2, 3), 5);"),
        ("T/1", "even", "Even?", "even(n: i64) -> bool", "assert!(even(4)); assert!(!even(3));"),
    ]
    lines = [
        {
            "task_id": task,
            "entry_point": name,
            "prompt": problem[0].format(doc=doc, signature=signature),
            "canonical_solution": RIGHT[task],
            "test": problem[1].format(check=check),
        }
        for task, name, doc, signature, check in rows
    ]
    _write(root / "problems.jsonl", lines)
    for name, samples in (("base", BASE), ("tuned", TUNED)):
        rows = [{"task_id": task, "completion": text, "finish_reason": end_of(text)} for task, text in samples]
        _write(root / f"{name}.jsonl", rows)
    (root / "crates.txt").write_text(f"path:{HERE / 'crate'}\n")
    (root / "pipeline.yml").write_text("min_doc_ratio: 0.5\noffline: true\n")
    (root / "train.yml").write_text(
        "model_name: set-by-the-chain\n"
        "dataset: {names: ['local:set-by-the-chain'], min_length: 8, max_length: 2000}\n"
        "train: {micro_batch_size: 1, gradient_accumulation: 1, num_steps: 3, max_seq_len: 1024, lr: 1.0e-3,\n"
        "  warmup_steps: 1, logging_steps: 1, save_every: 2, dataloader_num_workers: 0}\n"
        "lora: {r: 4, alpha: 8}\n"
    )
    config = {
        "model": {"name": str(tiny_model)},
        "dataset": {"config": str(root / "pipeline.yml"), "crate_list": str(root / "crates.txt"), "max_threads": 2},
        "train": {"config": str(root / "train.yml")},
        "sample": {
            "problem_files": [str(root / "problems.jsonl")],
            "n_samples": 2,
            "sampler": "canned",
            "canned_base": str(root / "base.jsonl"),
            "canned_tuned": str(root / "tuned.jsonl"),
        },
        "judge": {"k": [1, 2], "n_workers": 2, "timeout": HANG_S},
        "stats": {"resamples": 1000},
    }
    (root / "run.yml").write_text(json.dumps(config))
    return root


def command(workplace, *args, run_dir="run"):
    return [str(LAMBDA), "run", "--config", str(workplace / "run.yml"), "--run-dir", str(workplace / run_dir), *args]


def chain(workplace, *args, **where):
    return subprocess.run(command(workplace, *args, **where), capture_output=True, text=True, check=False)


def fresh_stages(log):
    return [line.split()[0] for line in log.splitlines() if " finished in " in line]


@pytest.fixture(scope="session")
def finished(workplace):
    """What a run of the whole chain printed; its results lie in `run` of the workplace."""
    found = chain(workplace)
    assert found.returncode == 0, found.stderr
    assert fresh_stages(found.stderr) == STAGES
    return json.loads(found.stdout)


def end_of(text):
    return "closed" if text.endswith("}\n") else "length"


def _write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
