"""The pages of a finished run, made again from its record, and where the recorded ones say something else.

Of the record's command only the files are taken that lie in the run, and what is written goes to a directory of ours.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from lambda_package.report import ModelFiles, Own, Sources, write_report
from lambda_package.report.made_with import MadeWith
from lambda_package.run_record import REPORT, FinishedRun, is_inside
from lambda_package.stages import MADE_WITH, PAGES
from lambda_package.versions import code_digest
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.records import StageRecord

_FLAGS = frozenset({"--accepted-alone"})
_TEXTS = frozenset({"--deviation", "--settings-digest", "--profile-digest", "--output-dir"})
_FILES = frozenset(
    f"--{name}"
    for name in (
        *("comparison", "base-results", "tuned-results", "base-samples", "tuned-samples", "stage", "dataset-summary"),
        *("checkpoint", "problem-file", "accepted", "drawn-metrics"),
    )
)
_SHOWN = 60

Words = Mapping[str, list[str]]


def why_not(run: FinishedRun) -> str | None:
    """Say why the pages of a run cannot be made again, None where they can."""
    report = _report(run)
    if report.code != code_digest("lambda_package"):
        return f"they were made by other code than this (commit {run.manifest.environment.get('commit') or 'unknown'})"
    outside = [word for name, words in _words(report).items() if name in _FILES for word in words if not _at(run, word)]
    return f"they were made with {outside[0]}, which is not a part of the run" if outside else None


def pages_anew(run: FinishedRun) -> Iterator[str]:
    """Yield where pages, or what the manifest repeats of them, are not what the record gives."""
    report = _report(run)
    words, place = _words(report), run.directory(report)
    made = read_record(place / MADE_WITH, MadeWith)
    if run.manifest.environment != made.environment:
        yield f"{run.file}: its environment is not the one in {place / MADE_WITH}"
    said = {f"Stage `{name}` was {other}." for name, other in run.manifest.kept.items() if name != REPORT}
    if REPORT not in run.manifest.kept and said != set(words.get("--deviation", [])):
        yield f"{run.file}: what it says of stages that other code made is not what the pages say"
    with tempfile.TemporaryDirectory(prefix="sigil-verify-") as name:
        write_report(_sources(run, words), Path(name), made)
        for page in PAGES:
            yield from _differences(place / page, (Path(name) / page).read_text(encoding="utf-8"))


def settings_of(run: FinishedRun) -> str | None:
    """Return the digest of the settings that the report was given; None for a run of before this was done."""
    return _given(run, "--settings-digest")


def profile_of(run: FinishedRun) -> str | None:
    """Return the digest of profile and file that the report was given; None for a run of before this was done."""
    return _given(run, "--profile-digest")


def _given(run: FinishedRun, option: str) -> str | None:
    words = [word for stage in run.stages if stage.name == REPORT for word in _words(stage).get(option, [])]
    return words[0] if words else None


def _report(run: FinishedRun) -> StageRecord:
    return next(stage for stage in run.stages if stage.name == REPORT)


def _words(report: StageRecord) -> Words:
    """Return the values of each option of the recorded command; raise `InputError` for one that we do not know."""
    found: dict[str, list[str]] = {}
    words = iter(report.argv[2:])
    for word in words:
        if word not in _FLAGS | _TEXTS | _FILES:
            raise InputError(f"stage `{REPORT}` is recorded with `{word}`, which makes no page")
        found.setdefault(word, []).append("" if word in _FLAGS else next(words, ""))
    return found


def _at(run: FinishedRun, word: str) -> Path | None:
    """Return where a recorded file lies now; None for one that is not in a stage's directory."""
    wrote = run.writer(word)
    if wrote is None or not is_inside(str(wrote[1])):
        return None
    return run.directory(wrote[0]) / wrote[1]


def _sources(run: FinishedRun, words: Words) -> Sources:
    places = {name: tuple(filter(None, (_at(run, word) for word in words.get(name, ())))) for name in _FILES}
    one = {name: of[0] if of else None for name, of in places.items()}
    comparison, results = one["--comparison"], [one["--base-results"], one["--tuned-results"]]
    if comparison is None or None in results:
        raise InputError(f"stage `{REPORT}` is recorded without the files that a page is made from")
    samples = one["--base-samples"], one["--tuned-samples"]
    accepted = one["--accepted"]
    own = Own(accepted, places["--drawn-metrics"], "--accepted-alone" in words) if accepted else None
    return Sources(
        comparison,
        tuple(ModelFiles(file, answers) for file, answers in zip(results, samples, strict=True) if file is not None),
        one["--dataset-summary"],
        one["--checkpoint"],
        places["--problem-file"],
        own,
        places["--stage"],
        tuple(words.get("--deviation", ())),
        next(iter(words.get("--settings-digest", ())), None),
        next(iter(words.get("--profile-digest", ())), None),
    )


def _differences(page: Path, anew: str) -> Iterator[str]:
    """Yield the first line of a page that is not as it is made anew."""
    if not page.is_file():
        return  # the check of files says so
    recorded = page.read_text(encoding="utf-8", errors="replace").splitlines()
    lines = anew.splitlines()
    for number in range(max(len(recorded), len(lines))):
        was, now = (text[number] if number < len(text) else "" for text in (recorded, lines))
        if was != now or number >= min(len(recorded), len(lines)):
            start = next((i for i, (one, two) in enumerate(zip(was, now, strict=False)) if one != two), 0)
            start = max(0, start - _SHOWN // 2)
            was, now = was[start : start + _SHOWN], now[start : start + _SHOWN]
            yield f"{page}:{number + 1}: `{was}` is recorded, `{now}` made anew"
            return
