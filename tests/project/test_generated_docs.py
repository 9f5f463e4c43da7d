"""Generated documents say what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.problems import load, shipped
from human_eval_rust.rewards import DEFAULT_CREDIT
from human_eval_rust.shipped_sets import SHIPPED_SETS

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("script", ["generate_docs.py", "generate_problems.py"])
def test_generated_files_are_up_to_date(script):
    argv = [sys.executable, str(ROOT / "scripts" / script), "--check"]
    found = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.slow
def test_the_table_of_rewards_is_up_to_date(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import generate_rewards

    page = (ROOT / "docs/REWARDS.md").read_text(encoding="utf-8")
    assert "\n".join(generate_rewards.typical()) in page


@pytest.mark.slow
def test_no_answer_that_solves_nothing_pays_as_much_as_an_attempt_that_compiles(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import generate_rewards

    problems = list(load(shipped("RustFirstSteps")).values())[::10]
    reward = generate_rewards.open_reward("RustFirstSteps")
    always = generate_rewards.expected(reward, problems, (one for one in generate_rewards.ALWAYS if one != "loop {}"))
    honest = generate_rewards.honest(reward, problems)
    assert len(always) == 19
    assert max(always.values()) < DEFAULT_CREDIT.compiles <= min(min(values) for values in honest.values())


def test_each_problem_set_is_there_once():
    for name in SHIPPED_SETS:
        assert (ROOT / "data" / f"{name}.jsonl").is_symlink()
        assert (ROOT / "data" / f"{name}.jsonl").resolve() == Path(str(shipped(name))).resolve()


def test_links_between_documents_lead_somewhere():
    broken = []
    for page in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("packages/*/README.md"),
        ROOT / "data/README.md",
    ]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []
