"""Drawing completions: the same bytes whatever happened in between, one path for base and tuned."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from human_eval_rust.commands import generate
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.sampling import draw as sampling
from human_eval_rust.sampling import prompt, samplers
from human_eval_rust.sampling.settings import SampleSettings
from human_eval_rust.shipped_sets import SHIPPED_SETS
from sigil_common.compute import cpu_class, cpu_flags
from sigil_common.errors import InputError
from sigil_common.jsonl import write_jsonl
from sigil_common.manifest import digest_file

from ...clock import running


@pytest.fixture
def settings_for(tmp_path, tiny):
    def make(name="samples.jsonl", **changed):
        values = {
            "model": str(tiny),
            "problem_file": [Path("RustFirstSteps")],
            "limit": 5,
            "n_samples": 3,
            "max_new_tokens": 12,
            "batch_size": 4,
            "dtype": "float32",
            "output": tmp_path / name,
        }
        return SampleSettings(**(values | changed))

    return make


def rows_of(settings):
    return [json.loads(line) for line in settings.output.read_text(encoding="utf-8").splitlines()]


def texts_of(settings):
    return {(row["task_id"], row["sample_index"]): row["completion"] for row in rows_of(settings)}


def test_every_problem_and_sample_is_there_in_order(settings_for):
    settings = settings_for()
    result = sampling.generate(settings)
    assert result == {"samples": str(settings.output), "completions": 15, "problems": 5}
    rows = rows_of(settings)
    assert [(row["task_id"], row["sample_index"]) for row in rows] == [
        (f"RustFirstSteps/{task}", i) for task in range(5) for i in range(3)
    ]
    assert len({row["seed"] for row in rows}) == 15
    assert {row["model"] for row in rows} == {"tiny"}
    assert len({row["completion"] for row in rows}) > 10


def test_the_same_again_gives_the_same_bytes(settings_for):
    one, two = settings_for("one.jsonl"), settings_for("two.jsonl")
    sampling.generate(one)
    sampling.generate(two)
    assert one.output.read_bytes() == two.output.read_bytes()
    manifests = [sampling.manifest_path(item.output).read_bytes() for item in (one, two)]
    assert manifests[0] == manifests[1]


@pytest.mark.parametrize(
    ("count", "size", "sizes"),
    [
        (0, 42, []),
        (1, 42, [1]),
        (42, 42, [42]),
        (43, 42, [21, 22]),
        (168, 42, [42, 42, 42, 42]),
        (209, 42, [34, 35, 35, 35, 35, 35]),
        (3, 2, [1, 2]),
        (3, 1, [1, 1, 1]),
    ],
)
def test_batches_come_in_pairs_of_like_size(count, size, sizes):
    assert [len(batch) for batch in sampling.batches(range(count), size)] == sizes


@given(count=st.integers(0, 400), size=st.integers(1, 80))
def test_every_request_is_in_one_batch_of_at_most_the_size(count, size):
    cut = list(sampling.batches(range(count), size))
    assert [item for batch in cut for item in batch] == list(range(count))
    assert all(0 < len(batch) <= size for batch in cut)
    assert max(map(len, cut), default=0) - min(map(len, cut), default=0) <= 1
    assert len(cut) <= 1 or len(cut) % 2 == 0 or size == 1


@pytest.mark.parametrize("size", [1, 15, 64])
def test_a_completion_does_not_depend_on_its_neighbours(settings_for, size):
    one, two = settings_for("one.jsonl"), settings_for("two.jsonl", batch_size=size)
    sampling.generate(one)
    sampling.generate(two)
    assert texts_of(one) == texts_of(two)


def test_more_samples_keep_those_that_were_there(settings_for):
    few, many = settings_for("few.jsonl", n_samples=2), settings_for("many.jsonl", n_samples=4)
    sampling.generate(few)
    sampling.generate(many)
    assert texts_of(few).items() <= texts_of(many).items()


def test_more_samples_are_drawn_beside_those_of_an_earlier_file_whose_bytes_stay(settings_for, monkeypatch):
    few, at_once = settings_for("few.jsonl", n_samples=2), settings_for("at once.jsonl", n_samples=4)
    sampling.generate(few)
    sampling.generate(at_once)
    # A sample that nobody would draw shows that it was not drawn again.
    rows = rows_of(few)
    rows[3]["completion"] = "    not drawn\n}\n"
    write_jsonl(few.output, rows)
    many = settings_for("many.jsonl", n_samples=4, earlier=few.output)
    sampling.generate(many)
    lines = many.output.read_bytes().splitlines()
    kept = [line for number, line in enumerate(lines) if number % 4 < 2]
    assert kept == few.output.read_bytes().splitlines()
    known = {(row["task_id"], row["sample_index"]): row["completion"] for row in rows}
    assert texts_of(many) == texts_of(at_once) | known
    manifest = json.loads(sampling.manifest_path(many.output).read_text())
    assert manifest["earlier_sha256"] == digest_file(few.output)
    # Where nothing is left to draw no model is loaded.
    monkeypatch.setattr(samplers, "open_sampler", None)
    last = settings_for("last.jsonl", n_samples=4, earlier=many.output)
    sampling.generate(last)
    assert last.output.read_bytes() == many.output.read_bytes()
    assert json.loads(sampling.manifest_path(last.output).read_text())["ran_on"] == manifest["ran_on"]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"temperature": 0.5}, "`temperature` differs"),
        ({"limit": 4}, "`limit` differs"),
        ({"seed": 1}, "`seed` differs"),
    ],
)
def test_samples_that_were_drawn_otherwise_are_not_added_to(settings_for, changed, words):
    few = settings_for("few.jsonl", n_samples=1)
    sampling.generate(few)
    with pytest.raises(InputError, match=words):
        sampling.generate(settings_for("many.jsonl", n_samples=2, earlier=few.output, **changed))


def test_samples_of_another_machine_or_of_nobody_are_not_added_to(settings_for):
    few = settings_for("few.jsonl", n_samples=1)
    sampling.generate(few)
    many = settings_for("many.jsonl", n_samples=2, earlier=few.output)
    manifest = sampling.manifest_path(few.output)
    known = json.loads(manifest.read_text())
    manifest.write_text(json.dumps(known | {"ran_on": {"device": "cuda"}}))
    with pytest.raises(InputError, match="was drawn on device cuda, and this is device cpu") as caught:
        sampling.generate(many)
    assert "in a run of sigilderg-lambda, remove the directories `sample-*-look-*`" in caught.value.hint
    manifest.unlink()
    with pytest.raises(InputError, match="was drawn"):
        sampling.generate(many)


def test_another_seed_gives_other_completions(settings_for):
    one, two = settings_for("one.jsonl"), settings_for("two.jsonl", seed=43)
    sampling.generate(one)
    sampling.generate(two)
    assert texts_of(one) != texts_of(two)


def test_an_interrupted_run_ends_in_the_same_bytes(settings_for, monkeypatch):
    whole, broken = settings_for("whole.jsonl"), settings_for("broken.jsonl")
    sampling.generate(whole)
    from human_eval_rust.sampling.samplers.hf import HfSampler

    draw = HfSampler.draw

    def failing(self, batches):
        for number, drawn in enumerate(draw(self, batches)):
            if number == 2:
                raise KeyboardInterrupt
            yield drawn

    monkeypatch.setattr(HfSampler, "draw", failing)
    with pytest.raises(KeyboardInterrupt):
        sampling.generate(broken)
    assert not broken.output.exists()
    journal = sampling.journal_path(broken.output)
    journal.write_bytes(journal.read_bytes()[:-30])  # kill -9 in the middle of a line
    monkeypatch.setattr(HfSampler, "draw", draw)
    sampling.generate(broken)
    assert broken.output.read_bytes() == whole.output.read_bytes()
    assert not journal.exists()


@pytest.mark.slow
def test_a_killed_run_ends_in_the_same_bytes(settings_for, tiny, cold):
    whole = settings_for("whole.jsonl", limit=40, batch_size=2)
    sampling.generate(whole)
    killed = settings_for("killed.jsonl", limit=40, batch_size=2)
    command = [
        str(Path(sys.executable).parent / "human-eval-rust"),
        "generate",
        "--model",
        str(tiny),
        "--problem_file",
        "RustFirstSteps",
        "--limit",
        "40",
        "--n-samples",
        "3",
        "--max-new-tokens",
        "12",
        "--batch-size",
        "2",
        "--dtype",
        "float32",
        "--output",
        str(killed.output),
    ]
    journal = sampling.journal_path(killed.output)
    with running(command) as child:
        child.until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 8, "8 lines of its journal")
        assert child.end(signal.SIGKILL) == -signal.SIGKILL
    assert not killed.output.exists()
    sampling.generate(killed)
    assert killed.output.read_bytes() == whole.output.read_bytes()


def test_a_finished_run_loads_no_model(settings_for, monkeypatch):
    settings = settings_for()
    result = sampling.generate(settings)
    monkeypatch.setattr(samplers, "open_sampler", None)
    assert sampling.generate(settings) == result


def test_samples_of_another_run_are_not_replaced_unasked(settings_for):
    settings = settings_for()
    sampling.generate(settings)
    before = settings.output.read_bytes()
    with pytest.raises(InputError, match="other settings or another model"):
        sampling.generate(settings_for(temperature=0.5))
    assert settings.output.read_bytes() == before
    sampling.generate(settings_for(temperature=0.5, overwrite=True))
    assert settings.output.read_bytes() != before


def test_a_file_of_somebody_else_is_not_replaced(settings_for):
    settings = settings_for()
    settings.output.write_text("precious\n")
    with pytest.raises(InputError, match="exists"):
        sampling.generate(settings)
    assert settings.output.read_text() == "precious\n"


def test_the_manifest_says_what_decides_the_text(settings_for):
    settings = settings_for()
    sampling.generate(settings)
    manifest = json.loads(sampling.manifest_path(settings.output).read_text())
    assert manifest["settings"]["temperature"] == 0.8
    assert manifest["problems"][0]["name"] == "RustFirstSteps.jsonl"
    assert len(manifest["sampler"]["model"]["base_sha256"]) == 64
    assert {"torch", "transformers"} <= set(manifest["sampler"]["versions"])
    assert manifest["stop_rule"] == sampling.STOP_RULE
    assert manifest["ran_on"] == {
        "device": "cpu",
        "instructions": cpu_class(cpu_flags(), os.environ),
        "dtype": "float32",
    }
    assert str(settings.output.parent) not in json.dumps(manifest)


def test_greedy_is_greedy(settings_for):
    one = settings_for("one.jsonl", temperature=0.0, n_samples=1)
    first = settings_for("first.jsonl", greedy_first=True)
    sampling.generate(one)
    sampling.generate(first)
    greedy = texts_of(one)
    assert {key: text for key, text in texts_of(first).items() if key[1] == 0} == greedy


def test_greedy_agrees_with_transformers_own_generate(tiny, settings_for, first_steps):
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from human_eval_rust.sampling.samplers.ids import finish
    from sigil_common.asking import prompt_ids, text_after

    settings = settings_for(temperature=0.0, n_samples=1)
    sampling.generate(settings)
    model, tokenizer = AutoModelForCausalLM.from_pretrained(tiny), AutoTokenizer.from_pretrained(tiny)
    for request in sampling.plan(list(first_steps.values())[:5], settings):
        ids = prompt_ids(tokenizer, request)
        out = model.generate(torch.tensor([ids]), do_sample=False, max_new_tokens=12, pad_token_id=1)[0, len(ids) :]
        written = [token for token in out.tolist() if token != 1]
        text = finish(text_after(tokenizer, ids[-16:], written), ended=False, tokens=0, prompt=ids).text
        assert texts_of(settings)[request.task_id, 0] == text


def test_several_greedy_samples_make_no_sense(settings_for):
    with pytest.raises(InputError, match="the same completion 3 times"):
        sampling.generate(settings_for(temperature=0.0))


def test_problem_files_are_joined_and_ids_must_differ(settings_for, tmp_path, first_steps):
    write_jsonl(tmp_path / "a.jsonl", [first_steps["RustFirstSteps/0"].to_row()])
    write_jsonl(tmp_path / "b.jsonl", [first_steps["RustFirstSteps/1"].to_row()])
    files = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    assert sampling.generate(settings_for(problem_file=files))["problems"] == 2
    with pytest.raises(InputError, match="occurs in another problem file"):
        sampling.generate(settings_for("two.jsonl", problem_file=[files[0], files[0]]))


def test_one_problem_can_be_asked_for(settings_for):
    settings = settings_for(task_id=["RustFirstSteps/3"])
    sampling.generate(settings)
    assert {row["task_id"] for row in rows_of(settings)} == {"RustFirstSteps/3"}
    with pytest.raises(InputError, match="no problem `RustFirstSteps/999`"):
        sampling.generate(settings_for("b.jsonl", task_id=["RustFirstSteps/999"]))


# What the model is given


def test_the_prompt_is_ids_with_one_bos(tokenizer, first_steps):
    from sigil_common.asking import prompt_ids

    settings = SampleSettings()
    for style in ("chat", "completion"):
        styled = SampleSettings(prompt_style=style)
        for request in sampling.plan(list(first_steps.values()), styled):
            ids = prompt_ids(tokenizer, request)
            assert ids[0] == 0
            assert ids.count(0) == 1
    request = sampling.plan([first_steps["RustFirstSteps/0"]], settings)[0]
    text = tokenizer.decode(prompt_ids(tokenizer, request))
    assert text == f"<s><|user|>\n{request.instruction}</s>\n<|assistant|>\npub fn sum_of_two(a: i32, b: i32) -> i32 {{"


def test_a_template_that_doubles_the_bos_is_refused(tokenizer, first_steps):
    from sigil_common.asking import prompt_ids

    request = sampling.plan([first_steps["RustFirstSteps/0"]], SampleSettings())[0]
    kept = tokenizer.chat_template
    try:
        tokenizer.chat_template = "{{ bos_token }}" + kept
        with pytest.raises(InputError, match="beginning-of-sequence"):
            prompt_ids(tokenizer, request)
    finally:
        tokenizer.chat_template = kept


def test_every_shipped_problem_has_an_opening():
    for name in SHIPPED_SETS:
        for problem in load(shipped(name)).values():
            assert prompt.opening(problem, "chat").endswith("{")
            assert f"fn {problem.entry_point}" in prompt.opening(problem, "chat").split("\n")[0]
            assert not prompt.instruction(problem).rstrip().endswith("{")


# How tokens are drawn


def test_the_nucleus_and_its_shares_are_exact():
    import torch

    from human_eval_rust.sampling.samplers.decode import pick

    shares = torch.tensor([0.5, 0.3, 0.15, 0.05])
    uniform = torch.linspace(0, 1, 10_001, dtype=torch.float64)[:-1]
    logits = shares.log().expand(len(uniform), -1)
    found = pick(logits, uniform, torch.ones(len(uniform)), 0.9).bincount(minlength=4) / len(uniform)
    # 0.5 + 0.3 + 0.15 is the first sum that reaches 0.9; the rest is left out.
    assert torch.allclose(found, torch.tensor([0.5, 0.3, 0.15, 0.0]) / 0.95, atol=2e-4)


def test_a_flat_distribution_reaches_beyond_the_first_candidates():
    import torch

    from human_eval_rust.sampling.samplers.decode import CANDIDATES, pick

    wide = 32 * CANDIDATES
    uniform = torch.rand(2_000, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    tokens = pick(torch.zeros(2_000, wide), uniform, torch.ones(2_000), 1.0)
    assert tokens.max() > 30 * CANDIDATES
    assert len(tokens.unique()) > 1_000


def test_temperature_sharpens():
    import torch

    from human_eval_rust.sampling.samplers.decode import pick

    uniform = torch.linspace(0, 1, 1_001, dtype=torch.float64)[:-1]
    logits = torch.tensor([1.0, 0.0]).expand(1_000, -1)
    cool = pick(logits, uniform, torch.full((1_000,), 0.1), 1.0)
    warm = pick(logits, uniform, torch.full((1_000,), 10.0), 1.0)
    assert cool.sum() < 5
    assert 400 < warm.sum() < 500


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("\n    a + b\n}\nfn more() {}", "\n    a + b\n}"),
        ("\n    if a { b } else { c }\n} }", "\n    if a { b } else { c }\n}"),
        ('\n    "}".len()\n}', '\n    "}".len()\n}'),
        ("\n    '}' // }\n}", "\n    '}' // }\n}"),
        ("\n    a + b\n", None),
        ("", None),
    ],
)
def test_a_function_is_closed_where_its_brace_is(text, end):
    from sigil_common.asking import closed_at

    assert closed_at(text) == (None if end is None else len(end))


# Checkpoints


def test_merged_and_attached_draw_the_same_and_not_what_the_base_draws(settings_for, checkpoint):
    base = settings_for("base.jsonl", temperature=0.0, n_samples=1)
    merged = settings_for("merged.jsonl", temperature=0.0, n_samples=1, model=str(checkpoint))
    attached = settings_for(
        "attached.jsonl", temperature=0.0, n_samples=1, model=str(checkpoint), adapter_mode="attached"
    )
    for settings in (base, merged, attached):
        sampling.generate(settings)
    assert texts_of(merged) == texts_of(attached)
    assert texts_of(merged) != texts_of(base)
    assert {row["model"] for row in rows_of(merged)} == {"tiny+checkpoint-7"}


def test_a_directory_of_checkpoints_stands_for_its_newest(settings_for, checkpoint):
    from human_eval_rust.sampling.samplers.source import find_model

    (checkpoint.parent / "checkpoint-12").mkdir()  # not whole
    found = find_model(settings_for(model=str(checkpoint.parent)))
    assert found.adapter == checkpoint


def test_an_adapter_with_zero_effect_draws_what_the_base_draws(settings_for, checkpoint):
    from safetensors.torch import load_file, save_file

    file = checkpoint / "adapter_model.safetensors"
    save_file({name: weight * 0 for name, weight in load_file(file).items()}, file)
    base, tuned = settings_for("base.jsonl"), settings_for("tuned.jsonl", model=str(checkpoint))
    sampling.generate(base)
    sampling.generate(tuned)
    assert texts_of(base) == texts_of(tuned)
    assert [row["seed"] for row in rows_of(base)] == [row["seed"] for row in rows_of(tuned)]


def test_another_base_than_the_one_trained_on_is_refused(settings_for, checkpoint, tiny):
    info = {
        "base_model": str(tiny),
        "base_revision": "0" * 64,
        "step": 7,
        "quantization": "none",
        "config_sha256": "",
        "data_sha256": "",
    }
    (checkpoint / "sigil_checkpoint.json").write_text(json.dumps(info))
    with pytest.raises(InputError, match="is not the base model that"):
        sampling.generate(settings_for(model=str(checkpoint)))
    assert sampling.generate(settings_for(model=str(checkpoint), base_model=str(tiny)))["completions"] == 15


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("sigil_checkpoint.json", "{torn"),
        ("sigil_checkpoint.json", '{"base_model": "x"}'),
        ("sigil_checkpoint.json", '{"step": 1, "step": 2}'),
        ("adapter_config.json", "{torn"),
        ("adapter_config.json", "[]"),
        ("adapter_config.json", "{}"),
    ],
)
def test_a_checkpoint_whose_description_is_damaged_is_named(settings_for, checkpoint, file, text):
    (checkpoint / file).write_text(text)
    with pytest.raises(InputError, match=re.escape(str(checkpoint))):
        sampling.generate(settings_for(model=str(checkpoint)))


def test_a_base_that_is_gone_is_named(settings_for, checkpoint):
    file = checkpoint / "adapter_config.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "base_model_name_or_path": "/gone/model"}))
    with pytest.raises(InputError, match="its base model is not here: /gone/model"):
        sampling.generate(settings_for(model=str(checkpoint)))


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("", "no model given"),
        ("./gone", "no such model directory"),
        ("gone/", "no such model directory"),
        ("{empty}", "holds neither a model nor an adapter"),
    ],
)
def test_a_model_that_is_not_there(settings_for, tmp_path, model, message):
    with pytest.raises(InputError, match=message):
        sampling.generate(settings_for(model=model.format(empty=tmp_path)))


def test_a_model_without_a_template_can_complete_but_not_chat(settings_for, tiny, tmp_path):
    import shutil

    bare = tmp_path / "bare"
    shutil.copytree(tiny, bare, ignore=shutil.ignore_patterns("chat_template.jinja"))
    with pytest.raises(InputError, match="no chat template"):
        sampling.generate(settings_for(model=str(bare)))
    assert sampling.generate(settings_for(model=str(bare), prompt_style="completion"))["completions"] == 15


# Other samplers


def test_canned_completions_come_back_as_they_are(settings_for, tmp_path):
    rows = [{"task_id": f"RustFirstSteps/{i % 5}", "completion": f"text {i}"} for i in range(15)]
    write_jsonl(tmp_path / "canned.jsonl", rows)
    settings = settings_for(sampler="canned", canned=tmp_path / "canned.jsonl")
    sampling.generate(settings)
    assert texts_of(settings)["RustFirstSteps/2", 1] == "text 7"
    with pytest.raises(InputError, match="holds 3 completions"):
        sampling.generate(settings_for("more.jsonl", sampler="canned", canned=tmp_path / "canned.jsonl", n_samples=4))
    with pytest.raises(InputError, match="needs --canned"):
        sampling.generate(settings_for("none.jsonl", sampler="canned"))


def test_drawing_that_will_miss_its_plan_is_warned_of_and_drawn_all_the_same(settings_for, caplog):
    one, two = settings_for(), settings_for("two.jsonl", planned_minutes=1e-6)
    sampling.generate(one)
    assert "times the planned" not in caplog.text
    sampling.generate(two)
    assert "sampling all 15 completions takes about" in caplog.text
    assert "times the planned 0.0s" in caplog.text
    assert one.output.read_bytes() == two.output.read_bytes()
    assert sampling.generate(settings_for("two.jsonl", planned_minutes=9))["completions"] == 15  # and nothing is drawn


def test_drawn_samples_can_be_replayed(settings_for):
    one = settings_for("one.jsonl")
    sampling.generate(one)
    two = settings_for("two.jsonl", sampler="canned", canned=one.output)
    sampling.generate(two)
    assert texts_of(one) == texts_of(two)


def test_the_command_takes_the_seed_documents_options(tiny, tmp_path):
    found = CliRunner().invoke(
        generate.command,
        [
            "--checkpoint",
            str(tiny),
            "--output",
            str(tmp_path / "rust_samples.jsonl"),
            "--problem_file",
            "RustFirstSteps",
            "--limit",
            "1",
            "--max-new-tokens",
            "4",
            "--dtype",
            "float32",
        ],
    )
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["completions"] == 1
    script = Path(__file__).parents[3] / "scripts/generate_samples.py"
    shown = subprocess.run([sys.executable, str(script), "--help"], capture_output=True, text=True, check=True).stdout
    assert "--checkpoint" in shown
