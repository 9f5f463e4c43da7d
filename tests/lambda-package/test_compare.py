import json
import re

import pytest

from lambda_package.compare import Statistics, compare
from lambda_package.measures import AT_LIMIT
from lambda_package.primary import ATTEMPTS, Primary
from lambda_package.report import ModelFiles, Sources, honest_notes, training_view, write_report
from lambda_package.verdicts import load_verdicts, sets_in
from sigil_common.errors import InputError
from sigil_common.records import CheckpointInfo

QUICK = {"ks": [1, 2, 10], "how": Statistics(seed=7, resamples=1_000, confidence=0.95)}


def test_known_verdicts_give_known_rates(verdict_file):
    base = verdict_file("b", {"A/0": ["passed", "compile"], "A/1": ["no_code", "syntax"], "B/0": ["test", "test"]})
    tuned = verdict_file("t", {"A/0": ["passed", "passed"], "A/1": ["test", "compile"], "B/0": ["passed", "test"]})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    rates = {row.id: (row.base, row.tuned) for row in found.metrics}
    assert rates == {
        "A, has code, policy off": (0.75, 1.0),
        "A, parses, policy off": (0.5, 1.0),
        "A, compiles, policy off": (0.25, 0.75),
        "A, pass@1, policy off": (0.25, 0.5),
        "A, pass@2, policy off": (0.5, 0.5),
        "B, has code, policy off": (1.0, 1.0),
        "B, parses, policy off": (1.0, 1.0),
        "B, compiles, policy off": (1.0, 1.0),
        "B, pass@1, policy off": (0.0, 0.5),
        "B, pass@2, policy off": (0.0, 1.0),
    }
    assert found.primary == "A, pass@1, policy off"
    assert [(row.set, row.metric, row.reason) for row in found.unavailable] == [
        (name, metric, reason)
        for name in ("A", "B")
        for metric, reason in (
            ("pass@10", "2 samples a problem"),
            ("ends at the token limit", "not all samples say how they ended"),
        )
    ]
    assert found.failures["base policy off"] == {"passed": 1, "no_code": 1, "syntax": 1, "compile": 1, "test": 2}
    assert [row.change for row in found.problems] == ["gained", "same", "gained"]


def test_problems_of_several_crates_are_counted_by_crate(verdict_file, tmp_path):
    base = verdict_file("b", {"H/a-b-0": ["idle"], "H/a-b-1": ["passed"], "H/c-0": ["compile"], "A/0": ["test"]})
    tuned = verdict_file("t", {"H/a-b-0": ["passed"], "H/a-b-1": ["idle"], "H/c-0": ["passed"], "A/0": ["passed"]})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    assert [(row.set, row.crate, row.problems, row.base, row.tuned, row.gained, row.lost) for row in found.crates] == [
        ("H", "a-b", 2, 0.5, 0.5, 1, 1),
        ("H", "c", 1, 0.0, 1.0, 1, 0),
    ]
    assert {row.metric for row in found.crates} == {ATTEMPTS}
    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps(found.to_row()))
    for page in write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned))), tmp_path)[:2]:
        text = page.read_text()
        assert "by crate: c 0.0% to 100.0% (1 problem); a-b 50.0% to 50.0% (2 problems)." in text
        assert "do not say how the functions of other crates would go" in text
        assert "With the 2 crates as the units p is 1.00, uncorrected." in text
        assert "p by crate: the same difference with the crates as the units" in text


@pytest.mark.parametrize("outcomes", [{"H/a-0": ["idle"], "H/a-1": ["idle"]}, {"H/0": ["idle"], "H/a-1": ["idle"]}])
def test_one_crate_or_ids_without_crates_make_no_table(verdict_file, outcomes):
    files = {(model, "off"): verdict_file(model, outcomes) for model in ("base", "tuned")}
    assert compare(files, **QUICK).crates == ()


def test_answers_that_end_at_the_limit_are_counted_once_for_both_models(verdict_file, tmp_path):
    outcomes = {"A/0": ["test"], "A/1": ["passed"], "A/2": ["syntax"], "A/3": ["test"]}
    stop, length = dict.fromkeys(outcomes, "stop"), dict.fromkeys(outcomes, "length")
    base = verdict_file("b", outcomes, stop | {"A/2": "length"})
    tuned = verdict_file("t", outcomes, length | {"A/0": "closed"})
    files = {(model, policy): path for model, path in (("base", base), ("tuned", tuned)) for policy in ("off", "on")}
    found = compare(files, **QUICK)
    (row,) = (row for row in found.metrics if row.metric == "ends at the token limit")
    assert (row.policy, row.base, row.tuned) == ("off", 0.25, 0.75)
    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps(found.to_row()))
    for page in write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned))), tmp_path)[:2]:
        text = page.read_text()
        assert "that ended only at the token limit: A 25.0% and 75.0%." in text
        assert "ends at the token limit" in text


def test_the_training_curve_is_drawn(tmp_path):
    checkpoint = tmp_path / "checkpoint-4"
    checkpoint.mkdir()
    info = CheckpointInfo(
        base_model="m", base_revision="r", step=4, quantization="none", config_sha256="c", data_sha256="d"
    )
    (checkpoint / "sigil_checkpoint.json").write_text(json.dumps(info.to_row()))
    rows = [{"step": 0, "val_loss": 2.0}, {"step": 2, "train_loss": 1.5}, {"step": 4, "train_loss": 1.25}]
    (tmp_path / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    view = training_view(checkpoint)
    assert (view["train"], view["val"]) == ([(2, 1.5), (4, 1.25)], [(0, 2.0)])
    assert "polyline" in view["plot"] or "<path" in view["plot"]


def test_models_must_be_judged_on_the_same_samples(verdict_file):
    base = verdict_file("b", {"A/0": ["passed"], "A/1": ["test"]})
    tuned = verdict_file("t", {"A/0": ["passed"]})
    with pytest.raises(InputError, match="not judged on the same samples") as caught:
        compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    assert "A/1: 1 in" in caught.value.cause


def test_a_sample_that_could_not_be_judged_stops_the_comparison(verdict_file):
    broken = verdict_file("b", {"A/0": ["passed", "sandbox"]})
    with pytest.raises(InputError, match="b:2: A/0 could not be judged"):
        compare({("base", "off"): broken, ("tuned", "off"): broken}, **QUICK)


def test_policies_are_compared_apart(verdict_file):
    base, tuned = verdict_file("b", {"A/0": ["test"]}), verdict_file("t", {"A/0": ["passed"]})
    refused = verdict_file("r", {"A/0": ["policy"]})
    results = {("base", "off"): base, ("tuned", "off"): tuned, ("base", "on"): base, ("tuned", "on"): refused}
    found = compare(results, **QUICK)
    passes = {row.policy: row.tuned for row in found.metrics if row.metric == "pass@1"}
    assert passes == {"off": 1.0, "on": 0.0}
    assert found.primary == "A, pass@1, policy off"


def test_equal_verdicts_have_equal_intervals_under_both_policies(verdict_file):
    base = verdict_file("b", {f"A/{i}": ["passed", "test"] if i % 3 else ["test", "test"] for i in range(12)})
    tuned = verdict_file("t", {f"A/{i}": ["passed", "passed"] if i % 2 else ["test", "test"] for i in range(12)})
    found = compare(
        {(model, policy): path for policy in ("off", "on") for model, path in (("base", base), ("tuned", tuned))},
        **QUICK,
    )
    rows = [(row.base_interval, row.tuned_interval, row.interval, row.p) for row in found.metrics]
    half = len(rows) // 2
    assert rows[:half] == rows[half:]


def test_without_tests_an_answer_compiles_and_does_something_or_not(verdict_file):
    base = verdict_file("b", {"H/0": ["idle"], "H/1": ["compile"], "A/0": ["test"]})
    tuned = verdict_file("t", {"H/0": ["passed"], "H/1": ["idle"], "A/0": ["test"]})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    rates = {row.metric: (row.base, row.tuned) for row in found.metrics if row.set == "H"}
    assert rates == {"has code": (1.0, 1.0), "parses": (1.0, 1.0), "compiles": (0.5, 1.0), ATTEMPTS: (0.0, 0.5)}
    reasons = {(row.set, row.metric): row.reason for row in found.unavailable}
    assert reasons["H", "pass@1"] == "judged by the compiler alone"
    assert ("A", "pass@1") not in reasons


@pytest.mark.parametrize(
    ("wanted", "primary"),
    [
        (Primary(), "H, compiles, policy off"),
        (Primary("H"), "H, compiles, policy off"),
        (Primary("A"), "A, pass@1, policy off"),
        (Primary("A", "parses"), "A, parses, policy off"),
        (Primary(metric="has code"), "H, has code, policy off"),
    ],
)
def test_the_primary_measure_is_the_one_that_was_named(verdict_file, wanted, primary):
    file = verdict_file("b", {"H/0": ["passed"], "A/0": ["test"]})
    found = compare({("base", "off"): file, ("tuned", "off"): file}, primary=wanted, **QUICK)
    assert (found.primary, [row.id for row in found.metrics if row.primary]) == (primary, [primary])


@pytest.mark.parametrize(
    ("wanted", "words"),
    [(Primary("B"), "no problem of the set `B` was judged"), (Primary("H", "pass@1"), "`H` has no measure `pass@1`")],
)
def test_a_primary_measure_that_is_not_there_is_refused(verdict_file, wanted, words):
    file = verdict_file("b", {"H/0": ["passed"], "A/0": ["test"]})
    with pytest.raises(InputError, match=words):
        compare({("base", "off"): file, ("tuned", "off"): file}, primary=wanted, **QUICK)


def test_in_a_set_of_both_kinds_passing_is_counted_over_the_problems_with_tests(verdict_file, tmp_path):
    base = verdict_file("b", {"A/a-0": ["test"], "A/a-1": ["test"], "A/untested-0": ["idle"]})
    tuned = verdict_file("t", {"A/a-0": ["passed"], "A/a-1": ["test"], "A/untested-0": ["passed"]})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    rates = {row.metric: (row.problems, row.base, row.tuned) for row in found.metrics}
    assert rates["compiles"] == (3, 1.0, 1.0)
    assert rates[ATTEMPTS] == (3, pytest.approx(2 / 3), 1.0)
    assert rates["pass@1"] == (2, 0.0, 0.5)
    assert [(row.crate, row.metric) for row in found.crates] == [("a", ATTEMPTS), ("untested", ATTEMPTS)]
    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps(found.to_row()))
    for page in write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned))), tmp_path)[:2]:
        text = page.read_text()
        assert "pass@1, 2 problems (primary)" in text
        assert "compiles, 3 problems" not in text


def test_problems_that_cannot_be_judged_are_left_out_and_said(verdict_file, caplog):
    base = verdict_file("b", {"A/0": ["passed"], "A/1": ["test"], "A/2": ["unusable"]})
    found = compare({("base", "off"): base, ("tuned", "off"): base}, **QUICK)
    assert (found.metrics[-1].metric, found.metrics[-1].base, found.metrics[-1].problems) == ("pass@1", 0.5, 2)
    assert "left out 1 problem that cannot be judged, as A/2" in caplog.text
    assert found.left_out == ("A/2",)
    assert any("1 problem that could not be judged" in note and "A/2" in note for note in honest_notes(found, None))


def test_the_report_escapes_what_models_wrote(verdict_file, tmp_path):
    base = verdict_file("b", {"A/0": ["compile", "test"], "A/1": ["passed", "test"]})
    tuned = verdict_file("t", {"A/0": ["passed", "panic"], "A/1": ["passed", "no_code"]})
    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps(compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK).to_row()))
    markdown, html, _ = write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned))), tmp_path)
    page = html.read_text()
    assert page.count("</script>") == 1  # our own
    assert "&lt;/script&gt;&lt;b&gt;" in page
    assert "\u202e" not in page
    assert r"\u{202e}" in page
    assert "://" not in page.replace("http://www.w3.org/2000/svg", "")  # works offline
    assert "| pass@1 (primary) | off | 25.0% | 50.0% | +25.0 |" in markdown.read_text()


def test_the_report_tells_of_the_data_what_the_pipeline_counted(verdict_file, tmp_path, pytestconfig):
    golden = pytestconfig.rootpath / "tests" / "sigil-pipeline" / "output" / "golden" / "data.jsonl.summary.json"
    base, tuned = verdict_file("b", {"A/0": ["test"]}), verdict_file("t", {"A/0": ["passed"]})
    comparison = tmp_path / "comparison.json"
    comparison.write_text(json.dumps(compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK).to_row()))
    markdown, html, _ = write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned)), golden), tmp_path)
    assert "11 samples of 2 crates (3 looked at): 8 code_generation, 1 transformations" in markdown.read_text()
    assert "Crates left out: 1 not_found." in markdown.read_text()
    assert "<td>candidate</td><td>duplicate</td>" in html.read_text()
    (tmp_path / "broken.json").write_text('{"source": "x"}')
    with pytest.raises(InputError, match=r"broken\.json: not a DatasetSummary file"):
        write_report(Sources(comparison, (ModelFiles(base), ModelFiles(tuned)), tmp_path / "broken.json"), tmp_path)


def test_problem_sets_keep_the_order_of_the_file_and_the_first_is_primary(verdict_file):
    side = verdict_file("v", {"Z/0": ["test"], "A/0": ["passed"], "Z/1": ["passed"], "B_0_alone": ["test"]})
    assert list(dict.fromkeys(sets_in(load_verdicts(side)).values())) == ["Z", "A", "B"]
    found = compare({("base", "off"): side, ("tuned", "off"): side}, **QUICK)
    assert found.primary == "Z, pass@1, policy off"
    assert {(row.set, row.problems) for row in found.metrics} == {("Z", 2), ("A", 1), ("B", 1)}
    assert [row.id for row in found.metrics if row.primary] == [found.primary]


def test_unequal_samples_within_a_set_limit_k_to_the_fewest(verdict_file):
    samples = {"A/0": ["passed", "test", "test"], "A/1": ["test"], "B/0": ["test"] * 3}
    side = verdict_file("v", samples)
    found = compare({("base", "off"): side, ("tuned", "off"): side}, **QUICK)
    names = {name: [row.metric for row in found.metrics if row.set == name] for name in ("A", "B")}
    assert names["A"] == ["has code", "parses", "compiles", "pass@1"]
    assert names["B"] == [*names["A"], "pass@2"]
    assert {(row.set, row.metric) for row in found.unavailable if row.metric != AT_LIMIT} == {
        ("A", "pass@2"), ("A", "pass@10"), ("B", "pass@10")
    }  # fmt: skip
    (row,) = (row for row in found.metrics if row.id == "A, pass@1, policy off")
    assert row.base == pytest.approx((1 / 3 + 0) / 2)  # problems are the units, not samples


@pytest.mark.parametrize(
    ("base", "tuned", "task"),
    [
        ({"A/0": ["test"] * 2}, {"A/0": ["test"] * 3}, "A/0: 2 in .*/b, 3 in .*/t"),
        ({"A/0": ["test"]}, {"A/1": ["test"]}, "A/0: 1 in .*/b, 0 in .*/t"),
    ],
)
def test_unequal_samples_of_the_models_are_refused(verdict_file, base, tuned, task):
    files = {("base", "off"): verdict_file("b", base), ("tuned", "off"): verdict_file("t", tuned)}
    with pytest.raises(InputError, match="not judged on the same samples") as caught:
        compare(files, **QUICK)
    assert re.fullmatch(task, caught.value.cause)


def test_what_the_policy_changes_nothing_of_is_counted_once(verdict_file):
    outcomes = {f"A/{i}": ["no_code"] for i in range(10)}, {f"A/{i}": ["passed"] for i in range(10)}
    base, tuned = (verdict_file(name, side) for name, side in zip("bt", outcomes, strict=True))
    refused = verdict_file("r", {f"A/{i}": ["policy"] for i in range(10)})
    off = {("base", "off"): base, ("tuned", "off"): tuned}
    exact = 2 / 2**10
    same = compare(off | {("base", "on"): base, ("tuned", "on"): tuned}, **QUICK)
    p = {row.id: row.p_adjusted for row in same.metrics}
    assert len(p) == 8
    assert p["A, pass@1, policy off"] == p["A, pass@1, policy on"] == pytest.approx(exact)  # one hypothesis, primary
    assert p["A, parses, policy off"] == p["A, parses, policy on"] == pytest.approx(3 * exact)
    other = compare(off | {("base", "on"): base, ("tuned", "on"): refused}, **QUICK)
    p = {row.id: row.p_adjusted for row in other.metrics}
    assert p["A, parses, policy on"] == pytest.approx(
        4 * exact
    )  # and pass@1 with the policy on, of which nothing passes
    assert p["A, pass@1, policy on"] == 1.0


def test_ids_without_a_slash_are_one_set_whatever_their_numbers(verdict_file):
    side = verdict_file("v", {"two_sum": ["passed"], "rot13": ["test"], "rle2": ["test"], "B/0": ["passed"]})
    found = compare({("base", "off"): side, ("tuned", "off"): side}, **QUICK)
    assert {(row.set, row.problems) for row in found.metrics} == {("problems", 3), ("B", 1)}
    assert [row.set for row in found.problems] == ["problems"] * 3 + ["B"]


def test_a_set_that_the_verdicts_name_prevails(verdict_file, tmp_path):
    side = verdict_file("v", {"two_sum": ["passed"], "rot13": ["test"], "B/0": ["passed"]})
    rows = [json.loads(line) for line in side.read_text().splitlines()]
    named = tmp_path / "named"
    named.write_text(
        "".join(json.dumps(row | {"set": "Own"} if "/" not in row["task_id"] else row) + "\n" for row in rows)
    )
    assert list(dict.fromkeys(sets_in(load_verdicts(named)).values())) == ["Own", "B"]
    assert compare({("base", "off"): named, ("tuned", "off"): named}, **QUICK).primary == "Own, pass@1, policy off"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"passed": true', '"passed": false'),
        ('"result": "passed"', '"result": "failed"'),
        ('"compiles": true', '"compiles": false'),
        ('"passed": true', '"passed": true, "failure": "test"'),
    ],
)
def test_a_verdict_that_contradicts_itself_is_refused(verdict_file, old, new):
    side = verdict_file("v", {"A/0": ["test"], "A/1": ["passed"]})
    whole = side.read_text()
    assert whole.count(old) == (2 if "compiles" in old else 1)
    head, _, tail = whole.rpartition(old)
    side.write_text(f"{head}{new}{tail}")
    with pytest.raises(InputError, match="v:2: the verdict on A/1 contradicts itself"):
        load_verdicts(side)


def test_a_sample_that_is_there_twice_is_refused(verdict_file):
    side = verdict_file("v", {"A/0": ["passed", "test"], "A/1": ["unusable"]})
    first, second, unusable = side.read_text().splitlines()
    for lines, what in (
        ([first, second, first], "v:3: sample 0 of A/0"),
        ([first, *[unusable] * 2], "v:3: sample 0 of A/1"),
    ):
        side.write_text("\n".join(lines))
        with pytest.raises(InputError, match=f"{what} is there twice") as caught:
            load_verdicts(side)
        assert re.search(r"line \d already", caught.value.cause)


def test_all_metrics_but_the_primary_share_one_correction(verdict_file):
    base = verdict_file("b", {f"A/{i}": ["no_code"] for i in range(10)} | {f"B/{i}": ["test"] for i in range(10)})
    tuned = verdict_file("t", {f"A/{i}": ["passed"] for i in range(10)} | {f"B/{i}": ["test"] for i in range(10)})
    found = compare({("base", "off"): base, ("tuned", "off"): tuned}, **QUICK)
    p = {row.id: (row.p, row.p_adjusted) for row in found.metrics}
    exact = 2 / 2**10
    assert p["A, pass@1, policy off"] == pytest.approx((exact, exact))
    for name in ("has code", "parses", "compiles"):
        assert p[f"A, {name}, policy off"] == pytest.approx((exact, 7 * exact))  # 7 others: 3 of A, 4 of B
        assert p[f"B, {name}, policy off"] == (1.0, 1.0)


def test_samples_are_put_in_order_and_an_unknown_end_of_one_hides_the_share(verdict_file, tmp_path):
    file = verdict_file("v", {"A/0": ["passed", "test", "syntax"]}, {"A/0": "length"})
    lines = file.read_text().splitlines()
    file.write_text("\n".join(reversed(lines)) + "\n")
    assert [row.sample_index for row in load_verdicts(file)["A/0"]] == [0, 1, 2]
    known = compare({("base", "off"): file, ("tuned", "off"): file}, **QUICK)
    assert AT_LIMIT in {row.metric for row in known.metrics}
    (tmp_path / "w").write_text("\n".join([lines[0].replace('"finish_reason": "length"', '"x": 1'), *lines[1:]]))
    unknown = compare({("base", "off"): file, ("tuned", "off"): tmp_path / "w"}, **QUICK)
    assert AT_LIMIT not in {row.metric for row in unknown.metrics}


def test_a_file_without_verdicts_is_refused(tmp_path):
    (tmp_path / "empty").write_text("\n")
    with pytest.raises(InputError, match="empty holds no verdicts"):
        load_verdicts(tmp_path / "empty")
