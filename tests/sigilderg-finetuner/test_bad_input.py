"""Forty ways to be wrong: each ends with one message that names file, line and key, and nothing is made."""

import json
import shutil

import pytest
from click.testing import CliRunner

from sigil_common.errors import InputError
from sigilderg_finetuner.cli import command

GOOD = json.dumps({"prompt": "Write it.", "gen": "fn f() {}"})
# Lines below the model's and the data's; the place and the words of what is said.
SETTINGS = [
    ("train: {num_step: 4}", "c.yml:3: unknown setting `train.num_step`"),
    ("trian: {}", "c.yml:3: unknown setting `trian`"),
    ("train:\n  num_steps: 0", "c.yml:4: `train.num_steps`"),
    ("train:\n  num_steps: many", "c.yml:4: `train.num_steps`"),
    ("train:\n  num_steps: true", "c.yml:4: `train.num_steps`"),
    ("train:\n  num_steps: 1.5", "c.yml:4: `train.num_steps`"),
    ("train:\n  num_steps: 1.0e+13", "c.yml:4: `train.num_steps`: Input should be less than or equal to 1000000000"),
    ("train:\n  num_epochs: 1.0e+13", "c.yml:4: `train.num_epochs`: Input should be less than or equal to 1000"),
    ("train:\n  max_tokens: 1.0e+13", "c.yml:4: `train.max_tokens`: 10,000,000,000,000 tokens are more than 1,000"),
    (f"train:\n  max_tokens: 1{'0' * 400}", "c.yml:4: `train.max_tokens`: 10,000,000,000,000,"),
    (
        "train:\n  save_at_tokens: [10000000000000]",
        "c.yml:4: `train.save_at_tokens`: 10,000,000,000,000 tokens are not",
    ),
    (
        "train:\n  num_steps: 1000000000\n  save_at_tokens: [10000000000000]",
        "c.yml:5: `train.save_at_tokens`: 10,000,000,000,000 tokens are more than 1,000 passes",
    ),
    (
        "train:\n  gradient_accumulation: 1000000000",
        "c.yml:4: `train.gradient_accumulation` x `train.micro_batch_size`",
    ),
    ("train:\n  lr: 2", "c.yml:4: `train.lr`"),
    ("train:\n  lr: 0", "c.yml:4: `train.lr`"),
    ("train:\n  scheduler: square", "c.yml:4: `train.scheduler`"),
    ("train:\n  lr_scheduler_type: polynomials", "c.yml:4: `train.scheduler`"),
    ("train:\n  optimizer: sgdd", "c.yml:4: `train.optimizer`"),
    ("train:\n  lr: 1.0e-40", "c.yml:4: `train.lr`"),
    ("train:\n  warmup_ratio: 1", "c.yml:4: `train.warmup_ratio`"),
    (f"train:\n  warmup_steps: 1{'0' * 30}", "c.yml:4: `train.warmup_steps`: Input should be less than or equal to"),
    ("train:\n  max_grad_norm: 1.0e-300", "c.yml:4: `train.max_grad_norm`: Input should be greater than or equal to"),
    ("train:\n  max_grad_norm: -1", "c.yml:4: `train.max_grad_norm`"),
    ("train:\n  bf16: maybe", "c.yml:4: `train.bf16`"),
    ("train:\n  micro_batch_size: -1", "c.yml:4: `train.micro_batch_size`"),
    ("train:\n  num_steps: 3\n  num_steps: 4", "c.yml:5: `train.num_steps` is given twice"),
    ("train:\n  save_at_tokens: [3, 2]", "c.yml:4: `train.save_at_tokens` must rise"),
    ("train:\n  save_at_tokens: [9]\n  max_tokens: 8", "c.yml:4: `train.save_at_tokens` goes beyond"),
    ("train:\n  num_epochs: 1\n  max_tokens: 8", "c.yml:4: `train.num_epochs` and `train.max_tokens`"),
    ("train:\n  max_seq_len: 8192", "c.yml:4: `train.max_seq_len` is 8,192, and the window"),
    ("max_seq_len: 8192", "c.yml:3: `train.max_seq_len` is 8,192, and the window"),
    ("max_seq_len: 8\ntrain: {max_seq_len: 9}", "c.yml:3: `max_seq_len` is another name of `train.max_seq_len`"),
    ("train:\n  max_seq_len: 32", "c.yml:4: `dataset.min_length` is above `train.max_seq_len`"),
    (
        "train:\n  dataloader_prefetch_factor: 1000000",
        "c.yml:4: `train.dataloader_prefetch_factor`: Input should be less",
    ),
    ("lora:\n  r: 0", "c.yml:4: `lora.r`"),
    ("lora:\n  r: 1000000000", "c.yml:4: `lora.r` is 1,000,000,000, and the model's hidden states have 64"),
    ("lora:\n  dropout: 1", "c.yml:4: `lora.dropout`"),
    ("lora:\n  dropout: 0.999999999", "c.yml:4: `lora.dropout`"),
    (f"lora:\n  alpha: 1{'0' * 400}", "c.yml:4: `lora.alpha`: Input should be less than or equal to"),
    ("lora:\n  target_modules: []", "c.yml:4: `lora.target_modules`"),
    ("lora:\n  target_modules: [c_attn]", "c.yml:4: `lora.target_modules`: the model has no linear layer `c_attn`"),
    ("quantization: nf5", "c.yml:3: `quantization`"),
    ("bnb_4bit: {quant_type: nf3}", "c.yml:3: `bnb_4bit.quant_type`"),
    ("misc: {adapter_format: zip}", "c.yml:3: `misc.adapter_format`"),
    ("method: dpo", "c.yml:3: `method`"),
    ("method: grpo", "`grpo.reward_problems` is not given"),
    ("grpo:\n  temperature: 0", "c.yml:4: `grpo.temperature`"),
    ("grpo:\n  num_generations: 1", "c.yml:4: `grpo.num_generations`"),
    ("method: grpo\ngrpo:\n  reward_problems: p\n  num_generations: 5", "c.yml:6: `grpo.num_generations` does not"),
    ("method: grpo\ngrpo:\n  reward_problems: p\ntrain:\n  max_tokens: 5", "c.yml:7: `train.max_tokens` means nothing"),
    ("train:\n  seed: -1", "c.yml:4: `train.seed`"),
    ("misc:\n  seed: 4294967296", "c.yml:4: `train.seed`"),
    ("train:\n  max_grad_norm: .inf", "c.yml:4: `train.max_grad_norm`: Input should be a finite number"),
    ("train:\n  weight_decay: 1e400", "c.yml:4: `train.weight_decay`: Input should be a finite number"),
    ("train:\n  optimizer: sgd\n  adam_beta2: 0.9", "c.yml:5: `train.adam_beta2` means nothing with"),
    ("train:\n  adam_beta2: 0.9\n  optim_args: beta2=0.5", "c.yml:4: `train.adam_beta2` is given twice"),
    ("train:\n  early_stopping_threshold: 0.1", "c.yml:4: `train.early_stopping_threshold` means nothing without"),
    ("grpo:\n  num_generations: 4", "c.yml:4: `grpo.num_generations` means nothing with `method: sft`"),
    ("model_revision: main", "c.yml:3: `model_revision` is for models of the hub"),
    ("misc: {load_from: gone}", "c.yml:3: `misc.load_from`: gone cannot be loaded"),
    ("train: [1", "c.yml:4: not valid YAML"),
    ("3: 4", "c.yml:3: a setting's name must be text"),
]
DATASET = [
    ("dataset: {names: []}", "c.yml:2: `dataset.names`"),
    ("dataset: {names: ['local:gone.jsonl']}", "c.yml:2: `dataset.names`: no such file: gone.jsonl"),
    ("dataset: {names: ['data.jsonl']}", "c.yml:2: `dataset.names`: cannot tell what `data.jsonl` is"),
    ("dataset: {names: ['local:data.jsonl', 'local:data.jsonl']}", "c.yml:2: `dataset.names` holds a source twice"),
    ("dataset:\n  names: ['local:data.jsonl']\n  overlong: keep", "c.yml:4: `dataset.overlong`"),
    ("dataset:\n  names: ['local:data.jsonl']\n  min_length: 300\n  max_length: 200", "c.yml:4: `dataset.min_length`"),
    (
        "dataset:\n  names: ['local:data.jsonl']\n  dataset_weights: {'local:b': 1}",
        "c.yml:4: `dataset.dataset_weights` names `local:b`",
    ),
    (
        "dataset:\n  names: ['local:data.jsonl']\n  task_weights: {poetry: 1}",
        "c.yml:4: `dataset.task_weights` names an unknown task `poetry`",
    ),
]
ROWS = [
    ("{", "data.jsonl:2: not JSON"),
    ("[]", "data.jsonl:2: expected a JSON object"),
    ('{"prompt": "p"}', "data.jsonl:2: field `gen` is missing"),
    ('{"gen": "g"}', "data.jsonl:2: field `prompt` is missing"),
    ('{"prompt": 3, "gen": "g"}', "data.jsonl:2: field `prompt` must be text"),
    ('{"prompt": "p", "gen": " "}', "data.jsonl:2: field `gen` is empty"),
    ('{"prompt": "p", "gen": "g", "split": "x"}', "data.jsonl:2: field `split`"),
    ('{"prompt": "p", "gen": "g", "_weight": 0}', "data.jsonl:2: field `_weight`"),
    ('{"prompt": "p", "gen": "g", "_source_crate": "\\ud800"}', "data.jsonl:2: field `_source_crate` holds a lone"),
    ('{"prompt": "p", "gen": "g", "_task_type": "\\ud800"}', "data.jsonl:2: field `_task_type` holds a lone"),
    ('{"prompt": "p", "gen": "g", "gen": "h"}', "data.jsonl:2: field `gen` is given twice"),
    ('{"code": "fn"}', "data.jsonl:2: neither `prompt` and `gen` nor `text`"),
]
CASES = [
    *((f"dataset: {{names: ['local:data.jsonl']}}\n{text}", GOOD, said) for text, said in SETTINGS),
    *((text, GOOD, said) for text, said in DATASET),
    *(("dataset: {names: ['local:data.jsonl']}", row, said) for row, said in ROWS),
    ("dataset: {names: ['local:data.jsonl']}\nmodel_name: models/gone", GOOD, "c.yml:1: `model_name`"),
    ("dataset: {names: ['local:data.jsonl']}\nmodel_name: ''", GOOD, "c.yml:1: `model_name` is empty"),
]


@pytest.mark.parametrize("plan", [[], ["--plan"]], ids=["train", "plan"])
@pytest.mark.parametrize(("text", "row", "said"), CASES)
def test_one_message_names_file_line_and_key_and_nothing_is_made(tmp_path, monkeypatch, tiny, text, row, said, plan):
    monkeypatch.chdir(tmp_path)
    model = "" if "model_name" in text else f"model_name: {tiny}\n"
    if not model:
        *rest, name = text.split("\n")
        text = "\n".join([name, *rest])
    (tmp_path / "c.yml").write_text(f"{model}{text}\n")
    (tmp_path / "data.jsonl").write_text(f"{GOOD}\n{row}\n")
    found = CliRunner().invoke(command, ["c.yml", *plan])
    assert isinstance(found.exception, InputError), found.output
    assert found.exception.exit_code == 2
    assert found.exception.what.startswith(said)
    assert "\n" not in found.exception.what
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c.yml", "data.jsonl"]


LATE = [  # found when the model's tokenizer, its course or its adapter are looked at
    ("dataset:\n  min_length: 500", "no training rows are left after the length filters"),
    ("dataset:\n  overlong: refuse\ntrain:\n  max_seq_len: 64", "local:data.jsonl: row 1 has"),
    ("dataset:\n  task_weights: {code_generation: 0}", "no training rows are left"),
    ("dataset:\n  format: chat", "c.yml:6: `dataset.format` is `chat`, but the tokenizer has no chat template"),
    ("train:\n  val_every: 2\n  load_best_model_at_end: true", "c.yml:5: `train.load_best_model_at_end` needs"),
    ("train:\n  num_steps: 2\n  save_at_tokens: [900000]", "c.yml:5: `train.save_at_tokens`: 900,000 tokens"),
    (
        "train:\n  scheduler: polynomial\n  lr_scheduler_kwargs: {powr: 2}",
        "c.yml:5: `train.scheduler: polynomial` cannot be made",
    ),
    ("train:\n  optim_args: momentum=2", "`train.optimizer: adamw` cannot be made"),
    ("dataset:\n  exclude_tests: true", "no training rows are left after filtering"),
]


@pytest.fixture(scope="module")
def bare(tmp_path_factory, tiny):
    """The model without a chat template."""
    directory = tmp_path_factory.mktemp("bare") / "bare"
    shutil.copytree(tiny, directory)
    (directory / "chat_template.jinja").unlink()
    return directory


@pytest.mark.parametrize("restart", [[], ["--restart"]], ids=["anew", "restart"])
@pytest.mark.parametrize(("text", "said"), LATE)
def test_what_is_found_late_changes_nothing_either(tmp_path, monkeypatch, bare, rows, text, said, restart):
    monkeypatch.chdir(tmp_path)
    data = "  names: ['local:data.jsonl']\n  use_cache: false"
    text = text.replace("dataset:", f"dataset:\n{data}") if "dataset:" in text else f"{text}\ndataset:\n{data}"
    (tmp_path / "c.yml").write_text(f"model_name: {bare}\nquantization: none\n{text}\n")
    learned = [row for row in rows if row["split"] == "train" and row["_task_type"] == "code_generation"][:4]
    if "exclude_tests" in text:
        learned = [row | {"gen": f"#[test]\n{row['gen']}"} for row in learned]
    (tmp_path / "data.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in learned))
    if restart:
        (tmp_path / "out/checkpoint-2").mkdir(parents=True)
        for name in (".lock", "checkpoint-2/sigil_checkpoint.json", "settings.json", "data.json", "result.json"):
            (tmp_path / "out" / name).write_text("{}")
    before = {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")}
    found = CliRunner().invoke(command, ["c.yml", *restart])
    assert isinstance(found.exception, InputError), found.output
    assert found.exception.what.startswith(said)
    assert {path: path.is_file() and path.read_bytes() for path in tmp_path.rglob("*")} == before


def test_there_are_more_than_forty_of_them():
    assert len({said for _, _, said in CASES}) >= 40
