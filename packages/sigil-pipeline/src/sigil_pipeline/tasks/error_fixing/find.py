"""Search for mutants of a batch's functions with exactly one error each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.ask import Answer, ask
from sigil_pipeline.compiler.edits import Variant, is_sound
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS
from sigil_pipeline.tasks.error_fixing.prompt import is_teachable
from sigil_pipeline.tasks.layout import laid_out
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material, in_order, nodes_of
from sigil_pipeline.tasks.shapes import open_function
from sigil_pipeline.tasks.wording import chooser

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.settings import Settings

# Share of a crate's functions for which an error is wanted: the mix takes 10 for every 70 described
# functions, and some are lost to duplicates.
_SHARE = 0.30
_ROUNDS = 3


@dataclass
class Search:
    """Progress of the search for one crate's error samples."""

    queue: list[Chunk]
    wanted: int
    nodes: Mapping[tuple[str, int], Node]
    tried: dict[str, list[str]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    found: dict[str, tuple[Variant, Answer]] = field(default_factory=dict)


def find_errors(bench: Workbench) -> dict[str, list[tuple[Variant, Answer]]]:
    """Return variants with exactly one error, by package; one per function at most."""
    states = {item.package.id: start_search(item, bench.settings) for item in bench.materials}
    for turn in range(_ROUNDS):
        asked = {
            item.package.id: next_mutants(item, states[item.package.id], bench.settings, turn)
            for item in bench.materials
        }
        asked = laid_out(bench, asked)
        answers = _ask(bench, asked)
        for package_id, variants in asked.items():
            _note_found(states[package_id], variants, answers[package_id])
    # Asked again in other company: an error that depends on its neighbours would differ now.
    again = _ask(bench, {key: [variant for variant, _ in state.found.values()] for key, state in states.items()})
    return {package_id: _still_the_same(state, again[package_id]) for package_id, state in states.items()}


def _ask(bench: Workbench, asked: Mapping[str, Sequence[Variant]]) -> dict[str, dict[str, Answer]]:
    return ask(bench.workspace, bench.confined, bench.sources, asked, clippy=False)


def _still_the_same(state: Search, again: Mapping[str, Answer]) -> list[tuple[Variant, Answer]]:
    return [(variant, answer) for key, (variant, answer) in state.found.items() if _same_error(answer, again.get(key))]


def start_search(material: Material, settings: Settings) -> Search:
    """Put a crate's functions in a seeded order."""
    functions = in_order(material, chooser(settings.seed, "errors", material.package.id))
    return Search(functions, math.ceil(_SHARE * len(functions)) + 2, nodes_of(material))


def next_mutants(material: Material, state: Search, settings: Settings, turn: int) -> list[Variant]:
    """Choose one mutant for each of the next functions; operators used little so far go first."""
    missing = state.wanted - len(state.found)
    variants: list[Variant] = []
    for chunk in state.queue:
        if len(variants) >= 2 * missing:
            break
        if chunk.key not in state.found:
            rng = chooser(settings.seed, "mutant", material.package.id, chunk.key, str(turn))
            variant = _mutant(chunk, material, state, rng)
            if variant is not None:
                variants.append(variant)
                state.tried.setdefault(chunk.key, []).append(variant.operator)
                state.used[variant.operator] += 1
    return variants


def _mutant(chunk: Chunk, material: Material, state: Search, rng: Random) -> Variant | None:
    function = open_function(state.nodes[chunk.file, chunk.start])
    tried = state.tried.get(chunk.key, [])
    names = sorted((name for name in OPERATORS if name not in tried), key=lambda name: (state.used[name], rng.random()))
    for name in names if function is not None else ():
        places = list(OPERATORS[name](function)) if function is not None else []
        if places:
            variant = Variant(chunk, name, places[rng.randrange(len(places))])
            if is_sound(material.files[chunk.file], variant):
                return variant
    return None


def _note_found(state: Search, variants: Sequence[Variant], answers: Mapping[str, Answer]) -> None:
    for variant in variants:
        answer = answers.get(variant.chunk.key)
        if answer is not None and len(answer.errors) == 1 and is_teachable(answer.errors[0]):
            state.found[variant.chunk.key] = (variant, answer)


def _same_error(first: Answer, second: Answer | None) -> bool:
    if second is None or len(second.errors) != 1:
        return False
    return (first.errors[0].code, first.errors[0].message) == (second.errors[0].code, second.errors[0].message)
