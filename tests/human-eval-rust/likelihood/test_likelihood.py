"""How likely a model finds known texts: what a plain loop finds, and the same bytes whatever happened in between."""

import json
import math
import shutil
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from human_eval_rust.likelihood import run as flow
from human_eval_rust.likelihood.score import Scorer
from human_eval_rust.likelihood.settings import LikelihoodSettings
from human_eval_rust.likelihood.summary import MEANING, summarise
from human_eval_rust.likelihood.texts import Task, counted
from human_eval_rust.sampling import draw, prompt
from human_eval_rust.sampling.samplers import Request, hf
from human_eval_rust.sampling.settings import ModelSettings, SampleSettings
from sigil_common.asking import prompt_ids
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models, read_record, write_jsonl
from sigil_common.records import Likelihood, LikelihoodSummary

from ...clock import is_free, running, until

ALTERNATIVES = Path(__file__).parents[1] / "alternatives" / "first_steps"


@pytest.fixture
def settings_for(tmp_path, tiny, pairs):
    def make(name="likelihood.jsonl", **changed):
        values = {
            "model": str(tiny),
            "problem_file": [Path("RustFirstSteps")],
            "limit": 6,
            "dtype": "float32",
            "pairs": pairs,
            "alternatives": [ALTERNATIVES],
            "output": tmp_path / name,
        }
        return LikelihoodSettings(**(values | changed))

    return make


@pytest.fixture
def pairs(tmp_path, first_steps):
    """A file of pairs: two of each of the first problems but one."""

    def rows(problem):
        for mistake in ("Default::default()", "todo!()"):
            yield {
                "task_id": problem.task_id,
                "right": problem.canonical_solution,
                "wrong": f"    {mistake}\n}}\n",
                "operator": "constant result",
                "killed_by": "test",
            }

    path = tmp_path / "pairs.jsonl"
    write_jsonl(path, (row for problem in list(first_steps.values())[1:9] for row in rows(problem)))
    return path


@pytest.fixture
def scorer(settings_for):
    return Scorer(hf.open_model(settings_for()), "tiny", "chat")


def rows_of(settings):
    return [row for _, row in read_models(settings.output, Likelihood)]


def outputs(settings):
    return [path.read_bytes() for path in (settings.output, flow.summary_path(settings.output), manifest_of(settings))]


def manifest_of(settings):
    return draw.manifest_path(settings.output)


def request_of(problem, style="chat"):
    return Request(problem.task_id, 0, 0, 0.0, *prompt.asked(problem, style))


def plain_loop(model, ids, text):
    """Ask the model anew before every token, with nothing kept between two of them."""
    import torch

    total = 0.0
    with torch.no_grad():
        for done in range(len(text)):
            logits = model(input_ids=torch.tensor([[*ids, *text[:done]]])).logits[0, -1]
            total += torch.log_softmax(logits.double(), dim=-1)[text[done]].item()
    return total


# The figures


def test_a_plain_loop_finds_the_same(settings_for, tokenizer, first_steps):
    settings = settings_for()
    flow.likelihood(settings)
    model = hf.open_model(settings).model
    for row in rows_of(settings):
        problem = first_steps[row.task_id]
        ids = prompt_ids(tokenizer, request_of(problem))
        text = "\n" + problem.canonical_solution.rstrip()
        nats = plain_loop(model, ids, tokenizer.encode(text, add_special_tokens=False))
        assert row.reference.bits_per_byte == pytest.approx(-nats / math.log(2) / len(text.encode()), abs=1e-6)
        assert row.reference.log_likelihood == pytest.approx(nats, rel=1e-6)
        assert row.reference.bytes == len(text)
        for pair, wrong in zip(row.pairs, ("Default::default()", "todo!()"), strict=False):
            ids_of_wrong = tokenizer.encode(f"\n    {wrong}\n}}", add_special_tokens=False)
            assert pair.right == row.reference
            assert pair.wrong.log_likelihood == pytest.approx(plain_loop(model, ids, ids_of_wrong), rel=1e-6)
            assert pair.margin == pair.right.log_likelihood - pair.wrong.log_likelihood


def test_in_double_precision_nothing_is_left_of_the_difference(scorer, tokenizer, first_steps):
    scorer.opened.model.double()
    for problem in list(first_steps.values())[60:62]:
        ids = prompt_ids(tokenizer, request_of(problem))
        text = tokenizer.encode("\n" + problem.canonical_solution.rstrip(), add_special_tokens=False)
        assert scorer.exact(ids, [text])[0] == pytest.approx(plain_loop(scorer.opened.model, ids, text), abs=1e-9)


def test_a_text_of_one_token_is_read_off_the_prompt(scorer, tokenizer, first_steps):
    ids = prompt_ids(tokenizer, request_of(first_steps["RustFirstSteps/0"]))
    (end,) = tokenizer.encode("}", add_special_tokens=False)
    assert scorer.exact(ids, [[end]])[0] == pytest.approx(plain_loop(scorer.opened.model, ids, [end]), abs=1e-5)


@pytest.mark.parametrize("style", ["chat", "completion"])
def test_the_prompt_is_that_of_generate(settings_for, tmp_path, tiny, style):
    settings = settings_for(prompt_style=style)
    flow.likelihood(settings)
    samples = SampleSettings(
        model=str(tiny),
        problem_file=[Path("RustFirstSteps")],
        limit=6,
        n_samples=1,
        max_new_tokens=1,
        dtype="float32",
        prompt_style=style,
        output=tmp_path / "samples.jsonl",
    )
    draw.generate(samples)
    drawn = [json.loads(line) for line in samples.output.read_text().splitlines()]
    assert [(row["task_id"], row["prompt_sha256"]) for row in drawn] == [
        (row.task_id, row.prompt_sha256) for row in rows_of(settings)
    ]


def test_what_names_the_model_is_named_as_in_generate():
    shared = {item.name for item in fields(ModelSettings)}
    assert shared >= {"model", "base_model", "revision", "problem_file", "prompt_style", "adapter_mode", "dtype"}
    assert issubclass(SampleSettings, ModelSettings)
    assert issubclass(LikelihoodSettings, ModelSettings)


# What does not matter


def exact(scorer, tasks):
    """Return every log-likelihood with all its bits, by problem and text."""
    found = {}
    for task in tasks:
        instruction, opening = prompt.asked(task.problem, "chat")
        ids = prompt_ids(scorer.opened.tokenizer, Request(task.problem.task_id, 0, 0, 0.0, instruction, opening))
        texts = [scorer.opened.tokenizer.encode(text, add_special_tokens=False) for text in task.texts]
        for text, nats in zip(task.texts, scorer.exact(ids, texts), strict=True):
            found[task.problem.task_id, text] = nats.hex()
    return found


def reversed_texts(task):
    pairs = tuple(reversed([type(pair)(pair.operator, pair.wrong, pair.right) for pair in task.pairs]))
    return Task(task.problem, task.alternative or task.reference, task.reference, pairs)


def test_neither_order_nor_company_changes_a_bit(settings_for, scorer):
    tasks = flow.plan(settings_for(limit=12)).tasks
    assert max(len(task.texts) for task in tasks) == 4
    whole = exact(scorer, tasks)
    assert exact(scorer, tasks) == whole
    assert exact(scorer, [reversed_texts(task) for task in reversed(tasks)]) == whole
    alone = [Task(task.problem, text, None, ()) for task in tasks for text in task.texts]
    assert exact(scorer, alone) == whole


def test_the_order_of_the_problems_changes_only_the_order_of_the_rows(settings_for, tmp_path, first_steps):
    few = list(first_steps.values())[:6]
    write_jsonl(tmp_path / "turned.jsonl", (problem.to_row() for problem in reversed(few)))
    one = settings_for("one.jsonl")
    two = settings_for("two.jsonl", problem_file=[tmp_path / "turned.jsonl"])
    flow.likelihood(one)
    flow.likelihood(two)
    assert one.output.read_bytes().splitlines() == two.output.read_bytes().splitlines()[::-1]


def test_a_problem_by_itself_has_the_same_row(settings_for):
    whole, alone = settings_for("whole.jsonl"), settings_for("alone.jsonl", task_id=["RustFirstSteps/4"], limit=None)
    flow.likelihood(whole)
    flow.likelihood(alone)
    assert alone.output.read_bytes().splitlines() == [whole.output.read_bytes().splitlines()[4]]


def test_the_same_again_gives_the_same_bytes(settings_for):
    one, two = settings_for("one.jsonl"), settings_for("two.jsonl")
    flow.likelihood(one)
    flow.likelihood(two)
    assert outputs(one) == outputs(two)


def test_an_interrupted_run_ends_in_the_same_bytes(settings_for, monkeypatch):
    whole, broken = settings_for("whole.jsonl"), settings_for("broken.jsonl")
    flow.likelihood(whole)
    measure, measured = Scorer.measure, []

    def failing(self, task):
        if len(measured) == 3:
            raise KeyboardInterrupt
        measured.append(task.problem.task_id)
        return measure(self, task)

    monkeypatch.setattr(Scorer, "measure", failing)
    with pytest.raises(KeyboardInterrupt):
        flow.likelihood(broken)
    assert not broken.output.exists()
    journal = draw.journal_path(broken.output)
    journal.write_bytes(journal.read_bytes()[:-30])  # kill -9 in the middle of a line

    def counting(self, task):
        measured.append(task.problem.task_id)
        return measure(self, task)

    monkeypatch.setattr(Scorer, "measure", counting)
    flow.likelihood(broken)
    assert measured == [f"RustFirstSteps/{i}" for i in (0, 1, 2, 2, 3, 4, 5)]
    assert outputs(broken) == outputs(whole)
    assert not journal.exists()


@pytest.mark.slow
def test_a_killed_run_ends_in_the_same_bytes(settings_for, tiny, pairs):
    whole, killed = settings_for("whole.jsonl", limit=None), settings_for("killed.jsonl", limit=None)
    flow.likelihood(whole)
    command = [str(Path(sys.executable).parent / "human-eval-rust"), "likelihood", "--model", str(tiny)]
    command += ["--problem_file", "RustFirstSteps", "--pairs", str(pairs), "--alternatives", str(ALTERNATIVES)]
    command += ["--dtype", "float32", "--output", str(killed.output)]
    journal = draw.journal_path(killed.output)
    with running(command) as child:
        child.until(lambda: journal.exists() and journal.read_bytes().count(b"\n") > 8, "8 lines of its journal")
        assert child.end(signal.SIGKILL) == -signal.SIGKILL
    lock = killed.output.with_name(f".{killed.output.name}.lock")
    until(lambda: is_free(lock), "what it went on in has ended, too")
    assert not killed.output.exists()
    flow.likelihood(killed)
    assert outputs(killed) == outputs(whole)


def test_a_finished_run_loads_no_model(settings_for, monkeypatch):
    settings = settings_for()
    summary = flow.likelihood(settings)
    monkeypatch.setattr(hf, "open_model", None)
    assert flow.likelihood(settings) == summary


def test_a_file_of_other_settings_is_not_replaced_unasked(settings_for):
    settings = settings_for()
    flow.likelihood(settings)
    before = settings.output.read_bytes()
    for other in ({"prompt_style": "completion"}, {"pairs": None}, {"alternatives": []}, {"limit": 5}):
        with pytest.raises(InputError, match="other settings or another model"):
            flow.likelihood(settings_for(**other))
    assert settings.output.read_bytes() == before
    flow.likelihood(settings_for(prompt_style="completion", overwrite=True))
    assert settings.output.read_bytes() != before


# Checkpoints


def test_an_adapter_is_measured_and_not_its_base(settings_for, checkpoint):
    base, merged = settings_for("base.jsonl"), settings_for("merged.jsonl", model=str(checkpoint.parent))
    attached = settings_for("attached.jsonl", model=str(checkpoint), adapter_mode="attached")
    for settings in (base, merged, attached):
        flow.likelihood(settings)
    plain, folded, apart = (
        [row.reference.log_likelihood for row in rows_of(settings)] for settings in (base, merged, attached)
    )
    assert folded == pytest.approx(apart, rel=1e-5)
    assert all(abs(one / other - 1) > 1e-3 for one, other in zip(folded, plain, strict=True))
    assert {row.model for row in rows_of(merged)} == {"tiny+checkpoint-7"}
    assert "adapter_model.safetensors" in manifest_of(merged).read_text()


def test_an_adapter_with_zero_effect_finds_what_the_base_finds(settings_for, checkpoint):
    from safetensors.torch import load_file, save_file

    file = checkpoint / "adapter_model.safetensors"
    save_file({name: weight * 0 for name, weight in load_file(file).items()}, file)
    base, tuned = settings_for("base.jsonl"), settings_for("tuned.jsonl", model=str(checkpoint))
    flow.likelihood(base)
    flow.likelihood(tuned)
    assert [row.model_copy(update={"model": ""}) for row in rows_of(base)] == [
        row.model_copy(update={"model": ""}) for row in rows_of(tuned)
    ]


@pytest.mark.parametrize("with_adapter", [False, True])
def test_a_base_of_four_bits_is_another_model_and_as_steady(settings_for, checkpoint, with_adapter):
    chosen = {"model": str(checkpoint), "adapter_mode": "attached"} if with_adapter else {}
    whole, four = settings_for("whole.jsonl", **chosen), settings_for("four.jsonl", quantization="nf4", **chosen)
    flow.likelihood(whole)
    flow.likelihood(four)
    pairs = zip(rows_of(whole), rows_of(four), strict=True)
    assert all(one.reference.log_likelihood != other.reference.log_likelihood for one, other in pairs)
    assert "bitsandbytes" in manifest_of(four).read_text()
    alone = settings_for("alone.jsonl", quantization="nf4", task_id=["RustFirstSteps/4"], limit=None, **chosen)
    flow.likelihood(alone)
    assert alone.output.read_bytes().splitlines() == [four.output.read_bytes().splitlines()[4]]


def test_an_adapter_is_not_folded_into_four_bits(settings_for, checkpoint):
    with pytest.raises(InputError, match="cannot be folded into a quantised base"):
        flow.likelihood(settings_for(model=str(checkpoint), quantization="nf4"))


# What is written


def test_rows_and_summary_say_the_same(settings_for):
    settings = settings_for()
    summary = flow.likelihood(settings)
    rows = rows_of(settings)
    assert [row.task_id for row in rows] == [f"RustFirstSteps/{i}" for i in range(6)]
    assert [len(row.pairs) for row in rows] == [0, 2, 2, 2, 2, 2]
    assert all(row.alternative for row in rows)
    assert read_record(flow.summary_path(settings.output), LikelihoodSummary) == summary
    assert summary.sets == summarise(rows)
    assert summary.meaning == MEANING
    assert summary.pairs_file.name == "pairs.jsonl"


def test_the_manifest_says_what_decides_the_figures(settings_for):
    settings = settings_for()
    flow.likelihood(settings)
    manifest = json.loads(manifest_of(settings).read_text())
    assert manifest["problems"][0]["name"] == "RustFirstSteps.jsonl"
    assert len(manifest["sampler"]["model"]["base_sha256"]) == 64
    assert {"torch", "transformers"} <= set(manifest["sampler"]["versions"])
    assert manifest["ran_on"]["device"] == "cpu"
    assert manifest["ran_on"]["dtype"] == "float32"
    assert "no end token" in manifest["counted"]
    assert str(settings.output.parent) not in json.dumps(manifest)


def test_the_command_prints_the_summary_and_what_it_is_for(tiny, pairs, tmp_path):
    command = [str(Path(sys.executable).parent / "human-eval-rust"), "likelihood", "--checkpoint", str(tiny)]
    command += ["--problem_file", "RustFirstSteps", "--limit", "3", "--pairs", str(pairs), "--dtype", "float32"]
    command += ["--output", str(tmp_path / "out.jsonl")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    summary = LikelihoodSummary.model_validate_json(done.stdout)
    assert summary.sets[0].problems == 3
    assert summary.sets[0].pairs == 4
    assert "It decides nothing" in done.stderr
    assert "RustFirstSteps: 3 problems, reference" in done.stderr
    assert "of 4 pairs" in done.stderr


# Wrong input


def test_problems_without_reference_are_named(settings_for, tmp_path, first_steps):
    rows = [problem.to_row() for problem in list(first_steps.values())[:3]]
    rows[0]["canonical_solution"] = ""
    rows[2]["canonical_solution"] = "    a + b\n"
    write_jsonl(tmp_path / "few.jsonl", rows)
    settings = settings_for(problem_file=[tmp_path / "few.jsonl"])
    summary = flow.likelihood(settings)
    assert summary.left_out == {
        "RustFirstSteps/0": "it has no reference solution",
        "RustFirstSteps/2": "its reference solution does not close the function",
    }
    assert [row.task_id for row in rows_of(settings)] == ["RustFirstSteps/1"]
    write_jsonl(tmp_path / "none.jsonl", [rows[0]])
    with pytest.raises(InputError, match="none of these problems can be measured"):
        flow.likelihood(settings_for("none.out", problem_file=[tmp_path / "none.jsonl"], pairs=None))


def test_a_reference_that_the_tokenizer_cannot_write_is_left_out_and_named(settings_for, tmp_path, first_steps):
    rows = [problem.to_row() for problem in list(first_steps.values())[:2]]
    rows[0]["canonical_solution"] = '    let _ = "</s>";\n' + rows[0]["canonical_solution"]
    write_jsonl(tmp_path / "two.jsonl", rows)
    settings = settings_for(problem_file=[tmp_path / "two.jsonl"], pairs=None, alternatives=[])
    summary = flow.likelihood(settings)
    assert "cannot write a reference solution" in summary.left_out["RustFirstSteps/0"]
    assert [row.task_id for row in rows_of(settings)] == ["RustFirstSteps/1"]


def test_texts_beyond_the_context_are_left_out_and_named(settings_for, tmp_path, tiny, scorer):
    tasks = flow.plan(settings_for()).tasks
    lengths = {task.problem.task_id: scorer.measure(task).prompt_tokens for task in tasks}
    most = sorted(lengths.values())[3]  # three prompts alone are as long or longer, and the others' texts add to theirs
    short = shutil.copytree(tiny, tmp_path / "short")
    config = json.loads((short / "config.json").read_text())
    (short / "config.json").write_text(json.dumps({**config, "max_position_embeddings": most}))
    settings = settings_for(model=str(short), limit=6)
    summary = flow.likelihood(settings)
    assert {name for name, length in lengths.items() if length >= most} <= set(summary.left_out)
    assert all("longer than the model's context" in why for why in summary.left_out.values())
    measured = [row.task_id for row in rows_of(settings)]
    assert measured == [name for name in lengths if name not in summary.left_out]
    assert measured
    (short / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 50}))
    with pytest.raises(InputError, match="none of these problems can be measured"):
        flow.likelihood(settings_for("none.out", model=str(short)))


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"wrong": "    a + b\n"}, "its wrong text does not close the function"),
        ({"right": "    a + b\n"}, "its right text does not close the function"),
        ({"wrong": "    a - b\n}\n", "right": "    a - b\n}\n\nfn other() {}\n"}, "both texts are the same"),
        ({"task_id": "RustFirstSteps/999"}, "holds no pair of these problems"),
        ({"task_id": ""}, r"pairs\.jsonl:1: field `task_id`"),
        ({"wrong": None}, r"pairs\.jsonl:1: field `wrong`"),
    ],
)
def test_pairs_that_are_none(tmp_path, changed, message):
    row = {"task_id": "RustFirstSteps/0", "right": "    a + b\n}\n", "wrong": "    a - b\n}\n"}
    write_jsonl(tmp_path / "pairs.jsonl", [{**row, "operator": "arithmetic", "killed_by": "test", **changed}])
    settings = LikelihoodSettings(problem_file=[Path("RustFirstSteps")], pairs=tmp_path / "pairs.jsonl")
    with pytest.raises(InputError, match=message):
        flow.plan(settings)


def test_shipped_pairs_of_other_problems_are_no_fault(tmp_path, first_steps, caplog):
    own = next(iter(first_steps.values())).model_copy(update={"task_id": "Own/0"})
    write_jsonl(tmp_path / "own.jsonl", [own.to_row()])
    settings = LikelihoodSettings(problem_file=[tmp_path / "own.jsonl"], pairs=Path("likelihood_pairs"))
    assert not any(task.pairs for task in flow.plan(settings).tasks)
    assert "likelihood_pairs holds no pair of these problems" in caplog.text


def test_a_pair_that_occurs_twice(tmp_path, first_steps):
    row = {"task_id": "RustFirstSteps/0", "right": "    a + b\n}\n", "wrong": "    a - b\n}\n"}
    write_jsonl(tmp_path / "pairs.jsonl", [{**row, "operator": "arithmetic", "killed_by": "test"}] * 2)
    with pytest.raises(InputError, match=r"pairs\.jsonl:2: this pair is on line 1 already"):
        flow.plan(LikelihoodSettings(problem_file=[Path("RustFirstSteps")], pairs=tmp_path / "pairs.jsonl"))


def test_alternatives_that_are_none(tmp_path):
    def planned(folder):
        return flow.plan(LikelihoodSettings(problem_file=[Path("RustFirstSteps")], alternatives=[folder]))

    with pytest.raises(InputError, match="no such directory"):
        planned(tmp_path / "gone")
    with pytest.raises(InputError, match="no directory holds a solution of these problems"):
        planned(tmp_path)
    (tmp_path / "001_is_even.rs").write_text("    n & 1 == 0\n")
    with pytest.raises(InputError, match=r"001_is_even\.rs: it does not close the function"):
        planned(tmp_path)
    (tmp_path / "001_is_even.rs").write_text("    n & 1 == 0\n}\n")
    assert [task.alternative for task in planned(tmp_path).tasks][:3] == [None, "\n    n & 1 == 0\n}", None]


def test_what_is_counted_ends_with_the_functions_brace(first_steps):
    problem = first_steps["RustFirstSteps/0"]
    assert problem.prompt.endswith("{\n")
    assert counted(problem, "    if a { b } else { c }\n}\n\nfn helper() {}\n") == "\n    if a { b } else { c }\n}"
    assert counted(problem, '    "}".len() // }\n}') == '\n    "}".len() // }\n}'
    assert counted(problem, "    a + b\n") is None
