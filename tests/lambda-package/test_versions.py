"""What a versioned stage does without being told: a changed default is seen in no command line, and in no input.

`golden/defaults.json` has the defaults of the versions that it names. WRITE_GOLDEN=1 writes it anew.
"""

import json
import os
from pathlib import Path

import pytest

from human_eval_rust.likelihood.settings import LikelihoodSettings
from human_eval_rust.sampling import draw, prompt
from human_eval_rust.sampling.settings import SampleSettings
from lambda_package.versions import VERSIONS, code_digest, other_code, version_of
from sigil_common.records import StageRecord
from sigil_common.settings import to_mapping
from sigil_pipeline.settings import Settings as PipelineSettings
from sigilderg_finetuner import infer_export
from sigilderg_finetuner.settings import Settings as TrainerSettings

GOLDEN = Path(__file__).parent / "golden/defaults.json"


def flat(settings, before=""):
    found = {}
    for key, value in settings.items():
        found |= flat(value, f"{before}{key}.") if isinstance(value, dict) and value else {before + key: value}
    return found


def defaults(command):
    """Return what a command does without being told, by name."""
    words = {f"wording, {style}": prompt.template_digest(style)[:16] for style in ("chat", "completion")}
    return {
        "sigil-pipeline": lambda: flat(to_mapping(PipelineSettings())),
        "sigilderg-train": lambda: flat(to_mapping(TrainerSettings())),
        "human-eval-rust generate": lambda: {
            **flat(to_mapping(SampleSettings())),
            **words,
            "stop rule": draw.STOP_RULE,
        },
        "sigilderg-export": lambda: {
            param.name: param.default for param in infer_export.command.params if isinstance(param.default, str)
        },
        "human-eval-rust likelihood": lambda: {**flat(to_mapping(LikelihoodSettings())), **words},
    }.get(command, dict)()


@pytest.mark.parametrize("command", VERSIONS)
def test_a_default_changes_with_the_version_only(command):
    now = {"version": VERSIONS[command], "defaults": defaults(command)}
    known = json.loads(GOLDEN.read_text()) if GOLDEN.exists() else {}
    if os.environ.get("WRITE_GOLDEN"):
        GOLDEN.write_text(json.dumps(known | {command: now}, indent=1, sort_keys=True) + "\n")
        return
    pinned = known[command]
    hint = "write the golden file anew: WRITE_GOLDEN=1 pytest -n 0 tests/lambda-package/test_versions.py"
    assert pinned["version"] == now["version"], hint
    # A setting that is new may be pinned later: it means what was done before there was one.
    changed = {key: (was, now["defaults"].get(key)) for key, was in pinned["defaults"].items()}
    changed = {key: pair for key, pair in changed.items() if pair[0] != pair[1]}
    assert not changed, (
        f"`{command}` does something else without being told. If a stage comes out otherwise, raise its number in "
        f"lambda_package/versions.py, so that nobody compares with what it was before. Then {hint}"
    )


def test_versions_are_by_command_and_others_go_by_their_code():
    assert version_of(["human-eval-rust", "generate", "--seed", "1"]) == VERSIONS["human-eval-rust generate"]
    assert version_of(["sigilderg-train", "a.yml"]) == VERSIONS["sigilderg-train"]
    assert version_of(["human-eval-rust", "accepted", "x"]) is None
    assert version_of(["evaluate_functional_correctness", "x"]) is None


def test_a_stage_is_told_from_one_of_other_code():
    about = {"name": "s", "key": "k", "argv": ("sigilderg-train", "x"), "seconds": 1, "inputs": (), "outputs": ()}
    own = StageRecord(**about, code=code_digest("lambda_package"), package="lambda_package", version=1)
    assert other_code(own) is None
    assert other_code(own.model_copy(update={"package": None, "code": "c"})) is None  # of before there were versions
    assert "of the same version" in other_code(own.model_copy(update={"code": "c"}))
    assert "version 7, and now it is" in other_code(own.model_copy(update={"code": "c", "version": 7}))
    assert other_code(own.model_copy(update={"version": 7})) == "kept as it was asked, of version 7, and now it is 1"
