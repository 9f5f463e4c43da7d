"""Points and costs as a Markdown document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lift.points import BITS, LIKELIHOODS, PREFERS, SHARES, Estimate, Point
from lift.study import BASE, Recipe, Source, Study

_ALIGN = {"recipe": "---", "from": "---", "settings": "---", "notes": "---", "what": "---"}
_STAGES = ("train", "sample", "judge", "likelihood", "accept")


@dataclass(frozen=True)
class Cost:
    """CPU seconds of a stage for a recipe and seed; `whole` is False where a killed try is not counted."""

    recipe: str
    seed: int | None
    stage: str
    cpu_s: float
    whole: bool


@dataclass(frozen=True)
class Failure:
    """A recipe that did not come to its end, and why."""

    recipe: str
    seed: int
    why: str


def document(
    study: Study,
    points: Sequence[Point],
    costs: Sequence[Cost],
    failures: Sequence[Failure],
    pictures: Mapping[str, str],
    crates: Mapping[str, str],
) -> str:
    """Return the whole document; `pictures` gives the SVG file of each set, `crates` the table of those of crates."""
    parts = [_how_to_read(study, points)]
    for problem_set in dict.fromkeys(point.problem_set for point in points):
        own = [point for point in points if point.problem_set == problem_set]
        parts.append(f"## {problem_set}")
        parts.append(f"![Shares over tokens of training, {problem_set}]({pictures[problem_set]})")
        parts.append(set_table(own))
        if problem_set in crates:
            parts += ["Answers that compile and do something, and in brackets those that compile:", crates[problem_set]]
    if failures:
        parts += ["## Not finished", table(("recipe", "seed", "what"), [(f.recipe, f.seed, f.why) for f in failures])]
    parts += ["## Recipes", recipe_table(study, {point.recipe for point in points} | {f.recipe for f in failures})]
    parts += ["## CPU seconds", cost_table(costs)]
    return "\n\n".join(parts) + "\n"


def _how_to_read(study: Study, points: Sequence[Point]) -> str:
    own = study.sampling
    text = (
        f"Base: {study.base.name}. Answers: greedy, one for each problem, at most {own.max_new_tokens} tokens. In "
        f"brackets the difference to the base in points with its {study.confidence * 100:g}% interval over problems, "
        "paired (inverted sign-flip test); bold where it leaves out 0. Nothing is corrected for the number of "
        "comparisons. `all`: the mean of the seeds. An answer that only panics, or looks at nothing that it was given, "
        "compiles too; it is left out of `compiles, does something`."
    )
    if any(name in point.estimates for point in points for name in LIKELIHOODS):
        return (
            f"{text} Bits a byte are of the reference solutions, and `{PREFERS}` is the share of pairs of a right and "
            "a wrong solution in which the right one is likelier, mean over problems. Neither decides anything: "
            "reference solutions become likelier while answers get worse."
        )
    return f"{text} Likelihood and preference were not measured."


def set_table(points: Sequence[Point]) -> str:
    """Return the points of one set as a table, the base first."""
    names = [name for name in (*SHARES, *LIKELIHOODS) if any(name in point.estimates for point in points)]
    rows = []
    for point in sorted(points, key=lambda point: point.recipe != BASE):
        cells = [_cell(name, point.estimates.get(name)) for name in names]
        rows.append((point.recipe, _seed_of(point), f"{point.tokens:,}", *cells))
    counts = sorted({estimate.problems for point in points for estimate in point.estimates.values()})
    problems = " to ".join(str(count) for count in (counts[:1] if len(counts) == 1 else (counts[0], counts[-1])))
    return f"{problems} problems.\n\n{table(('recipe', 'seed', 'tokens', *names), rows)}"


def _seed_of(point: Point) -> str:
    return "" if point.recipe == BASE else "all" if point.seed is None else str(point.seed)


def _cell(name: str, estimate: Estimate | None) -> str:
    if estimate is None:
        return "not measured"
    scale, digits = (1, 3) if name == BITS else (100, 1)
    shown = f"{estimate.value * scale:.{digits}f}" + ("" if name == BITS else "%")
    against = estimate.against
    if against is None:
        return shown
    change = f"{against.difference * scale:+.{digits}f}"
    ends = against.interval
    bounds = f"{ends.low * scale:+.{digits}f} to {ends.high * scale:+.{digits}f}" if ends else "too few problems"
    return f"{shown} ({f'**{change}**' if against.clear else change}: {bounds})"


def recipe_table(study: Study, names: Iterable[str]) -> str:
    """Return what each recipe is made of; what the study sets for all of them stands before the table."""
    shown, rows = set(names), []
    for name, recipe in study.recipes.items():
        if name not in shown:
            continue
        rows.append((name, "; ".join(map(_source, recipe.data)), _settings(recipe) or "no others", recipe.notes))
    common = f" with {_pairs(study.set)}" if study.set else ""
    return f"All: {study.config.name}{common}.\n\n{table(('recipe', 'from', 'settings', 'notes'), rows)}"


def _source(source: Source) -> str:
    given = source.model_dump(mode="json", exclude={"file", "own"}, exclude_defaults=True)
    if source.own is not None:
        drawn = f"{source.own.samples} at temperature {source.own.temperature}"
        accept = {} if source.own.accept == "passes" else {"accept": source.own.accept}
        rounds = source.own.model_dump(include={"rounds", "between", "max_new_tokens"}, exclude_defaults=True)
        given = {"own answers": drawn, "per_problem": source.own.per_problem, **accept, **rounds, **given}
    return " ".join([source.path.name, _pairs(given)]).strip()


def _settings(recipe: Recipe) -> str:
    config = [recipe.config.name] if recipe.config else []
    horizon = [f"horizon={recipe.horizon:,}"] if recipe.horizon else []
    return ", ".join([*config, *horizon, *([_pairs(recipe.set)] if recipe.set else [])])


def _pairs(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key}={value}" for key, value in values.items())


def cost_table(costs: Sequence[Cost]) -> str:
    """Return CPU seconds by recipe, seed and stage; a step that recipes share counts for the first of them."""
    sums: dict[tuple[str, int | None], dict[str, Cost]] = defaultdict(dict)
    for cost in costs:
        before = sums[cost.recipe, cost.seed].get(cost.stage)
        seconds, whole = (before.cpu_s, before.whole) if before else (0.0, True)
        sums[cost.recipe, cost.seed][cost.stage] = Cost(
            cost.recipe, cost.seed, cost.stage, seconds + cost.cpu_s, whole and cost.whole
        )
    rows = [
        (recipe, "" if seed is None else seed, *(_seconds(stages.get(stage)) for stage in _STAGES))
        for (recipe, seed), stages in sums.items()
    ]
    return table(("recipe", "seed", *_STAGES), rows)


def _seconds(cost: Cost | None) -> str:
    return "" if cost is None else f"{cost.cpu_s:,.0f}" if cost.whole else f"over {cost.cpu_s:,.0f}"


def table(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [names, [_ALIGN.get(name, "--:") for name in names], *rows]
    return "\n".join(f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines)
