"""All candidates of one batch: what the docs give, and what the compiler confirmed of what was derived."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.observe import stage
from sigil_pipeline.prompts.wording import chooser
from sigil_pipeline.tasks import code_generation, error_fixing, explanations, transformations
from sigil_pipeline.tasks.candidates import Candidate
from sigil_pipeline.tasks.contained import self_contained
from sigil_pipeline.tasks.edits import Variant, is_sound, variant_code
from sigil_pipeline.tasks.mutations import OPERATORS
from sigil_pipeline.tasks.rewrites import REWRITES, open_function, rewrite_body
from sigil_pipeline.verify import Answer, Sources, ask

if TYPE_CHECKING:
    from sigil_pipeline.cargo import Confined
    from sigil_pipeline.packages import Package
    from sigil_pipeline.settings import Settings
    from sigil_pipeline.workspace import Workspace

# Shares of a crate's functions for which broken and un-idiomatic variants are wanted: the task mix takes
# 10 and 15 for every 70 described ones, and some of these are lost to duplicates.
_ERROR_SHARE = 0.30
_REWRITE_SHARE = 0.40
_ERROR_ROUNDS = 3
_PLAIN_REWRITE_SHARE = 0.3
_BLOCK_SHARE = 0.2
_MAX_CONFIRMATIONS = 4
_LEANING_RANK = 2.0


@dataclass(frozen=True)
class Material:
    """What one crate offers: its parsed files, and the chunks that passed the gates."""

    package: Package
    files: Sources
    chunks: tuple[Chunk, ...]

    @property
    def functions(self) -> list[Chunk]:
        """The function chunks whose lines are theirs alone, so that errors can be assigned by line."""
        return [chunk for chunk in self.chunks if chunk.kind == "function" and "shares_line" not in chunk.flags]


@dataclass
class Broken:
    """Progress of the search for one crate's error samples."""

    queue: list[Chunk]
    wanted: int
    tried: dict[str, list[str]] = field(default_factory=dict)
    used: Counter[str] = field(default_factory=Counter)
    found: dict[str, tuple[Variant, Answer]] = field(default_factory=dict)


def propose(
    materials: Sequence[Material], workspace: Workspace, confined: Confined, settings: Settings
) -> dict[str, list[Candidate]]:  # fmt: skip
    """Return the candidates of every crate of a batch, by package id."""
    sources = {material.package.id: material.files for material in materials}
    with stage("rewrites", crates=len(materials)):
        rewritten = find_rewrites(materials, workspace, confined, sources, settings)
    with stage("errors", crates=len(materials)):
        broken = find_errors(materials, workspace, confined, sources, settings)
    compiler = confined.toolchain.version.split(" (")[0]
    with stage("alone"):
        alone = self_contained(_described(materials), confined)
    proposed = {
        material.package.id: [
            *_from_docs(material, settings, compiler),
            *_from_rewrites(material, rewritten[material.package.id], settings, compiler),
            *_from_errors(material, broken[material.package.id], settings, compiler),
        ]
        for material in materials
    }
    return {package_id: [_marked(item, alone) for item in items] for package_id, items in proposed.items()}


def _described(materials: Sequence[Material]) -> dict[str, tuple[Chunk, str]]:
    """Return the documented functions of a batch by their global key, each with its crate's edition."""
    return {
        _key(material, chunk): (chunk, material.package.edition)
        for material in materials
        for chunk in material.chunks
        if chunk.kind == "function" and code_generation.can_describe(chunk)
    }


def _key(material: Material, chunk: Chunk) -> str:
    return f"{material.package.id}/{chunk.file}:{chunk.start}"


def _marked(candidate: Candidate, alone: Collection[str]) -> Candidate:
    """Note whether the answer compiles by itself, and let such answers go first."""
    if candidate.task_type != "code_generation":
        return candidate
    contained = candidate.chunk in alone
    rank = candidate.rank if contained else round(candidate.rank + _LEANING_RANK, 4)
    return dataclasses.replace(candidate, self_contained=contained, rank=rank)


def _from_docs(material: Material, settings: Settings, compiler: str) -> Iterator[Candidate]:
    blocks = [
        chunk for chunk in material.chunks if chunk.kind != "function" and _takes_block(chunk, material, settings)
    ]
    inside = {(chunk.file, start) for chunk in blocks for start in chunk.functions_inside}
    for chunk in material.chunks:
        if chunk.kind == "function" and explanations.can_explain(chunk):
            prompt, gen = explanations.task_for(chunk, settings.seed)
            yield _candidate(
                "explanations", material, chunk, prompt, gen, f"code compiles in its crate with {compiler}"
            )
        wanted = chunk in blocks if chunk.kind != "function" else (chunk.file, chunk.start) not in inside
        if wanted and code_generation.can_describe(chunk):
            prompt = code_generation.prompt_for(chunk, settings.seed)
            yield _candidate(
                "code_generation", material, chunk, prompt, chunk.code, f"compiles in its crate with {compiler}"
            )


def _takes_block(chunk: Chunk, material: Material, settings: Settings) -> bool:
    """Whether a block is taken whole rather than function by function: a seeded minority is."""
    roll = chooser(settings.seed, "block", material.package.id, chunk.key).random()
    return roll < _BLOCK_SHARE and code_generation.can_describe(chunk)


def _candidate(
    task: str, material: Material, chunk: Chunk, prompt: str, gen: str, verified: str, *, rank: float = 0.0,
    error_code: str | None = None, rewrite: str | None = None,
) -> Candidate:  # fmt: skip
    package = material.package
    return Candidate(
        task_type=task, chunk=_key(material, chunk), kind=chunk.kind,  # type: ignore[arg-type]
        rank=round(rank + _rank(chunk), 4), prompt=prompt, gen=gen, crate=package.name, version=package.version,
        file=chunk.file, lines=(chunk.first_line, chunk.last_line), verified=verified, error_code=error_code,
        rewrite=rewrite,
    )  # fmt: skip


def _rank(chunk: Chunk) -> float:
    """Short code that leans on little goes first when a crate's samples are capped."""
    leaning = 0.5 * bool(chunk.context.owner_header) + 0.25 * bool(chunk.context.imports)
    return leaning + 0.25 * (not chunk.docs) + min(chunk.lines, 100) / 100


def find_rewrites(
    materials: Sequence[Material], workspace: Workspace, confined: Confined, sources: Mapping[str, Sources],
    settings: Settings,
) -> dict[str, list[tuple[Variant, Answer]]]:  # fmt: skip
    """Return un-idiomatic variants that compile, by package; one per function at most."""
    options = {material.package.id: _rewrite_options(material, settings) for material in materials}
    done: dict[str, dict[str, tuple[Variant, Answer]]] = {package_id: {} for package_id in options}
    for turn in range(2):
        asked = {package_id: [variants[turn] for key, variants in table.items()
                              if len(variants) > turn and key not in done[package_id]]
                 for package_id, table in options.items()}  # fmt: skip
        _keep_compiling(asked, done, ask(workspace, confined, sources, asked, clippy=True))
    # An error hides lints and later errors, so what is kept must compile together, with nothing else changed.
    for _ in range(_MAX_CONFIRMATIONS):
        kept = {package_id: [variant for variant, _ in found.values()] for package_id, found in done.items()}
        done = {package_id: {} for package_id in options}
        _keep_compiling(kept, done, ask(workspace, confined, sources, kept, clippy=True))
        if all(len(done[package_id]) == len(variants) for package_id, variants in kept.items()):
            break
    return {package_id: list(found.values()) for package_id, found in done.items()}


def _keep_compiling(
    asked: Mapping[str, Sequence[Variant]], done: dict[str, dict[str, tuple[Variant, Answer]]],
    answers: Mapping[str, Mapping[str, Answer]],
) -> None:  # fmt: skip
    for package_id, variants in asked.items():
        for variant in variants:
            answer = answers[package_id].get(variant.chunk.key)
            if answer is not None and not answer.errors:
                done[package_id][variant.chunk.key] = (variant, answer)


def _rewrite_options(material: Material, settings: Settings) -> dict[str, list[Variant]]:
    """Choose functions, and for each up to two rewrites; the telling ones go before `tail_expression`."""
    rng = chooser(settings.seed, "rewrites", material.package.id)
    functions = _in_order(material, rng)
    wanted = math.ceil(_REWRITE_SHARE * len(functions)) + 2
    nodes = _nodes(material)
    telling: dict[str, list[Variant]] = {}
    plain: dict[str, list[Variant]] = {}
    for chunk in functions:
        variants = _rewrites_of(chunk, material, nodes)
        if variants:
            (plain if variants[0].operator == "tail_expression" else telling)[chunk.key] = variants[:2]
    limit = max(1, math.ceil(_PLAIN_REWRITE_SHARE * wanted))
    chosen = list(telling.items())[:wanted] + list(plain.items())[:limit]
    return dict(chosen)


def _rewrites_of(chunk: Chunk, material: Material, nodes: Mapping[tuple[str, int], object]) -> list[Variant]:
    function = open_function(nodes[chunk.file, chunk.start])  # type: ignore[arg-type]
    if function is None:
        return []
    found = []
    for rewrite in REWRITES:
        edit = rewrite_body(rewrite, function)
        variant = Variant(chunk, rewrite.name, (edit,)) if edit is not None else None
        if variant is not None and is_sound(material.files[chunk.file], variant):
            found.append(variant)
    return found


def find_errors(
    materials: Sequence[Material], workspace: Workspace, confined: Confined, sources: Mapping[str, Sources],
    settings: Settings,
) -> dict[str, list[tuple[Variant, Answer]]]:  # fmt: skip
    """Return variants with exactly one error, by package; one per function at most."""
    states = {material.package.id: _start_search(material, settings) for material in materials}
    nodes = {material.package.id: _nodes(material) for material in materials}
    by_id = {material.package.id: material for material in materials}
    for turn in range(_ERROR_ROUNDS):
        asked = {package_id: _next_mutants(by_id[package_id], state, nodes[package_id], settings, turn)
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


def _start_search(material: Material, settings: Settings) -> Broken:
    functions = _in_order(material, chooser(settings.seed, "errors", material.package.id))
    return Broken(functions, wanted=math.ceil(_ERROR_SHARE * len(functions)) + 2)


def _next_mutants(
    material: Material, state: Broken, nodes: Mapping[tuple[str, int], object], settings: Settings, turn: int
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
    chunk: Chunk, material: Material, state: Broken, nodes: Mapping[tuple[str, int], object], rng: Random
) -> Variant | None:  # fmt: skip
    function = open_function(nodes[chunk.file, chunk.start])  # type: ignore[arg-type]
    tried = state.tried.get(chunk.key, [])
    names = sorted((name for name in OPERATORS if name not in tried), key=lambda name: (state.used[name], rng.random()))
    for name in names if function is not None else ():
        places = list(OPERATORS[name](function)) if function is not None else []
        if places:
            variant = Variant(chunk, name, places[rng.randrange(len(places))])
            if is_sound(material.files[chunk.file], variant):
                return variant
    return None


def _note_found(state: Broken, variants: Sequence[Variant], answers: Mapping[str, Answer]) -> None:
    for variant in variants:
        answer = answers.get(variant.chunk.key)
        if answer is not None and len(answer.errors) == 1 and error_fixing.is_teachable(answer.errors[0]):
            state.found[variant.chunk.key] = (variant, answer)


def _same_error(first: Answer, second: Answer | None) -> bool:
    if second is None or len(second.errors) != 1:
        return False
    return (first.errors[0].code, first.errors[0].message) == (second.errors[0].code, second.errors[0].message)


def _from_rewrites(
    material: Material, found: Sequence[tuple[Variant, Answer]], settings: Settings, compiler: str
) -> Iterator[Candidate]:  # fmt: skip
    rules = {rewrite.name: rewrite for rewrite in REWRITES}
    for variant, answer in found:
        chunk, rewrite = variant.chunk, rules[variant.operator]
        plain = variant_code(material.files[chunk.file], variant)
        prompt = transformations.prompt_for(chunk, plain, rewrite, answer.lints, settings.seed)
        flagged = [lint for lint in rewrite.lints if lint in answer.lints]
        verified = f"input and answer compile in their crate with {compiler}"
        verified += f"; clippy reports {', '.join(flagged)} in the input" if flagged else ""
        rank = 1.0 if rewrite.name == "tail_expression" else 0.0
        yield _candidate(
            "transformations", material, chunk, prompt, chunk.code, verified, rank=rank, rewrite=rewrite.name
        )


def _from_errors(
    material: Material, found: Sequence[tuple[Variant, Answer]], settings: Settings, compiler: str
) -> Iterator[Candidate]:  # fmt: skip
    for variant, answer in found:
        chunk, error = variant.chunk, answer.errors[0]
        broken = variant_code(material.files[chunk.file], variant)
        prompt = error_fixing.prompt_for(chunk, broken, error, settings.seed)
        verified = f"input fails with {error.code} only, answer compiles in its crate with {compiler}"
        yield _candidate("error_fixing", material, chunk, prompt, chunk.code, verified,
                         error_code=error.code, rewrite=variant.operator)  # fmt: skip


def _in_order(material: Material, rng: Random) -> list[Chunk]:
    """Shuffle the functions, undocumented ones first: the others are wanted for code generation."""
    functions = material.functions
    rng.shuffle(functions)
    return sorted(functions, key=code_generation.can_describe)


def _nodes(material: Material) -> dict[tuple[str, int], object]:
    return {(path, node.start_byte): node for path, source in material.files.items() for node in source.functions}
