"""Build the problem sets and known solutions from their sources, with checksums and the figures in data/README.md.

With `--check`, exit 1 if a file would change.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from generate_docs import ROOT, with_region, write_all

from human_eval_rust.problems.sources import build
from human_eval_rust.shipped_sets import SETS
from human_eval_rust.strength.mutation.mutants import with_solution
from human_eval_rust.strength.mutation.score import read_strengths, summary
from sigil_common.jsonl import dumps
from sigil_common.manifest import digest_file

# The files themselves; `data/` holds links to them.
SHIPPED = "packages/human-eval-rust/src/human_eval_rust/data"
PROBLEM_FILES = {f"{one.name}.jsonl": one.folder for one in SETS}
# Made by `human-eval-rust problems pairs`, since that asks the compiler.
PAIRS = "likelihood_pairs.jsonl"
# What the pipeline compares training data with; of the sets that are benchmarks (RustPractice is there to learn from).
SOLUTIONS = "solutions.jsonl"
BENCHMARKS = ("humaneval", "first_steps")
ALTERNATIVES = ROOT / "tests" / "human-eval-rust" / "alternatives"


def problem_rows(folder: str) -> str:
    """Return the problem file that is cut from a directory of sources."""
    found = build(ROOT / "data" / "problems" / folder)
    return "".join(dumps(problem.to_row()) + "\n" for problem in found)


def solution_rows() -> str:
    """Return the known solutions of the benchmarks: the reference and another one of each problem, without its docs."""
    rows = []
    for folder in BENCHMARKS:
        for problem in build(ROOT / "data" / "problems" / folder):
            head = "".join(line for line in problem.prompt.splitlines(True) if not line.lstrip().startswith("//"))
            other = with_solution(problem, ALTERNATIVES / folder)
            for kind, body in (("reference", problem.canonical_solution), ("alternative", other.canonical_solution)):
                named = {"task_id": problem.task_id, "entry_point": problem.entry_point, "kind": kind}
                rows.append(dumps({**named, "solution": f"{head}{body}".strip() + "\n"}) + "\n")
    return "".join(rows)


def checksums() -> str:
    """Return data/SHA256SUMS."""
    return "".join(f"{digest_file(ROOT / 'data' / name)}  {name}\n" for name in (*PROBLEM_FILES, PAIRS, SOLUTIONS))


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
    f"data/{SOLUTIONS}": solution_rows,
    "data/SHA256SUMS": checksums,
    "data/README.md": problem_card,
}


if __name__ == "__main__":
    sys.exit(write_all(GENERATED, "make problems"))
