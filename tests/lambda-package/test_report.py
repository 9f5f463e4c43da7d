"""The report from real files: what it says, that both forms say the same, and that nothing in it is markup."""

import base64
import dataclasses
import hashlib
import html
import json
import re
import unicodedata
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.compare import Statistics, compare
from lambda_package.headline import p_value, percent, points, sentences, verdict
from lambda_package.likelihood import BITS, RIGHT, with_likelihood
from lambda_package.report import ModelFiles, Own, Sources, honest_notes, visible, write_report
from lambda_package.report.conditions import gpu
from lambda_package.report.text import code
from lambda_package.run_record import run_digest
from sigil_common.errors import InputError
from sigil_common.records import CheckpointInfo, ComparedModel, FailureClass, InputRecord, Problem, StageRecord

from ..gpus import DRIVER, smi

METRICS = Path(__file__).resolve().parents[1] / "sigil-common/golden/metrics.json"
TWO = {"A/0": ["passed", "test", "compile", "no_code", "syntax", "panic"], "A/1": ["test"] * 6, "B/0": ["time"] * 6}
THREE = {"A/0": ["passed"] * 6, "A/1": ["passed", *["test"] * 5], "B/0": ["memory"] * 6}
SUMMARY = {
    "source": "s",
    "seed": 7,
    "samples": {
        "total": 40,
        "by_task": {"code_generation": 30, "error_fixing": 10},
        "by_split": {"train": 36, "val": 4},
        "limited_by": "max_samples",
        "wanted_mix": {},
        "by_kind": {},
        "by_error_code": {},
        "by_rewrite": {},
        "by_mutation": {},
    },
    "crates": {"wanted": 3, "kept": 1, "rejected": {"license": 2}},
    "candidates": {"proposed": 99, "proposed_by_task": {}, "eligible": 77, "dropped": {"duplicate": 22}},
    "chunks": {"dropped": {"too_long": 5}},
    "per_crate": [
        {
            "crate": "tally",
            "version": "1.0.3",
            "license": "MIT",
            "repository": None,
            "checksum": None,
            "kept": True,
            "reason": None,
            "candidates": 99,
            "samples": 40,
            "split": "train",
        },
        {
            "crate": "<b>odd</b>",
            "version": None,
            "license": None,
            "repository": None,
            "checksum": None,
            "kept": False,
            "reason": "license",
            "candidates": 0,
            "samples": 0,
            "split": None,
        },
    ],
}


@pytest.fixture
def compared(verdict_file, tmp_path):
    """Compare outcomes by task and write `comparison.json`; return the comparison and the report's sources."""

    def compared(base, tuned, confidence=0.95, policies=("off",), ends=None, **more):
        files = {"base": verdict_file("base.jsonl", base, ends), "tuned": verdict_file("tuned.jsonl", tuned, ends)}
        results = {(model, policy): file for model, file in files.items() for policy in policies}
        found = compare(results, ks=[1, 2, 10], how=Statistics(7, 1_000, confidence))
        (tmp_path / "comparison.json").write_text(json.dumps(found.to_row()))
        return found, Sources(
            tmp_path / "comparison.json", (ModelFiles(files["base"]), ModelFiles(files["tuned"])), **more
        )

    return compared


@pytest.fixture
def checkpoint(tmp_path):
    """A checkpoint with what it says of itself, and the trainer's log beside it."""

    def checkpoint(*log):
        folder = tmp_path / "checkpoints/checkpoint-4"
        folder.mkdir(parents=True)
        info = CheckpointInfo(
            base_model="owner/base",
            base_revision="0123456789abcdef",
            step=4,
            quantization="nf4",
            config_sha256="c",
            data_sha256="d",
            compute={"device": "cpu", "instructions": "avx2", "dtype": "float32"},
        )
        (folder / "sigil_checkpoint.json").write_text(json.dumps(info.to_row()))
        (folder.parent / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in log))
        return folder

    return checkpoint


@pytest.fixture
def pages(tmp_path):
    """Write the report; return Markdown and HTML."""
    return lambda sources: [path.read_text() for path in write_report(sources, tmp_path / "out")[:2]]


def cells(page):
    """Return the rows of all tables of a page, each a list of the texts in its cells, headings left out."""
    if page.startswith("<!doctype"):
        rows = re.findall(r"<tr[^>]*>(.*?)</tr>", page, re.DOTALL)
        split = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
        return [[html.unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in row] for row in split if row]
    return [[cell.strip() for cell in line.strip("| ").split("|")] for line in page.splitlines() if line[:1] == "|"]


def one_each(count, outcome):
    return {f"A/{i}": [outcome] for i in range(count)}


def mixed(passed, failed):
    return {f"A/{i}": ["passed" if i < passed else "test"] for i in range(passed + failed)}


def test_the_notes_name_what_differs_with_the_policy_on(compared):
    found, _ = compared(one_each(20, "no_code"), one_each(20, "test"), policies=("off", "on"))
    (note, _, missing) = honest_notes(found, None)
    assert note == (
        "With the policy on, after correction for several tests, these differ: A has code +100.0 points; "
        "A parses +100.0 points; A compiles +100.0 points."
    )
    assert missing == (
        "Not computed: A, ends at the token limit (not all samples say how they ended), "
        "A, pass@10 (1 samples a problem), A, pass@2 (1 samples a problem)."
    )


def test_the_notes_say_so_where_nothing_differs_with_the_policy_on(compared):
    found, _ = compared(mixed(1, 1), mixed(1, 1), policies=("off", "on"))
    assert honest_notes(found, None)[0] == "With the policy on, after correction for several tests, nothing differs."


def test_the_notes_name_the_pass_rate_that_is_used_and_what_it_lets_pass(compared, pages):
    found, sources = compared(
        {"A/0": ["adapted", "test"], "A/1": ["passed", "test"]}, {"A/0": ["adapted"] * 2, "A/1": ["test"] * 2}
    )
    assert (found.primary_row().base, found.primary_row().tuned) == (0.5, 0.5)
    assert found.adapted_passes == {"base policy off": 1, "tuned policy off": 2}
    note = honest_notes(found, None)[0]
    assert note.startswith(
        "pass@k is the tolerant one: it counts answers that passed only because an argument was conv"
    )
    assert note.endswith("There are 1 of the base model and 2 of the tuned model.")
    assert f"- {note}\n" in pages(sources)[0]


def test_the_notes_tell_of_the_loss_when_it_was_measured_twice(compared):
    found, _ = compared(mixed(1, 1), mixed(1, 1))
    told = [note for note in honest_notes(found, {"val": [(0, 2.0), (2, 1.5), (4, 1.25)]}) if "loss" in note]
    assert told == ["Validation loss went from 2.000 to 1.250 in 4 optimizer steps."]
    for training in (None, {"val": []}, {"val": [(4, 1.25)]}):
        assert not [note for note in honest_notes(found, training) if "loss" in note]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "< 0.0001"),
        (9.9e-5, "< 0.0001"),
        (1e-4, "0.0001"),
        (0.00049, "0.00049"),
        (0.0123, "0.012"),
        (0.099, "0.099"),
        (0.1, "0.10"),
        (0.456, "0.46"),
        (1.0, "1.00"),
    ],
)
def test_p_values_keep_two_digits_and_are_never_zero(value, text):
    assert p_value(value) == text


def test_rates_and_differences():
    assert [percent(value) for value in (0, 0.1234, 1)] == ["0.0%", "12.3%", "100.0%"]
    assert [points(value) for value in (0, 0.1234, -1)] == ["+0.0", "+12.3", "-100.0"]


def test_both_forms_say_the_same_numbers(compared, pages):
    found, sources = compared(TWO, THREE, policies=("off", "on"))
    markdown, page = pages(sources)
    rows = {
        name: [row for row in cells(text) if row[1:2] and row[1] in ("off", "on")]
        for name, text in (("md", markdown), ("html", page))
    }
    assert [row[:6] + row[7:8] for row in rows["html"]] == rows["md"]
    assert len(rows["md"]) == len(found.metrics) == 20
    for shown, row in zip(rows["html"], sorted(found.metrics, key=lambda row: row.set), strict=True):
        assert shown == [
            row.metric + (" (primary)" if row.primary else ""),
            row.policy,
            percent(row.base),
            percent(row.tuned),
            points(row.difference),
            f"{points(row.interval.low)} to {points(row.interval.high)}",
            p_value(row.p),
            p_value(row.p_adjusted),
            f"{row.gained} / {row.lost}",
        ]
    said = sentences(found)
    assert markdown.startswith("\n\n".join(["# tuned against base", *said]) + "\n")
    assert f'<div class="verdict">{"".join(f"<p>{html.escape(one)}</p>" for one in said)}</div>' in page
    for note in honest_notes(found, None):
        assert f"\n- {note}\n" in markdown
        assert f"<li>{html.escape(note)}</li>" in page


def test_both_forms_count_the_same_endings_and_problems(compared, pages):
    _, sources = compared(TWO, THREE)
    endings = ["passed", *FailureClass]
    for page in pages(sources):
        shown = {row[0]: [int(cell) for cell in row[1:3]] for row in cells(page) if row[0] in endings}
        assert shown == {
            "passed": [1, 7],
            "no_code": [1, 0],
            "syntax": [1, 0],
            "compile": [1, 0],
            "test": [7, 5],
            "panic": [1, 0],
            "memory": [0, 6],
            "time": [6, 0],
        }
    steps = {
        "A/0": ["5 / 4 / 3 / 1", "6 / 6 / 6 / 6", "gained"],
        "A/1": ["6 / 6 / 6 / 0", "6 / 6 / 6 / 1", "gained"],
        "B/0": ["6 / 6 / 6 / 0", "6 / 6 / 6 / 0", "same"],
    }
    markdown, page = pages(sources)
    assert {row[0]: row[2:] for row in cells(markdown) if row[0] in steps} == steps
    assert {
        row[0].split()[0]: row[1:] for row in cells(page) if row[0].split()[:1] and row[-1] in ("same", "gained")
    } == steps


def test_likelihoods_stand_below_the_endings_with_what_they_mean(compared, pages, likelihood_file):
    found, sources = compared(TWO, THREE)
    before = pages(sources)
    base = {"A/0": (1.5, [1, -1]), "A/1": (1.5, [1, 1]), "B/0": (0.5, [])}
    tuned = {"A/0": (1.25, [-1, -1]), "A/1": (1.25, [-1, 1]), "B/0": (0.6254, [])}
    files = likelihood_file("b", base), likelihood_file("t", tuned)
    sources.comparison.write_text(json.dumps(with_likelihood(found, *files).to_row()))
    for page, plain, mark, meaning in zip(
        pages(sources), before, ("## ", "<h2"), ("It decides <nothing>.", "It decides &lt;nothing&gt;."), strict=True
    ):
        heading = f"{mark}{'>' if mark == '<h2' else ''}Likelihood of known solutions"
        assert heading not in plain
        start, end = page.index(heading), page.index("<h2 id=" if mark == "<h2" else "## Problem")
        assert page.index("How completions ended") < start < end
        assert page[:start] + page[end:] == plain  # all else is as without
        assert meaning in page[start:end]
        shown = [row for row in cells(page) if row[1:2] and row[1] in (BITS, RIGHT)]
        assert shown == [
            ["A", BITS, "2", "1.500", "1.250", "-0.250", "too few problems"],
            ["A", RIGHT, "2", "75.0%", "25.0%", "-50.0 points", "-100.0 to +100.0"],
            ["B", BITS, "1", "0.500", "0.625", "+0.125", "too few problems"],
        ]


def test_a_problem_shows_its_prompt_and_the_telling_samples_side_by_side(compared, pages, tmp_path):
    file = tmp_path / "problems.jsonl"
    problem = Problem(task_id="A/0", prompt="fn f<T>() {\n", canonical_solution="}", test="t", entry_point="f")
    file.write_text(json.dumps(problem.to_row()) + "\n")
    base = {"A/0": ["test", "compile", "compile", "passed", "syntax", "panic"], "A/1": ["test"] * 6}
    tuned = {"A/0": ["passed"] * 6, "A/1": ["passed", *["test"] * 5]}
    _, page = pages(compared(base, tuned, problem_files=(file,))[1])
    first = page[page.index('id="p-A-0"') : page.index('id="p-A-1"')]
    assert "<pre>fn f&lt;T&gt;() {\n</pre>" in first
    assert re.findall(r"</span>(\w+: \d of \d passed)", first) == ["base: 1 of 6 passed", "tuned: 6 of 6 passed"]
    shown = [html.unescape(re.sub("<[^>]+>", "", text)) for text in re.findall(r'<p class="ended">(.*?)</p>', first)]
    assert shown == [
        "sample 3: passed, first of 1 that passed",
        "sample 1: compile E0308, first of 2 that ended so",
        "sample 0: test",
        "sample 2: compile E0308",
        "sample 0: passed, first of 6 that passed",
        "sample 1: passed",
        "sample 2: passed",
        "sample 3: passed",
    ]
    assert first.count("mismatched &lt;types&gt;") == 2
    assert first.count("2 further samples are in the results file.") == 2
    assert "syntax" not in first


def test_problems_have_links_of_their_own_and_to_their_neighbours(compared, pages):
    tasks = ["A/0", "A/0?", "A 0", "<b>"]
    _, page = pages(compared({task: ["test"] for task in tasks}, {task: ["test"] for task in tasks})[1])
    places = ["p-A-0", "p-A-0-", "p-A-0.2", "p--b-"]
    assert re.findall(r'<section class="problem" id="([^"]+)"', page) == places
    assert re.findall(r'<tr data-problem="([^"]+)"', page) == places
    around = re.findall(r'class="previous" href="#([^"]+)"( hidden)?>.*?class="next" href="#([^"]+)"( hidden)?>', page)
    assert [(before, after) for before, _, after, _ in around][1:3] == [(places[0], places[2]), (places[1], places[3])]
    assert [(bool(first), bool(last)) for _, first, _, last in around] == [
        (True, False),
        (False, False),
        (False, False),
        (False, True),
    ]


def test_the_filter_knows_names_changes_and_endings_and_no_code(compared, pages):
    _, page = pages(compared({"A/0": ["compile"], "A/1": ["test"]}, {"A/0": ["passed"], "A/1": ["test"]})[1])
    first, second = (html.unescape(found) for found in re.findall(r'data-find="([^"]*)"', page))
    assert first == "a/0 a gained compile e0308 base:compile:e0308 passed tuned:passed"
    assert second == "a/1 a same test base:test tuned:test"
    passes = [int(found) // 10**12 for found in re.findall(r'<td data-sort="(\d{12,})"', page)]
    assert passes == [1]
    assert page.count('aria-sort="none"') == 4
    assert '<output id="count" for="filter">2 problems</output>' in page
    assert "gained (1)</button>" in page
    assert "lost (" not in page


def test_every_ending_that_is_drawn_has_a_colour(compared, pages):
    judged = [ending for ending in FailureClass if ending is not FailureClass.SANDBOX]
    base = {f"A/{i}": [ending.value] for i, ending in enumerate(judged)} | {"A/p": ["passed"]}
    _, page = pages(compared(base, base)[1])
    drawn = set(re.findall(r'class="(class-\d+)"', page))
    assert len(drawn) == len(judged) + 1
    assert drawn <= set(re.findall(r"^\.(class-\d+) \{ fill: #", page, re.MULTILINE))


def test_parts_without_a_source_are_left_out(compared, pages):
    for page in pages(compared(TWO, THREE)[1]):
        assert "Training" not in page
        assert "optimizer" not in page
        assert "How the answers were drawn and judged is not recorded beside them." in page
        assert "Made with" in page


def test_the_training_is_described_by_its_checkpoint(compared, pages, checkpoint):
    log = [{"step": 0, "val_loss": 2.0}, {"step": 2, "train_loss": 1.5}, {"step": 4, "val_loss": 1.25}]
    markdown, page = pages(compared(TWO, THREE, checkpoint=checkpoint(*log))[1])
    for text in (markdown, re.sub("</?code>", "`", page)):
        assert "Base `owner/base`" in text
        assert "0123456789ab" in text
        assert "0123456789abc" not in text
        assert "held as nf4" in text
        assert "4 optimizer steps in float32 on cpu (avx2)." in text
        assert "Validation loss went from 2.000 to 1.250 in 4 optimizer steps." in text
    assert [row for row in cells(markdown) if row[0] in ("0", "4")] == [["0", "2.0000"], ["4", "1.2500"]]
    assert "validation loss 1.250 at step 4" in page


def test_a_checkpoint_without_a_log_has_no_curve(compared, pages, checkpoint):
    folder = checkpoint()
    (folder.parent / "metrics.jsonl").unlink()
    markdown, page = pages(compared(TWO, THREE, checkpoint=folder)[1])
    assert "## Training\n" in markdown
    assert "loss over optimizer steps" not in page
    assert "| step |" not in markdown


def test_the_data_is_described_by_its_summary(compared, pages, tmp_path):
    summary = tmp_path / "summary.json"
    summary.write_text(json.dumps(SUMMARY))
    markdown, page = pages(compared(TWO, THREE, dataset_summary=summary)[1])
    assert (
        "40 samples of 1 crates (3 looked at): 30 code_generation, 10 error_fixing. Parts: 36 train, 4 val." in markdown
    )
    assert "Crates left out: 2 license." in markdown
    rows = cells(page)
    for row in (
        ["code_generation", "30", "75.0%"],
        ["part: val", "4", "10.0%"],
        ["tally", "1.0.3", "MIT", "train", "40", ""],
        ["<b>odd</b>", "", "", "", "0", "license"],
        ["crate", "license", "2"],
        ["chunk", "too_long", "5"],
        ["candidate", "duplicate", "22"],
    ):
        assert row in rows
    assert "<b>odd" not in page


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("described", [True, False])
def test_the_answers_of_the_base_that_were_trained_on_are_counted(compared, pages, tmp_path, alone, described):
    summary, accepted, metrics = (tmp_path / name for name in ("summary.json", "accepted.jsonl", "metrics.json"))
    summary.write_text(json.dumps(SUMMARY))
    rows = [{"prompt": prompt, "gen": gen, "split": "train"} for prompt, gen in (("p", "a"), ("p", "b"), ("q", "a"))]
    accepted.write_text("".join(json.dumps(row) + "\n" for row in rows))
    counted = json.loads(METRICS.read_text()) | {"samples": 1200, "problems": 600, "passed": 41}
    metrics.write_text(json.dumps(counted))
    about = {"dataset_summary": summary} if described else {}
    for page in pages(compared(TWO, THREE, own=Own(accepted, (metrics,), alone), **about)[1]):
        after = page.partition("Training data")[2]
        assert (
            "1,200 answers of the base model to 600 functions of the training crates were drawn, and 41 passed the "
            "judge; 3 answers, to 2 functions, were accepted and trained on. "
        ) in after
        assert ("Nothing else was trained on, not even the data set" in after) == alone
        assert ("The data set was trained on as well." in after) != alone
        assert ("40 samples of 1 crates" in after) == described


def test_answers_of_several_rounds_are_counted_apart(compared, pages, tmp_path):
    accepted = tmp_path / "accepted.jsonl"
    accepted.write_text(json.dumps({"prompt": "p", "gen": "a", "split": "train"}) + "\n")
    metrics = []
    for number, (samples, passed) in enumerate([(1200, 41), (600, 90), (600, 100)]):
        metrics.append(tmp_path / f"{number}.json")
        counted = {"samples": samples, "problems": 600, "passed": passed}
        metrics[-1].write_text(json.dumps(json.loads(METRICS.read_text()) | counted))
    for page in pages(compared(TWO, THREE, own=Own(accepted, tuple(metrics), alone=True))[1]):
        assert (
            "1,200 answers of the base model to 600 functions of the training crates, and 1,200 of a model that was "
            "trained on what was accepted before, were drawn, and 231 passed the judge; 1 answers, to 1 functions, "
        ) in page


def test_a_run_without_such_answers_says_nothing_of_them(compared, pages):
    for page in pages(compared(TWO, THREE)[1]):
        assert "answers of the base model" not in page
        assert "Training data" not in page


def test_the_report_says_what_it_was_made_with(compared, pages, tools):
    tools({"rustc": "echo rustc 1.90.0", "nvidia-smi": smi(81_559)})
    for page in pages(compared(TWO, THREE)[1]):
        assert "rustc 1.90.0" in page
        assert f"NVIDIA H100 80GB HBM3 with 81559 MiB, driver {DRIVER}" in page
        assert "commit unknown (not a git checkout)" in page


def test_of_a_machine_that_lists_no_gpus_the_memory_is_said():
    assert [gpu({"gpu_memory_mib": memory}) for memory in (81_559, None)] == ["GPU with 81559 MiB", "no GPU"]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sources: sources.comparison.unlink(), "cannot read .*comparison"),
        (
            lambda sources: sources.comparison.write_text("{torn"),
            r"comparison\.json: not a Comparison file\n.*cause: Invalid JSON",
        ),
        (lambda sources: sources.models[0].results.unlink(), "no such file: .*base.jsonl"),
        (lambda sources: sources.models[1].results.write_text(""), "tuned.jsonl holds no verdicts"),
        (lambda sources: (sources.checkpoint / "sigil_checkpoint.json").unlink(), "cannot read .*sigil_checkpoint"),
    ],
)
def test_a_source_that_cannot_be_read_is_named(compared, checkpoint, tmp_path, spoil, words):
    _, sources = compared(TWO, THREE, checkpoint=checkpoint())
    spoil(sources)
    with pytest.raises(InputError, match=words):
        write_report(sources, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("fn f() {\n\tx\n}", "fn f() {\n\tx\n}"),
        ("a\x00\x1b[2K\r\x7f\x85", r"a\u{0}\u{1b}[2K\u{d}\u{7f}\u{85}"),
        ("\u202e\u2066\u200b\u200f", r"\u{202e}\u{2066}\u{200b}\u{200f}"),
        ("Größe π 🦀 数", "Größe π 🦀 数"),
    ],
)
def test_control_and_bidirectional_characters_are_shown(text, shown):
    assert visible(text) == shown


@pytest.mark.parametrize("number", [0xAD, 0x61C, 0x2028, 0x2060, 0xFEFF, 0xE0041, 0xD800])
def test_other_characters_that_cannot_be_seen_or_written_are_shown(number):
    assert visible(f"a{chr(number)}b") == f"a\\u{{{number:x}}}b"


@given(st.text(st.characters(codec=None)))
def test_nothing_that_is_shown_can_hide(text):
    for char in visible(text):
        assert char in "\t\n" or unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp")


def test_half_a_character_in_an_answer_does_not_end_the_report(compared, pages):
    _, sources = compared(TWO, THREE)
    text = sources.models[0].results.read_text()
    sources.models[0].results.write_text(text.replace(r"    passed", r"    \ud83e passed"))
    assert r"\u{d83e} passed" in pages(sources)[1]


def test_problems_without_a_set_have_their_dots(compared, pages):
    _, page = pages(compared({"alone": ["passed"]}, {"alone": ["compile"]})[1])
    assert "<title>alone: 100% to 0%</title>" in page


@pytest.fixture
def described(compared, tmp_path):
    """A comparison whose files say how answers were drawn and judged, and that is of a run; each may be spoiled."""

    def described(base=None, tuned=None, judged=None, named=None):
        found, sources = compared(TWO, THREE)
        files = []
        for number, (model, change) in enumerate(zip(sources.models, (base, tuned), strict=True)):
            folder = tmp_path / f"model-{number}"
            folder.mkdir()
            results = folder / "samples.jsonl_results.jsonl"
            results.write_text(model.results.read_text())
            manifest = {
                "ran_on": {"device": "cuda", "dtype": "bfloat16"},
                "settings": {"n_samples": 6, "temperature": 0.8, "seed": 42},
                "prompt_template_sha256": "f" * 64,
                "stop_rule": "end token",
                "sampler": {
                    "kind": "hf",
                    "model": {"name": f"owner/model-{number}", "revision": "abc", "base_sha256": "e" * 64},
                    "versions": {"torch": "0.1"},
                },
            }
            if number:
                manifest["sampler"]["model"]["adapter_sha256"] = {"adapter.bin": "d" * 64}
            (folder / "samples.jsonl.manifest.json").write_text(json.dumps(manifest | (change or {})))
            metrics = json.loads(METRICS.read_text()) | ((judged or {}) if number else {})
            (folder / "samples.jsonl_metrics.json").write_text(json.dumps(metrics))
            files.append(ModelFiles(results, folder / "samples.jsonl"))
        stage = StageRecord(
            name="train",
            key="k",
            argv=(),
            code="c",
            seconds=75.0,
            inputs=(
                InputRecord(path="data/crates.txt", sha256="a" * 64),
                InputRecord(path="runs/x/stages/train-0/made", sha256="b" * 64),
            ),
            outputs=(),
        )
        (tmp_path / "stage.json").write_text(json.dumps(stage.to_row()))
        sources.comparison.write_text(json.dumps(found.model_copy(update={"models": named or {}}).to_row()))
        return dataclasses.replace(sources, models=tuple(files), stages=(tmp_path / "stage.json",)), stage

    return described


def test_the_conditions_name_models_sampling_judging_times_files_and_the_run(described, pages):
    sources, stage = described()
    markdown, page = pages(sources)
    metrics = json.loads(METRICS.read_text())
    rows = {row[0]: row[1:] for row in cells(markdown) if len(row) == 3}
    assert rows["model"] == ["owner/model-0", "owner/model-1"]
    assert rows["revision"] == ["abc", "abc"]
    assert rows["digest of the adapter"] == ["none", "adapter.bin dddddddddddd"]
    assert rows["sampler"] == ["hf, torch 0.1"] * 2
    assert rows["temperature"] == ["0.8"] * 2
    assert rows["digest of the prompt's template"] == ["ffffffffffff"] * 2
    assert rows["computed on"] == ["device cuda, dtype bfloat16"] * 2
    assert rows["judged by"] == [metrics["toolchain"]] * 2
    assert rows["sandbox"] == [metrics["sandbox"]] * 2
    assert rows["policy"] == ["on" if metrics["policy"] else "off"] * 2
    assert ["data/crates.txt", "`aaaaaaaaaaaa`"] in cells(markdown)
    assert "stages/train-0" not in markdown
    for text in (markdown, page):
        assert "train 1m15s; 1m15s in all" in text
        assert run_digest([stage]) in text
    assert '<td colspan="2">0.8</td>' in page


def test_what_is_not_pinned_or_not_alike_is_said_in_words(described, pages, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements/base.txt").write_text("click==0.1 ; marker \\\n    --hash=x\nclick==0.2\nJinja2==3\n")
    changed = {"settings": {"n_samples": 6, "temperature": 0.2, "seed": 42}, "sampler": {"kind": "canned", "file": "a"}}
    sources, _ = described(tuned=changed, judged={"toolchain": "rustc 9.9", "sandbox": "none"})
    metrics = json.loads(METRICS.read_text())
    for text in pages(sources):
        said = [html.unescape(line) for line in re.findall(r"(?:<li>|- )([^\n]*?\.)(?:</li>|\n)", text)]
        assert "The commit is unknown: this was not run in a git checkout." in said
        assert any(
            re.match(r"Other versions than the pinned .*click [\d.]+ \(0\.1 or 0\.2\).*Jinja2", one) for one in said
        )
        assert any(one.startswith("The answers of base were drawn with other versions than are") for one in said)
        assert "The answers of tuned were replayed from a file; no model was asked." in said
        assert "Not the same of all models: `temperature` is 0.8 of base, 0.2 of tuned." in said
        assert f"Not the same of all models: judged by {metrics['toolchain']} of base, rustc 9.9 of tuned." in said
        assert "Answers were compiled and run without a sandbox: tuned." in said


def test_servers_are_shown_and_what_they_told_otherwise_is_said(described, pages):
    told = {"software": "vllm 1", "model": "m", "gpu": "H100", "asked_with": {"top_k": -1}, "ftype": "Q8"}
    told |= {"prompt_length_confirmed": True}
    about = {"server": told, "base_url": "http://10.0.0.1:8000/v1"}
    other = {"gpu": "H200", "asked_with": {}, "prompt_length_confirmed": False}
    sources, _ = described(base=about, tuned=about | {"server": told | other})
    markdown, page = pages(sources)
    rows = {row[0]: row[1:] for row in cells(markdown) if len(row) == 3}
    assert rows["address of the server"] == ["http://10.0.0.1:8000/v1"] * 2
    assert (rows["server"], rows["file type"], rows["GPU"]) == (["vllm 1"] * 2, ["Q8"] * 2, ["H100", "H200"])
    assert rows["asked with, besides prompt and seed"] == ["top_k -1", "nothing but prompt and seed"]
    for text in (markdown, page):
        assert "Not the same of all models: asked on the GPU H100 of base, H200 of tuned." in text
        assert "besides prompt and seed, top_k -1 of base, nothing but prompt and seed of tuned." in text
        assert "the server confirmed the prompt" in text
    assert "the server holds" not in markdown


def test_the_names_of_the_models_are_the_title(described, pages):
    named = {model: ComparedModel(label=model, name=name) for model, name in (("base", "a<b"), ("tuned", "c"))}
    sources, _ = described(named=named)
    markdown, page = pages(sources)
    assert markdown.startswith("# c against a<b\n\n")
    assert "<title>c against a&lt;b</title>" in page
    assert "<b>tuned</b>: c</p>" in page


def test_codes_ends_and_lengths_of_both_are_counted(compared, pages):
    ends = {"A/0": "length", "B/0": "stop"}
    for page in pages(compared(TWO, THREE, ends=ends)[1]):
        rows = {row[0]: row[1:] for row in cells(page) if len(row) == 3}
        assert rows["E0308: other type than expected"] == ["1", "0"]
        assert rows["writing ended: length"] == ["6", "6"]
        assert rows["writing ended: not recorded"] == ["6", "6"]
    page = pages(compared(TWO, THREE)[1])[1]
    assert "<title>E0308: other type than expected, base: 1</title>" in page
    assert "pass@6, tuned: " in page  # a curve up to all samples, whatever k was asked for
    assert '<polygon class="tuned band"' in page


def test_a_loss_that_was_logged_is_drawn(compared, pages, checkpoint):
    log = [{"step": step, "train_loss": 1.0 / step} for step in (1, 2, 4)]
    page = pages(compared(TWO, THREE, checkpoint=checkpoint(*log))[1])[1]
    assert "<title>training loss</title></polyline>" in page


def test_long_lines_are_folded():
    assert str(code("<b>\n" + "é" * 10_000)) == "&lt;b&gt;\n" + "é" * 10_000
    for text, left in (("é" * 10_001, ""), ("x" * 20_009, ", 9 characters only in the results file")):
        shown = str(code(f"before\n{text}\nafter <b>"))
        assert shown.startswith("before\n")
        assert shown.endswith("\nafter &lt;b&gt;")
        assert shown.count("<details class=fold>") == 1
        assert f"{len(text.encode()):,} bytes in one line{left}</summary>" in shown
        assert max(map(len, shown.split("\n"))) < 1_400


CRATES = [{f"H/{crate}-{i}": [outcome] for crate in "abcdef" for i in range(2)} for outcome in ("compile", "passed")]


def test_p_by_crate_stands_in_the_table_of_a_set_of_several_crates_only(compared, pages):
    _, sources = compared(*({**one, **other} for one, other in zip(CRATES, (mixed(1, 5), mixed(5, 1)), strict=True)))
    for page, head in zip(pages(sources), ("| p by crate |", '<th scope="col" class="n">p by crate</th>'), strict=True):
        own = next(row for row in cells(page) if row[0] == "compiles (primary)")
        assert own[-1 if page.startswith("#") else -2] == "0.031"
        assert page.count(head) == 1
        assert page.count("With crates as the units (H: 12 functions of 6 crates, 2 of them of one; ") == 1
    assert [len(row) for row in cells(pages(sources)[0]) if row[0] in ("metric", "parses")] == [8, 8, 7, 7]


def test_a_comparison_from_before_crates_were_units_is_shown_without_them(compared, pages):
    found, sources = compared(*CRATES)
    row = found.to_row()
    for metric in row["metrics"]:
        for name in ("crates", "largest_crate", "p_by_crate"):
            del metric[name]
    sources.comparison.write_text(json.dumps(row))
    for page in pages(sources):
        assert "by crate: " in page
        assert "p by crate" not in page
        assert "as the units" not in page.replace("Problems are the units", "")


def test_the_card_has_the_figures_for_the_hub_and_for_people(compared, tmp_path):
    found, sources = compared(TWO, THREE)
    text = write_report(sources, tmp_path / "out")[2].read_text()
    head = yaml.safe_load(text.split("---")[1])
    (entry,) = head["model-index"]
    rates = {(one["dataset"]["name"], row["type"]): row["value"] for one in entry["results"] for row in one["metrics"]}
    assert rates == {(row.set, row.metric): round(row.tuned, 4) for row in found.metrics}
    assert verdict(found) in text
    assert "| A (2 problems) | pass@1 (primary) | " in text


def test_heads_of_tables_are_repeated_on_every_printed_page(compared, pages):
    page = pages(compared(TWO, THREE)[1])[1]
    printed = page.rpartition("@media print")[2]
    # Chromium leaves boxes of buttons out of a head that it repeats, and prints an empty line.
    assert "th button { display: contents; }" in printed.splitlines()[0]


def test_the_page_lets_its_own_script_run_and_no_other(compared, pages):
    page = pages(compared(TWO, THREE)[1])[1]
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'" in page
    assert not re.findall(r"<(?:img|iframe|object|embed|form|base)\b|\son\w+=|javascript:", page)
