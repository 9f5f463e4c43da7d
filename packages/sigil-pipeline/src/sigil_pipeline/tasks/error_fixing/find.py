"""Search for mutants of a batch's functions with exactly one error each."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.ask import Answer, Sources, ask
from sigil_pipeline.compiler.edits import Variant, is_sound
from sigil_pipeline.tasks.error_fixing import prompt as error_fixing
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS
from sigil_pipeline.tasks.material import Material, in_order, nodes_of
from sigil_pipeline.tasks.shapes import open_function
from sigil_pipeline.tasks.wording import chooser

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_common.cargo import Confined
    from sigil_pipeline.crates.workspace import Workspace
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
    tried: dict[str, list[str]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    found: dict[str, tuple[Variant, Answer]] = field(default_factory=dict)


def find_errors(
    materials: Sequence[Material], workspace: Workspace, confined: Confined, sources: Mapping[str, Sources],
    settings: Settings,
) -> dict[str, list[tuple[Variant, Answer]]]:  # fmt: skip
    """Return variants with exactly one error, by package; one per function at most."""
    states = {material.package.id: start_search(material, settings) for material in materials}
    nodes = {material.package.id: nodes_of(material) for material in materials}
    by_id = {material.package.id: material for material in materials}
    for turn in range(_ROUNDS):
        asked = {package_id: next_mutants(by_id[package_id], state, nodes[package_id], settings, turn)
                 for package_id, state in states.items()}  # fmt: skip
        answers = ask(workspace, confined, sources, asked, clippy=False)
        for package_id, variants in asked.items():
            _note_found(states[package_id], variants, answers[package_id])
    # Asked again in other company: an error that depends on its neighbours would differ now.
    kept = {package_id: [variant for variant, _ in state.found.values()] for package_id, state in states.items()}
    again = ask(workspace, confined, sources, kept, clippy=False)
    return {
        package_id: [(variant, answer) for key, (variant, answer) in state.found.items()
                     if _same_error(answer, again[package_id].get(key))]
        for package_id, state in states.items()
    }  # fmt: skip


def start_search(material: Material, settings: Settings) -> Search:
    """Put a crate's functions in a seeded order."""
    functions = in_order(material, chooser(settings.seed, "errors", material.package.id))
    return Search(functions, wanted=math.ceil(_SHARE * len(functions)) + 2)


def next_mutants(
    material: Material, state: Search, nodes: Mapping[tuple[str, int], Node], settings: Settings, turn: int
) -> list[Variant]:  # fmt: skip
    """Choose one mutant for each of the next functions; operators used little so far go first."""
    missing = state.wanted - len(state.found)
    variants: list[Variant] = []
    for chunk in state.queue:
        if len(variants) >= 2 * missing:
            break
        if chunk.key not in state.found:
            rng = chooser(settings.seed, "mutant", material.package.id, chunk.key, str(turn))
            variant = _mutant(chunk, material, state, nodes, rng)
            if variant is not None:
                variants.append(variant)
                state.tried.setdefault(chunk.key, []).append(variant.operator)
                state.used[variant.operator] += 1
    return variants


def _mutant(
    chunk: Chunk, material: Material, state: Search, nodes: Mapping[tuple[str, int], Node], rng: Random
) -> Variant | None:  # fmt: skip
    function = open_function(nodes[chunk.file, chunk.start])
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
        if answer is not None and len(answer.errors) == 1 and error_fixing.is_teachable(answer.errors[0]):
            state.found[variant.chunk.key] = (variant, answer)


def _same_error(first: Answer, second: Answer | None) -> bool:
    if second is None or len(second.errors) != 1:
        return False
    return (first.errors[0].code, first.errors[0].message) == (second.errors[0].code, second.errors[0].message)
