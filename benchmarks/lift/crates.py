"""From rows to a table by crate: a gain may come from the functions of one kind of crate alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from lift.rows import Row
from lift.table import table
from sigil_common.records import crate_of

Model = tuple[str, str, str]  # recipe, seed and tokens, as they are shown


def crate_table(rows: Iterable[Row]) -> str | None:
    """Return of each model and crate how many answers compile and do something, and in brackets how many compile.

    `rows` are of one set; `None` for a set that is not of several crates.
    """
    models: dict[Model, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    sizes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        crate = crate_of(row.task_id)
        if crate is None:
            return None
        seed = "" if row.seed is None else str(row.seed)
        models[row.recipe, seed, f"{row.tokens:,}"][crate].append(row)
        sizes[crate].add(row.task_id)
    if len(sizes) < 2:
        return None
    names = [f"{crate} ({len(tasks)})" for crate, tasks in sizes.items()]
    lines = [(*model, *(_counts(found[crate]) for crate in sizes)) for model, found in models.items()]
    return table(("recipe", "seed", "tokens", *names), lines)


def _counts(rows: Sequence[Row]) -> str:
    return f"{sum(row.compiles and not row.idle for row in rows)} ({sum(row.compiles for row in rows)})"
