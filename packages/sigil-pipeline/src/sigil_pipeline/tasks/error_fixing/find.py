"""Search for mutants of a batch's functions with exactly one error each, or two that were both made."""

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
from sigil_pipeline.tasks.error_fixing.looking import Edits
from sigil_pipeline.tasks.error_fixing.mutations import OPERATORS, SIDE_BY_SIDE
from sigil_pipeline.tasks.error_fixing.prompt import is_teachable
from sigil_pipeline.tasks.layout import laid_out
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material, in_order, nodes_of
from sigil_pipeline.tasks.shapes import Function, open_function
from sigil_pipeline.tasks.wording import chooser

if TYPE_CHECKING:
    from tree_sitter import Node

    from sigil_pipeline.chunk.extract import SourceFile
    from sigil_pipeline.settings import Settings

# Share of a crate's functions for which an error is wanted: the mix takes 10 for every 70 described
# functions, and some are lost to duplicates.
_SHARE = 0.30
_ROUNDS = 3
# Of so many functions two things are broken at once, by operators of which none hides what the other does.
_SHARE_OF_TWO = 0.25
TWO = "two_errors"


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
    """Return variants with exactly the errors that were made, by package; one per function at most."""
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
    if function is None:
        return None
    source = material.files[chunk.file]
    if TWO not in tried and rng.random() < _SHARE_OF_TWO and (two := _both(chunk, function, source, rng)) is not None:
        return two
    names = sorted((name for name in OPERATORS if name not in tried), key=lambda name: (state.used[name], rng.random()))
    for name in names:
        places = list(OPERATORS[name](function))
        if places:
            variant = Variant(chunk, name, places[rng.randrange(len(places))])
            if is_sound(source, variant):
                return variant
    return None


def _both(chunk: Chunk, function: Function, source: SourceFile, rng: Random) -> Variant | None:
    """Break two things at once, some lines apart."""
    found: list[Edits] = []
    for name in rng.sample(list(SIDE_BY_SIDE), len(SIDE_BY_SIDE)):
        places = list(SIDE_BY_SIDE[name](function))
        place = places[rng.randrange(len(places))] if places else None
        if place is not None and all(_apart(source.data, place, other) for other in found):
            found.append(place)
        if len(found) == 2:
            variant = Variant(chunk, TWO, (*found[0], *found[1]))
            return variant if is_sound(source, variant) else None
    return None


def _apart(data: bytes, one: Edits, other: Edits) -> bool:
    spans = ((min(edit.start for edit in edits), max(edit.end for edit in edits)) for edits in (one, other))
    (_, end), (start, _) = sorted(spans)
    return data.count(b"\n", end, start) > 0


def _note_found(state: Search, variants: Sequence[Variant], answers: Mapping[str, Answer]) -> None:
    for variant in variants:
        answer = answers.get(variant.chunk.key)
        if answer is not None and len(answer.errors) == _made(variant) and all(map(is_teachable, answer.errors)):
            state.found[variant.chunk.key] = (variant, answer)


def _same_error(first: Answer, second: Answer | None) -> bool:
    if second is None:
        return False
    said = [[(error.code, error.message) for error in answer.errors] for answer in (first, second)]
    return said[0] == said[1]


def _made(variant: Variant) -> int:
    """Return how many errors were made."""
    return 2 if variant.operator == TWO else 1
