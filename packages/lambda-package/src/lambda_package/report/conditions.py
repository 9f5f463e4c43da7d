"""What the figures hold for: models, sampling, judging, machine, times and digests, in words, and what is unusual."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lambda_package.commands import JUDGED
from lambda_package.ran_on import read_manifest, said
from lambda_package.report.deviations import deviations
from lambda_package.report.made_with import MadeWith
from lambda_package.report.sources import ModelFiles, Sources
from lambda_package.run_record import run_digest
from sigil_common.jsonl import read_record
from sigil_common.progress import duration
from sigil_common.records import Metrics, SamplesManifest, StageRecord

SHORT = 12
_SERVER = {
    "software": "server",
    "model": "its name for the model",
    "gpu": "GPU",
    "dtype": "number type that the server tells",
    "model_dtype": "number type that the server tells of the model",
    "quantization": "quantisation",
    "ftype": "file type",
    "asked_with": "asked with, besides prompt and seed",
    "prompt_length_confirmed": "server confirmed the prompt's length",
}
_SAMPLING = {
    "n_samples": "samples a problem",
    "temperature": "temperature",
    "top_p": "top-p",
    "max_new_tokens": "longest answer in tokens",
    "seed": "seed",
    "batch_size": "most in a batch",
    "prompt_style": "prompt",
    "adapter_mode": "adapter",
    "greedy_first": "first sample greedy",
}


def conditions(sources: Sources, labels: Sequence[str], made: MadeWith) -> dict[str, Any]:
    """Return the rows of the conditions: what is the same of all models has one value."""
    manifests = [read_manifest(model.samples) if model.samples else None for model in sources.models]
    metrics = [_metrics(model) for model in sources.models]
    stages = [read_record(path, StageRecord) for path in sources.stages]
    columns = [dict(_about(*pair)) for pair in zip(manifests, metrics, strict=True)]
    names = dict.fromkeys(name for column in columns for name in column)
    return {
        "rows": [(name, _merged([column.get(name, "not recorded") for column in columns])) for name in names],
        "deviations": [*sources.deviations, *deviations(made.environment, made.not_pinned, labels, manifests, metrics)],
        "times": [(stage.name, duration(stage.seconds)) for stage in stages],
        "in_all": duration(sum(stage.seconds for stage in stages)),
        "files": _files(stages),
        "digest": run_digest(stages, sources.settings_sha256, sources.profile_sha256) if stages else None,
    }


def gpu(machine: Mapping[str, Any]) -> str:
    """Say which GPUs there are, and which driver they have."""
    listed = [f"{one['name']} with {one['memory']}, driver {one['driver']}" for one in machine.get("gpus", ())]
    if listed:
        return "; ".join(listed)
    memory = machine["gpu_memory_mib"]
    return f"GPU with {memory} MiB" if memory else "no GPU"


def _metrics(model: ModelFiles) -> Metrics | None:
    """Return the metrics beside verdicts that the judge itself wrote."""
    path = model.results.with_name(JUDGED[1])
    beside = model.results.name == JUDGED[0] and path.is_file()
    return read_record(path, Metrics) if beside else None


def _about(manifest: SamplesManifest | None, metrics: Metrics | None) -> Iterator[tuple[str, str]]:
    if manifest is not None:
        yield from _model(manifest)
        for key, name in _SAMPLING.items():
            if key in manifest.settings:
                yield name, str(manifest.settings[key])
        if manifest.stop_rule:
            yield "an answer ends at", manifest.stop_rule
        if manifest.prompt_template_sha256:
            yield "digest of the prompt's template", manifest.prompt_template_sha256[:SHORT]
        yield (
            "computed on",
            ", ".join(f"{key} {value}" for key, value in manifest.ran_on.items()) or "nothing: replayed",
        )
        if manifest.base_url is not None:
            yield "address of the server", manifest.base_url
        for key, name in _SERVER.items():
            if key in manifest.server:
                yield name, said(manifest.server[key])
    if metrics is not None:
        yield "problems", f"{metrics.problem_file.name}, {metrics.problem_file.sha256[:SHORT]}"
        yield "answers", f"{metrics.samples:,}, {metrics.sample_file.sha256[:SHORT]}"
        yield "judged by", metrics.toolchain
        yield "sandbox", metrics.sandbox
        yield "policy", "on" if metrics.policy else "off"
        yield "limits", f"{metrics.compile_timeout:g} CPU seconds to compile, {metrics.run_timeout:g} to test"
        if metrics.crates:
            yield "crates that problems import", ", ".join(f"{name} {of}" for name, of in metrics.crates.items())


def _model(manifest: SamplesManifest) -> Iterator[tuple[str, str]]:
    model, kind = manifest.model, manifest.sampler.get("kind")
    yield "model", str(model.get("name") or f"replayed: {manifest.sampler.get('file', 'not recorded')}")
    yield "revision", str(model.get("revision") or "none: a local directory")
    if model.get("base_sha256"):
        yield "digest of the base's files", str(model["base_sha256"])[:SHORT]
    adapter = model.get("adapter_sha256")
    own = adapter.items() if isinstance(adapter, Mapping) else ()
    yield "digest of the adapter", ", ".join(f"{name} {digest[:SHORT]}" for name, digest in own) or "none"
    if kind:
        versions = manifest.sampler.get("versions") or {}
        yield "sampler", ", ".join([str(kind), *(f"{name} {version}" for name, version in versions.items())])


def _merged(values: Sequence[str]) -> list[str]:
    """Return one value for all models where it is the same."""
    return list(values[:1]) if len(set(values)) == 1 else list(values)


def _files(stages: Sequence[StageRecord]) -> list[tuple[str, str]]:
    """Return what the stages read that none of them wrote: settings, lists and sets, with their digests."""
    written = {row.sha256 for stage in stages for row in stage.outputs}
    places = [f"/stages/{stage.name}-" for stage in stages]
    found = {}
    for stage in stages:
        for row in stage.inputs:
            if row.sha256 not in written and not any(place in f"/{row.path}" for place in places):
                found[row.path] = row.sha256[:SHORT]
    return sorted(found.items())
