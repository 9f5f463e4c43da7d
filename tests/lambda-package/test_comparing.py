"""Models by the words that name them: runs, files and directories of verdicts, with names of their own."""

import json
import re
import shutil
from dataclasses import replace

import pytest

from lambda_package.commands import MODELS
from lambda_package.compare import Statistics, compare
from lambda_package.comparing import Measures, compare_entrants, entrants
from lambda_package.looks import look_row
from lambda_package.primary import Primary
from lambda_package.report.view import honest_notes
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import Looks, SeveralModels, StageRecord

MEASURES = Measures((1, 2), Statistics(7, 200, 0.95), Primary())
OUTCOMES = {"one": 2, "two": 14, "three": 16}  # of 20 problems so many pass


@pytest.fixture
def places(verdict_file, tmp_path):
    """A file of verdicts a model, in a directory of its own."""
    found = {}
    for name, passes in OUTCOMES.items():
        (tmp_path / name).mkdir()
        outcomes = {f"A/{i}": ["passed" if i < passes else "test"] for i in range(20)}
        found[name] = tmp_path / name / "answers.jsonl_results.jsonl"
        shutil.move(verdict_file("made.jsonl", outcomes), found[name])
    return found


@pytest.fixture
def a_run(places, tmp_path, write_manifest):
    """The directory of a run that judged the first two, the tuned one with the policy on as well."""
    root, stages = tmp_path / "runs/own", []
    files = {"base-policy-off": "one", "tuned-policy-off": "two", "tuned-policy-on": "one"}
    for stage in (*(f"judge-{name}" for name in files), "sample-base", "sample-tuned", "problems"):
        (root / stage).mkdir(parents=True)
        about = {"name": stage, "key": "k", "argv": (), "code": "c", "seconds": 1, "inputs": (), "outputs": ()}
        stages.append(StageRecord(**about, directory=stage))
    for stage, name in files.items():
        shutil.copy(places[name], root / f"judge-{stage}/samples.jsonl_results.jsonl")
    for model in ("base", "tuned"):
        described = {"ran_on": {}, "sampler": {"kind": "hf", "model": {"name": f"owner/{model}", "revision": "r"}}}
        (root / f"sample-{model}/samples.jsonl.manifest.json").write_text(json.dumps(described))
    (root / "problems/problems.jsonl").touch()
    write_manifest(root, (), stages)
    return root


def test_a_run_stands_for_its_tuned_model_and_its_base_is_named_apart(a_run):
    tuned, base = entrants([str(a_run), f"before={a_run}@base"])
    assert (tuned.label, tuned.name) == ("owner/tuned (r)", "owner/tuned (r)")
    assert (base.label, base.name) == ("before", "owner/base (r)")
    assert tuned.results["off"] == a_run / "judge-tuned-policy-off/samples.jsonl_results.jsonl"
    assert (set(tuned.results), set(base.results)) == ({"off", "on"}, {"off"})
    found = compare_entrants([base, tuned], MEASURES)
    assert {row.policy for row in found.metrics} == {"off"}
    assert (found.label("base"), found.name("tuned")) == ("before", "owner/tuned (r)")
    assert found.verdict.startswith("owner/tuned (r) is better than before: A pass@1 10.0% to 70.0%")


def test_other_problems_under_the_same_ids_are_not_compared(a_run, tmp_path):
    other, problems = tmp_path / "other", []
    shutil.copytree(a_run, other)
    for run, prompt in ((a_run, "fn a() {"), (other, "fn b() {")):
        row = {"task_id": "A/0", "prompt": prompt, "canonical_solution": "}", "test": "t", "entry_point": "f"}
        problems.append(run / "problems/problems.jsonl")
        problems[-1].write_text(json.dumps(row) + "\n")
    with pytest.raises(InputError) as caught:
        compare_entrants(entrants([str(a_run), str(other)]), MEASURES)
    assert caught.value.what == f"{problems[1]}:1: A/0 is another problem than in {problems[0]}"
    shutil.copy(*problems)
    compare_entrants(entrants([str(a_run), str(other)]), MEASURES)


def test_a_run_says_what_a_comparison_is_about_and_options_prevail(a_run, tmp_path):
    other = tmp_path / "runs/other"
    shutil.copytree(a_run, other)

    def about(place, **stats):
        manifest = place / "manifest.json"
        manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"settings": {"stats": stats}}))

    about(a_run, primary_set="A", primary_metric="compiles")
    words = [f"{a_run}@base", str(a_run)]
    assert compare_entrants(entrants(words), MEASURES).primary == "A, compiles, policy off"
    asked = replace(MEASURES, primary=Primary("A", "parses"))
    assert compare_entrants(entrants(words), asked).primary == "A, parses, policy off"
    about(other, primary_set=None, primary_metric="pass@1")
    with pytest.raises(InputError, match=r"about compiles of A, another about pass@1 of the first") as caught:
        compare_entrants(entrants([str(a_run), str(other)]), MEASURES)
    assert "--primary-set and --primary-metric" in caught.value.hint


@pytest.mark.parametrize(
    ("settings", "what"), [({"stats": 3}, "setting `stats`"), ({"stats": {"confidence": "x"}}, "`stats.confidence`")]
)
def test_settings_of_a_strange_kind_are_a_fault_of_the_record(a_run, settings, what):
    manifest = a_run / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"settings": settings}))
    with pytest.raises(InputError, match=what):
        compare_entrants(entrants([f"{a_run}@base", str(a_run)]), UNASKED)


UNASKED = replace(MEASURES, asked=False)


@pytest.fixture
def looked(a_run):
    """The same run, as one that drew its samples in looks, whose page is at 99%."""
    results = {(model, "off"): a_run / f"judge-{model}-policy-off/samples.jsonl_results.jsonl" for model in MODELS}
    own = compare(results, ks=(1,), how=Statistics(7, 200, 0.99))
    own = own.model_copy(update={"looks": Looks(confidence=0.95, width=80.0, max_samples=4, taken=(look_row(own),))})
    (a_run / "compare").mkdir()
    (a_run / "compare/comparison.json").write_text(json.dumps(own.to_row()))
    manifest = json.loads((a_run / "manifest.json").read_text())
    manifest["stages"].append(manifest["stages"][0] | {"name": "compare", "directory": "compare"})
    (a_run / "manifest.json").write_text(json.dumps(manifest))
    return a_run, own


def test_the_pair_of_a_run_is_compared_at_the_level_of_its_own_page_and_with_its_looks(looked):
    run, own = looked
    words = [f"{run}@base", str(run)]
    found = compare_entrants(entrants(words), UNASKED)
    assert (found.confidence, found.looks, found.level_from) == (0.99, own.looks, None)
    assert found.primary_row().interval == own.primary_row().interval
    assert "99% interval" in found.verdict
    turned = compare_entrants(entrants(words[::-1]), UNASKED)
    assert (turned.confidence, turned.looks) == (0.99, None)
    assert turned.level_from in honest_notes(turned, None)
    asked = compare_entrants(entrants(words), MEASURES)
    assert (asked.confidence, asked.looks) == (0.95, None)
    assert asked.level_from == (
        "The level 95% was asked for; the page of `own`, whose samples were drawn in looks, has 99%."
    )


def test_models_of_several_runs_are_compared_at_the_strictest_level_and_that_is_said(looked, places, tmp_path):
    run, _ = looked
    other = tmp_path / "runs/other"
    shutil.copytree(run, other)
    manifest = json.loads((other / "manifest.json").read_text())
    manifest["stages"].pop()
    (other / "manifest.json").write_text(json.dumps(manifest | {"settings": {"stats": {"confidence": 0.9}}}))
    found = compare_entrants(entrants([f"{run}@base", str(other)]), UNASKED)
    assert (found.confidence, found.looks) == (0.99, None)
    assert "at 99%, the strictest level among the runs, of `own`, whose samples were drawn in looks" in found.level_from
    alone = compare_entrants(entrants([f"{other}@base", str(other)]), UNASKED)
    assert (alone.confidence, alone.level_from) == (
        0.9,
        "Intervals and tests are at 90%, as on the page of `other`.",
    )
    files = compare_entrants(entrants([str(places["one"]), str(places["two"])]), UNASKED)
    assert (files.confidence, files.level_from) == (0.95, None)


@pytest.mark.parametrize(
    ("option", "value"), [("look", "x"), ("overall", 0), ("width", 1), ("max-samples", 4), ("tuned-name", "x")]
)
def test_options_of_files_are_refused_beside_runs(a_run, run_command, option, value):
    code, _, error = run_command("compare", f"{a_run}@base", a_run, f"--{option}", value)
    assert code == 2
    assert f"--{option} is for files by option, and does not go with RUNs" in error


def test_bars_in_names_end_no_cell_of_a_table(places, tmp_path, monkeypatch, run_command):
    monkeypatch.chdir(tmp_path)
    words = [f"{name}={places[file]}" for name, file in (("a|b", "one"), ("c\nd", "two"))]
    code, _, error = run_command("compare", *words, "--resamples", 200, "--report", "out")
    assert (code, error) == (0, "")
    for name in ("report.md", "model-card.md"):
        text = (tmp_path / "out" / name).read_text()
        assert "a\\|b | c d |" in text
        tables = [part.splitlines() for part in text.split("\n\n") if part.startswith("|")]
        for rows in tables:
            assert len({len(re.findall(r"(?<!\\)\|", row)) for row in rows}) == 1, rows


def test_files_and_directories_have_the_name_of_their_answers_unlike_each_other(places):
    found = entrants([str(places["one"]), str(places["two"].parent), f"x={places['three']}"])
    assert [one.label for one in found] == ["answers", "answers (2)", "x"]
    assert [one.results for one in found] == [{"off": file} for file in places.values()]


def test_a_file_whose_metrics_say_so_was_judged_with_the_policy_on(places, metrics_file):
    for name in ("one", "two"):
        shutil.copy(metrics_file(policy=True), places[name].with_name("answers.jsonl_metrics.json"))
    found = compare_entrants(entrants([str(places["one"]), str(places["two"])]), MEASURES)
    assert (found.policy, found.primary) == ("on", "A, pass@1, policy on")
    with pytest.raises(InputError, match="some models were judged with the policy on, and others with it off"):
        compare_entrants(entrants([str(places["one"]), str(places["three"])]), MEASURES)


def test_three_models_are_held_against_the_first_in_one_file_and_one_report(places, tmp_path, monkeypatch, run_command):
    monkeypatch.chdir(tmp_path)
    words = [f"{name}={file}" for name, file in places.items()]
    code, said, error = run_command("compare", *words, "--resamples", 200, "--report", "out")
    assert (code, error) == (0, "")
    several = read_record(tmp_path / "comparison.json", SeveralModels)
    assert said.splitlines() == [
        *(pair.verdict for pair in several.pairs),
        "out/report.md",
        "out/report.html",
        "out/model-card.md",
    ]
    assert [(pair.label("base"), pair.label("tuned")) for pair in several.pairs] == [("one", "two"), ("one", "three")]
    alone = [pair.primary_row().p for pair in several.pairs]
    assert list(several.primary_p) == [pytest.approx(max(alone)), pytest.approx(2 * min(alone))]
    markdown, page = ((tmp_path / "out" / name).read_text() for name in ("report.md", "report.html"))
    assert "| one | 10.0% | " in markdown
    assert "| three | 80.0% | " in markdown
    assert "### three against one" in markdown
    assert "<h1>3 models</h1>" in page
    assert page.count('<div class="verdict">') == 2
    assert "<title>pass@1, three: 80.0%" in page
    assert re.search(r"A/0</a>.*?1 / 1 / 1 / 1.*?1 / 1 / 1 / 1.*?1 / 1 / 1 / 1", page)


def test_several_models_have_p_by_crate_where_problems_are_of_several_crates(verdict_file, tmp_path, run_command):
    words = []
    for name, outcome in (("one", "compile"), ("two", "passed"), ("three", "compile")):
        words.append(
            f"{name}={verdict_file(name, {f'H/{crate}-{i}': [outcome] for crate in 'abcdef' for i in (0, 1)})}"
        )
    options = ("--output", tmp_path / "comparison.json", "--report", tmp_path / "out")
    code, said, error = run_command("compare", *words, "--resamples", 200, *options)
    assert (code, error) == (0, "")
    assert said.count("With crates as the units (H: 12 functions of 6 crates, 2 of them of one") == 2
    markdown, page = ((tmp_path / "out" / name).read_text() for name in ("report.md", "report.html"))
    assert "| interval | p | p adjusted | p by crate |\n|---|---:|---|---:|---|---:|---:|---:|\n| one |" in markdown
    assert re.search(r"\| two \| .* \| 0\.00049 \| 0\.00098 \| 0\.031 \|\n\| three \|.*\| 1\.00 \|\n", markdown)
    widths = {
        row.count("<td")
        for row in re.findall(r"<tr>.*?</tr>", page.partition("All models")[2].partition("</table>")[0])
    }
    assert widths == {0, 8}  # the head has no such cells


def test_what_cannot_be_compared_says_so(places, a_run, tmp_path):
    with pytest.raises(InputError, match="holds no files of verdicts"):
        entrants([str(tmp_path)])
    shutil.copy(places["one"], places["one"].with_name("b_results.jsonl"))
    with pytest.raises(InputError, match="holds 2 files of verdicts"):
        entrants([str(places["one"].parent)])
    with pytest.raises(InputError, match="one model cannot be compared"):
        compare_entrants(entrants([str(a_run)]), MEASURES)
    for folder in a_run.glob("judge-base*"):
        shutil.rmtree(folder)
    with pytest.raises(InputError, match="no such file"):
        compare_entrants(entrants([str(a_run), f"{a_run}@base"]), MEASURES)
