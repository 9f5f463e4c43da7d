"""Generated documents say what the code says."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from human_eval_rust.problems import shipped

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("script", ["generate_docs.py", "generate_problems.py"])
def test_generated_files_are_up_to_date(script):
    argv = [sys.executable, str(ROOT / "scripts" / script), "--check"]
    found = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_each_problem_set_is_there_once():
    for name in ("HumanEval_rust.jsonl", "RustFirstSteps.jsonl"):
        assert (ROOT / "data" / name).is_symlink()
        assert (ROOT / "data" / name).resolve() == Path(str(shipped(name.removesuffix(".jsonl")))).resolve()


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
