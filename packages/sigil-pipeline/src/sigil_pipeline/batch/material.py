"""The chunks of one crate: which become material for tasks, and why the others are dropped."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from sigil_pipeline.analyse import cfg
from sigil_pipeline.analyse.clippy import Lines
from sigil_pipeline.analyse.report import CrateReport
from sigil_pipeline.batch.state import Batch
from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.extract import SourceFile, chunks_of
from sigil_pipeline.chunk.gates import is_test_path, objection
from sigil_pipeline.chunk.imports import Holds
from sigil_pipeline.chunk.whole_file import whole_file
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.tasks.material import Material


def material_of(
    batch: Batch,
    package: Package,
    report: CrateReport,
    files: dict[str, SourceFile],
    seen: set[tuple[str, int]],
    blocked: Lines,
) -> Material:
    """Return the chunks of a crate that pass the gates; the others are noted in the batch with their reason.

    `seen` are the functions that were compiled, `blocked` the lines that clippy blocks.
    """
    kept, dropped = [], []
    holds = partial(cfg.holds, platform=batch.tools.platform, features=package.active_features)
    for name, source in files.items():
        for chunk in _pieces(batch, source, holds):
            reason = (
                "test_file" if is_test_path(name, package.library) else objection(chunk, seen, batch.settings, blocked)
            )
            if reason is None:
                kept.append(chunk)
            else:
                dropped.append({"crate": package.name, **_place(chunk), "reason": reason})
    batch.keep(package, report, dropped)
    return Material(package, files, tuple(kept))


def _pieces(batch: Batch, source: SourceFile, holds: Holds) -> Iterator[Chunk]:
    """Yield what the samples of this mode are made of, and what problems are, where the crate is to give some."""
    whole = batch.settings.mode == "phase1"
    if whole and batch.gives_samples:
        yield whole_file(source, holds)
    if not whole or batch.gives_problems:
        yield from chunks_of(source, holds)


def _place(chunk: Chunk) -> dict[str, str | int]:
    return {"file": chunk.file, "line": chunk.first_line, "kind": chunk.kind, "name": chunk.name}
