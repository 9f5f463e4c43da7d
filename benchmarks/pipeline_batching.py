"""Asking the compiler about many changed functions at once, against asking about one at a time.

Prints seconds of wall clock per mutant both ways, their ratio, and how many answers differ (none may).

    python benchmarks/pipeline_batching.py --crates nonempty@0.12.0 bit-vec@0.10.2 --sample 40
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from sigil_pipeline.batch import process as batches
from sigil_pipeline.batch.results import results_of
from sigil_pipeline.compiler import ask as compiler
from sigil_pipeline.crates.crate_list import wanted_crates
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.error_fixing import find as find_errors
from sigil_pipeline.tasks.error_fixing.prompt import is_teachable
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.propose import propose
from sigil_pipeline.tools import open_tools


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crates", nargs="+", default=["nonempty@0.12.0", "bit-vec@0.10.2", "matchit@0.9.2"])
    parser.add_argument("--sample", type=int, default=30, help="mutants that are also asked about one at a time")
    options = parser.parse_args()
    caught: list[Workbench] = []

    def catch(bench: Workbench) -> object:
        caught.append(bench)
        return propose(bench)

    batches.propose = catch  # type: ignore[attr-defined,assignment]
    with tempfile.TemporaryDirectory(prefix="sigil-bench-") as folder:
        settings = Settings(crates=options.crates, max_threads=2, output=Path(folder) / "data.jsonl")
        list(results_of(wanted_crates(settings), settings, open_tools(settings)))
        return compare(caught[0], options.sample)


def compare(bench: Workbench, sample: int) -> int:
    def ask(asked):  # type: ignore[no-untyped-def]
        return compiler.ask(bench.workspace, bench.confined, bench.sources, asked, clippy=False)

    mutants = {material.package.id: mutants_of(material, bench.settings) for material in bench.materials}
    total = sum(map(len, mutants.values()))
    ask(mutants)  # warm
    started = time.monotonic()
    together = ask(mutants)
    batched = (time.monotonic() - started) / total
    everyone = [(package, variant) for package, variants in mutants.items() for variant in variants]
    chosen = random.Random(42).sample(everyone, min(sample, total))
    started = time.monotonic()
    differing = 0
    for package, variant in chosen:
        alone = ask({package: [variant]})[package].get(variant.chunk.key)
        before = together[package].get(variant.chunk.key)
        if alone is None or before is None or differ(alone, before):
            differing += 1
            print(f"differs: {package} {variant.chunk.name} {variant.operator}\n  {before}\n  {alone}", file=sys.stderr)
    single = (time.monotonic() - started) / len(chosen)
    print(f"mutants              {total}")
    print(f"batched              {batched * 1000:.1f} ms per mutant")
    print(f"one at a time        {single * 1000:.1f} ms per mutant ({len(chosen)} asked)")
    print(f"ratio                {single / batched:.1f}")
    print(f"differing answers    {differing}")
    return 1 if differing else 0


def mutants_of(material, settings):  # type: ignore[no-untyped-def]
    state = find_errors.start_search(material, settings)
    state.wanted = len(state.queue)
    return find_errors.next_mutants(material, state, settings, 0)


def differ(alone, together) -> bool:  # type: ignore[no-untyped-def]
    """Codes must be the same, and of messages that could become samples every letter.

    rustc lists impls of other crates in an order that depends on its caches, and a line number that would
    lose a digit cannot be moved back; such messages are not used.
    """
    codes = [[error.code for error in answer.errors] for answer in (alone, together)]
    pairs = zip(alone.errors, together.errors, strict=False)
    usable = [(a, b) for a, b in pairs if is_teachable(a) and is_teachable(b)]
    return codes[0] != codes[1] or any(a.rendered != b.rendered for a, b in usable)


if __name__ == "__main__":
    sys.exit(main())
