"""What is set besides a profile: `--set KEY=VALUE`, and variables that the published package reads.

Importable without any package installed: `scripts/check_settings.py` looks for mistakes before the environment is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lambda_package.settings import AUTO
from sigil_common.errors import InputError
from sigil_common.settings_file import read_value

_FALSE = frozenset({"", "0", "false", "no", "off"})


def parse_assignments(assignments: tuple[str, ...]) -> dict[str, Any]:
    """Turn `key=value` words into settings; values are read as YAML, so `[1, 2]` and `true` work."""
    values: dict[str, Any] = {}
    for word in assignments:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise InputError(f"--set {word}: expected KEY=VALUE", hint="as in --set sample.max_new_tokens=128")
        values[key] = read_value(text, f"--set {word}")
    return values


@dataclass(frozen=True)
class FromEnvironment:
    """What the environment asks for: settings with the variables that they are from, and what is no setting."""

    settings: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    run_dir: str | None = None
    skip_checks: bool = False
    lines: tuple[str, ...] = ()


def from_environment(environment: Mapping[str, str]) -> FromEnvironment:
    """Return what the variables of the published package stand for, and one line for each that is set.

    Raises `InputError` for a number that is none.
    """
    settings: dict[str, Any] = {}
    places: dict[str, str] = {}
    lines: list[str] = []
    for variable, (key, read) in _SETTINGS.items():
        text = environment.get(variable, "").strip()
        if text:
            settings[key], places[key] = read(variable, text), variable
            said = str(settings[key]).replace(" ", "") if isinstance(settings[key], list) else text
            lines.append(f"{variable}={text} in the environment: --set {key}={said}")
    run_dir = environment.get("OUTPUT_DIR", "").strip() or None
    if run_dir is not None:
        lines.append(f"OUTPUT_DIR={run_dir} in the environment: --run-dir {run_dir}")
    skip_checks = is_true(environment.get("SKIP_ENV_CHECK"))
    if skip_checks:
        lines.append("SKIP_ENV_CHECK in the environment: --skip-checks")
    return FromEnvironment(settings, places, run_dir, skip_checks, tuple(lines))


def overrides(given: FromEnvironment, assignments: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what prevails over the profile, `--set` over the environment, and where each of it is from.

    Another base model is not in the profile's package and not of its revision, so these are left out with its name.
    """
    found = {**given.settings, **assignments}
    places = {**given.places, **{key: f"--set {key}" for key in assignments}}
    if "model.name" in found:
        gone = {key: None for key in ("model.gguf_package", "model.revision") if key not in found}
        found |= gone
        places |= dict.fromkeys(gone, places["model.name"])
    return found, places


def is_true(text: str | None) -> bool:
    """Tell whether a variable is set to something else than a no."""
    return (text or "").strip().lower() not in _FALSE


def _whole(variable: str, text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", text, re.ASCII):
        raise InputError(f"{variable}={text}: expected a whole number", hint=f"unset {variable}, or correct it")
    return int(text)


def _whole_or_auto(variable: str, text: str) -> int | str:
    return text if text == AUTO else _whole(variable, text)


def _wholes(variable: str, text: str) -> list[int]:
    return [_whole(variable, word) for word in re.split(r"[\s,]+", text.strip("[], \t")) if word]


def _as_it_is(_variable: str, text: str) -> str:
    return text


_SETTINGS: dict[str, tuple[str, Callable[[str, str], Any]]] = {
    "NUM_SAMPLES": ("sample.n_samples", _whole_or_auto),
    "K_VALUES": ("judge.k", _wholes),
    "SANDBOX_MODE": ("sandbox_mode", _as_it_is),
    "BASE_MODEL": ("model.name", _as_it_is),
    "CHECKPOINT_PATH": ("train.checkpoint", _as_it_is),
    "SEED": ("seed", _whole),
}
