"""Settings under the names that they have elsewhere, and the settings file of the earlier trainer as it was."""

import json

import pytest

from sigil_common.errors import InputError, MissingError
from sigil_common.jsonl import write_jsonl
from sigil_common.settings import load_settings, to_mapping
from sigilderg_finetuner import flow
from sigilderg_finetuner.cli import command, read_assignments
from sigilderg_finetuner.data import sources
from sigilderg_finetuner.settings import Settings
from sigilderg_finetuner.spellings import SPELLINGS

# What the documentation of the earlier trainer shows, section by section; its three sources are alternatives there.
EARLIER = """\
model_name: "meta-llama/Meta-Llama-3.1-8B-Instruct"

dataset:
  names:
    - local:datasets/phase2_full.jsonl  # Direct JSONL from pipeline
    # OR
    - parquet:datasets/phase2_training.parquet  # Converted Parquet
    # OR
    - ammarnasr/the-stack-rust-clean  # HuggingFace dataset
  use_cache: true  # Cache tokenized data for faster subsequent runs
  min_length: 64  # Minimum sequence length
  max_length: 200_000  # Maximum sequence length
  # Interleaving options
  interleave_mode: "weighted"  # "sequential", "round-robin", or "weighted"
  dataset_weights:
    "local:datasets/phase2_full.jsonl": 0.7
    "ammarnasr/the-stack-rust-clean": 0.3
  # Task type oversampling (uses _task_type field from pipeline)
  task_weights:
    "code_generation": 1.0
    "transformations": 1.5  # Oversample transformations
    "error_fixing": 1.2
    "explanations": 0.8  # Undersample explanations

train:
  micro_batch_size: 16  # Batch size per GPU
  gradient_accumulation: 4  # Effective batch = 16*4=64
  num_steps: 12000  # Training steps
  lr: 1.0e-4  # Learning rate
  warmup_steps: 100  # Warmup steps
  logging_steps: 12  # Logging frequency
  save_every: 500  # Checkpoint frequency
  bf16: true  # Use bfloat16
  grad_checkpointing: true  # Gradient checkpointing
  max_grad_norm: 1.0  # Gradient clipping
  use_flash_attention: true  # Flash Attention 2
  dataloader_num_workers: 48  # Data loading workers
  dataloader_pin_memory: true  # Faster CPU-GPU transfers
  dataloader_prefetch_factor: 4  # Prefetch batches

lora:
  r: 16  # LoRA rank
  alpha: 16  # LoRA alpha
  dropout: 0.05  # LoRA dropout
  target_modules:  # Modules to apply LoRA to
    - q_proj
    - k_proj
    - v_proj
    - o_proj
    - up_proj
    - down_proj
    - gate_proj

bnb_4bit:
  quant_type: nf4  # Quantization type
  compute_dtype: bfloat16  # Compute dtype
  use_double_quant: true  # Double quantization
"""
WORKFLOW = """\
model_name: "meta-llama/Meta-Llama-3.1-8B-Instruct"

dataset:
  names:
    - local:../SigilDERG-Data_Production/datasets/phase2_full.jsonl
  use_cache: true
  min_length: 64
  max_length: 200_000

train:
  micro_batch_size: 16
  gradient_accumulation: 4
  num_steps: 12000
  lr: 1.0e-4
  save_every: 500

lora:
  r: 16
  alpha: 16
  dropout: 0.05

misc:
  output_dir: out/llama8b-rust-qlora-phase2
"""
SMALL = (
    "train.num_steps=2",
    "train.max_seq_len=256",
    "train.micro_batch_size=1",
    "train.gradient_accumulation=1",
    "train.val_rows=2",
    "quantization=none",
    "dataset.min_length=8",
    "misc.output_dir=out/x",
)


def loaded(path, *assignments):
    values, places = read_assignments(assignments)
    return load_settings(Settings, file=path, overrides=values, override_places=places, spellings=SPELLINGS)


def value_of(settings, key):
    value = to_mapping(settings)
    for part in key.split("."):
        value = value[part]
    return value


@pytest.mark.parametrize(
    ("text", "key", "value"),
    [
        ("max_seq_len: 512", "train.max_seq_len", 512),
        ("pack: false", "train.packing", False),
        ("dataset: {pack: false}", "train.packing", False),
        ("dataset: {interleave_mode: round_robin}", "dataset.interleave_mode", "round-robin"),
        ("train: {lr_scheduler_type: linear}", "train.scheduler", "linear"),
        ("train: {lr_scheduler_type: constant_with_warmup}", "train.scheduler", "constant"),
        ("train: {save_total_limit: 3}", "train.keep_checkpoints", 3),
        ("train: {num_epochs: 2}", "train.num_epochs", 2.0),
        ("train: {num_train_epochs: 0.5}", "train.num_epochs", 0.5),
        ("misc: {seed: 7}", "train.seed", 7),
        ("lr_scheduler_type: linear", "train.scheduler", "linear"),
        ("save_total_limit: 3", "train.keep_checkpoints", 3),
        ("log_backend: none", "misc.log_backend", "none"),
    ],
)
def test_other_names_mean_the_same_in_a_file_and_in_an_option(tmp_path, text, key, value):
    (tmp_path / "c.yml").write_text(f"model_name: x\n{text}\n")
    found = loaded(tmp_path / "c.yml")
    assert value_of(found.settings, key) == value
    assert found.sources[key] == f"{tmp_path / 'c.yml'}:2"
    import yaml

    (section, inner), *_ = yaml.safe_load(text).items()
    name, given = (
        next(((f"{section}.{n}", v) for n, v in inner.items()), None) if isinstance(inner, dict) else (section, inner)
    )
    (tmp_path / "d.yml").write_text("model_name: x\n")
    assert value_of(loaded(tmp_path / "d.yml", f"{name}={json.dumps(given)}").settings, key) == value


def test_every_other_name_leads_to_a_setting():
    known = load_settings(Settings).sources
    assert {spelling.key for spelling in SPELLINGS.values()} <= set(known)
    assert not {name for name, spelling in SPELLINGS.items() if name != spelling.key} & set(known)


def test_a_bad_value_is_named_by_the_line_of_the_other_name(tmp_path):
    (tmp_path / "c.yml").write_text("train:\n  save_total_limit: -1\n")
    with pytest.raises(InputError, match=r"c\.yml:2: `train\.keep_checkpoints`"):
        loaded(tmp_path / "c.yml")


def test_a_setting_under_two_names_is_refused_and_an_option_counts_before_the_file(tmp_path):
    (tmp_path / "c.yml").write_text("max_seq_len: 512\ntrain:\n  max_seq_len: 256\n")
    with pytest.raises(InputError, match=r"c\.yml:1: `max_seq_len` is another name of `train\.max_seq_len`") as caught:
        loaded(tmp_path / "c.yml")
    assert caught.value.cause.endswith("c.yml:3")
    (tmp_path / "c.yml").write_text("max_seq_len: 512\n")
    assert loaded(tmp_path / "c.yml", "train.max_seq_len=64").settings.train.max_seq_len == 64
    assert loaded(tmp_path / "c.yml", "max_seq_len=64").settings.train.max_seq_len == 64


def test_the_shown_workflow_is_planned_and_trained(tmp_path, monkeypatch, tiny, rows):
    from click.testing import CliRunner

    data = tmp_path / "SigilDERG-Data_Production/datasets"
    place = tmp_path / "SigilDERG-Finetuner"
    place.mkdir()
    data.mkdir(parents=True)
    write_jsonl(data / "phase2_full.jsonl", rows)
    (place / "c.yml").write_text(WORKFLOW)
    monkeypatch.chdir(place)
    plan = json.loads(CliRunner().invoke(command, ["c.yml", "--plan"]).stdout)
    assert plan["steps"] == 12_000
    settings = loaded(place / "c.yml", f"model_name={tiny}", *SMALL).settings
    assert flow.run(settings)["step"] == 2
    assert (place / "out/x/checkpoint-2").is_dir()


@pytest.fixture
def hub(monkeypatch, tmp_path):
    """A function that lets the hub hold one data set, of these JSONL files by the names of its parts."""
    datasets = pytest.importorskip("datasets")
    import huggingface_hub

    def make(**files):
        plain, asked = datasets.load_dataset, []

        def load(name, *, revision, streaming):
            asked.append((name, revision, streaming))
            parts = {part: str(path) for part, path in files.items()}
            return plain("json", data_files=parts, streaming=streaming, cache_dir=str(tmp_path / "datasets"))

        info = type("Info", (), {"sha": "c0ffee"})
        monkeypatch.setattr(datasets, "load_dataset", load)
        monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", lambda self, name, revision: info)
        return asked

    return make


def test_a_hub_data_set_is_streamed_and_no_further_than_asked(tmp_path, hub):
    write_jsonl(tmp_path / "a.jsonl", [{"prompt": f"p{n}", "gen": "fn f() {}"} for n in range(40)])
    with (tmp_path / "a.jsonl").open("a") as file:
        file.write('{"prompt": "", "gen": ""}\n')
    write_jsonl(tmp_path / "b.jsonl", [{"prompt": "q", "gen": "fn g() {}"}])
    asked = hub(train=tmp_path / "a.jsonl", validation=tmp_path / "b.jsonl")
    found = sources.read_source("some/data@v1", hub_rows=3)
    assert asked == [("some/data", "c0ffee", True)]
    assert [(row.prompt, row.split) for row in found.rows] == [("p0", None), ("p1", None), ("p2", None), ("q", "val")]
    with pytest.raises(InputError, match="some/data@v1: train row 41: field `prompt` is empty"):
        sources.read_source("some/data@v1")
    assert sources.read_source("some/data@v1", hub_rows=4).sha256 != found.sha256


def test_a_hub_that_does_not_answer_is_said_whatever_its_client_raises(hub, monkeypatch):
    hub()
    import huggingface_hub

    class ConnectError(Exception):
        """As of an HTTP library, whose errors are no `OSError`."""

    def nobody(self, name, revision):
        raise ConnectError("Name or service not known")

    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", nobody)
    with pytest.raises(MissingError, match="cannot load data set `some/data` from the hub") as caught:
        sources.read_source("some/data")
    assert caught.value.hint == "check the network"


def test_the_earlier_settings_are_planned_and_trained_as_they_stand(tmp_path, monkeypatch, caplog, tiny, rows, hub):
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    from sigilderg_finetuner.training.plan import make_plan

    monkeypatch.chdir(tmp_path)
    (tmp_path / "datasets").mkdir()
    write_jsonl(tmp_path / "datasets/phase2_full.jsonl", rows)
    parquet.write_table(pyarrow.Table.from_pylist(rows[:40]), tmp_path / "datasets/phase2_training.parquet")
    write_jsonl(
        tmp_path / "hub.jsonl", [{"content": f"/// It.\npub fn f{n}() -> u8 {{ {n} }}\n" * 3} for n in range(20)]
    )
    hub(train=tmp_path / "hub.jsonl")
    (tmp_path / "c.yml").write_text(EARLIER)
    assert make_plan(loaded(tmp_path / "c.yml").settings)["steps"] == 12_000
    settings = loaded(tmp_path / "c.yml", f"model_name={tiny}", *SMALL).settings
    assert flow.run(settings)["step"] == 2
    assert "`dataset.dataset_weights` lacks `parquet:datasets/phase2_training.parquet`: 1.0 is taken" in caplog.text
    shares = json.loads((tmp_path / "out/x/data.json").read_text())["sources"]
    total = sum(one["rows"] for one in shares)
    assert [round(one["rows"] / total, 2) for one in shares] == [0.35, 0.5, 0.15]
