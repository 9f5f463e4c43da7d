"""The formatter wins: few places may keep it away."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("packages", "tests", "scripts", "tools", "benchmarks")
MOST = 40
MARK = "# fmt: " + "skip"


def test_the_formatter_is_kept_away_from_few_places():
    files = [
        file
        for folder in ("packages", "tests", "scripts", "tools", "benchmarks")
        for file in (ROOT / folder).rglob("*.py")
    ]
    marked = {str(file.relative_to(ROOT)): count for file in files if (count := file.read_text().count(MARK))}
    assert sum(marked.values()) <= MOST, marked
