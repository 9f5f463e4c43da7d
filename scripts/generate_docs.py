"""Write what is generated: CLI reference, problem sets' card and checksums, schema, tables of filters.

With `--check`, exit 1 if a file would change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pipeline_documents import DOCUMENTS

from human_eval_rust.mutation.strength import read_strengths, summary
from human_eval_rust.problems import build
from sigil_common.jsonl import dumps
from sigil_common.manifest import digest_file

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CLI_HEAD = """# Command-line reference

Generated from `--help` by `make docs`; do not edit. Options accept dashes and underscores alike.
"""


def console_scripts() -> list[str]:
    """Return the names of all console scripts, in the order of the chain."""
    names: list[str] = []
    for package in ("sigil-pipeline", "sigilderg-finetuner", "human-eval-rust", "lambda-package"):
        project = tomllib.loads((ROOT / "packages" / package / "pyproject.toml").read_text())["project"]
        names += project.get("scripts", {})
    return names


def help_text(words: list[str]) -> str:
    """Return the help of a command at a fixed width."""
    argv = [str(BIN / words[0]), *words[1:], "--help"]
    env = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    return subprocess.run(argv, capture_output=True, text=True, check=True, env=env).stdout


def subcommands(text: str) -> list[str]:
    """Return the names under `Commands:`."""
    _, _, listing = text.partition("\nCommands:\n")
    return re.findall(r"^  (\S+)", listing.split("\n\n")[0], flags=re.MULTILINE)


def sections(words: list[str]) -> list[str]:
    """Return the section of a command and of everything below it."""
    text = help_text(words)
    found = [f"## {' '.join(words)}\n\n```text\n{text.rstrip()}\n```\n"]
    for name in subcommands(text):
        found += sections([*words, name])
    return found


def cli_reference() -> str:
    """Return docs/CLI.md."""
    with ThreadPoolExecutor(2) as pool:
        parts = pool.map(lambda name: sections([name]), console_scripts())
    return "\n".join([CLI_HEAD, *(part for found in parts for part in found)])


PROBLEM_FILES = {"HumanEval_rust.jsonl": "humaneval", "RustFirstSteps.jsonl": "first_steps"}


def problem_rows(folder: str) -> str:
    """Return the problem file that is cut from a directory of sources."""
    found = build(ROOT / "data" / "problems" / folder)
    return "".join(dumps(problem.to_row()) + "\n" for problem in found)


def problem_files() -> dict[str, Callable[[], str]]:
    """Return how to make the problem files, and their copies that come with the package."""
    shipped = "packages/human-eval-rust/src/human_eval_rust/data"
    return {
        f"{place}/{name}": partial(problem_rows, folder)
        for name, folder in PROBLEM_FILES.items()
        for place in ("data", shipped)
    }


def checksums() -> str:
    """Return data/SHA256SUMS."""
    return "".join(f"{digest_file(ROOT / 'data' / name)}  {name}\n" for name in PROBLEM_FILES)


def problem_card() -> str:
    """Return data/README.md with the figures of the problem files between its marks."""
    files = ["| file | problems | task ids | SHA-256 |", "|---|--:|---|---|"]
    regions: dict[str, str] = {}
    for name, folder in PROBLEM_FILES.items():
        rows = read_strengths(ROOT / "data" / "problems" / folder / "mutation_score.tsv")
        first, last = rows[0].task_id, rows[-1].task_id
        digest = digest_file(ROOT / "data" / name)
        files.append(f"| `{name}` | {len(rows)} | `{first}` to `{last}` | `{digest}` |")
        regions[first.split("/")[0]] = summary(rows)
    regions["files"] = "\n".join(files)
    text = (ROOT / "data" / "README.md").read_text()
    for name, region in regions.items():
        marks = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
        text = marks.sub(lambda _, region=region: region + "\n", text, count=1)
    return text


GENERATED = {
    **problem_files(),
    "docs/CLI.md": cli_reference,
    "data/SHA256SUMS": checksums,
    "data/README.md": problem_card,
    **{f"docs/{name}": make for name, make in DOCUMENTS.items()},
}


def main() -> int:
    """Write or check every generated file."""
    checking = sys.argv[1:] == ["--check"]
    stale = 0
    for name, make in GENERATED.items():
        path, text = ROOT / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if checking:
            print(f"{name} is out of date; run `make docs`")
            stale += 1
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
