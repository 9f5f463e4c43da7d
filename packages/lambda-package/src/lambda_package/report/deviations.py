"""What is not as it was pinned, or not the same of all models, in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lambda_package.ran_on import said
from sigil_common.records import Metrics, SamplesManifest

# Relative to the checkout, in which a run is started.
LOCKS = (Path("requirements/base.txt"), Path("requirements/local-model.txt"))
_UNEQUAL = ("n_samples", "temperature", "top_p", "max_new_tokens", "seed", "prompt_style", "greedy_first")
_OF_SERVERS = {
    "gpu": "asked on the GPU",
    **dict.fromkeys(("dtype", "model_dtype"), "the server holds the model in"),
    "quantization": "the server quantises the model by",
    "ftype": "the server reads a file of the type",
    "asked_with": "asked with, besides prompt and seed,",
    "prompt_length_confirmed": "the server confirmed the prompt's length,",
}
_SHOWN = 8


def deviations(
    environment: Mapping[str, Any],
    not_pinned: Sequence[str],
    labels: Sequence[str],
    manifests: Sequence[SamplesManifest | None],
    metrics: Sequence[Metrics | None],
) -> list[str]:
    """Return a sentence for each."""
    return [*not_pinned, *_sampled(environment, labels, manifests), *_judged(labels, metrics)]


def pinned(locks: Sequence[Path] = LOCKS) -> dict[str, set[str]]:
    """Return the versions that the lock files name, by normalised name: several where it depends on the Python.

    Nothing where there are no such files.
    """
    found: dict[str, set[str]] = {}
    for lock in locks:
        if lock.is_file():
            rows = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
            for name, version in rows:
                found.setdefault(_normal(name), set()).add(version)
    return found


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def surroundings(environment: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each thing of interpreter, packages and commit that is not as pinned, or unknown."""
    python = environment["python"]
    if not python["pinned_python"]:
        yield f"Python is {python['version']}, and {python['pinned']} is the pinned one."
    yield from _packages(environment["packages"])
    strangers = [name for name, own in environment["own_packages"].items() if own["origin"] != "local"]
    if strangers:
        yield f"Not installed from this checkout: {', '.join(strangers)}."
    commit = environment["commit"]
    if commit is None:
        yield "The commit is unknown: this was not run in a git checkout."
    elif commit.endswith("+changes"):
        yield "Files differed from the commit."


def _packages(packages: Mapping[str, str]) -> Iterator[str]:
    wanted = pinned()
    if not wanted:
        yield f"Whether the packages are the pinned ones is not known: {LOCKS[0]} was not at hand."
    others = [
        f"{name} {version} ({' or '.join(sorted(wanted[_normal(name)]))})"
        for name, version in packages.items()
        if version not in wanted.get(_normal(name), {version})
    ]
    if others:
        yield f"Other versions than the pinned ones, in brackets: {_listed(others)}."


def _sampled(
    environment: Mapping[str, Any], labels: Sequence[str], manifests: Sequence[SamplesManifest | None]
) -> Iterator[str]:
    known = [(label, manifest) for label, manifest in zip(labels, manifests, strict=True) if manifest is not None]
    if unknown := [label for label, manifest in zip(labels, manifests, strict=True) if manifest is None]:
        yield f"How these answers were drawn is not recorded: {', '.join(unknown)}."
    for label, manifest in known:
        if manifest.sampler.get("kind") == "canned":
            yield f"The answers of {label} were replayed from a file; no model was asked."
        now = {_normal(name): version for name, version in environment["packages"].items()}
        versions = manifest.sampler.get("versions") or {}
        older = [f"{name} {of}" for name, of in versions.items() if now.get(_normal(name), of) != of]
        if older:
            yield f"The answers of {label} were drawn with other versions than are installed now: {_listed(older)}."
    for key in _UNEQUAL:
        values = [str(manifest.settings.get(key)) for _, manifest in known]
        if len(set(values)) > 1:
            yield f"Not the same of all models: `{key}` is {_each([label for label, _ in known], values)}."
    yield from _unequal("asked on", [(label, ", ".join(one.ran_on.values())) for label, one in known])
    for key, words in _OF_SERVERS.items():
        yield from _unequal(words, [(label, said(one.server.get(key))) for label, one in known])
    yield from _unequal("asked with the prompt", [(label, one.prompt_template_sha256) for label, one in known])


def _judged(labels: Sequence[str], metrics: Sequence[Metrics | None]) -> Iterator[str]:
    known = [(label, one) for label, one in zip(labels, metrics, strict=True) if one is not None]
    if unknown := [label for label, one in zip(labels, metrics, strict=True) if one is None]:
        yield f"How these answers were judged is not recorded: {', '.join(unknown)}."
    loose = [label for label, one in known if one.sandbox == "none"]
    if loose:
        yield f"Answers were compiled and run without a sandbox: {', '.join(loose)}."
    yield from _unequal("judged by", [(label, one.toolchain) for label, one in known])
    yield from _unequal("judged in", [(label, one.sandbox) for label, one in known])
    yield from _unequal("judged on the problems", [(label, one.problem_file.sha256[:12]) for label, one in known])
    yield from _unequal("judged within", [(label, f"{one.compile_timeout:g} s") for label, one in known])


def _unequal(what: str, pairs: Sequence[tuple[str, str | None]]) -> Iterator[str]:
    if len({value for _, value in pairs}) > 1:
        each = _each([label for label, _ in pairs], [str(value) for _, value in pairs])
        yield f"Not the same of all models: {what} {each}."


def _each(labels: Sequence[str], values: Sequence[str]) -> str:
    return ", ".join(f"{value} of {label}" for label, value in zip(labels, values, strict=True))


def _listed(items: Sequence[str]) -> str:
    more = len(items) - _SHOWN
    return ", ".join([*items[:_SHOWN], *([f"and {more} more"] if more > 0 else [])])
