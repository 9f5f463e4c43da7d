"""Find mistakes in `--set` and in the environment before gigabytes are installed; needs Python and this checkout alone.

    PYTHONPATH=packages/sigil-common/src:packages/lambda-package/src python scripts/check_settings.py --set KEY=VALUE

Where pydantic and PyYAML are installed all is checked as a run does; else names of settings and plain values. With
`--which-sampler` it prints what will draw the completions, so that its environment can be made.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from lambda_package.assignments import from_environment, overrides, parse_assignments
from lambda_package.profiles import pick
from lambda_package.settings import AUTO, RunSettings
from sigil_common.errors import InputError
from sigil_common.setting_types import base_type
from sigil_common.settings import hint_of, load_settings

ROOT = Path(__file__).resolve().parents[1]
EMPTY = ("", "null", "~")
SWITCH = re.compile(r"true|false|yes|no|on|off", re.IGNORECASE)


def main(words: list[str]) -> int:
    """Return 0 if nothing is wrong, else say what is and return 2."""
    assignments = tuple(after for word, after in pairwise(words) if word == "--set")
    try:
        if "--which-sampler" in words:
            print(_settings(assignments, _chosen(words)).sample.sampler)
            return 0
        if not _check_all(words, assignments):
            _check_plainly(assignments)
    except InputError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _check_all(words: list[str], assignments: tuple[str, ...]) -> bool:
    """Check as a run does; return False where the packages for it are not installed."""
    try:
        import pydantic  # noqa: F401
        import yaml  # noqa: F401
    except ImportError:
        return False
    _settings(assignments, _file(words))
    return True


def _settings(assignments: tuple[str, ...], file: Path | None) -> RunSettings:
    found, places = overrides(from_environment(os.environ), parse_assignments(assignments))
    return load_settings(RunSettings, file=file, overrides=found, override_places=places).settings


def _chosen(words: list[str]) -> Path:
    """Return the settings file of the run, which the machine chooses where no words do."""
    return _file(words) or pick(None, None, ROOT / "configs")[1]


def _file(words: list[str]) -> Path | None:
    """Return the settings file that the words name; without one it is one of those shipped."""
    named = dict(pairwise(words))
    if "--config" in named:
        return Path(named["--config"])
    return ROOT / "configs" / f"eval-{named['--profile']}.yml" if "--profile" in named else None


def _check_plainly(assignments: tuple[str, ...]) -> None:
    given = from_environment(os.environ)
    for key, value in given.settings.items():
        _check_value(key, str(value), given.places[key], given.places[key])
    for key, text, place in _split(assignments):
        _check_value(key, text, place, f"--set {key}")


def _split(assignments: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    for word in assignments:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise InputError(f"--set {word}: expected KEY=VALUE", hint="as in --set sample.max_new_tokens=128")
        yield key, text.strip(), f"--set {word}"


def _check_value(key: str, text: str, place: str, name: str) -> None:
    hint: Any = hint_of(RunSettings, key, name)
    if hint is None or (text in (*EMPTY, "None") and "None" in str(hint)):
        return
    wanted, args = base_type(hint)
    plain = text.strip("'\"")
    if plain == AUTO and AUTO in str(hint):
        return
    if wanted is int and not re.fullmatch(r"[-+]?[0-9][0-9_]*", plain):
        raise InputError(f"{place}: expected a whole number")
    if wanted is float and not re.fullmatch(r"[-+]?([0-9][0-9_]*\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?", plain):
        raise InputError(f"{place}: expected a number")
    if wanted is bool and not SWITCH.fullmatch(plain):
        raise InputError(f"{place}: expected true or false")
    if wanted == "literal" and plain not in map(str, args):
        raise InputError(f"{place}: expected one of {', '.join(map(str, args))}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
