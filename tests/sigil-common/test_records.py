"""The JSON files of the last seams, each held against a golden file: a changed key, order or type is seen here."""

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from sigil_common.errors import InputError
from sigil_common.jsonl import read_models, read_record, write_json, write_jsonl
from sigil_common.records import (
    SCHEMA_VERSION,
    CheckpointInfo,
    ComparedModel,
    Comparison,
    CrateChange,
    Estimate,
    FileRecord,
    InputRecord,
    Interval,
    Likelihood,
    LikelihoodPair,
    LikelihoodRow,
    LikelihoodSet,
    LikelihoodSummary,
    MetricRow,
    Metrics,
    MissingMetric,
    NamedFile,
    PairLikelihood,
    Problem,
    ProblemRow,
    RunManifest,
    StageRecord,
    Steps,
    TextLikelihood,
    TrainLogRow,
    crate_of,
    sets_of,
)

GOLDEN = Path(__file__).parent / "golden"

METRIC = MetricRow(
    id="A, pass@1, policy off",
    set="A",
    policy="off",
    metric="pass@1",
    problems=2,
    primary=True,
    base=0.25,
    tuned=0.5,
    base_interval=Interval(low=0.0, high=0.5),
    tuned_interval=Interval(low=0.25, high=0.75),
    difference=0.25,
    interval=Interval(low=0.0, high=0.5),
    p=0.5,
    detectable=0.7,
    gained=1,
    lost=0,
    p_adjusted=0.5,
)
STAGE = StageRecord(
    name="compare",
    key="k" * 64,
    argv=("sigilderg-lambda", "compare", "--output", "{out}/comparison.json"),
    code="c" * 64,
    seconds=1.5,
    inputs=(InputRecord(path="results.jsonl", sha256="i" * 64),),
    outputs=(FileRecord(path="comparison.json", bytes=7, sha256="o" * 64),),
)
RIGHT = TextLikelihood(log_likelihood=-12.5, tokens=9, bytes=24, bits_per_byte=0.751404)
WRONG = TextLikelihood(log_likelihood=-15.75, tokens=9, bytes=24, bits_per_byte=0.946769)
ESTIMATE = Estimate(value=0.75, interval=Interval(low=0.5, high=1.0))
RECORDS = {
    "checkpoint": CheckpointInfo(
        base_model="m",
        base_revision="r",
        step=4,
        quantization="nf4",
        config_sha256="c",
        data_sha256="d",
        train_loss=1.5,
        versions={"torch": "2"},
        compute={"device": "cpu", "instructions": "avx2", "dtype": "float32", "products": "float32"},
    ),
    "comparison": Comparison(
        confidence=0.95,
        resamples=1000,
        seed=42,
        primary=METRIC.id,
        metrics=(METRIC,),
        unavailable=(MissingMetric(set="A", policy="off", metric="pass@10", reason="2 samples a problem"),),
        failures={"base policy off": {"passed": 1, "test": 3}},
        adapted_passes={"base policy off": 1},
        problems=(
            ProblemRow(
                task_id="A/0",
                set="A",
                change="gained",
                base=Steps(samples=2, has_code=2, parses=2, compiles=1, passed=0),
                tuned=Steps(samples=2, has_code=2, parses=2, compiles=2, passed=1),
            ),
        ),
        crates=(CrateChange(set="A", crate="a", metric="pass@1", problems=1, base=0.0, tuned=0.5, gained=1, lost=0),),
        likelihood=(
            LikelihoodRow(
                set="A",
                measure="bits per byte of the reference",
                problems=2,
                base=0.875,
                tuned=0.75,
                difference=-0.125,
                interval=Interval(low=-0.25, high=0.0),
            ),
        ),
        likelihood_meaning="It decides nothing.",
    ),
    "stage": STAGE,
    "manifest": RunManifest(
        profile="local",
        config="configs/eval-local.yml",
        settings={"seed": 42, "train": {"set": []}, "needs_gpu_mib": None},
        settings_sha256="s" * 64,
        environment={"commit": None, "machine": {"cores": 2}},
        compute={"train": {"device": "cpu", "instructions": "avx2", "dtype": "float32"}},
        stages=(STAGE.model_copy(update={"directory": "stages/compare-k"}),),
        published=(FileRecord(path="report.html", bytes=9, sha256="p" * 64),),
    ),
    "likelihood_pair": LikelihoodPair(
        task_id="A/0", right="    a < b\n}\n", wrong="    a > b\n}\n", operator="relational", killed_by="test"
    ),
    "likelihood": Likelihood(
        task_id="A/0",
        model="m+checkpoint-7",
        prompt_sha256="p" * 64,
        prompt_tokens=80,
        reference=RIGHT,
        alternative=RIGHT.model_copy(update={"bytes": 25}),
        pairs=(PairLikelihood(operator="relational", right=RIGHT, wrong=WRONG),),
    ),
    "likelihood_summary": LikelihoodSummary(
        meaning="It decides nothing.",
        model="m+checkpoint-7",
        sets=(
            LikelihoodSet(
                set="A",
                problems=1,
                reference_bits_per_byte=Estimate(value=0.751404),
                alternatives=0,
                pairs=0,
                problems_with_pairs=0,
            ),
            LikelihoodSet(
                set="all",
                problems=2,
                reference_bits_per_byte=ESTIMATE,
                alternatives=1,
                alternative_bits_per_byte=ESTIMATE,
                pairs=3,
                problems_with_pairs=2,
                right_likelier=ESTIMATE,
                margin=ESTIMATE,
            ),
        ),
        left_out={"A/1": "it has no reference solution"},
        problem_files=(NamedFile(name="p.jsonl", sha256="b" * 64),),
        pairs_file=NamedFile(name="pairs.jsonl", sha256="c" * 64),
        confidence=0.95,
        resamples=2000,
        fingerprint="f" * 64,
    ),
    "metrics": Metrics(
        pass_at_k={"pass@1": 0.5, "pass@10": None, "pass@1_strict": 0.0, "pass@10_strict": None},
        unavailable={"pass@10": "`A/0` has 2"},
        problems=2,
        problems_judged=1,
        coverage=0.5,
        problems_without_samples=1,
        task_ids_without_samples=("A/1",),
        unusable_problems={},
        samples=2,
        judged=2,
        not_judged=0,
        sandbox_trouble=0,
        passed=1,
        passed_strict=0,
        has_code_rate=1.0,
        parse_rate=1.0,
        compile_rate=0.5,
        pass_rate=0.5,
        at_token_limit_rate=None,
        failures={"compile": 1},
        compile_errors={"E0308": 1},
        policy=True,
        clippy="off",
        sandbox="bubblewrap",
        toolchain="rustc 1.95.0",
        compile_timeout=10.0,
        run_timeout=10.0,
        sample_file=NamedFile(name="x.jsonl", sha256="a" * 64),
        problem_file=NamedFile(name="p.jsonl", sha256="b" * 64),
        problem_format="humaneval",
        imports_left_out={},
        crates={"rand": "0.4.6"},
        crates_left_out=(),
        fingerprint="f" * 64,
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_file_is_as_the_golden_one_and_reads_back(name, tmp_path):
    record = RECORDS[name]
    path = tmp_path / f"{name}.json"
    write_json(path, record.to_row())
    assert path.read_text() == (GOLDEN / f"{name}.json").read_text()
    assert read_record(path, type(record)) == record


def test_lines_of_the_training_log_are_as_the_golden_ones(tmp_path):
    rows = [
        TrainLogRow(step=0, val_loss=1.75, val_labelled_tokens=120),
        TrainLogRow(step=2, train_loss=1.5, grad_norm=0.25, lr=0.001, tokens=2048, labelled_tokens=512),
    ]
    path = tmp_path / "metrics.jsonl"
    write_jsonl(path, (row.to_row() for row in rows))
    assert path.read_text() == (GOLDEN / "metrics.jsonl").read_text()
    assert [row for _, row in read_models(path, TrainLogRow)] == rows


@pytest.mark.parametrize("name", RECORDS)
def test_records_are_frozen_and_newer_fields_are_ignored(name):
    record = RECORDS[name]
    with pytest.raises(ValidationError, match="frozen"):
        record.schema_version = 2
    assert type(record).model_validate({**record.to_row(), "a_newer_field": 1}) == record


@pytest.mark.parametrize("name", RECORDS)
def test_every_required_field_is_missed_by_its_name(name, tmp_path):
    kind = type(RECORDS[name])
    path = tmp_path / "x.json"
    for field, info in kind.model_fields.items():
        if info.is_required() and field != "pass_at_k":
            path.write_text(json.dumps({key: value for key, value in RECORDS[name].to_row().items() if key != field}))
            with pytest.raises(InputError, match=r"x\.json: not a") as caught:
                read_record(path, kind)
            assert f"`{field}`" in caught.value.cause


def test_what_is_no_json_or_not_there_is_said_with_the_hint(tmp_path):
    with pytest.raises(InputError, match="cannot read") as caught:
        read_record(tmp_path / "none.json", Comparison, hint="run it first")
    assert caught.value.hint == "run it first"
    (tmp_path / "torn.json").write_text('{"confidence": 0.9')
    with pytest.raises(InputError, match=r"torn\.json: not a Comparison file"):
        read_record(tmp_path / "torn.json", Comparison)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('{"b": 1, "a": 2, "\\u0061": 2}', "field `a` is given twice"),
        ('{"a": {"x": [{"c": 1, "c": 1}]}}', "field `c` is given twice"),
        ('{"label": 3, "label": "x"', "Invalid JSON"),
    ],
)
def test_a_record_that_is_read_in_two_ways_is_refused(tmp_path, text, cause):
    (tmp_path / "x.json").write_text('{"label": "x", ' + text.removeprefix("{"))
    with pytest.raises(InputError, match=r"x\.json: not a ComparedModel file") as caught:
        read_record(tmp_path / "x.json", ComparedModel)
    assert caught.value.cause.startswith(cause)


def test_a_line_of_a_log_and_a_record_tell_the_same_of_a_wrong_version(tmp_path):
    row = RECORDS["comparison"].to_row() | {"schema_version": SCHEMA_VERSION + 1}
    said = "field `schema_version`: the file is of version 2, and this program reads version 1"
    (tmp_path / "x.json").write_text(json.dumps(row))
    with pytest.raises(InputError) as caught:
        read_record(tmp_path / "x.json", Comparison)
    assert caught.value.cause == said
    with pytest.raises(InputError, match=rf"x\.json:1: {said}"):
        next(read_models(tmp_path / "x.json", Comparison))


@pytest.mark.parametrize("name", [name for name, record in RECORDS.items() if hasattr(record, "schema_version")])
@pytest.mark.parametrize("version", [SCHEMA_VERSION - 1, SCHEMA_VERSION + 1])
def test_a_file_of_another_version_is_refused(tmp_path, name, version):
    (tmp_path / "x.json").write_text(json.dumps(RECORDS[name].to_row() | {"schema_version": version}))
    with pytest.raises(InputError) as caught:
        read_record(tmp_path / "x.json", type(RECORDS[name]))
    assert caught.value.cause.startswith(f"field `schema_version`: the file is of version {version}, and")


def test_the_primary_row_is_found():
    assert RECORDS["comparison"].primary_row() == METRIC


def test_a_row_says_of_crates_what_it_knows_and_no_more():
    fields = {"crates": 6, "largest_crate": 76, "p_by_crate": 0.125}
    row = METRIC.model_copy(update=fields).to_row()
    assert MetricRow.model_validate(row).to_row() == row == METRIC.to_row() | fields
    older = MetricRow.model_validate(json.loads((GOLDEN / "comparison.json").read_text())["metrics"][0])
    assert (older.crates, older.largest_crate, older.p_by_crate) == (None, None, None)


@pytest.mark.parametrize(
    ("task", "crate"),
    [("HeldOut/rust_ti-12", "rust_ti"), ("H/simple-easing2-0", "simple-easing2"), ("HumanEval/12", None), ("a", None)],
)
def test_the_crate_of_a_task(task, crate):
    assert crate_of(task) == crate


@pytest.mark.parametrize(
    "sets",
    [
        {"HumanEval/0": "HumanEval", "a/b/7": "a/b", "set/": "set", "x2/4": "x2"},
        {"HumanEval_3_halves": "HumanEval", "HumanEval_17_parse": "HumanEval"},
        {"mbpp-12": "mbpp", "mbpp-2": "mbpp", "HumanEval/3": "HumanEval"},
        {"17": "problems", "18": "problems"},
        {"/0": "problems"},
        {"two_sum": "problems", "rot13": "problems", "rle2": "problems", "Own/1": "Own"},
        {},
    ],
)
def test_the_set_of_a_task_is_its_id_up_to_the_last_slash_and_ids_without_one_are_one_set(sets):
    assert sets_of(sets) == sets


def test_a_problem_says_its_edition_only_if_it_is_not_the_usual_one():
    row = {"task_id": "a", "prompt": "p", "canonical_solution": "", "test": "t", "entry_point": "e"}
    assert Problem.model_validate(row).to_row() == Problem.model_validate({**row, "edition": "2021"}).to_row() == row
    assert Problem.model_validate({**row, "edition": "2024"}).to_row() == {**row, "edition": "2024"}
    with pytest.raises(ValidationError, match="edition"):
        Problem.model_validate({**row, "edition": "2015"})
