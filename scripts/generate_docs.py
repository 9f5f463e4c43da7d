"""Write what is generated: CLI reference, schema, tables of filters and failures.

With `--check`, exit 1 if a file would change.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline_documents import DOCUMENTS
from record_documents import records_page

from sigil_common import failures

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


EVALUATOR_README = "packages/human-eval-rust/README.md"


def with_region(text: str, name: str, region: str) -> str:
    """Return a document with `region` between the marks `<!-- name -->` and `<!-- end -->`."""
    marks = re.compile(rf"(?<=<!-- {name} -->\n).*?(?=<!-- end -->)", re.DOTALL)
    return marks.sub(lambda _: region.rstrip("\n") + "\n", text, count=1)


def evaluator_readme() -> str:
    """Return the README of human-eval-rust with its table of failures."""
    return with_region((ROOT / EVALUATOR_README).read_text(), "failures", failures.markdown())


GENERATED: dict[str, Callable[[], str]] = {
    "docs/CLI.md": cli_reference,
    EVALUATOR_README: evaluator_readme,
    "docs/RECORDS.md": records_page,
    **{f"docs/{name}": make for name, make in DOCUMENTS.items()},
}


def write_all(generated: Mapping[str, Callable[[], str]], command: str) -> int:
    """Write every file that is out of date; with `--check` on the command line, say so and return 1."""
    checking = sys.argv[1:] == ["--check"]
    stale = 0
    for name, make in generated.items():
        path, text = ROOT / name, make()
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        if checking:
            print(f"{name} is out of date; run `{command}`")
            stale += 1
        else:
            path.write_text(text, encoding="utf-8")
            print(f"wrote {name}")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(write_all(GENERATED, "make docs"))
