"""What must be right before any work: settings that go together, licences that exist, outputs that can be written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from urllib.parse import urlsplit

from sigil_common.errors import InputError
from sigil_common.jsonl import probe
from sigil_pipeline.filters import spdx
from sigil_pipeline.settings import Settings

_SUM_TOLERANCE = 0.001
_BESIDE_OUTPUT = ("rejected.jsonl", "summary.json", "card.md", "stats.html")


def check_settings(settings: Settings) -> None:
    """Raise `InputError` for settings that make no sense, and `MissingError` for an output that cannot be written.

    Directories of outputs that do not exist are made.
    """
    _check_mix(settings.task_mix)
    if settings.mode == "phase1":
        _check_phase1(settings)
    _check_licenses(settings.licenses)
    if settings.heldout_problems and not (settings.heldout_crates or settings.create_train_val_split):
        raise InputError(
            "no crate is held out that `heldout_problems` could be made from",
            hint="give --heldout-crates FILE, or --create-train-val-split",
        )
    _check_endpoint(settings.otlp_endpoint)
    _check_outputs(settings)


def _check_endpoint(endpoint: str | None) -> None:
    if endpoint is None:
        return
    try:
        url = urlsplit(endpoint)
        fine = url.scheme in ("http", "https") and bool(url.hostname) and (url.port or 0) >= 0
    except ValueError:
        fine = False
    if not fine:
        raise InputError(
            f"`otlp_endpoint` is no URL of a collector: {endpoint}", hint="give one as http://127.0.0.1:4318"
        )


def _check_mix(shares: Mapping[str, float]) -> None:
    if not any(shares.values()):
        raise InputError("`task_mix` leaves no task: all its shares are 0")
    total = sum(shares.values())
    if not abs(total - 1) <= _SUM_TOLERANCE * (1 + 1e-9):
        raise InputError(
            f"the shares of `task_mix` add up to {total:g}, not to 1",
            cause=", ".join(f"{name} {share:g}" for name, share in shares.items()),
            hint="each is a share of the whole data set; a type that is not named has none and is not made",
        )


def _check_phase1(settings: Settings) -> None:
    """Refuse what would leave a data set of whole files without any, or asks for wordings that it does not have."""
    clashing = {
        "only_self_contained": settings.only_self_contained,
        "completion_share": settings.completion_share > 0,
        "task_mix": "code_generation" not in settings.wanted_tasks,
    }
    for name, wanted in clashing.items():
        if wanted:
            raise InputError(
                f"`{name}` cannot be had with `mode` phase1",
                cause="its samples are whole files, code_generation all of them, under one prompt",
                hint=f"leave `{name}` out, or take phase2",
            )


def _check_licenses(names: Sequence[str]) -> None:
    for name in names:
        try:
            spdx.check_single(name)
        except spdx.LicenseSyntaxError as error:
            near = spdx.nearest(name)
            raise InputError(
                f"`licenses`: `{name}` is not the name of a licence",
                cause=str(error),
                hint=f"did you mean `{near}`?" if near else "give one SPDX identifier each, as in --license MIT",
            ) from None


def _check_outputs(settings: Settings) -> None:
    _as_file("output", settings.output)
    for name, folder in (("work_dir", settings.work), ("reports_dir", settings.reports), ("cache_dir", settings.cache)):
        _check_inside(name, folder, folder)
    files = dict(output_files(settings))
    for (other, second), (name, file) in combinations(files.items(), 2):
        if file.resolve() == second.resolve():
            raise InputError(f"`{name}` and `{other}` are the same file: {file}", hint="give them two names")
    places = (*files.values(), settings.reports / "any.json", settings.cache / "any.json")
    building = (settings.work / "build").resolve()
    for file in places:
        if building in file.resolve().parents:
            raise InputError(f"{file} lies in {building}, which is removed when the run has ended")
    for file in places:
        if file != settings.trace_file:  # written as it comes, maybe into a pipe
            probe(file)


def output_files(settings: Settings) -> Iterator[tuple[str, Path]]:
    """Yield the files that a run writes, by their settings, reports and working files left out.

    Raises `InputError` for one that can be no file where it is to be.
    """
    yield "output", _as_file("output", settings.output)
    yield "output.full", _as_file("output.full", settings.full_output)
    for suffix in _BESIDE_OUTPUT:
        beside = settings.output.with_name(f"{settings.output.name}.{suffix}")
        yield f"output.{suffix}", _as_file(f"output.{suffix}", beside)
    for name in ("checkpoint", "heldout_problems", "metrics_file", "trace_file", "exercises"):
        file: Path | None = getattr(settings, name)
        if file is not None:
            yield name, _as_file(name, file)


def _as_file(name: str, file: Path) -> Path:
    if file.is_dir():
        raise InputError(f"`{name}` is a directory: {file}", hint="give it the name of a file")
    if name != "trace_file" and file.exists() and not file.is_file():
        raise InputError(f"`{name}` is no regular file: {file}", hint="give it another name")
    _check_inside(name, file, file.parent)
    return file


def _check_inside(name: str, path: Path, folder: Path) -> None:
    """Refuse a `path` of which `folder`, or what of its parents is there, is no directory."""
    there = next((place for place in (folder, *folder.parents) if place.exists()), None)
    if there is not None and not there.is_dir():
        raise InputError(f"`{name}` cannot be {path}", cause=f"{there} is no directory")
