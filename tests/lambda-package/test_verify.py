"""Holding a run against its own record: its files, its comparison, and its verdicts, which a script judges again."""

import json
import shutil
import sys
from pathlib import Path

import pytest

from lambda_package import pages, questions, rejudge
from lambda_package.compare import Statistics, compare
from lambda_package.headline import verdict, with_verdict
from lambda_package.pages import why_not
from lambda_package.recompute import differences
from lambda_package.rejudge import Rejudging, choose
from lambda_package.run_record import FinishedRun, open_run
from lambda_package.stages import PAGES
from lambda_package.verify import check_files, summary, verify
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.jsonl import read_models, write_json, write_jsonl, write_text
from sigil_common.manifest import describe_files, digest_file
from sigil_common.records import InputRecord, StageRecord, Verdict

METRICS = Path(__file__).resolve().parents[1] / "sigil-common/golden/metrics.json"
HINT = "name the manifest.json of a run, or its directory"
HALF = Rejudging(0.5, 3)
# Judges as the file named by KNOWN has it, and ends as TOOL says.
JUDGE = """
import json, os, pathlib, sys
if "TOOL" in os.environ:
    sys.exit(int(os.environ["TOOL"]))
known = {(row["task_id"], row["completion"]): row for row in json.load(open(os.environ["KNOWN"]))}
out = pathlib.Path(sys.argv[sys.argv.index("--output-dir") + 1]); out.mkdir()
rows = [json.loads(line) for line in open(sys.argv[1])]
with open(out / "samples.jsonl_results.jsonl", "w") as file:
    for row in rows:
        file.write(json.dumps(known[row["task_id"], row["completion"]] | {"sample_index": 0}) + "\\n")
metrics = json.load(open(os.environ["METRICS"]))
(out / "samples.jsonl_metrics.json").write_text(json.dumps(metrics | {"toolchain": "rustc 9.9"}))
"""


@pytest.fixture
def record():
    """The record of a stage that left these files in a directory."""

    def record(root, name, files, inputs=()):
        directory = root / "stages" / f"{name}-0"
        outputs = describe_files([directory / file for file in files], relative_to=directory)
        return StageRecord(
            name=name,
            key="k",
            argv=(name, "{out}"),
            code="c",
            seconds=1.0,
            inputs=inputs,
            outputs=outputs,
            directory=f"stages/{name}-0",
        )

    return record


@pytest.fixture
def run_dir(tmp_path, write_manifest, record):
    """A run of two stages with three outputs, and one published file."""
    root = tmp_path / "run"
    stages = []
    for name, files in {"train": ("a/weights", "log"), "report": PAGES}.items():
        for file in files:
            path = root / "stages" / f"{name}-0" / file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{name} {file}\n")
        stages.append(record(root, name, files))
    for page in PAGES:
        (root / page).write_text(f"report {page}\n")
    write_manifest(root, describe_files([root / page for page in PAGES], relative_to=root), stages)
    return root


@pytest.fixture
def proven(tmp_path, write_manifest, verdict_file, record, monkeypatch):
    """A run with its answers, verdicts, comparison and page; a script that judges as before; `again` records anew."""
    root = tmp_path / "proven"
    outcomes = {"base": ["test"] * 20, "tuned": ["passed"] * 12 + ["compile"] * 8}
    files, names = {}, {}
    for model, ends in outcomes.items():
        made = verdict_file(f"{model}.jsonl", {f"A/{i}": [end] for i, end in enumerate(ends)})
        rows = [row.to_row() for _, row in read_models(made, Verdict)]
        for policy in ("off", "on"):
            folder = root / f"stages/judge-{model}-policy-{policy}-0"
            write_jsonl(folder / "samples.jsonl_results.jsonl", rows)
            shutil.copy(METRICS, folder / "samples.jsonl_metrics.json")
            files[model, policy] = folder / "samples.jsonl_results.jsonl"
            names[folder.name[:-2]] = ["samples.jsonl_results.jsonl", "samples.jsonl_metrics.json"]
        answers = [{"task_id": row["task_id"], "completion": row["completion"]} for row in rows]
        write_jsonl(root / f"stages/sample-{model}-0/samples.jsonl", answers)
        write_json(root / f"stages/sample-{model}-0/samples.jsonl.manifest.json", {"ran_on": {}})
        names[f"sample-{model}"] = ["samples.jsonl", "samples.jsonl.manifest.json"]
    found = with_verdict(compare(files, ks=[1], how=Statistics(7, 200, 0.95)))
    write_json(root / "stages/compare-0/comparison.json", found.to_row())
    problem = {"prompt": "p", "canonical_solution": "c", "test": "assert!(f(2) == 4)", "entry_point": "f"}
    shipped = tmp_path / "data/set.jsonl"
    write_jsonl(shipped, [{"task_id": f"A/{number}", "_license": "MIT", **problem} for number in range(2)])
    write_jsonl(tmp_path / "data/solutions.jsonl", [{"task_id": "A/0", "solution": "c"}])
    monkeypatch.setattr(questions, "SHIPPED", tmp_path / "data")
    own = root / "stages/dataset-0/heldout.jsonl"
    write_jsonl(own, [{"task_id": "H/0", **problem}])
    names["dataset"] = ["heldout.jsonl"]
    asked = tuple(InputRecord(path=str(file), sha256=digest_file(file)) for file in (shipped, own))
    write_jsonl(root / "stages/problems-0/problems.jsonl", [{"task_id": task, **problem} for task in ("A/0", "H/0")])
    published = ["comparison.json", *PAGES]
    shutil.copy(root / "stages/compare-0/comparison.json", root)
    for page in PAGES:
        write_text(root / "stages/report-0" / page, f"# {verdict(found)}\n")
        shutil.copy(root / "stages/report-0" / page, root)
    names |= {"problems": ["problems.jsonl"], "compare": ["comparison.json"], "report": PAGES}

    def again():
        inputs = {"problems": asked}
        stages = [record(root, name, own, inputs.get(name, ())) for name, own in names.items()]
        stats = {"resamples": 200, "confidence": 0.95, "primary_set": None, "primary_metric": None}
        settings = {"seed": 7, "stats": stats, "judge": {"k": [1], "timeout": 10.0}}
        write_manifest(root, describe_files([root / name for name in published], relative_to=root), stages, settings)

    again()
    known = [row.to_row() for file in files.values() for _, row in read_models(file, Verdict)]
    (tmp_path / "known.json").write_text(json.dumps(known))
    script = tmp_path / "judge"
    script.write_text(f"#!{sys.executable} -SE\n{JUDGE}")
    script.chmod(0o755)
    monkeypatch.setattr(rejudge, "find_script", lambda _: str(script))
    monkeypatch.setenv("KNOWN", str(tmp_path / "known.json"))
    monkeypatch.setenv("METRICS", str(METRICS))
    return root, again


def edit(file, old, new, count=1):
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, count))


def test_a_run_that_is_as_recorded_is_proven(proven, tmp_path):
    root, _ = proven
    checks = list(verify(root, HALF))
    assert [(check.looked_at, check.faults) for check in checks] == [
        ("22 files", ()),
        ("the comparison recomputed from its verdicts", ()),
        ("verdicts and the answers that they are of", ()),
        ("the problems and the files that they are from", ()),
        ("the names of the profile and of its file", ()),
        ("what the models computed with", ()),
        ("the pages made again from the record", ()),
        ("40 of 80 verdicts judged again (seed 3)", ()),
    ]
    assert summary(checks) == (
        "6 checks done, all as recorded; not done: the names of the profile and of its file (not recorded, as the run "
        "is older than this check); the pages made again from the record (they were made by other code than this "
        "(commit unknown))"
    )
    moved = list(verify(root.rename(tmp_path / "moved"), Rejudging(0, 0)))
    assert [check.skipped for check in moved][-1] == "--rejudge 0 leaves it out"
    assert not any(check.faults for check in moved)


def test_a_verdict_edited_with_its_digest_is_found_by_the_comparison_and_by_the_judge(proven):
    root, again = proven
    file = root / "stages/judge-tuned-policy-off-0/samples.jsonl_results.jsonl"
    edit(file, '"passed": true, "result": "passed"', '"passed": false, "result": "failed"')
    again()
    checks = list(verify(root, Rejudging(1, 0)))
    assert not checks[0].faults
    assert checks[1].faults[0].startswith("comparison.json was made by other code than this (commit unknown), ")
    metric = next(line for line in checks[1].faults if ", difference:" in line)
    assert metric == ("comparison.json, metrics `A, pass@1, policy off`, difference: 0.6 is recorded, 0.55 recomputed")
    assert checks[1].faults[-1].startswith(f"{root / 'report.md'}: does not say the verdict that is recomputed: ")
    assert checks[-1].faults == (
        f"{file}: judged by {json.loads(METRICS.read_text())['toolchain']}, and now by rustc 9.9",
        (
            "A/0, sample 0, tuned, policy off: `passed` False is recorded, True judged now, "
            "`result` failed is recorded, passed judged now"
        ),
    )


def test_another_answer_than_the_one_drawn_is_found(proven):
    root, again = proven
    samples = root / "stages/sample-base-0/samples.jsonl"
    edit(samples, "& 0", "& 9")
    again()
    found = list(verify(root, Rejudging(0, 0)))[2]
    assert found.faults == tuple(
        f"A/0, sample 0, base, policy {policy}: the answer judged is not the one in {samples}"
        for policy in ("off", "on")
    )
    samples.write_text("".join(samples.read_text().splitlines(keepends=True)[:-1]))
    found = list(verify(root, Rejudging(0, 0)))[2]
    assert any(line.endswith(f"20 verdicts on 19 answers in {samples}") for line in found.faults)


def problems_of(root):
    return next(check for check in verify(root, Rejudging(0, 0)) if check.looked_at.startswith("the problems"))


@pytest.mark.parametrize("task", ["A/0", "H/0"])
def test_problems_are_those_of_the_files_that_are_here(proven, task):
    root, again = proven
    asked = root / "stages/problems-0/problems.jsonl"
    line = 1 if task == "A/0" else 2
    rows = asked.read_text().splitlines(keepends=True)
    rows[line - 1] = rows[line - 1].replace("f(2) == 4", "true")
    asked.write_text("".join(rows))
    again()
    assert problems_of(root).faults == (f"{asked}:{line}: `{task}` is not as its problem file has it",)
    edit(asked, task, "A/7")
    again()
    assert problems_of(root).faults == (f"{asked}:{line}: `A/7` is in none of the problem files",)


def test_a_problem_file_is_the_one_that_was_read(proven, tmp_path):
    root, _ = proven
    shipped = tmp_path / "data/set.jsonl"
    edit(shipped, "A/1", "A/2")
    assert problems_of(root).faults == (f"{shipped}: is not the file that the run asked",)


def test_of_a_problem_file_that_is_not_here_only_shipped_problems_are_known(proven, tmp_path):
    root, again = proven
    asked, shipped = root / "stages/problems-0/problems.jsonl", tmp_path / "data/set.jsonl"
    gone = shipped.with_name("gone.jsonl")
    manifest = root / "manifest.json"
    edit(manifest, str(shipped), str(gone))
    found = problems_of(root)
    assert (found.faults, found.skipped) == (
        (),
        f"{gone} is not here: verify in the checkout whose files the run asked",
    )
    edit(asked, "f(2) == 4", "true")
    again()
    edit(manifest, str(shipped), str(gone))
    found = problems_of(root)
    assert (found.faults, found.skipped) == ((f"{asked}:1: `A/0` is not as its problem file has it",), None)


def test_a_file_of_the_users_own_is_known_by_its_digest(proven, tmp_path, monkeypatch):
    root, again = proven
    asked = root / "stages/problems-0/problems.jsonl"
    monkeypatch.setattr(questions, "SHIPPED", tmp_path / "nothing")
    edit(asked, "A/0", "B/0")  # in whatever form it was, before it was selected
    again()
    assert problems_of(root).faults == ()


def of_compute(root):
    return next(check for check in verify(root, Rejudging(0, 0)) if check.looked_at.startswith("what the models"))


def test_what_models_computed_with_is_what_their_stages_say(proven):
    root, again = proven
    edit(root / "manifest.json", '"compute": {}', '"compute": {"sample-base": {"dtype": "float32"}, "judge": {}}')
    file = root / "manifest.json"
    assert of_compute(root).faults == (
        f"{file}: stage `sample-base` computed with dtype float32, and by its own record with nothing",
        f"{file}: says what stage `judge` computed with, and no stage of a model is called so",
    )
    again()
    edit(root / "manifest.json", '"compute": {}, ', "")
    found = of_compute(root)
    assert (found.faults, found.skipped) == ((), "not recorded, as the run is older than this check")
    again()
    edit(root / "manifest.json", "samples.jsonl.manifest.json", "other.json")
    record = root / "stages/sample-base-0/samples.jsonl.manifest.json"
    assert of_compute(root).faults == (f"{record}: is not recorded as an output of stage `sample-base`",)


def test_what_cannot_be_read_is_a_fault(proven):
    root, _ = proven
    (root / "stages/judge-base-policy-on-0/samples.jsonl_results.jsonl").unlink()
    files, comparison, answers, *_ = verify(root, Rejudging(0, 0))
    assert len(files.faults) == 1
    assert "no such file" in comparison.faults[0]
    assert "no such file" in answers.faults[0]


def test_a_machine_that_cannot_judge_says_what_to_leave_out(proven, monkeypatch):
    root, _ = proven
    monkeypatch.setenv("TOOL", "3")
    with pytest.raises(MissingError) as caught:
        list(verify(root, HALF))
    assert caught.value.hint == "--rejudge 0 leaves it out"
    monkeypatch.setenv("TOOL", "5")
    with pytest.raises(SigilError, match="ended with 5"):
        list(verify(root, HALF))


def test_the_choice_is_by_seed_in_order_and_of_at_least_one(proven):
    root, _ = proven
    rows = [row for _, row in read_models(open_run(root).verdicts()["base", "off"], Verdict)]
    first = choose(rows, Rejudging(0.25, 1), "a")
    assert len(first) == 5
    assert first == choose(rows, Rejudging(0.25, 1), "a") == sorted(first, key=rows.index)
    assert first != choose(rows, Rejudging(0.25, 2), "a")
    assert first != choose(rows, Rejudging(0.25, 1), "b")
    assert len(choose(rows, Rejudging(0.001, 1), "a")) == 1
    assert choose(rows, Rejudging(1, 1), "a") == rows


def test_differences_are_named_by_their_place():
    recorded = {"p": 0.1, "rows": [{"id": "x", "v": 1}, {"id": "y", "v": True}], "few": [1], "gone": "text"}
    anew = {"p": 0.1 + 1e-12, "rows": [{"id": "x", "v": 1.5}, {"id": "y", "v": 0}], "few": [1, 2], "new": {"x": 1}}
    assert list(differences(recorded, anew, "f")) == [
        "f, rows `x`, v: 1 is recorded, 1.5 recomputed",
        "f, rows `y`, v: True is recorded, 0 recomputed",
        "f, few: a list of 1 is recorded, a list of 2 recomputed",
        "f, gone: text is recorded, nothing recomputed",
        "f, new: nothing is recorded, a record recomputed",
    ]


def test_what_is_as_recorded_has_no_faults(run_dir, tmp_path):
    assert check_files(open_run(run_dir / "manifest.json")).faults == ()
    files, stages = verify(run_dir, HALF)
    assert (files.looked_at, files.faults) == ("8 files", ())
    lacking = f"{run_dir / 'manifest.json'}: names no stage `compare`, so nothing shows what the run came to"
    assert stages.faults == (lacking,)
    assert check_files(open_run(run_dir.rename(tmp_path / "moved"))).faults == ()


@pytest.mark.parametrize("file", ["stages/train-0/a/weights", "stages/train-0/log", "report.md"])
def test_a_missing_file_a_changed_byte_and_a_cut_end_are_told(run_dir, file):
    path = run_dir / file
    whole = path.read_bytes()

    def faults():
        return check_files(open_run(run_dir)).faults

    path.write_bytes(whole.swapcase())
    assert faults() == (f"{path}: differs from its digest",)
    path.write_bytes(whole[:-1])
    assert faults() == (f"{path}: differs from its digest",)
    path.unlink()
    assert faults() == (f"{path}: missing",)
    path.mkdir()
    assert faults() == (f"{path}: missing",)


@pytest.mark.parametrize("place", ["stages/train-0/log", "report.md"])
def test_a_size_that_is_not_that_of_the_file_is_told(run_dir, place):
    manifest = json.loads((run_dir / "manifest.json").read_text())
    rows = manifest["published"] if place == "report.md" else manifest["stages"][0]["outputs"]
    row = next(row for row in rows if place.endswith(row["path"]))
    size, row["bytes"] = row["bytes"], 1234
    write_json(run_dir / "manifest.json", manifest)
    assert check_files(open_run(run_dir)).faults == (
        f"{run_dir / place}: is recorded with 1,234 bytes, and has {size}",
    )


def test_every_fault_is_told(run_dir):
    (run_dir / "stages/train-0/log").unlink()
    (run_dir / "report.md").write_text("")
    (run_dir / "stages/report-0/extra").write_text("not recorded, not our concern")
    assert len(check_files(open_run(run_dir)).faults) == 2


def test_many_faults_are_cut(proven):
    root, again = proven
    edit(root / "stages/sample-base-0/samples.jsonl", "test", "text", 20)
    again()
    found = list(verify(root, Rejudging(0, 0)))[2]
    assert len(found.faults) == 40
    assert found.lines()[20:] == ["and 20 more of these"]


def test_a_record_that_contradicts_itself_is_told(tmp_path, write_manifest, record):
    made = tmp_path / "stages/one-0/out/a"
    made.parent.mkdir(parents=True)
    made.write_text("a")
    one = record(tmp_path, "one", ["out/a"])
    (tmp_path / "out").mkdir()
    (tmp_path / "out/a").write_text("b")
    read = (
        InputRecord(path="elsewhere/runs/x/stages/one-0/out", sha256="0" * 64),
        InputRecord(path="elsewhere/runs/x/stages/one-0/out/a", sha256=one.outputs[0].sha256),
        InputRecord(path="data/a.jsonl", sha256="0" * 64),
    )
    two = record(tmp_path, "two", [], inputs=read)
    (tmp_path / "stages/two-0").mkdir()
    (tmp_path / "stages/two-0/stage.json").write_text(json.dumps(two.to_row() | {"code": "other", "directory": None}))
    write_manifest(tmp_path, describe_files([tmp_path / "out/a"], relative_to=tmp_path), [one, two])
    assert check_files(open_run(tmp_path)).faults == (
        f"{read[0].path}: stage `two` read other bytes than stage `one` wrote",
        f"{tmp_path / 'stages/two-0/stage.json'}: says other things than the manifest",
        f"{tmp_path / 'out/a'}: is not the file that a stage wrote",
    )


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "Invalid JSON: "),
        (b"{torn", "Invalid JSON: "),
        (b"\xff\xfe", "Invalid JSON: "),
        (b"[]", "Input should be an object"),
        (b"null", "Input should be an object"),
        (b"{}", "field `profile`: Field required"),
    ],
)
def test_what_is_no_manifest_is_refused(tmp_path, content, cause):
    (tmp_path / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match=r"manifest\.json: not a RunManifest file") as caught:
        open_run(tmp_path)
    assert caught.value.cause.startswith(cause)
    assert caught.value.hint == HINT


def test_a_manifest_that_is_not_there_says_what_to_name(tmp_path):
    with pytest.raises(InputError, match=r"cannot read .*manifest\.json") as caught:
        open_run(tmp_path)
    assert caught.value.hint == HINT


@pytest.mark.parametrize(
    ("spoil", "cause"),
    [
        (lambda manifest: manifest.pop("stages"), "field `stages`: Field required"),
        (
            lambda manifest: manifest.update(schema_version=2),
            "field `schema_version`: the file is of version 2, and this program reads version 1",
        ),
        (lambda manifest: manifest.update(published=3), "field `published`: Input should be a valid "),
        (lambda manifest: manifest["stages"][1].pop("outputs"), "field `stages.1.outputs`: Field required"),
        (lambda manifest: manifest["stages"][0].update(directory=1), "field `stages.0.directory`: Input should be a "),
        (lambda manifest: manifest["published"][0].pop("sha256"), "field `published.0.sha256`: Field required"),
        (
            lambda manifest: manifest["stages"][0]["outputs"][1].pop("sha256"),
            "field `stages.0.outputs.1.sha256`: Field required",
        ),
    ],
)
def test_a_manifest_with_a_wrong_field_is_refused_by_its_name(run_dir, spoil, cause):
    manifest = json.loads((run_dir / "manifest.json").read_text())
    spoil(manifest)
    (run_dir / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=r"manifest\.json: not a RunManifest file") as caught:
        open_run(run_dir)
    assert caught.value.cause.startswith(cause)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("stats.confidence", 5),
        ("stats.confidence", "high"),
        ("stats.resamples", "x"),
        ("judge.k", [0]),
        ("judge.k", 3),
        ("seed", "x"),
        ("sample", 3),
    ],
)
def test_settings_of_a_strange_kind_are_a_fault_of_the_record(proven, key, value):
    root, _ = proven
    manifest = json.loads((root / "manifest.json").read_text())
    *above, last = key.split(".")
    (manifest["settings"][above[0]] if above else manifest["settings"])[last] = value
    (root / "manifest.json").write_text(json.dumps(manifest))
    files, comparison, *_ = verify(root, Rejudging(0, 0))
    assert files.faults == (f"{root / 'manifest.json'}: its settings are not those of their digest",)
    assert comparison.faults[0].startswith(f"{root / 'manifest.json'}: setting `{key}`: ")


@pytest.mark.parametrize("place", ["../../elsewhere", "/etc"])
def test_a_record_reaches_no_file_outside_of_its_run(proven, place):
    root, _ = proven
    whole = (root / "manifest.json").read_text()
    for rows, key in (("published", "path"), ("stages", "directory")):
        manifest = json.loads(whole)
        manifest[rows][0][key] = place
        (root / "manifest.json").write_text(json.dumps(manifest))
        with pytest.raises(InputError, match="names a place outside of the run: "):
            open_run(root)


def test_a_page_is_made_of_known_words_and_files_of_the_run_only(proven, monkeypatch):
    root, _ = proven
    monkeypatch.setattr(pages, "code_digest", lambda _: "c")  # as the record has it
    run = open_run(root)
    report = run.stages[-1]

    def with_words(*words):
        stage = report.model_copy(update={"argv": ("sigilderg-lambda", "report", *words)})
        return FinishedRun(run.file, run.manifest.model_copy(update={"stages": (*run.stages[:-1], stage)}))

    assert why_not(with_words("--checkpoint", "/etc")) == "they were made with /etc, which is not a part of the run"
    assert why_not(with_words("--stage", "stages/report-0/../../x")) is not None
    with pytest.raises(InputError, match="recorded with `--log-file`, which makes no page"):
        why_not(with_words("--log-file", "x"))
