"""Build the problem sets from their sources, with checksums and the figures in data/README.md.

With `--check`, exit 1 if a file would change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from generate_docs import ROOT, with_region, write_all

from human_eval_rust.problems.sources import build
from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation.score import read_strengths, summary
from sigil_common.jsonl import dumps
from sigil_common.manifest import digest_file

# The files themselves; `data/` holds links to them.
SHIPPED = "packages/human-eval-rust/src/human_eval_rust/data"
PROBLEM_FILES = {f"{one.name}.jsonl": one.folder for one in SETS}
# Made by `human-eval-rust problems pairs`, since that asks the compiler.
PAIRS = "likelihood_pairs.jsonl"


def problem_rows(folder: str) -> str:
    """Return the problem file that is cut from a directory of sources."""
    found = build(ROOT / "data" / "problems" / folder)
    return "".join(dumps(problem.to_row()) + "\n" for problem in found)


def checksums() -> str:
    """Return data/SHA256SUMS."""
    return "".join(f"{digest_file(ROOT / 'data' / name)}  {name}\n" for name in (*PROBLEM_FILES, PAIRS))


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
        text = with_region(text, name, region)
    return text


GENERATED: dict[str, Callable[[], str]] = {
    **{f"{SHIPPED}/{name}": partial(problem_rows, folder) for name, folder in PROBLEM_FILES.items()},
    "data/SHA256SUMS": checksums,
    "data/README.md": problem_card,
}


if __name__ == "__main__":
    sys.exit(write_all(GENERATED, "make problems"))
