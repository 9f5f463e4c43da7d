"""Finished batches on disk: a killed run continues after the last one, with the same bytes in the end.

`checkpoint.json` names the finished batches and the digest of each one's file; it is replaced in one
step after that file is complete, so what it names is whole. It also holds the hash of everything that
a batch's result depends on: with another hash, nothing in it may be used.
"""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common import jsonl
from sigil_common.manifest import digest_file, digest_json
from sigil_common.settings import to_mapping
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.filters import Rejection
from sigil_pipeline.heldout.propose import proposal_from_row
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.candidates import candidate_from_row

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain

log = logging.getLogger(__name__)

# Settings that say where, how fast or how much of the finished batches is used, and not what is in them.
_NOT_IN_HASH = frozenset(
    "crates crate_list limit output max_threads create_train_val_split val_ratio checkpoint_path work_dir reports_dir "
    "heldout_problems heldout_crates heldout_per_crate exercises exercises_per_crate keep_work offline max_samples "
    "max_per_crate task_mix strict_mix dedup_threshold problem_file solution_file remove_metadata source_name "
    "sandbox_mode allow_no_sandbox compile_timeout log_format metrics_file metrics_port "
    "metrics_host trace_file otlp_endpoint".split()
)


class Checkpoint:
    """The finished batches of one run."""

    def __init__(self, path: Path, config: dict[str, Any], batches: list[dict[str, Any]]) -> None:
        self._path = path
        self._config = config
        self._batches = batches
        self._files = path.with_name(path.stem + ".batches")

    def load(self, number: int, specs: Sequence[CrateSpec]) -> list[CrateResult] | None:
        """Return the results of a finished batch, `None` if it has to be done."""
        entry = next((item for item in self._batches if item["number"] == number), None)
        file = self._files / f"{number:05d}.jsonl"
        if entry is None or entry["crates"] != _names(specs) or not file.is_file():
            return None
        if digest_file(file) != entry["sha256"]:
            return None
        return [_result_from_row(row) for _, row in jsonl.read_objects(file)]

    def save(self, number: int, specs: Sequence[CrateSpec], results: Sequence[CrateResult]) -> None:
        """Keep the results of a batch: first its file, then its name."""
        file = self._files / f"{number:05d}.jsonl"
        jsonl.write_jsonl(file, (_result_to_row(result) for result in results))
        entry = {"number": number, "crates": _names(specs), "sha256": digest_file(file)}
        self._batches = [item for item in self._batches if item["number"] != number] + [entry]
        sha256 = digest_json(self._config)
        jsonl.write_json(self._path, {"config_sha256": sha256, "config": self._config, "batches": self._batches})


def open_checkpoint(settings: Settings, specs: Sequence[CrateSpec], toolchain: Toolchain) -> Checkpoint:
    """Open the run's checkpoint; one of other settings, another compiler or another pipeline is not used."""
    config = _config(settings, specs, toolchain)
    path = settings.checkpoint
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        batches, old = list(stored["batches"]), dict(stored["config"])
        matches = stored["config_sha256"] == digest_json(config)
    except FileNotFoundError:
        return Checkpoint(path, config, [])
    except (OSError, ValueError, KeyError, TypeError) as error:
        log.warning("%s is not a checkpoint (%s); starting from the beginning", path, error)
        return Checkpoint(path, config, [])
    if not matches:
        changed = sorted(key for key in {*config, *old} if config.get(key) != old.get(key))
        log.warning("%s is of a run with another %s; starting from the beginning", path, ", ".join(changed))
        return Checkpoint(path, config, [])
    return Checkpoint(path, config, batches)


def _config(settings: Settings, specs: Sequence[CrateSpec], toolchain: Toolchain) -> dict[str, Any]:
    relevant = {key: value for key, value in to_mapping(settings).items() if key not in _NOT_IN_HASH}
    local = {spec.name: _source_digest(spec.path) for spec in specs if spec.path is not None}
    code = Path(__file__).parents[1]
    pipeline = digest_json([digest_file(path) for path in sorted(code.rglob("*.py"))])
    relevant |= {"heldout": True} if settings.all_give_problems else {}
    relevant["tasks"] = sorted(settings.wanted_tasks)
    return {**relevant, "local_crates": local, "rustc": toolchain.version, "pipeline": pipeline}


def _names(specs: Sequence[CrateSpec]) -> list[str]:
    return [f"held out: {spec.text}" if spec.held_out else spec.text for spec in specs]


def _source_digest(root: Path) -> str:
    """Digest of a local crate's sources, build output left out."""
    files = sorted(path for path in root.rglob("*") if path.suffix in (".rs", ".toml") and path.is_file())
    inside = [path for path in files if "target" not in path.relative_to(root).parts]
    return digest_json([[path.relative_to(root).as_posix(), digest_file(path)] for path in inside])


def _result_to_row(result: CrateResult) -> dict[str, Any]:
    apart = ("rejection", "candidates", "dropped", "proposals", "refused")
    row = {name: value for name, value in vars(result).items() if name not in apart}
    row["rejection"] = dataclasses.asdict(result.rejection) if result.rejection else None
    row["dropped"] = list(result.dropped)
    row["refused"] = list(result.refused)
    row["candidates"] = [candidate.to_row() for candidate in result.candidates]
    row["proposals"] = [proposal.to_row() for proposal in result.proposals]
    return row


def _result_from_row(row: dict[str, Any]) -> CrateResult:
    rejection = Rejection(**row["rejection"]) if row["rejection"] else None
    candidates = tuple(candidate_from_row(item) for item in row["candidates"])
    proposals = tuple(proposal_from_row(item) for item in row["proposals"])
    lists = {"dropped": tuple(row["dropped"]), "refused": tuple(row["refused"])}
    return CrateResult(**{**row, **lists, "rejection": rejection, "candidates": candidates, "proposals": proposals})
