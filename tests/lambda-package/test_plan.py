"""The plan of a run: sizes, hours, dollars, disk, what it could detect, and what is refused."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lambda_package import looks, rates
from lambda_package.cli import command
from lambda_package.plan import make_plan, refuse_too_much
from lambda_package.plan_text import plan_text
from lambda_package.populations import LARGE, SMALL, detectable_before
from lambda_package.settings import RunSettings
from lambda_package.stages import chain
from lambda_package.workload import characters_of, problem_counts, train_settings, trainings
from sigil_common.errors import InputError
from sigil_common.settings import load_settings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
KINDS = ("measured", "published", "assumption", "given", "planned_minutes", "train.planned_minutes", "nothing")


@pytest.fixture(autouse=True)
def checkout(pytestconfig, monkeypatch):
    """Profiles name their files from the checkout."""
    monkeypatch.chdir(pytestconfig.rootpath)


def settings_of(profile, **changes):
    overrides = {key.replace("__", "."): value for key, value in changes.items()}
    return load_settings(RunSettings, file=CONFIGS / f"eval-{profile}.yml", overrides=overrides).settings


def planned(profile, run_dir="nowhere", **changes):
    return make_plan(settings_of(profile, **changes), Path(run_dir))


def stage(plan, name):
    return next(one for one in plan.stages if one.stage == name)


def test_the_recipe_of_two_days_is_planned_as_the_trainer_plans_it():
    from sigilderg_finetuner.settings import Settings
    from sigilderg_finetuner.training.plan import PEAK_BF16, hours, most_tokens, read_shape

    plan = planned("h100-train", train__set=[])
    theirs = load_settings(Settings, file=CONFIGS / "llama8b-phase2.yml").settings
    train = stage(plan, "train")
    assert train.tokens == most_tokens(theirs) == 1_572_864_000
    shape = read_shape(theirs.model_name)
    assert train.hours == pytest.approx(hours(shape, theirs, PEAK_BF16["H100/H200 SXM"]), rel=1e-3)
    assert round(train.hours, 1) == 52.1
    assert plan.passes == pytest.approx(297, abs=1)


def test_what_is_refused_without_a_yes():
    plan = planned("h100-train", train__set=[])
    with pytest.raises(InputError, match="would go over its data 297 times"):
        refuse_too_much(plan, max_hours=100, yes=False)
    refuse_too_much(plan, max_hours=8, yes=True)
    slow = planned("h100-train", plan__train_tokens_per_second=500)
    with pytest.raises(InputError, match=r"would take 13\.\d hours") as caught:
        refuse_too_much(slow, max_hours=8, yes=False)
    assert caught.value.exit_code == 2
    refuse_too_much(slow, max_hours=14, yes=False)


@pytest.mark.parametrize("profile", ["local", "local-hour", "local-confirm", "h100", "h100-train"])
def test_a_profile_as_it_is_shipped_runs_without_a_question(profile):
    refuse_too_much(planned(profile), max_hours=8, yes=False)


@pytest.mark.parametrize(
    ("profile", "changes"),
    [("local", {}), ("local-hour", {}), ("h100", {}), ("h100-train", {}), ("h100", {"sample__n_samples": "auto"})],
)
def test_the_stages_of_a_plan_are_those_of_the_run_and_every_rate_has_an_origin(
    profile, changes, tmp_path, monkeypatch
):
    settings, plan = settings_of(profile, stats__primary_set=None, **changes), planned(profile, **changes)
    monkeypatch.setattr(looks, "_read", lambda place: None)
    monkeypatch.setattr(looks, "suffices", lambda *_: False)  # so that all looks are taken
    monkeypatch.chdir(tmp_path)
    Path("problems").mkdir()
    problem = {"task_id": "A/0", "prompt": "p", "canonical_solution": "c", "entry_point": "f", "test": "t"}
    Path("problems/problems.jsonl").write_text(json.dumps(problem) + "\n")
    adapter = Path("checkpoint/checkpoint/a")
    adapter.mkdir(parents=True)
    (adapter / "adapter_config.json").write_text(json.dumps({"base_model_name_or_path": settings.model.name}))
    source = {"repository": "u/m", "revision": "r", "folder": "", "kind": "adapter", "directory": "a"}
    Path("checkpoint/source.json").write_text(json.dumps(source))
    for name in ("train", "train-1"):
        Path(f"{name}/checkpoints/checkpoint-1").mkdir(parents=True)
        Path(f"{name}/checkpoints/checkpoint-1/adapter_config.json").write_text("{}")
    ends = ("", *(f"-{look.stage}" for look in looks.looks_of(settings)))
    for place, wrote in (*((f"sample-{{}}{end}", "samples") for end in ends), ("likelihood-{}", "likelihood")):
        for model in ("base", "tuned"):
            Path(place.format(model)).mkdir()
            Path(place.format(model), f"{wrote}.jsonl.manifest.json").write_text('{"ran_on": {}}')
    names = []
    for build in chain(settings):
        stage = build({name: Path(name) for name in names})
        names += [] if stage is None else [stage.name]
    assert [one.stage for one in plan.stages] == names
    for one in plan.stages:
        assert (one.rate == "not measured") == (one.hours is None)
        assert one.hours is None or any(kind in one.rate for kind in KINDS), one


def test_samples_that_are_added_are_planned_to_the_limit_and_where_they_are_likely_to_end(tmp_path):
    auto = {"sample__n_samples": "auto", "sample__sampler": "vllm"}
    plan, whole = planned("h100", **auto), planned("h100", sample__sampler="vllm")
    drawn = sum(one.tokens or 0 for one in plan.stages if one.stage.startswith("sample-base"))
    assert drawn == stage(whole, "sample-base").tokens
    starts = 2 * (6 - 1) * rates.VLLM_START.value / 3600  # vLLM is started for each of the six looks
    assert plan.hours == pytest.approx(whole.hours + starts, rel=0.05)
    large, small = plan.expected
    assert 4 <= small.samples < large.samples < 100
    assert large.hours < plan.hours * 0.6
    easy = planned("h100", **auto, sample__width=30).expected
    assert {one.samples for one in easy} == {4}
    never = planned("h100", **auto, sample__width=0.1).expected
    assert {one.samples for one in never} == {100}
    assert never[0].hours == pytest.approx(plan.hours)
    text = plan_text(plan, "h100")
    assert f"expected of a model that solves 54%: {large.samples} samples a problem, " in text
    assert whole.expected == ()
    for one, other in zip(plan.detectable, whole.detectable, strict=True):
        assert one.points > other.points  # the last look is at a stricter level


def test_a_given_checkpoint_is_compared_within_three_quarters_of_an_hour_on_one_h100():
    plan = planned("h100")
    assert plan.hours < 0.75
    assert plan.dollars == pytest.approx(plan.hours * 4)
    assert plan.not_measured == ("checkpoint",)
    assert stage(plan, "sample-base").tokens == 16_400 * 512
    text = plan_text(plan, "h100")
    for assumed in ("FP8", "taken for bfloat16 as well", "assumption: 0.5 of the longest completion", "16,400 samples"):
        assert assumed in text
    assert "120 seconds to start vLLM (assumption" in text
    assert "time: 32 min" in text


def test_the_local_profile_is_planned_by_what_was_measured_of_it():
    plan = planned("local")
    assert (plan.hours, plan.hours_from) == (0.25, "planned_minutes of the settings")
    assert plan.not_measured == ()
    assert 1 < plan.passes < 20
    assert stage(plan, "train-1").tokens == 10_240
    assert (stage(plan, "train").tokens, stage(plan, "train").hours) == (20_480, 0.05)
    assert "no price is set" in plan_text(plan, "local")


@pytest.mark.parametrize(("heldout", "work"), [(0, "16 crates"), (200, "22 crates")])
def test_crates_that_are_held_out_are_planned_as_well(heldout, work):
    assert stage(planned("local", sample__heldout=heldout, stats__primary_set="HumanEval"), "dataset").work == work


def test_a_model_that_nobody_measured_has_no_hours():
    plan = planned("h100", model__name="owner/model-70b", train__checkpoint=None)
    assert stage(plan, "sample-base").hours is None
    assert {"train", "sample-base", "sample-tuned"} <= set(plan.not_measured)
    assert "not measured, and not in it: train" in plan_text(plan, "h100")
    known = planned("h100", model__name="owner/model-70b", plan__completions_per_second=10)
    assert stage(known, "sample-base").hours == pytest.approx(16_400 / 10 / 3600)
    assert stage(known, "sample-base").rate == "10 completions/s (given: plan.completions_per_second)"


def test_what_could_be_detected_is_what_simulated_runs_found(pytestconfig):
    large, small = planned("h100-train", sample__n_samples=4, judge__k=[1]).detectable
    assert (large.problems, large.samples) == (164, 4)
    # docs/benchmarks/statistics.md: +6.3 points are found in 80.3% of runs of this size.
    assert large.points == pytest.approx(6.3, abs=0.2)
    assert small.points < large.points
    assert detectable_before(LARGE, 164, 1, 0.05) > detectable_before(LARGE, 164, 20, 0.05)
    assert detectable_before(SMALL, 16, 1, 0.05) is None
    assert detectable_before(SMALL, 0, 1, 0.05) is None
    assert "none, too few problems" in plan_text(planned("h100", sample__choose={"HumanEval_rust": 6}), "h100")


def test_problems_are_counted_by_set_and_as_they_are_chosen():
    settings = settings_of("local")
    assert problem_counts(settings) == {"RustFirstSteps": 8, "HumanEval": 8, "HeldOut": 200}
    with pytest.raises(InputError):
        problem_counts(settings_of("local", sample__problem_files=["none.jsonl"]))


def test_what_there_may_be_less_of_is_told_as_an_upper_bound():
    plan = planned("local")
    heldout = "up to 200 held-out functions, fewer if the crates have no more with a prompt of at most 660 characters"
    exercises = "up to 180 exercises, fewer if the crates have no more with a prompt of at most 300 characters"
    assert plan.bounds == (heldout, exercises)
    works = {one.stage: one.work for one in plan.stages}
    assert {name: works[name] for name in ("problems", "exercises", "draw-2", "sample-tuned", "judge-draw")} == {
        "problems": "up to 216 problems",
        "exercises": "up to 180 functions",
        "draw-2": "up to 180 completions of at most 48 tokens",
        "sample-tuned": "up to 216 completions of at most 64 tokens",
        "judge-draw": "up to 180 verdicts",
    }
    text = plan_text(plan, "local")
    assert f"{heldout}\n{exercises}\nall figures of these are of the most that there may be\n" in text
    assert "up to 432 completions and their verdicts" in text
    large = plan.detectable[0]
    assert f"up to 200 problems x 1 sample, {large.model}: {large.points} points or more\n" in text
    of_tests = plan_text(planned("local", stats__primary_set="HumanEval"), "local")
    assert "power, 8 problems x 1 sample" in of_tests
    auto = planned("local", sample__n_samples="auto", sample__temperature=0.5)
    assert f"{auto.expected[0].samples} samples a problem or more, " in plan_text(auto, "local")
    assert planned("h100").bounds == ()
    assert "up to" not in plan_text(planned("h100"), "h100")
    given = planned("local", train__checkpoint="a/b", sample__heldout_max_prompt=None)
    assert given.bounds == ("up to 200 held-out functions, fewer if the crates have no more",)


def test_a_data_set_that_is_there_is_measured(tmp_path):
    place = tmp_path / "stages/dataset-0123456789ab"
    place.mkdir(parents=True)
    rows = [("train", "pp", "ggg"), ("val", "pp", "ggg"), ("train", "p", "g")]
    file = place / "dataset.full.jsonl"
    file.write_text("".join(json.dumps({"split": s, "prompt": p, "gen": g}) + "\n" for s, p, g in rows))
    settings = settings_of("h100-train")
    assert trainings(settings, tmp_path)[-1].characters > 1_000_000  # as the stage has not ended
    (place / "stage.json").touch()
    found = trainings(settings, tmp_path)[-1]
    assert (found.characters, found.characters_from) == (7, f"measured: {file}")
    assert characters_of(file) == 7
    assert found.passes > 20


def test_settings_of_the_training_are_read_as_the_run_gives_them():
    settings = settings_of("local", train__set=["train.max_tokens=7", "lora.r=4", "train.odd"])
    assert train_settings(settings)["max_tokens"] == 7
    assert train_settings(settings, ["train.max_tokens=8"])["max_tokens"] == 8
    assert trainings(settings_of("h100"), Path("nowhere")) == []


def test_a_rate_says_who_says_so():
    assert str(rates.TRAIN_8B).startswith("8,387 tokens/s (assumption: 40% of the 989 TFLOP/s")
    assert str(rates.HF).startswith("1.19 completions/s (published: transformers, one H100")


@pytest.mark.parametrize("words", [["plan"], ["run", "--dry-run"]])
@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("train.checkpoint=/none", "no such checkpoint: /none"),
        ("train.checkpoint=a/b/../c", "no such checkpoint: a/b/../c"),
        ("dataset.config=none.yml", "cannot read none.yml"),
        ("sample.sampler=server", "`sample.sampler` is server but `sample.base_url` is not set"),
        ("stats.primary_set=Other", "`stats.primary_set` is `Other`, but the run asks no problem of that set"),
    ],
)
def test_what_cannot_be_run_is_not_planned(words, setting, said, run_command):
    code, out, error = run_command(*words, "--profile", "local", "--set", setting)
    assert (code, out, error.splitlines()[0]) == (2, "", f"error: settings: {said}")


def test_a_dry_run_says_what_a_run_would_refuse(run_command, caplog):
    dry = ["run", "--dry-run", "--profile", "local", "--max-hours", "0.1"]
    code, _, error = run_command(*dry, "--keep", "trian")
    assert (code, error.splitlines()[0]) == (2, "error: --keep: this run has no stage `trian`")
    assert run_command(*dry)[0] == 0
    assert caplog.messages[-1].startswith("`run` would refuse this: the run would take 0.2 hours; more than 0.1 hours")
    caplog.clear()
    assert run_command(*dry, "--yes")[0] == 0
    assert caplog.messages == []


@pytest.mark.parametrize("words", [["plan"], ["run", "--dry-run"]])
def test_a_plan_touches_nothing(words, tmp_path):
    before = set(Path.cwd().iterdir())
    asked = [*words, "--profile", "h100", "--run-dir", str(tmp_path / "run")]
    text = CliRunner().invoke(command, asked)
    assert (text.exit_code, text.stdout.splitlines()[0]) == (0, "profile h100")
    as_json = CliRunner().invoke(command, [*asked, "--json"])
    assert json.loads(as_json.stdout)["stages"][1]["stage"] == "problems"
    assert list(tmp_path.iterdir()) == []
    assert set(Path.cwd().iterdir()) == before
