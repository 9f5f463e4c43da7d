"""Search for un-idiomatic variants of a batch's functions that compile."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.ask import Answer, ask
from sigil_pipeline.compiler.edits import Variant, is_sound
from sigil_pipeline.tasks.layout import laid_out
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material, in_order, nodes_of
from sigil_pipeline.tasks.shapes import open_function
from sigil_pipeline.tasks.transformations.rewrite import rewrite_body
from sigil_pipeline.tasks.transformations.rewrites import REWRITES
from sigil_pipeline.tasks.wording import chooser

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.settings import Settings

# Share of a crate's functions for which a variant is wanted: the mix takes 15 for every 70 described
# functions, and some are lost to duplicates.
_SHARE = 0.40
_PLAIN_SHARE = 0.3
_MAX_CONFIRMATIONS = 4
_PLAIN = "tail_expression"


def find_rewrites(bench: Workbench) -> dict[str, list[tuple[Variant, Answer]]]:
    """Return un-idiomatic variants that compile, by package; one per function at most."""
    options = {item.package.id: _rewrite_options(item, bench.settings) for item in bench.materials}
    done: dict[str, dict[str, tuple[Variant, Answer]]] = {package_id: {} for package_id in options}
    for turn in range(2):
        asked = {package_id: _next_variants(table, done[package_id], turn) for package_id, table in options.items()}
        asked = laid_out(bench, asked)
        _keep_compiling(asked, done, _ask(bench, asked))
    # An error hides lints and later errors, so what is kept must compile together, with nothing else changed.
    for _ in range(_MAX_CONFIRMATIONS):
        kept = {package_id: [variant for variant, _ in found.values()] for package_id, found in done.items()}
        done = {package_id: {} for package_id in options}
        _keep_compiling(kept, done, _ask(bench, kept))
        if all(len(done[package_id]) == len(variants) for package_id, variants in kept.items()):
            break
    return {package_id: list(found.values()) for package_id, found in done.items()}


def _next_variants(table: Mapping[str, Sequence[Variant]], done: Collection[str], turn: int) -> list[Variant]:
    return [variants[turn] for key, variants in table.items() if len(variants) > turn and key not in done]


def _ask(bench: Workbench, asked: Mapping[str, Sequence[Variant]]) -> dict[str, dict[str, Answer]]:
    return ask(bench.workspace, bench.confined, bench.sources, asked, clippy=True)


def _keep_compiling(
    asked: Mapping[str, Sequence[Variant]],
    done: dict[str, dict[str, tuple[Variant, Answer]]],
    answers: Mapping[str, Mapping[str, Answer]],
) -> None:
    for package_id, variants in asked.items():
        for variant in variants:
            answer = answers[package_id].get(variant.chunk.key)
            if answer is not None and not answer.errors:
                done[package_id][variant.chunk.key] = (variant, answer)


def _rewrite_options(material: Material, settings: Settings) -> dict[str, list[Variant]]:
    """Choose functions, and for each up to two rewrites: those that few others had; `tail_expression` comes last."""
    rng = chooser(settings.seed, "rewrites", material.package.id)
    functions = in_order(material, rng)
    wanted = math.ceil(_SHARE * len(functions)) + 2
    nodes = nodes_of(material)
    telling: dict[str, list[Variant]] = {}
    plain: dict[str, list[Variant]] = {}
    used: Counter[str] = Counter()
    for chunk in functions:
        variants = sorted(
            _rewrites_of(chunk, material, nodes), key=lambda item: (item.operator == _PLAIN, used[item.operator])
        )
        if variants:
            used[variants[0].operator] += 1
            (plain if variants[0].operator == _PLAIN else telling)[chunk.key] = variants[:2]
    limit = max(1, math.ceil(_PLAIN_SHARE * wanted))
    chosen = list(telling.items())[:wanted] + list(plain.items())[:limit]
    return dict(chosen)


def variants_by(rules: Mapping[str, str | None], material: Material) -> list[Variant]:
    """Return again what rules made of functions; `rules` are their names, by the keys of functions in one run."""
    nodes = nodes_of(material)
    return [
        variant
        for chunk in material.functions
        if (name := rules.get(material.key(chunk)))
        for variant in _rewrites_of(chunk, material, nodes)
        if variant.operator == name
    ]


def _rewrites_of(chunk: Chunk, material: Material, nodes: Mapping[tuple[str, int], Node]) -> list[Variant]:
    function = open_function(nodes[chunk.file, chunk.start])
    if function is None:
        return []
    found = []
    for rewrite in REWRITES:
        edit = rewrite_body(rewrite, function)
        variant = Variant(chunk, rewrite.name, (edit,)) if edit is not None else None
        if variant is not None and is_sound(material.files[chunk.file], variant):
            found.append(variant)
    return found
