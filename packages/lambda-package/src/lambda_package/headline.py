"""The verdict in words: what moved, what did not, how far that holds for crates, and how many answers never ended.

What got worse comes first, whatever the primary measure did. Only verdicts with the policy off are spoken of.
"""

from __future__ import annotations

from collections.abc import Sequence

from lambda_package.intervals import fewest_changes
from lambda_package.measures import AT_LIMIT
from sigil_common.progress import counted
from sigil_common.records import Comparison, MetricRow


def verdict(comparison: Comparison) -> str:
    """Return the verdict as one text."""
    return " ".join(sentences(comparison))


def sentences(comparison: Comparison) -> list[str]:
    """Return the verdict: what moved, what did not, what crates as units make of that, and where answers ended."""
    more = crates_sentence(comparison), limit_sentence(comparison)
    return [*moves(comparison), *filter(None, more)]


def moves(comparison: Comparison) -> list[str]:
    """Say which measures differ, the primary one always among those named, and then which do not."""
    primary = comparison.primary_row()
    rows = [row for row in primary_set_first(comparison) if row.policy == primary.policy]
    moved = [row for row in rows if has_moved(row, comparison)]
    worse = [row for row in moved if is_worse(row)]
    better = [row for row in moved if not is_worse(row)]
    if not moved:
        rest = [row for row in rows if row is not primary]
        clear = not any(_is_unclear(row, comparison) for row in rest)
        said = ["No other measure moved either."] if clear else _not_moved(rest, comparison)
        return [_nothing_moved(primary, comparison), *said]
    parts = []
    if worse:
        parts.append(f"{_subject(comparison, 'worse')}: {', '.join(_moved(row, comparison) for row in worse)}")
    if better:
        lead = "better" if worse else _subject(comparison, "better")
        parts.append(f"{lead}: {', '.join(_moved(row, comparison) for row in better)}")
    if primary not in moved:
        parts.append(f"no detectable difference in the primary measure, {_in_full(primary, comparison)}")
    rest = [row for row in rows if row not in moved and row is not primary]
    others = _not_moved(rest, comparison)
    parts += [] if others else ["there is no other measure"]
    return [f"{'; '.join(parts)}.", *others]


def _not_moved(rows: Sequence[MetricRow], comparison: Comparison) -> list[str]:
    """Say which measures did not move, and of which that cannot be told."""
    alone = [row for row in rows if _differs_alone(row, comparison)]
    few = [row for row in rows if _is_unclear(row, comparison) and row not in alone]
    seen = [row for row in rows if row not in (*alone, *few)]
    groups = {
        "Different only before the correction for several measures": alone,
        "No change detected": seen,
        "Too few problems changed to tell": few,
    }
    return [f"{said}: {_listed(those)}." for said, those in groups.items() if those]


def _differs_alone(row: MetricRow, comparison: Comparison) -> bool:
    return row.p < 1 - comparison.confidence


def _is_unclear(row: MetricRow, comparison: Comparison) -> bool:
    """Whether it cannot be said of a measure that did not move that nothing changed."""
    return _differs_alone(row, comparison) or (row.detectable is None and row.gained + row.lost > 0)


def crates_sentence(comparison: Comparison) -> str:
    """Say how far the primary measure and what moved hold for crates; nothing of sets that are not of several.

    What is said to have moved does not depend on it. Measures on other functions, as those with tests, have a sentence
    of their own.
    """
    primary = comparison.primary_row()
    groups: dict[tuple[str, int, int | None, int | None], list[MetricRow]] = {}
    for row in primary_set_first(comparison):
        spoken_of = row.primary or (row.policy == primary.policy and has_moved(row, comparison))
        if row.p_by_crate is not None and spoken_of:
            groups.setdefault((row.set, row.problems, row.crates, row.largest_crate), []).append(row)
    return " ".join(_across_crates(rows, comparison) for rows in groups.values())


def limit_sentence(comparison: Comparison) -> str:
    """Say how many answers of either model ended only at the token limit; nothing where samples do not tell."""
    rows = [row for row in primary_set_first(comparison) if row.metric == AT_LIMIT]
    shares = "; ".join(f"{row.set} {percent(row.base)} and {percent(row.tuned)}" for row in rows)
    return f"Answers of {_both(comparison)} that ended only at the token limit: {shares}." if rows else ""


def with_verdict(comparison: Comparison) -> Comparison:
    """Return the comparison with its verdict in words."""
    return comparison.model_copy(update={"verdict": verdict(comparison)})


def _subject(comparison: Comparison, how: str) -> str:
    if comparison.label("tuned") == "tuned":
        return f"The tuned model got {how}"
    return f"{comparison.label('tuned')} is {how} than {comparison.label('base')}"


def _both(comparison: Comparison) -> str:
    if comparison.label("tuned") == "tuned":
        return "the base and of the tuned model"
    return f"{comparison.label('base')} and of {comparison.label('tuned')}"


def primary_set_first(comparison: Comparison) -> list[MetricRow]:
    """Return all rows, those of the primary measure's problem set first."""
    first = comparison.primary_row().set
    return sorted(comparison.metrics, key=lambda row: row.set != first)


def has_moved(row: MetricRow, comparison: Comparison) -> bool:
    """Tell whether a measure differs: the primary one by its test, which its interval agrees with, others corrected."""
    return row.p_adjusted < 1 - comparison.confidence


def is_worse(row: MetricRow) -> bool:
    """Tell whether a difference is one for the worse: less of everything, but more answers that never end."""
    return row.difference < 0 if row.metric != AT_LIMIT else row.difference > 0


def percent(value: float) -> str:
    """Return a rate as `12.3%`."""
    return f"{value * 100:.1f}%"


def points(value: float) -> str:
    """Return a difference of rates in percentage points, always with its sign."""
    return f"{value * 100:+.1f}"


def level(confidence: float) -> str:
    """Return the level of intervals as `95%` or `99.5%`."""
    return f"{confidence * 100:g}%"


def p_value(value: float) -> str:
    """Return a p-value with two digits, never as zero."""
    return "< 0.0001" if value < 0.0001 else f"{value:.2g}" if value < 0.1 else f"{value:.2f}"


def _nothing_moved(row: MetricRow, comparison: Comparison) -> str:
    if row.base == row.tuned == 0:
        return f"No difference to see: {_name(row)} is 0.0% for both models ({counted(row.problems, 'problem')})."
    return f"No detectable difference: {_in_full(row, comparison)}; {_could_see(row, comparison)}."


def _could_see(row: MetricRow, comparison: Comparison) -> str:
    """Say what a run of this size could have seen, or that it has too few problems to see anything."""
    if row.detectable is None:
        least = fewest_changes(1 - comparison.confidence)
        return f"too few problems: {row.gained + row.lost} changed, and fewer than {least} cannot be told from chance"
    if abs(row.difference) >= row.detectable:
        return "too few problems changed to tell this from chance"
    seen = "less than 0.1 points" if row.detectable < 0.0005 else f"{row.detectable * 100:.1f} points or more"
    return f"this run could have seen {seen}"


def _moved(row: MetricRow, comparison: Comparison) -> str:
    if row.primary:
        return _in_full(row, comparison)
    return f"{_name(row)} {_change(row)} ({points(row.difference)} points, corrected {_p(row.p_adjusted)})"


def _in_full(row: MetricRow, comparison: Comparison) -> str:
    interval = f"{level(comparison.confidence)} interval {points(row.interval.low)} to {points(row.interval.high)}"
    about = f"{counted(row.problems, 'problem')}, policy {row.policy}"
    return f"{_name(row)} {_change(row)} ({points(row.difference)} points, {interval}, {_p(row.p)}; {about})"


def _across_crates(rows: Sequence[MetricRow], comparison: Comparison) -> str:
    """Say of measures on the same functions what their p with crates as the units allows to say."""
    first = rows[0]
    crates, largest = first.crates or 0, first.largest_crate or 0
    by_words: dict[str, list[str]] = {}
    for row in rows:
        p = 1.0 if row.p_by_crate is None else row.p_by_crate
        by_words.setdefault(_beyond_functions(row, p, comparison), []).append(f"{row.metric} ({_p(p)})")
    said = "; ".join(f"{words}: {', '.join(names)}" for words, names in by_words.items())
    about = f"{first.set}: {counted(first.problems, 'function')} of {counted(crates, 'crate')}"
    if crates > 1:
        about += f", {largest} of them of one"
    if not all(row.primary for row in rows):
        about += "; p uncorrected"
    return f"With crates as the units ({about}), {said}."


def _beyond_functions(row: MetricRow, p: float, comparison: Comparison) -> str:
    alpha = 1 - comparison.confidence
    if (row.crates or 0) < fewest_changes(alpha):  # a p-value below the level cannot come of so few
        return "too few crates to tell about crates in general"
    if not has_moved(row, comparison):
        if p < alpha:
            return "no change shown of these functions, though crates differ, so nothing is claimed"
        return "no change shown of these functions, nor of crates in general"
    if p < alpha:
        return "found across crates as well"
    return "shown for functions of these crates, not for crates in general"


def _change(row: MetricRow) -> str:
    return f"{percent(row.base)} to {percent(row.tuned)}"


def _name(row: MetricRow) -> str:
    return f"{row.set} {row.metric}"


def _p(value: float) -> str:
    shown = p_value(value)
    return f"p {shown}" if shown.startswith("<") else f"p = {shown}"


def _listed(rows: Sequence[MetricRow]) -> str:
    groups: dict[tuple[str, int], list[str]] = {}
    for row in rows:
        groups.setdefault((row.set, row.problems), []).append(row.metric)
    return "; ".join(
        f"{name} ({counted(problems, 'problem')}) {', '.join(metrics)}" for (name, problems), metrics in groups.items()
    )
