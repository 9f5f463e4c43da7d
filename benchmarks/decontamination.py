"""What decontamination catches of known solutions, and what it hits among the functions of real crates.

    python benchmarks/decontamination.py

Caught: the second solution of every benchmark problem, as a function with the problem's docs, with the problem files
alone as sources and with the known solutions as well; then the same without docs, and with other names for the function
and all that it binds. Hit: of all functions with a body in the sources of the crates on the three lists in data/, which
cargo downloads. Each rule is asked alone, then all. Every hit among them is printed; whether it is the problem's own
task has to be read.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
import time
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from sigil_common.cargo import host_triple
from sigil_common.jsonl import read_objects
from sigil_common.rustc import find_toolchain
from sigil_pipeline.choose.decontaminate import Hit, drop_contaminated
from sigil_pipeline.choose.known import Problems, read_problems
from sigil_pipeline.choose.signature import functions, name_of
from sigil_pipeline.chunk.syntax import parse, text, walk_with_parents
from sigil_pipeline.crates.crate_list import CrateSpec, read_crate_list
from sigil_pipeline.crates.fetch import fetch
from sigil_pipeline.tasks.candidates import Candidate

if TYPE_CHECKING:
    from tree_sitter import Node

DATA = Path(__file__).resolve().parents[1] / "data"
BENCHMARKS = [DATA / "HumanEval_rust.jsonl", DATA / "RustFirstSteps.jsonl"]
SOLUTIONS = [DATA / "solutions.jsonl"]
LISTS = [DATA / "crate_list.txt", DATA / "functions_list.txt", DATA / "heldout_list.txt"]
# What names in these are the solution's own, wherever they stand.
DECLARING = ("let_declaration", "parameter", "function_item")
RULES = ("code", "text", "signature", "body")


def main() -> int:
    """Print both tables and all hits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lists", nargs="*", type=Path, default=LISTS, help="crates whose functions are unrelated")
    parser.add_argument("--offline", action="store_true", help="let cargo use only what it has already downloaded")
    args = parser.parse_args()
    sources = {"problems": read_problems(BENCHMARKS), "problems and solutions": read_problems(BENCHMARKS, SOLUTIONS)}
    for name, solutions in (
        ("as they stand", list(alternatives())),
        ("renamed", [renamed(one) for one in alternatives()]),
    ):
        print(f"{len(solutions)} other solutions, {name}:")
        table(solutions, sources)
    with tempfile.TemporaryDirectory(prefix="sigil-bench-") as work:
        unrelated = list(crate_functions(args.lists, Path(work), args.offline))
    print(f"{len(unrelated):,} functions of {len({one.crate for one in unrelated})} crates:")
    hits = table(unrelated, {name: problems for name, problems in sources.items() if "solutions" in name})
    for rule, found in hits.items():
        for hit in found if rule != "all" else ():
            one = hit.candidate
            print(f"{rule}: {one.crate} {one.file}:{one.lines[0]}: {hit.problem}: {hit.shared}")
    return 0


def table(candidates: Sequence[Candidate], sources: dict[str, Problems]) -> dict[str, Sequence[Hit]]:
    """Print how many each rule hits with each of the sources, and what it costs; return the hits with the last."""
    hits: dict[str, Sequence[Hit]] = {}
    for name, problems in sources.items():
        for rule, asked in {**{rule: only(problems, rule) for rule in RULES}, "all": problems}.items():
            started = time.process_time()
            hits[rule] = drop_contaminated(candidates, asked)[1]
            spent = time.process_time() - started
            share, cost = len(hits[rule]) / len(candidates), spent / len(candidates) * 5000
            print(f"  {name}, {rule}: {len(hits[rule])} ({share:.2%}), {cost:.1f} CPU s for 5,000")
    return hits


def only(problems: Problems, rule: str) -> Problems:
    """Return what one rule compares with."""
    fields = {
        "code": ("code", "code_sizes"),
        "text": ("prose",),
        "signature": ("signatures",),
        "body": ("bodies", "body_sizes"),
    }
    return Problems(**{name: getattr(problems, name) for name in fields[rule]})


def alternatives() -> Iterator[Candidate]:
    """Yield the second solution of each problem, as the data set would have it: the function, asked for by its docs."""
    prompts = {str(row["task_id"]): str(row["prompt"]) for file in BENCHMARKS for _, row in read_objects(file)}
    for file in SOLUTIONS:
        for number, row in read_objects(file):
            if row["kind"] == "alternative":
                found = [
                    one for one in functions(parse(row["solution"].encode())) if name_of(one) == row["entry_point"]
                ]
                docs = [line for line in prompts[row["task_id"]].split("\n") if line.startswith("///")]
                yield sample("solutions", file.name, number, "\n".join(docs), text(found[-1]))


def renamed(one: Candidate) -> Candidate:
    """Return a solution without its docs, and with other names for the function and for its variables."""
    code = one.gen.encode()
    root = parse(code)
    own = {name_of(next(functions(root)))}
    for node, parent, _ in walk_with_parents(root):
        if node.type == "identifier" and parent is not None and parent.type in DECLARING:
            own.add(text(node))
    ends = [node.end_byte for node, parent, _ in walk_with_parents(root) if is_variable(node, parent, own)]
    for end in reversed(ends):
        code = code[:end] + b"_of_mine" + code[end:]
    return dataclasses.replace(one, prompt="Write it.", gen=code.decode())


def is_variable(node: Node, parent: Node | None, own: Collection[str]) -> bool:
    """Tell whether a name is a variable's; one that is called is, where it is among the `own` names."""
    if node.type not in ("identifier", "shorthand_field_identifier") or parent is None:
        return False
    if parent.type in ("scoped_identifier", "macro_invocation") or not text(node)[0].islower():
        return False
    beside = node.next_sibling
    in_macro = parent.type == "token_tree" and beside is not None and text(beside)[:1] in ("(", "!", ":")
    called = in_macro or parent.child_by_field_name("function") == node or parent.type == "function_item"
    return not called or text(node) in own


def crate_functions(lists: Sequence[Path], work: Path, offline: bool) -> Iterator[Candidate]:
    """Yield every function with a body of the crates, with its docs as the prompt."""
    toolchain = find_toolchain()
    specs: dict[str, CrateSpec] = {spec.name: spec for file in lists for spec in read_crate_list(file)}
    fetched = fetch(list(specs.values()), toolchain, work, triple=host_triple(toolchain), offline=offline)
    for missing in fetched.unfetched:
        print(f"left out: {missing.spec.text}: {missing.detail}")
    for package in (package for group in fetched.groups for package in group.packages):
        for file in sorted(package.root.rglob("*.rs")):
            source = file.read_bytes()
            lines = source.decode("utf-8", "replace").split("\n")
            for node in functions(parse(source)):
                first = node.start_point.row
                where = str(file.relative_to(package.root))
                yield sample(package.name, where, first + 1, docs_above(lines, first), text(node))


def docs_above(lines: Sequence[str], first: int) -> str:
    """Return the doc comment that ends above a line, attributes between them left out."""
    docs: list[str] = []
    for line in reversed(lines[:first]):
        if not line.strip().startswith(("///", "#[")):
            break
        docs += [line.strip()] if line.strip().startswith("///") else []
    return "\n".join(reversed(docs))


def sample(crate: str, file: str, line: int, prompt: str, code: str) -> Candidate:
    """Return a function as the choice of samples knows it."""
    return Candidate(
        task_type="code_generation",
        chunk=f"{crate}/{file}:{line}",
        kind="function",
        rank=0.0,
        prompt=prompt,
        gen=code,
        crate=crate,
        version="",
        file=file,
        lines=(line, line + code.count("\n")),
        verified="",
    )


if __name__ == "__main__":
    sys.exit(main())
