"""Hold a finished run against its own record: files, comparison, answers, problems, names, pages, then verdicts.

Each check says what it looked at and names what is not as recorded. The record may be a stranger's, so nothing of it
is run: settings and names of files are read, and the commands are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lambda_package import questions
from lambda_package.commands import RECORD
from lambda_package.computed import compute_of, compute_records
from lambda_package.pages import pages_anew, profile_of, settings_of, why_not
from lambda_package.recompute import compared_anew, differences, unsaid
from lambda_package.rejudge import Rejudging, judged_again, read_with_samples
from lambda_package.run_record import REPORT, FinishedRun, open_run, profile_digest, recorded_digest, run_digest
from lambda_package.stages import PUBLISHED
from lambda_package.versions import code_digest
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.manifest import digest_file, digest_json
from sigil_common.progress import counted
from sigil_common.records import StageRecord

SHOWN = 20
NOT_RECORDED = "not recorded, as the run is older than this check"


@dataclass(frozen=True)
class Check:
    """What a check looked at, in words, and a line for each thing that is not as recorded.

    `skipped` says why it was not made, where that is no fault.
    """

    looked_at: str
    faults: tuple[str, ...] = ()
    skipped: str | None = None

    def lines(self) -> list[str]:
        """Return the faults to show, the first of many."""
        more = len(self.faults) - SHOWN
        return [*self.faults[:SHOWN], *([f"and {more:,} more of these"] if more > 0 else [])]


def verify(manifest: Path, rejudging: Rejudging) -> Iterator[Check]:
    """Yield one check after another; raise `InputError` for what is no manifest."""
    run = open_run(manifest)
    yield check_files(run)
    if lacking := [name for name in ("compare", REPORT) if not run.has(name)]:
        # A manifest is written when these have ended.
        yield Check("stages", (f"{run.file}: names no stage `{lacking[0]}`, so nothing shows what the run came to",))
    else:
        yield _told("the comparison recomputed from its verdicts", lambda: _recompute(run))
        yield _told("verdicts and the answers that they are of", lambda: read_with_samples(run))
        yield _questions(run)
        yield _profile(run)
        yield _compute(run)
        yield _pages(run)
        yield _judge_again(run, rejudging)


def summary(checks: Sequence[Check]) -> str:
    """Return in a line how many checks were done, what they came to, and which were not done and why."""
    done = [check for check in checks if not check.skipped]
    faulty = sum(bool(check.faults) for check in done)
    found = f"{faulty:,} with faults" if faulty else "all as recorded"
    skipped = "; ".join(f"{check.looked_at} ({check.skipped})" for check in checks if check.skipped)
    return f"{counted(len(done), 'check')} done, {found}" + (f"; not done: {skipped}" if skipped else "")


def check_files(run: FinishedRun) -> Check:
    """Check digest and size of all files, and that what a stage read, and what was published, is what a stage wrote."""
    faults = []
    rows = [(run.directory(stage) / row.path, row) for stage in run.stages for row in stage.outputs]
    rows += [(run.root / row.path, row) for row in run.manifest.published]
    for path, row in rows:
        if not path.is_file():
            faults.append(f"{path}: missing")
        elif digest_file(path) != row.sha256:
            faults.append(f"{path}: differs from its digest")
        elif (size := path.stat().st_size) != row.bytes:
            faults.append(f"{path}: is recorded with {row.bytes:,} bytes, and has {size:,}")
    return Check(f"{len(rows)} files", (*faults, *_unpublished(run), *_broken_links(run), *_broken_digest(run)))


def _unpublished(run: FinishedRun) -> Iterator[str]:
    """Yield the results of a run that the manifest does not name at its top, so that a file there proves nothing."""
    published = {row.path for row in run.manifest.published}
    for name in (name for stage in run.stages for name in PUBLISHED.get(stage.name, ())):
        if name not in published:
            yield f"{run.file}: does not name {name} among what was published"


def _broken_links(run: FinishedRun) -> Iterator[str]:
    """Yield where the record contradicts itself, so that an edited digest does not vouch for an edited file."""
    for stage in run.stages:
        for row in stage.inputs:
            wrote = run.writer(row.path)
            if wrote is not None and recorded_digest(wrote[0].outputs, wrote[1]) not in (None, row.sha256):
                yield f"{row.path}: stage `{stage.name}` read other bytes than stage `{wrote[0].name}` wrote"
        own = run.directory(stage) / RECORD
        if own.is_file() and _without_place(read_record(own, StageRecord)) != _without_place(stage):
            yield f"{own}: says other things than the manifest"
    for published in run.manifest.published:
        written = [row.sha256 for stage in run.stages for row in stage.outputs if row.path == published.path]
        if written and published.sha256 not in written:
            yield f"{run.root / published.path}: is not the file that a stage wrote"


def _broken_digest(run: FinishedRun) -> Iterator[str]:
    """Yield where the digest of the whole run is not that of its stages and settings, or not on its page."""
    digest, page = run.manifest.digest, run.root / "report.md"
    settings = digest_json(run.manifest.settings)
    if settings != run.manifest.settings_sha256:
        yield f"{run.file}: its settings are not those of their digest"
    given = settings_of(run)
    if given is not None and given != settings:
        yield f"{run.file}: its settings are not those that the report was made with"
    named = None if profile_of(run) is None else _named(run)
    if digest is not None and digest != run_digest(run.stages, None if given is None else settings, named):
        yield f"{run.file}: its digest is not that of its stages{'' if given is None else ' and settings'}"
    if digest is not None and page.is_file() and digest not in page.read_text(encoding="utf-8"):
        yield f"{page}: does not name the digest of the run, {digest}"


def _without_place(record: StageRecord) -> StageRecord:
    return record.model_copy(update={"directory": None})


def _recompute(run: FinishedRun) -> Iterator[str]:
    anew = compared_anew(run)
    found = [*differences(run.comparison().to_row(), anew.to_row()), *unsaid(run, anew)]
    made_by = next(stage.code for stage in run.stages if stage.name == "compare")
    if found and made_by != code_digest("lambda_package"):
        commit = run.manifest.environment.get("commit") or "unknown"
        yield f"comparison.json was made by other code than this (commit {commit}), which may be all the difference"
    yield from found


def _questions(run: FinishedRun) -> Check:
    looked_at = "the problems and the files that they are from"
    if not run.has(questions.STAGE):
        return Check(looked_at, (f"{run.file}: names no stage `{questions.STAGE}`",))
    found = _told(looked_at, lambda: questions.asked_otherwise(run))
    missing = questions.not_here(run)
    if missing and not found.faults:
        return replace(found, skipped=f"{missing[0]} is not here: verify in the checkout whose files the run asked")
    return found


def _named(run: FinishedRun) -> str:
    return profile_digest(run.manifest.profile, run.manifest.config)


def _profile(run: FinishedRun) -> Check:
    """Check what the run was given as; that its report had this digest is a part of the digest of the run."""
    looked_at, given = "the names of the profile and of its file", profile_of(run)
    if given is None:
        return Check(looked_at, skipped=NOT_RECORDED)
    same = given == _named(run)
    return Check(looked_at, () if same else (f"{run.file}: its profile and file are not those of the report",))


def _compute(run: FinishedRun) -> Check:
    """Check what the manifest says that models computed with against what their stages wrote of it."""
    looked_at, said = "what the models computed with", run.manifest.compute
    if "compute" not in run.manifest.model_fields_set:
        return Check(looked_at, skipped=NOT_RECORDED)
    return _told(looked_at, lambda: _computed_otherwise(run, said))


def _computed_otherwise(run: FinishedRun, said: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    stages = {stage.name: stage for stage in run.stages}
    records = compute_records({name: run.directory(stage) for name, stage in stages.items()})
    for name in dict.fromkeys((*records, *said)):
        if name not in records:
            yield f"{run.file}: says what stage `{name}` computed with, and no stage of a model is called so"
            continue
        place = records[name].relative_to(run.directory(stages[name]))
        if recorded_digest(stages[name].outputs, place) is None:
            yield f"{records[name]}: is not recorded as an output of stage `{name}`"
        elif (wrote := compute_of(records[name])) != said.get(name, {}):
            recorded = _words(said.get(name, {}))
            yield f"{run.file}: stage `{name}` computed with {recorded}, and by its own record with {_words(wrote)}"


def _words(compute: Mapping[str, str]) -> str:
    return ", ".join(f"{key} {value}" for key, value in compute.items()) or "nothing"


def _pages(run: FinishedRun) -> Check:
    looked_at = "the pages made again from the record"
    try:
        skipped = why_not(run)
    except InputError as error:
        return Check(looked_at, (str(error),))
    return _told(looked_at, lambda: pages_anew(run)) if skipped is None else Check(looked_at, skipped=skipped)


def _judge_again(run: FinishedRun, rejudging: Rejudging) -> Check:
    if not rejudging.share:
        return Check("verdicts judged again", skipped="--rejudge 0 leaves it out")
    found = judged_again(run, rejudging)
    return Check(f"{found.judged} of {found.all} verdicts judged again (seed {rejudging.seed})", tuple(found.faults))


def _told(looked_at: str, check: Callable[[], Iterable[str]]) -> Check:
    """Return a check whose own trouble with a file is one of its faults."""
    faults: list[str] = []
    try:
        faults.extend(check())
    except InputError as error:
        faults.append(f"{error}" + (f" ({error.cause})" if error.cause else ""))
    return Check(looked_at, tuple(faults))
