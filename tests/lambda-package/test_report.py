"""The report from real files: what it says, that both forms say the same, and that nothing in it is markup."""

import html
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_package.compare import Statistics, compare
from lambda_package.headline import p_value, percent, points, verdict
from lambda_package.likelihood import BITS, RIGHT, with_likelihood
from lambda_package.report import Own, Sources, honest_notes, visible, write_report
from sigil_common.errors import InputError
from sigil_common.records import CheckpointInfo, FailureClass, Problem

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

    def compared(base, tuned, confidence=0.95, policies=("off",), **more):
        files = {"base": verdict_file("base.jsonl", base), "tuned": verdict_file("tuned.jsonl", tuned)}
        results = {(model, policy): file for model, file in files.items() for policy in policies}
        found = compare(results, ks=[1, 2, 10], how=Statistics(7, 1_000, confidence))
        (tmp_path / "comparison.json").write_text(json.dumps(found.to_row()))
        return found, Sources(tmp_path / "comparison.json", files["base"], files["tuned"], **more)

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
    return lambda sources: [path.read_text() for path in write_report(sources, tmp_path / "out")]


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
    assert note.endswith("There are 1 of the base model and 2 of the tuned one.")
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
    sentence = verdict(found)
    assert markdown.startswith(f"# Base against tuned: {sentence}\n")
    assert f'<p class="verdict">{html.escape(sentence)}</p>' in page
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
        pages(sources), before, ("## ", "<h2>"), ("It decides <nothing>.", "It decides &lt;nothing&gt;."), strict=True
    ):
        heading = f"{mark}Likelihood of known solutions"
        assert heading not in plain
        start, end = page.index(heading), page.index(f"{mark}Problem")
        assert page.index(f"{mark}How completions ended") < start < end
        assert page[:start] + page[end:] == plain  # all else is as without
        assert meaning in page[start:end]
        shown = [row for row in cells(page) if row[1:2] and row[1] in (BITS, RIGHT)]
        assert shown == [
            ["A", BITS, "2", "1.500", "1.250", "-0.250", "too few problems"],
            ["A", RIGHT, "2", "75.0%", "25.0%", "-50.0 points", "-100.0 to +100.0"],
            ["B", BITS, "1", "0.500", "0.625", "+0.125", "too few problems"],
        ]


def test_a_problem_shows_its_prompt_and_the_first_samples_side_by_side(compared, pages, tmp_path):
    file = tmp_path / "problems.jsonl"
    problem = Problem(task_id="A/0", prompt="fn f<T>() {\n", canonical_solution="}", test="t", entry_point="f")
    file.write_text(json.dumps(problem.to_row()) + "\n")
    _, sources = compared(TWO, THREE, problem_files=(file,))
    _, page = pages(sources)
    first = page[page.index("<summary>A/0</summary>") : page.index("<summary>A/1</summary>")]
    assert "<pre>fn f&lt;T&gt;() {\n</pre>" in first
    headings = re.findall(r"<h4>(.*?)</h4>", first)
    assert headings == [
        "base, sample 0: passed",
        "tuned, sample 0: passed",
        "base, sample 1: test",
        "tuned, sample 1: passed",
        "base, sample 2: compile E0308",
        "tuned, sample 2: passed",
        "base, sample 3: no_code",
        "tuned, sample 3: passed",
    ]
    assert first.count("mismatched &lt;types&gt;") == 1
    assert "syntax" not in first  # the fifth sample is not shown, and the page says so
    assert "The first 4 samples of each can be opened" in page


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
    tools({"rustc": "echo rustc 1.90.0", "nvidia-smi": "echo 81559"})
    for page in pages(compared(TWO, THREE)[1]):
        assert "rustc 1.90.0" in page
        assert "GPU with 81559 MiB" in page
        assert "commit unknown (not a git checkout)" in page


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda sources: sources.comparison.unlink(), "cannot read .*comparison"),
        (
            lambda sources: sources.comparison.write_text("{torn"),
            r"comparison\.json: not a Comparison file\n.*cause: Invalid JSON",
        ),
        (lambda sources: sources.base_results.unlink(), "no such file: .*base.jsonl"),
        (lambda sources: sources.tuned_results.write_text(""), "tuned.jsonl holds no verdicts"),
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
    text = sources.base_results.read_text()
    sources.base_results.write_text(text.replace(r"    passed", r"    \ud83e passed"))
    assert r"\u{d83e} passed" in pages(sources)[1]


def test_problems_without_a_set_have_their_dots(compared, pages):
    _, page = pages(compared({"alone": ["test"]}, {"alone": ["compile"]})[1])
    assert "<title>alone: 100% to 0%</title>" in page
