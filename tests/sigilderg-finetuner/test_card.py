"""The model card, field by field, out of files that a run leaves."""

import json

import pytest
import yaml
from click.testing import CliRunner

from sigil_common.errors import InputError
from sigil_common.jsonl import write_json, write_jsonl
from sigil_common.records import CheckpointInfo
from sigil_common.settings import load_settings, to_mapping
from sigilderg_finetuner import push_model_card
from sigilderg_finetuner.settings import Settings

METRICS = [
    {"step": 0, "val_loss": 2.0},
    {"step": 500, "train_loss": 1.25, "tokens": 5_000_000, "labelled_tokens": 900_000},
    {"step": 1000, "train_loss": 1.0, "tokens": 10_000_000, "labelled_tokens": 1_800_000},
    {"step": 1000, "val_loss": 1.5},
    {"step": 1500, "train_loss": 0.1, "tokens": 1, "labelled_tokens": 1},
]
OVERRIDES = {
    "model_name": "owner/base",
    "dataset.names": ["local:a.jsonl", "local:b.jsonl"],
    "train.lr": 0.0002,
    "lora.target_modules": ["q_proj", "v_proj"],
    "dataset.interleave_mode": "round-robin",
}


@pytest.fixture
def run_dir(tmp_path):
    """The directory of a run with one checkpoint at step 1000, and later metrics that are not its own."""
    place = tmp_path / "my-run" / "checkpoint-1000"
    place.mkdir(parents=True)
    info = CheckpointInfo(
        base_model="owner/base",
        base_revision="abc123",
        step=1000,
        quantization="nf4",
        config_sha256="c" * 64,
        data_sha256="d" * 64,
        train_loss=1.0,
        val_loss=1.5,
        versions={"torch": "2.0", "peft": "0.1"},
    )
    write_json(place / "sigil_checkpoint.json", info.to_row())
    write_json(place / "settings.json", to_mapping(load_settings(Settings, overrides=OVERRIDES).settings))
    write_jsonl(place.parent / "metrics.jsonl", METRICS)
    return place


def card_of(place, *args):
    found = CliRunner().invoke(push_model_card.command, [str(place), *map(str, args)])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.stdout


def section(card, title):
    return card.split(f"## {title}\n\n")[1].split("\n\n## ")[0].strip()


def table(text):
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ") and line != "| | |"]
    return {row[0]: row[1] if len(row) > 1 else "" for row in rows}


def test_the_head_is_what_the_hub_asks_for(run_dir):
    card = card_of(run_dir, "--license", "mit")
    _, head, _ = card.split("---\n", 2)
    assert yaml.safe_load(head) == {
        "base_model": "owner/base",
        "base_model_relation": "adapter",
        "library_name": "peft",
        "pipeline_tag": "text-generation",
        "license": "mit",
        "language": ["en"],
        "tags": ["rust", "code", "lora", "qlora"],
    }


@pytest.mark.parametrize(("args", "title"), [([], "# my-run"), (["--name", "Rusty"], "# Rusty")])
def test_the_title_is_the_runs_name_unless_told(run_dir, args, title):
    card = card_of(run_dir, *args)
    assert title in card.splitlines()
    assert "`owner/base` (revision `abc123`)" in card
    assert "for 1,000 optimizer steps." in card


def test_the_sections_come_in_their_order(run_dir):
    titles = [line[3:] for line in card_of(run_dir).splitlines() if line.startswith("## ")]
    assert titles == [
        "How to use it",
        "Training data",
        "Hyperparameters",
        "Course of training",
        "Evaluation",
        "Limits",
        "Made with",
    ]


def test_the_example_can_be_parsed_and_names_the_base(run_dir):
    text = section(card_of(run_dir), "How to use it").removeprefix("```python\n").removesuffix("```")
    compile(text, "card", "exec")
    assert text.count('from_pretrained("owner/base")') == 2


def test_the_data_is_named_with_its_digest(run_dir):
    text = section(card_of(run_dir), "Training data")
    assert text.splitlines()[:2] == ["- `local:a.jsonl`", "- `local:b.jsonl`"]
    assert f"`{'d' * 64}`" in text
    assert "Mixed `round-robin`." in text


def test_every_hyperparameter_is_in_the_table(run_dir):
    rows = table(section(card_of(run_dir), "Hyperparameters"))
    settings = json.loads((run_dir / "settings.json").read_text())
    expected = {"`quantization`"} | {
        f"`{group}.{name}`" for group in ("train", "lora", "bnb_4bit") for name in settings[group]
    }
    assert set(rows) == expected
    assert rows["`train.lr`"] == "0.0002"
    assert rows["`lora.target_modules`"] == "q_proj, v_proj"
    assert rows["`quantization`"] == "nf4"


def test_losses_are_those_up_to_the_checkpoint(run_dir):
    assert table(section(card_of(run_dir), "Course of training")) == {
        "validation loss at step 0": "2.0000",
        "validation loss at step 1,000": "1.5000",
        "training loss at step 1,000": "1.0000",
        "tokens": "10,000,000",
        "tokens that the loss was taken on": "1,800,000",
    }


@pytest.mark.parametrize(
    ("rows", "keys"),
    [
        ([], []),
        (METRICS[:1], ["validation loss at step 0"]),
        (METRICS[1:2], ["training loss at step 500", "tokens", "tokens that the loss was taken on"]),
    ],
)
def test_what_was_not_measured_is_not_shown(run_dir, rows, keys):
    write_jsonl(run_dir.parent / "metrics.jsonl", rows)
    assert list(table(section(card_of(run_dir), "Course of training"))) == keys


def test_an_evaluation_is_quoted_and_its_lack_is_said(run_dir, tmp_path):
    write_json(tmp_path / "comparison.json", {"verdict": "No difference.", "more": 1})
    assert section(card_of(run_dir, "--comparison", tmp_path / "comparison.json"), "Evaluation") == "No difference."
    assert section(card_of(run_dir), "Evaluation").startswith("Not evaluated here.")


def test_versions_are_listed_by_name(run_dir):
    assert list(table(section(card_of(run_dir), "Made with")).items()) == [("peft", "0.1"), ("torch", "2.0")]


@pytest.mark.parametrize("text", [None, "{", "[]", '{"verdict": 3}', "{}"])
def test_a_comparison_without_a_verdict_is_refused(run_dir, tmp_path, text):
    path = tmp_path / "comparison.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(InputError, match=r"comparison\.json"):
        card_of(run_dir, "--comparison", path)


@pytest.mark.parametrize(
    "name", ["checkpoint-1000/sigil_checkpoint.json", "checkpoint-1000/settings.json", "metrics.jsonl"]
)
@pytest.mark.parametrize("text", [None, "{", "[]"])
def test_a_missing_or_damaged_file_is_named(run_dir, name, text):
    path = run_dir.parent / name
    path.unlink() if text is None else path.write_text(text)
    with pytest.raises(InputError):
        card_of(run_dir)


@pytest.mark.parametrize("lacking", ["model_name", "dataset", "quantization", "train", "lora", "bnb_4bit"])
def test_settings_of_another_form_are_an_input_error(run_dir, lacking):
    settings = json.loads((run_dir / "settings.json").read_text())
    write_json(run_dir / "settings.json", {key: value for key, value in settings.items() if key != lacking})
    with pytest.raises(InputError, match=rf"settings\.json: lacks `{lacking}`"):
        card_of(run_dir)


def test_the_card_is_written_where_told_and_printed(run_dir, tmp_path):
    printed = card_of(run_dir, "--output", tmp_path / "deep" / "README.md")
    assert (tmp_path / "deep" / "README.md").read_text() == printed
    assert printed.endswith("|\n")
