"""A run from settings to manifest: the stages of other packages are played by a script, our own are the real ones."""

import json
import platform
import shutil
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from lambda_package import doctor, flow, provenance, versions
from lambda_package.compare import read_comparison
from lambda_package.flow import Request, run
from lambda_package.headline import verdict
from lambda_package.rejudge import Rejudging
from lambda_package.verify import summary, verify
from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.manifest import digest_file, digest_json
from sigil_common.rustc import find_toolchain

from ..gpus import smi
from .player import PLAYER, PROBLEMS, SCRIPTS
from .toolchain import TOOLCHAIN

ROOT = Path(__file__).resolve().parents[2]
METRICS = ROOT / "tests/sigil-common/golden/metrics.json"
SUMMARY = ROOT / "tests/sigil-pipeline/output/golden/data.jsonl.summary.json"
STAGES = [
    "dataset",
    "problems",
    "train",
    "sample-base",
    "sample-tuned",
    "judge-base-policy-off",
    "judge-base-policy-on",
    "judge-tuned-policy-off",
    "judge-tuned-policy-on",
    "compare",
    "report",
]
EXERCISES = ["exercises", "draw", "judge-draw", "accepted"]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory):
    """A working directory with the files of a run, and an environment whose console scripts are ours to play."""
    root = tmp_path_factory.mktemp("a run")
    scripts = tmp_path_factory.mktemp("tools") / "bin"
    scripts.mkdir()
    for name in SCRIPTS:
        (scripts / name).write_text(f"#!{sys.executable} -SE\n{PLAYER}")
        (scripts / name).chmod(0o755)
    (scripts / "sigilderg-lambda").symlink_to(Path(sys.executable).with_name("sigilderg-lambda"))
    for name, body in (TOOLCHAIN | {"nvidia-smi": "exit 9"}).items():
        (scripts / name).write_text(f"#!/bin/sh\n{body}\n")
        (scripts / name).chmod(0o755)
    for name in ("pipeline.yml", "train.yml", "crates.txt", "solutions.jsonl"):
        (root / name).touch()
    (root / "set.jsonl").write_text(PROBLEMS)
    config = {
        "model": {"name": "owner/model", "revision": "abc"},
        "train": {"config": "train.yml"},
        "dataset": {"config": "pipeline.yml", "crate_list": "crates.txt", "solution_files": ["solutions.jsonl"]},
        "sandbox_mode": "none",
        "sample": {"problem_files": ["set.jsonl"], "n_samples": 1},
        "judge": {"k": [1]},
    }
    (root / "eval-small.yml").write_text(json.dumps(config))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(root)
        patch.setattr(sys, "executable", str(scripts / "python"))
        patch.setattr(doctor, "FREE_DISK_GIB", 0.0)
        patch.setattr(doctor, "require_access", lambda name: None)
        patch.setattr(flow, "WARM", ())  # what plays the commands loads no model
        patch.setenv("PATH", f"{scripts}:/usr/bin:/bin")
        patch.setenv("SUMMARY", SUMMARY.read_text())
        patch.setenv("METRICS", METRICS.read_text())
        find_toolchain.cache_clear()
        yield root
    find_toolchain.cache_clear()


def request_of(
    profile="small", config=None, configs=Path(), run_dir=None, strict=False, yes=True, keep=(), **overrides
):
    return Request(profile, config, configs, run_dir, {"stats.resamples": 200} | overrides, strict, yes, keep=keep)


@pytest.fixture(scope="module")
def finished(workplace):
    """What a first run returned, and its manifest."""
    found = run(request_of())
    return found, json.loads((workplace / "runs/small/manifest.json").read_text())


@pytest.mark.slow
def test_a_run_returns_its_verdict_and_where_things_are(workplace, finished):
    found, _ = finished
    comparison = read_comparison(Path("runs/small/comparison.json"))
    assert found == {
        "compared": "tuned against base",
        "verdict": verdict(comparison),
        "report": "runs/small/report.html",
        "comparison": "runs/small/comparison.json",
        "manifest": "runs/small/manifest.json",
    }
    assert found["verdict"].startswith("The tuned model got better: A pass@1 0.0% to 60.0% (+60.0 points, ")


@pytest.mark.slow
def test_what_people_look_for_lies_on_top_and_is_what_the_stages_made(workplace, finished):
    manifest = finished[1]
    top = workplace / "runs/small"
    assert {path.name for path in top.iterdir()} == {
        "comparison.json",
        "report.md",
        "report.html",
        "model-card.md",
        "manifest.json",
        "stages",
        ".lock",
        ".taken",
    }
    stages = {stage["name"]: top / stage["directory"] for stage in manifest["stages"]}
    for stage, name in (("compare", "comparison.json"), ("report", "report.md"), ("report", "report.html")):
        assert (top / name).read_bytes() == (stages[stage] / name).read_bytes()
    assert [row["path"] for row in manifest["published"]] == [
        "comparison.json",
        "report.md",
        "report.html",
        "model-card.md",
    ]
    assert [row["sha256"] for row in manifest["published"]] == [
        digest_file(top / row["path"]) for row in manifest["published"]
    ]
    assert "Validation loss went from 2.000 to 1.000 in 10 optimizer steps." in (top / "report.md").read_text()


@pytest.mark.slow
def test_the_manifest_says_what_the_run_was_made_of(workplace, finished):
    manifest = finished[1]
    assert set(manifest) == {
        "schema_version",
        "profile",
        "config",
        "settings",
        "settings_sha256",
        "environment",
        "compute",
        "stages",
        "published",
        "digest",
        "kept",
    }
    assert (manifest["schema_version"], manifest["profile"], manifest["config"]) == (1, "small", "eval-small.yml")
    settings = manifest["settings"]
    assert (settings["model"]["name"], settings["stats"]["resamples"], settings["seed"]) == ("owner/model", 200, 42)
    assert manifest["settings_sha256"] == digest_json(settings)
    assert manifest["environment"]["rustc"] == "rustc 1.90.0"
    assert manifest["compute"] == {
        "train": {"device": "cpu", "instructions": "avx2", "dtype": "bfloat16"},
        "sample-base": {"dtype": "float32"},
        "sample-tuned": {"dtype": "float32"},
    }


@pytest.mark.slow
def test_the_manifest_lists_every_stage_with_its_command_and_digests(workplace, finished):
    manifest = finished[1]
    assert [stage["name"] for stage in manifest["stages"]] == STAGES
    train = manifest["stages"][2]
    assert train["argv"][:4] == ["sigilderg-train", "train.yml", "--model", "owner/model"]
    assert "model_revision=abc" in train["argv"]
    assert [row["path"] for row in train["outputs"]] == [
        "checkpoints/checkpoint-10/adapter_config.json",
        "checkpoints/checkpoint-10/sigil_checkpoint.json",
        "checkpoints/checkpoint-9/adapter_config.json",
        "checkpoints/checkpoint-9/sigil_checkpoint.json",
        "checkpoints/metrics.jsonl",
    ]
    assert train["inputs"][0] == {"path": "train.yml", "sha256": digest_file(Path("train.yml"))}
    outputs = sum(len(stage["outputs"]) for stage in manifest["stages"])
    checks = list(verify(Path("runs/small/manifest.json"), Rejudging(0.3, 1)))
    assert [line for check in checks for line in check.lines()] == []
    assert summary(checks) == "8 checks done, all as recorded"
    assert (checks[0].looked_at, checks[-1].looked_at) == (
        f"{outputs + 4} files",
        "24 of 80 verdicts judged again (seed 1)",
    )


def edited_manifest(root, edit):
    manifest = json.loads((root / "manifest.json").read_text())
    edit(manifest)
    (root / "manifest.json").write_text(json.dumps(manifest))


def edited_page(root, name, old, new):
    """Edit a page, and every digest of it, so that only another page made of the record can tell."""
    manifest = json.loads((root / "manifest.json").read_text())
    stage = next(stage for stage in manifest["stages"] if stage["name"] == "report")
    text = (root / name).read_text()
    assert old in text
    for place in (root / name, root / stage["directory"] / name):
        place.write_text(text.replace(old, new))
    own = json.loads((root / stage["directory"] / "stage.json").read_text())
    for row in (*manifest["published"], *stage["outputs"], *own["outputs"]):
        if row["path"] == name:
            row |= {"sha256": digest_file(root / name), "bytes": (root / name).stat().st_size}
    (root / stage["directory"] / "stage.json").write_text(json.dumps(own))
    (root / "manifest.json").write_text(json.dumps(manifest))


def reseeded(manifest):
    manifest["settings"]["seed"] = 1
    manifest["settings_sha256"] = digest_json(manifest["settings"])


@pytest.mark.slow
def test_what_was_edited_of_a_record_or_of_its_pages_is_found(workplace, finished, tmp_path):
    found = {
        "its settings are not those of their digest": lambda root: edited_manifest(
            root, lambda manifest: manifest["settings"]["plan"].update(price_per_hour=1)
        ),
        "its settings are not those that the report was made with": lambda root: edited_manifest(root, reseeded),
        "its environment is not the one in": lambda root: edited_manifest(
            root, lambda manifest: manifest["environment"].update(commit="other")
        ),
        "its profile and file are not those of the report": lambda root: edited_manifest(
            root, lambda manifest: manifest.update(profile="other")
        ),
        "its digest is not that of its stages and settings": lambda root: edited_manifest(
            root, lambda manifest: manifest.update(config="other.yml")
        ),
        "stage `sample-base` computed with dtype bfloat16, and by its own record with dtype float32": lambda root: (
            edited_manifest(root, lambda manifest: manifest["compute"]["sample-base"].update(dtype="bfloat16"))
        ),
        "stage `train` computed with device cpu, instructions amx, ": lambda root: edited_manifest(
            root, lambda manifest: manifest["compute"]["train"].update(instructions="amx")
        ),
        "what it says of stages that other code made": lambda root: edited_manifest(
            root, lambda manifest: manifest["kept"].update(train="made by hand")
        ),
        "does not name report.html among what was published": lambda root: edited_manifest(
            root, lambda manifest: manifest["published"].pop(2)
        ),
        "60.0% and more": lambda root: edited_page(root, "report.html", "60.0%", "60.0% and more"),
        "; by hand": lambda root: edited_page(root, "model-card.md", "; digest of the run", "; by hand"),
    }
    for number, (words, edit) in enumerate(found.items()):
        root = tmp_path / str(number)
        shutil.copytree(workplace / "runs/small", root)
        edit(root)
        lines = [line for check in verify(root, Rejudging(0, 0)) for line in check.lines()]
        assert any(words in line for line in lines), (words, lines)


@pytest.mark.slow
def test_a_second_run_does_nothing_and_leaves_the_same(workplace, finished, caplog):
    caplog.set_level("INFO")
    assert run(request_of(run_dir=Path("runs/small"))) == finished[0]
    assert any(text.startswith("0 stages done now, 11 before; ") for text in caplog.messages)
    manifest = json.loads(Path("runs/small/manifest.json").read_text())
    assert {key for key in manifest if manifest[key] != finished[1][key]} <= {"environment"}  # which holds the time


@pytest.mark.slow
def test_a_training_is_kept_over_a_change_of_its_meaning_and_the_report_says_so(workplace, finished, monkeypatch):
    shutil.copytree("runs/small", "runs/kept")
    monkeypatch.setitem(versions.VERSIONS, "sigilderg-train", 7)
    monkeypatch.setattr(versions, "code_digest", lambda name: "new" if "finetuner" in name else "as it was")
    with pytest.raises(InputError, match="this run has no stage `trian`"):
        run(request_of(run_dir=Path("runs/kept"), keep=("trian",)))
    assert run(request_of(run_dir=Path("runs/kept"), keep=("train",)))["verdict"] == finished[0]["verdict"]
    manifest = json.loads(Path("runs/kept/manifest.json").read_text())
    changed = [new["name"] for new, old in zip(manifest["stages"], finished[1]["stages"], strict=True) if new != old]
    assert changed == ["report"]
    words = manifest["kept"]["train"]
    assert words.endswith("other code of sigilderg_finetuner than is installed now: version 1, and now it is 7")
    assert f"- Stage `train` was {words}." in Path("runs/kept/report.md").read_text().splitlines()
    assert finished[1]["kept"] == {}


@pytest.mark.slow
def test_likelihoods_are_measured_shown_and_recorded_and_leave_the_verdict_as_it_is(workplace, finished):
    found = run(request_of(run_dir=Path("runs/likely"), **{"sample.likelihood": True}))
    assert found["verdict"] == finished[0]["verdict"]
    row = "| A | bits per byte of the reference | 1 | 1.500 | 1.000 | -0.500 | too few problems |"
    report = Path("runs/likely/report.md").read_text()
    assert "## Likelihood of known solutions\n\nIt decides nothing.\n\n| set |" in report
    assert row in report.splitlines()
    manifest = json.loads(Path("runs/likely/manifest.json").read_text())
    added = {f"likelihood-{model}": {"dtype": "bfloat16"} for model in ("base", "tuned")}
    assert manifest["compute"] == finished[1]["compute"] | added
    assert [stage["name"] for stage in manifest["stages"]] == [*STAGES[:5], *added, *STAGES[5:]]


@pytest.fixture(scope="module")
def looking_twice(workplace, finished):
    """The directory of a run that looked at its comparison twice, and then had enough samples."""
    where, auto = Path("runs/auto"), {"sample.n_samples": "auto", "sample.max_samples": 16, "sample.width": 45}
    run(request_of(run_dir=where, **auto))
    return where


@pytest.mark.slow
def test_samples_are_added_until_the_interval_is_narrow_enough(looking_twice):
    manifest = json.loads((looking_twice / "manifest.json").read_text())
    stages = {stage["name"]: stage for stage in manifest["stages"]}
    kinds = ("sample-base", "sample-tuned", "judge-base", "judge-tuned")
    looked = [name for look in ("look-1", "look-2") for name in (*(f"{kind}-{look}" for kind in kinds), look)]
    assert list(stages) == [*STAGES[:3], *looked, *STAGES[3:]]
    assert "--earlier" not in stages["sample-base-look-1"]["argv"]
    for name, samples, before in (
        ("sample-tuned-look-2", 8, "sample-tuned-look-1"),
        ("sample-tuned", 8, "sample-tuned-look-2"),
    ):
        words = dict(pairwise(stages[name]["argv"]))
        assert (words["--n-samples"], words["--earlier"]) == (
            str(samples),
            f"runs/auto/{stages[before]['directory']}/samples.jsonl",
        )
    known = f"runs/auto/{stages['judge-base-look-2']['directory']}/samples.jsonl_results.jsonl"
    assert dict(pairwise(stages["judge-base-policy-off"]["argv"]))["--known-results"] == known
    assert "--known-results" not in stages["judge-base-policy-on"]["argv"]
    comparison = read_comparison(looking_twice / "comparison.json")
    first, second = comparison.looks.taken
    assert (first.samples, second.samples, comparison.looks.confidence) == (4, 8, 0.95)
    widths = [(look.interval.high - look.interval.low) * 100 for look in (first, second)]
    assert widths[0] > 45 > widths[1]
    assert comparison.confidence == second.confidence > 0.97
    row = comparison.primary_row()
    assert (row.interval, row.difference) == (second.interval, second.difference)
    note = "Samples were added until the interval of the primary difference was narrower than 45 points: 4 samples: "
    assert note in (looking_twice / "report.md").read_text()
    assert [line for check in verify(looking_twice, Rejudging(0.1, 1)) for line in check.lines()] == []


@pytest.mark.slow
def test_a_run_that_stopped_looking_otherwise_than_its_record_says_is_found(looking_twice):
    shutil.copytree(looking_twice, "runs/otherwise")
    manifest = Path("runs/otherwise/manifest.json")
    known = json.loads(manifest.read_text())
    known["settings"]["sample"]["width"] = 1
    manifest.write_text(json.dumps(known))
    faults = [line for check in verify(manifest, Rejudging(0, 1)) for line in check.faults]
    assert "comparison.json, looks, taken: a list of 2 is recorded, a list of 3 recomputed" in faults


@pytest.mark.slow
def test_own_answers_are_drawn_judged_trained_on_and_told_of_in_two_rounds(workplace, finished):
    run(request_of(run_dir=Path("runs/own"), **{"exercises.count": 5, "exercises.rounds": 2}))
    manifest = json.loads(Path("runs/own/manifest.json").read_text())
    stages = {stage["name"]: stage for stage in manifest["stages"]}
    further = ["train-1", *(f"{name}-2" for name in EXERCISES[1:])]
    assert list(stages) == [*STAGES[:2], *EXERCISES, *further, *STAGES[2:]]
    train = stages["train"]
    accepted = f"runs/own/{stages['accepted-2']['directory']}/accepted.jsonl"
    assert [word for word in train["argv"] if word.startswith("local:")] == [f"local:{accepted}"]
    assert train["inputs"][1]["path"] == accepted
    known = finished[1]["compute"]
    drawn = {name: {"dtype": "float32"} for name in ("draw", "draw-2")}
    assert manifest["compute"] == known | {"train-1": known["train"]} | drawn
    said = (
        "2 answers of the base model to 2 functions of the training crates, and 2 of a model that was trained on what "
        "was accepted before, were drawn, and 2 passed the judge; 3 answers, to 2 functions, were accepted and trained "
        "on. Nothing else was trained on"
    )
    assert said in Path("runs/own/report.md").read_text()
    outputs = sum(len(stage["outputs"]) for stage in manifest["stages"])
    (files, *_) = verify(Path("runs/own/manifest.json"), Rejudging(0, 1))
    assert (files.looked_at, files.faults) == (f"{outputs + 4} files", ())


@pytest.mark.slow
def test_a_run_ends_where_no_answer_can_be_trained_on(workplace, monkeypatch, capfd):
    monkeypatch.setenv("NOTHING", "1")
    with pytest.raises(SigilError, match="stage `accepted` failed") as caught:
        run(request_of(run_dir=Path("runs/nothing"), **{"exercises.count": 5}))
    assert (caught.value.exit_code, caught.value.cause) == (1, "exit code 1")
    assert "error: none of the answers can be trained on" in capfd.readouterr().err
    assert not list(Path("runs/nothing/stages").glob("train-*"))


@pytest.mark.slow
def test_a_given_checkpoint_is_compared_without_data_and_training(workplace, finished):
    checkpoint = workplace / "mine"
    checkpoint.mkdir()
    (checkpoint / "adapter_config.json").write_text('{"base_model_name_or_path": "owner/model"}')
    found = run(request_of(run_dir=Path("runs/given"), **{"train.checkpoint": "mine"}))
    manifest = json.loads(Path("runs/given/manifest.json").read_text())
    stages = {stage["name"]: stage for stage in manifest["stages"]}
    assert list(stages) == [name for name in STAGES if name not in ("dataset", "train")]
    assert stages["sample-tuned"]["argv"][3:8] == ["mine", "--base-model", "owner/model", "--revision", "abc"]
    assert manifest["compute"] == {name: {"dtype": "float32"} for name in ("sample-base", "sample-tuned")}
    assert found["verdict"].startswith("The tuned model got better: A pass@1 0.0% to 60.0%")
    assert Path("runs/given/report.html").is_file()


@pytest.mark.slow
def test_a_training_on_data_that_turn_out_few_is_refused_before_it_begins(workplace, finished, tmp_path):
    config = tmp_path / "train.yml"
    config.write_text("train: {num_steps: 1000, max_seq_len: 1, micro_batch_size: 1, gradient_accumulation: 1}")
    few = {"run_dir": Path("runs/few"), "train.config": str(config), "dataset.crate_list": str(tmp_path / "crates.txt")}
    (tmp_path / "crates.txt").write_text("a\n")
    with pytest.raises(InputError, match="would go over its data 53 times"):
        run(request_of(**few, yes=False))
    assert not list(Path("runs/few/stages").glob("train-*"))


@pytest.fixture
def configs(tmp_path):
    """Two profiles of which each wants a file that is not there, so that a run of it stops at once, and says which."""
    for name in ("local", "h100"):
        (tmp_path / f"eval-{name}.yml").write_text(f"dataset: {{crate_list: {name}.txt}}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("gpu", "options", "profile", "why"),
    [
        ("exit 9", {"profile": None}, "local", "no CUDA GPU found"),
        (smi(81_559), {"profile": None}, "h100", "a CUDA GPU with 81,559 MiB"),
        (smi(81_559), {"profile": "local"}, "local", "asked for"),
        ("exit 9", {"profile": "h100"}, "h100", "asked for"),
        (smi(81_559), {"profile": None, "config": "eval-local.yml"}, "local", "by its file"),
        ("exit 9", {"profile": "local", "config": "eval-h100.yml"}, "h100", "by its file"),
    ],
)
def test_the_profile_and_why_it_was_chosen(workplace, configs, tools, caplog, gpu, options, profile, why):
    tools({"nvidia-smi": gpu, "rustc": "", "cargo": ""})
    caplog.set_level("INFO")
    if "config" in options:
        options = options | {"config": configs / options["config"]}
    for key in ("dataset.config", "train.config"):
        options = options | {key: "train.yml"}
    with pytest.raises(InputError, match=f"cannot read {profile}.txt"):
        run(request_of(configs=configs, run_dir=configs / "run", **options))
    assert f"profile: {profile} ({why}), settings in {configs}/eval-{profile}.yml" in caplog.messages
    assert not (configs / "run").exists()


@pytest.mark.parametrize(
    ("gpu", "shown", "warm"),
    [
        ("exit 9", None, ("torch",)),
        (smi(81_559), None, ()),
        (smi(81_559), "", ("torch",)),
        (smi(81_559), "MIG-8932f937", ()),
    ],
)
def test_nothing_is_imported_ahead_where_a_stage_may_see_a_gpu(tools, monkeypatch, gpu, shown, warm):
    tools({"nvidia-smi": gpu})
    monkeypatch.setattr(flow, "WARM", ("torch",))
    if shown is not None:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", shown)
    assert flow._warm() == warm


def test_strict_refuses_before_any_stage(workplace, monkeypatch, tmp_path):
    monkeypatch.setattr(provenance, "PINNED_PYTHON", "3.0.7")
    with pytest.raises(MissingError, match=r"not the pinned 3\.0\.7"):
        run(request_of(run_dir=tmp_path / "run", strict=True))
    assert not (tmp_path / "run").exists()
    assert platform.python_version() != "3.0.7"
