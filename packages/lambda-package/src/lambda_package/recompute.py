"""The comparison of a finished run, made again from its verdicts, and where the recorded one differs from it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Annotated, Any

from lambda_package.commands import MODELS
from lambda_package.compare import Statistics, compare
from lambda_package.headline import sentences, verdict, with_verdict
from lambda_package.likelihood import with_likelihood
from lambda_package.looks import look_row, planned_looks, suffices
from lambda_package.primary import Primary
from lambda_package.run_record import LEVEL, FinishedRun
from lambda_package.settings import AUTO
from sigil_common.bounds import Ge, Gt, MinLen
from sigil_common.records import Comparison, Looks

LIKELIHOOD = "likelihood.jsonl"
_Resamples = Annotated[int, Ge(100)]
_Count = Annotated[int, Gt(0)]
_Counts = Annotated[list[_Count], MinLen(1)]
# Sums of other machines and versions may differ in their last digits, and nothing that is said in the report does.
_RELATIVE, _ABSOLUTE = 1e-6, 1e-8
_NAMES = ("id", "task_id", "crate", "measure", "metric")


def compared_anew(run: FinishedRun) -> Comparison:
    """Return what the verdicts and the settings of a run come to; raise `InputError` where one is missing."""
    looks = _looks_anew(run)
    confidence = run.setting("stats", "confidence", of=LEVEL) if looks is None else looks.taken[-1].confidence
    found = compare(
        run.verdicts(),
        ks=run.setting("judge", "k", of=_Counts),
        how=_how(run, confidence),
        primary=_primary(run),
        models=run.comparison().models,
    ).model_copy(update={"looks": looks})
    if run.has("likelihood-base"):
        base, tuned = (run.output(f"likelihood-{model}", LIKELIHOOD) for model in MODELS)
        found = with_likelihood(found, base, tuned)
    return with_verdict(found)


def _how(run: FinishedRun, confidence: float) -> Statistics:
    return Statistics(run.setting("seed", of=int), run.setting("stats", "resamples", of=_Resamples), confidence)


def _primary(run: FinishedRun) -> Primary:
    stats = run.section("stats")
    return Primary(stats.get("primary_set"), stats.get("primary_metric"))


def _looks_anew(run: FinishedRun) -> Looks | None:
    """Return the looks that had to be taken by the verdicts on their samples; None where the number was given.

    All of them are a part of the last one, so its verdicts suffice.
    """
    if run.section("sample").get("n_samples") != AUTO:
        return None
    limit = run.setting("sample", "max_samples", of=Annotated[int, Ge(4)])
    overall = run.setting("stats", "confidence", of=LEVEL)
    width = run.setting("sample", "width", of=Annotated[float, Gt(0)])
    planned = planned_looks(AUTO, limit, overall)
    files = {pair: file for pair, file in run.verdicts().items() if pair[1] == "off"}
    taken = []
    for look in planned:
        how = _how(run, look.confidence)
        found = compare(files, ks=[1], how=how, primary=_primary(run), first=look.samples)
        taken.append(look_row(found))
        if suffices(found, width):
            break
    return Looks(confidence=overall, width=width, max_samples=limit, taken=tuple(taken))


def differences(recorded: Any, anew: Any, name: str = "comparison.json") -> Iterator[str]:
    """Yield a line for each value that is not the same, named by its place in the file."""
    if isinstance(recorded, dict) and isinstance(anew, dict):
        for key in dict.fromkeys((*recorded, *anew)):
            yield from differences(recorded.get(key), anew.get(key), f"{name}, {key}")
    elif isinstance(recorded, list) and isinstance(anew, list) and len(recorded) == len(anew):
        for number, (one, other) in enumerate(zip(recorded, anew, strict=True)):
            yield from differences(one, other, f"{name} {_named(other, number)}")
    elif not _same(recorded, anew):
        yield f"{name}: {_shown(recorded)} is recorded, {_shown(anew)} recomputed"


def unsaid(run: FinishedRun, anew: Comparison) -> Iterator[str]:
    """Yield the published page that does not say what the verdicts come to."""
    page = run.root / "report.md"
    said = page.read_text(encoding="utf-8") if page.is_file() else None
    if said is not None and not all(sentence in said for sentence in sentences(anew)):
        yield f"{page}: does not say the verdict that is recomputed: {verdict(anew)}"


def _same(one: Any, other: Any) -> bool:
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (one, other))
    return math.isclose(one, other, rel_tol=_RELATIVE, abs_tol=_ABSOLUTE) if numbers else one == other


def _named(item: Any, number: int) -> str:
    found = next((item[key] for key in _NAMES if key in item), number) if isinstance(item, dict) else number
    return f"`{found}`"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"a list of {len(value)}"
    return "nothing" if value is None else str(value) if not isinstance(value, dict) else "a record"
