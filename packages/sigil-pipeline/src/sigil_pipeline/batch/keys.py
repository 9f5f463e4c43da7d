"""What the result of a crate depends on, besides the crate: settings, compiler, and the pipeline itself."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sigil_common
from sigil_common import jsonl
from sigil_common.manifest import digest_file, digest_json
from sigil_common.settings import to_mapping
from sigil_pipeline.crates.resolve import Resolved
from sigil_pipeline.doctests.build import LATE
from sigil_pipeline.doctests.levels import LATE_INPUTS
from sigil_pipeline.settings import Settings
from sigil_pipeline.tasks.layout import find_rustfmt

if TYPE_CHECKING:
    from sigil_pipeline.batch.state import CrateResult
    from sigil_pipeline.tools import Tools

Key = dict[str, Any]

# Settings that say where, how fast or how much of what the crates offer is used, and not what they offer.
_NO_PART = frozenset(
    "crates crate_list limit output max_threads create_train_val_split val_ratio checkpoint_path "
    "checkpoint_interval cache_dir work_dir reports_dir heldout_problems heldout_crates heldout_per_crate exercises "
    "exercises_per_crate keep_work offline max_samples max_per_crate task_mix strict_mix max_template_share "
    "max_code_share full_weight_lines dedup_threshold problem_file solution_file remove_metadata source_name "
    "sandbox_mode allow_no_sandbox compile_timeout executor n_workers log_format metrics_file metrics_port "
    "metrics_host trace_file otlp_endpoint".split()
)
# What cuts code and prose; another version may cut them otherwise.
_READERS = ("tree-sitter", "tree-sitter-rust", "markdown-it-py")
# Rejections by a fault of ours, and by this machine, whose memory is no part of a key: such crates are asked again.
NOT_KEPT = frozenset({"internal", "memory_limit"})


def config_of(settings: Settings, tools: Tools) -> Key:
    """Return all that the results of a run depend on, but for the crates."""
    relevant = {key: value for key, value in to_mapping(settings).items() if key not in _NO_PART}
    if settings.deny_config is not None:
        relevant["deny_config"] = digest_file(settings.deny_config)
    relevant |= {"heldout": True} if settings.all_give_problems else {}
    relevant["tasks"] = sorted(settings.wanted_tasks)
    made_by: Key = {"rustc": tools.toolchain.version, "triple": tools.triple, "pipeline": _code_digest()}
    made_by["rustfmt"] = find_rustfmt(tools.toolchain) is not None
    config: Key = json.loads(jsonl.dumps({**relevant, **made_by}))
    return config


def key_of(crate: Resolved, config: Key) -> Key:
    """Return all that the result of a crate depends on."""
    return {**crate.identity(), "held_out": crate.spec.held_out, "config": config}


def time_limit_of(result: CrateResult, settings: Settings) -> float | None:
    """Return the limit of time if it may have had a part in a result, `None` if any other would have done."""
    late = result.rejection is not None and result.rejection.reason == "time_limit"
    late = (
        late or result.uses_known is False or not {LATE, LATE_INPUTS}.isdisjoint({*result.examples, *result.unit_tests})
    )
    return settings.compile_timeout if late else None


def _code_digest() -> str:
    homes = (Path(__file__).parents[1], Path(sigil_common.__file__).parent)
    files = [digest_file(path) for home in homes for path in sorted(home.rglob("*.py"))]
    return digest_json([files, [metadata.version(name) for name in _READERS]])
