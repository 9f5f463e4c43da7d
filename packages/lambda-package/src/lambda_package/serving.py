"""Checks of what draws the completions where that is not transformers: vLLM's environment, or a server that runs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Literal

from lambda_package import accelerator
from lambda_package.settings import RunSettings
from sigil_common.address import Address, address_of
from sigil_common.errors import MissingError, SigilError
from sigil_common.samplers import find_vllm

Finding = tuple[str, Literal["ok", "warning", "missing"], str, str]
"""Name, level, what was found, and what to do about it."""
HF_INSTEAD = "or --set sample.sampler=hf, which takes hours longer"
_ASK_S = 10.0


def look(settings: RunSettings) -> Iterator[Finding]:
    """Yield what was found of the sampler that the settings name."""
    if settings.sample.sampler == "vllm":
        yield from _vllm(settings)
    elif settings.sample.sampler == "server":
        faults = list(setting_faults(settings))
        yield from faults or _servers(settings)


def _vllm(settings: RunSettings) -> Iterator[Finding]:
    try:
        command = find_vllm(settings.sample.vllm)
    except MissingError as error:
        yield "vllm", "missing", ": ".join(filter(None, (error.what, error.cause))), f"bash eval_setup.sh, {HF_INSTEAD}"
        return
    place = command.parent.parent
    found = [path.name.split("-")[1] for path in place.glob("lib/python3*/site-packages/vllm-*.dist-info")]
    version = found[0].removesuffix(".dist") if found else "of a version that its folder does not tell"
    python = command.parent / "python"
    fault = accelerator.fault(accelerator.ask_torch(python), place.name) if python.exists() else None
    if settings.needs_gpu_mib is not None and fault is not None:
        yield "vllm", "missing", f"vLLM {version} in {place}: {fault[0]}", fault[1]
    else:
        yield "vllm", "ok", f"vLLM {version} in {place}", ""


def setting_faults(settings: RunSettings) -> Iterator[Finding]:
    """Yield settings of servers that do not fit together; no server is asked."""
    own = settings.sample
    if own.sampler != "server":
        return
    if own.base_url is None:
        yield (
            "settings",
            "missing",
            "`sample.sampler` is server but `sample.base_url` is not set",
            "--set sample.base_url=URL",
        )
        return
    for key, url in (("sample.base_url", own.base_url), ("sample.tuned_url", own.tuned_url)):
        try:
            if url is not None:
                address_of(url)
        except SigilError as error:
            yield "settings", "missing", error.what.replace("--base-url", f"`{key}`"), error.hint or ""
    if (own.tuned_url or own.base_url, own.served_tuned) == (own.base_url, own.served_base):
        found = "base and tuned model are one and the same model of one server"
        hint = "--set sample.tuned_url=URL, or sample.served_base=NAME and sample.served_tuned=NAME"
        yield "settings", "missing", found, hint
    if settings.train.checkpoint is None:
        found = "`sample.sampler` is server, but the tuned model is made in this run, so no server has it"
        yield "settings", "missing", found, "--set train.checkpoint=DIR, or sample.sampler=vllm or hf"


def _servers(settings: RunSettings) -> Iterator[Finding]:
    own = settings.sample
    assert own.base_url is not None
    wanted = ((own.base_url, own.served_base), (own.tuned_url or own.base_url, own.served_tuned))
    for name, (url, model) in zip(("server of the base model", "server of the tuned model"), wanted, strict=True):
        address = address_of(url)
        try:
            models = models_at(address)
        except MissingError as error:
            yield name, "missing", f"{error.what}: {error.cause}", "start it, or correct its address"
            continue
        if model is None and len(models) == 1:
            yield name, "ok", f"{models[0]} at {address.api}", ""
        elif model in models:
            yield name, "ok", f"{model} at {address.api}", ""
        else:
            found = f"{address.api} has {', '.join(models) or 'no model'}"
            yield name, "missing", found, "name one of these in `sample.served_base` and `sample.served_tuned`"


def models_at(address: Address) -> list[str]:
    """Return the names of the models that a server has; raise `MissingError` if it does not answer so."""
    import httpx2

    key = address.key
    headers = {"authorization": f"Bearer {key}"} if key else {}
    what = f"{address.api} does not answer"
    try:
        with httpx2.Client(timeout=_ASK_S, trust_env=not address.is_local) as http:
            response = http.get(f"{address.api}/models", headers=headers)
    except httpx2.HTTPError as error:
        raise MissingError(what, cause=type(error).__name__) from None
    if response.status_code != 200:
        raise MissingError(what, cause=f"status {response.status_code}")
    found: Any = None
    with suppress(ValueError):
        found = response.json()
    rows = found.get("data") if isinstance(found, dict) else None
    return [str(row["id"]) for row in rows or () if isinstance(row, dict) and "id" in row]
