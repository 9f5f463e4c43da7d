"""Rules of the house that no tool checks, and that the tools look at all of it."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_UNFORMATTED = 40
FOLDERS = ("packages", "tests", "scripts", "tools", "benchmarks")
# Words of ours for which the field has ordinary ones: reported, besides, results in, fix, resumed from.
ODD_WORDS = re.compile(r"\b(is told|are told|gone on from|going on from|comes of|mends?|mended)\b")

# Prompts, which may hold them, are quoted in fences that may hold fences.
QUOTED = re.compile(r"^(`{4,})text\n.*?^\1$", re.MULTILINE | re.DOTALL)


def sources():
    return [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py") if path != Path(__file__)]


def test_the_linter_looks_at_every_file():
    command = [Path(sys.executable).with_name("ruff"), "check", "--show-files", *FOLDERS]
    found = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert {path for path in map(str, [*sources(), Path(__file__)]) if path not in found.stdout.splitlines()} == set()


def test_the_formatter_has_nearly_everything():
    counts = {str(path.relative_to(ROOT)): path.read_text().count("fmt: skip") for path in sources()}
    assert sum(counts.values()) <= MOST_UNFORMATTED, {name: count for name, count in counts.items() if count}


def test_messages_and_documents_use_ordinary_words():
    documents = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "eval_setup.sh",
        *ROOT.glob("packages/*/README.md"),
    ]
    documents += [path for path in ROOT.glob("docs/**/*.md") if "adr" not in path.parts]
    code = [path for path in sources() if "src" in path.parts and path.name != "prompt.py"]
    odd = [
        f"{path.relative_to(ROOT)}:{number}: {match[0]}"
        for path in (*documents, *code)
        for number, line in enumerate(QUOTED.sub("", path.read_text()).splitlines(), start=1)
        for match in ODD_WORDS.finditer(line)
    ]
    assert odd == []
