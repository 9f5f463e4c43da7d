"""A finished run as its manifest describes it: where its stages lie, what they wrote, what they were set to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from lambda_package.commands import JUDGED, MODELS, POLICIES
from sigil_common.bounds import Interval, checked
from sigil_common.errors import InputError
from sigil_common.jsonl import read_record
from sigil_common.manifest import digest_json
from sigil_common.records import Comparison, FileRecord, RunManifest, StageRecord

HINT = "name the manifest.json of a run, or its directory"
REPORT = "report"
LEVEL = Annotated[float, Interval(gt=0, lt=1)]


@dataclass(frozen=True)
class FinishedRun:
    """A manifest and where it lies; a run that was moved is read all the same."""

    file: Path
    manifest: RunManifest

    @property
    def root(self) -> Path:
        """The directory of the run."""
        return self.file.parent

    @property
    def stages(self) -> tuple[StageRecord, ...]:
        """The records of all stages, in their order."""
        return self.manifest.stages

    def has(self, name: str) -> bool:
        """Tell whether there was a stage of this name."""
        return any(stage.name == name for stage in self.stages)

    def directory(self, stage: StageRecord) -> Path:
        """Return where a stage's outputs lie."""
        return self.root / (stage.directory or "")

    def output(self, stage: str, file: str) -> Path:
        """Return the path of an output; raise `InputError` for a stage that was not part of the run."""
        for record in self.stages:
            if record.name == stage:
                return self.directory(record) / file
        raise InputError(f"{self.file}: the run has no stage `{stage}`")

    def verdicts(self) -> dict[tuple[str, str], Path]:
        """Return the files of verdicts by model and policy, of all that were judged."""
        pairs = [(model, policy) for model in MODELS for policy in POLICIES]
        places = {pair: f"judge-{pair[0]}-policy-{pair[1]}" for pair in pairs}
        return {pair: self.output(name, JUDGED[0]) for pair, name in places.items() if self.has(name)}

    def setting(self, *keys: str, of: Any = Any) -> Any:
        """Return a setting of the run; raise `InputError` where the manifest has none, or it is of another kind.

        A manifest may be edited by hand, so nothing of its settings is taken at its word.
        """
        value: Any = self.manifest.settings
        for key in keys:
            if not isinstance(value, Mapping) or key not in value:
                raise InputError(f"{self.file}: no setting `{'.'.join(keys)}`")
            value = value[key]
        return checked(value, of, f"{self.file}: setting `{'.'.join(keys)}`")

    def section(self, name: str) -> dict[str, Any]:
        """Return a section of the settings, empty where there is none; `InputError` where it is of another kind."""
        found: dict[str, Any] = self.setting(name, of=dict[str, Any]) if name in self.manifest.settings else {}
        return found

    def comparison(self) -> Comparison:
        """Return the comparison that was recorded."""
        return read_record(self.output("compare", "comparison.json"), Comparison)

    def writer(self, path: str) -> tuple[StageRecord, Path] | None:
        """Return the stage whose directory an input lay in, and the input's place there."""
        for stage in self.stages:
            before, inside, after = path.partition(f"{stage.directory}/") if stage.directory else ("", "", "")
            if inside and before[-1:] in ("", "/"):
                return stage, Path(after)
        return None


def open_run(manifest: Path) -> FinishedRun:
    """Read a manifest, or that in a directory; raise `InputError` for anything else."""
    file = manifest / "manifest.json" if manifest.is_dir() else manifest
    run = FinishedRun(file, read_record(file, RunManifest, hint=HINT))
    rows = [*run.manifest.published, *(row for stage in run.stages for row in stage.outputs)]
    for name in (*(stage.directory or "" for stage in run.stages), *(row.path for row in rows)):
        if not is_inside(name):
            raise InputError(f"{file}: names a place outside of the run: {name}")
    return run


def is_inside(name: str) -> bool:
    """Tell whether a name of a record lies below the directory that it is relative to."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def profile_digest(profile: str, config: str) -> str:
    """Return the digest of what a run was given as: the name of its profile, and that of its settings file."""
    return digest_json({"profile": profile, "config": config})


def run_digest(
    stages: Iterable[StageRecord], settings_sha256: str | None = None, profile_sha256: str | None = None
) -> str:
    """Return the digest of all that a report was made from: the records of the stages before it, and the settings.

    The report shows it, and the manifest has it: so a page names the run that it is of. Older runs are without the
    digests of settings and profile.
    """
    rows = [stage.model_copy(update={"directory": None}).to_row() for stage in stages if stage.name != REPORT]
    if settings_sha256 is None:
        return digest_json(rows)
    named = {} if profile_sha256 is None else {"profile": profile_sha256}
    return digest_json({"settings": settings_sha256, "stages": rows, **named})


def recorded_digest(outputs: Sequence[FileRecord], path: Path) -> str | None:
    """Return what `digest_tree` gave for an output, a file or a directory, or None where nothing of it is recorded."""
    rows = {Path(row.path): row.sha256 for row in outputs}
    if path in rows:
        return rows[path]
    inside = [[one.relative_to(path).as_posix(), rows[one]] for one in sorted(rows) if one.is_relative_to(path)]
    return digest_json(inside) if inside else None
