"""Files of settings: YAML, or strict JSON where the name ends in `.json`; every key with the line it stands on.

Also single values, as options give them.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError

if TYPE_CHECKING:
    import yaml

Places = dict[str, str]

_JSON_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_NOT_IN_JSON = ("NaN", "Infinity", "-Infinity")  # which Python's reader takes


def read_mapping(file: Path) -> tuple[dict[str, Any], Places]:
    """Return a file's values, and for each dotted key its `file:line`.

    Raises `InputError`, naming file, line and where known column, for what cannot be read, is no mapping, or names a
    key twice.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise InputError(f"no such config file: {file}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"cannot read config file {file}", cause=str(error)) from None
    try:
        value, places = _read_json(text, file) if file.suffix.lower() == ".json" else _read_yaml(text, file)
    except RecursionError:
        raise InputError(f"{file}: nested too deeply") from None
    if not isinstance(value, dict):
        raise InputError(f"{file}: expected a mapping of settings, got {type(value).__name__}")
    return value, places


def read_value(text: str, where: str) -> Any:
    """Return a value that is written as YAML; raise `InputError` that begins with `where`, also for a key twice."""
    import yaml

    try:
        _refuse_twice(yaml.compose(text, Loader=yaml.SafeLoader), where)
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # `2024-13-45` looks like a day and is none
        raise InputError(f"{where}: value is not valid YAML", cause=str(error).partition("\n")[0]) from None


def _refuse_twice(node: yaml.Node | None, where: str) -> None:
    import yaml

    if isinstance(node, yaml.MappingNode):
        names = Counter(str(key.value) for key, _ in node.value)
        if twice := [name for name, count in names.items() if count > 1]:
            raise InputError(f"{where}: `{twice[0]}` is given twice")
        for _, inner in node.value:
            _refuse_twice(inner, where)
    elif isinstance(node, yaml.SequenceNode):
        for inner in node.value:
            _refuse_twice(inner, where)


def _read_yaml(text: str, file: Path) -> tuple[Any, Places]:
    import yaml

    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        value = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}" if mark else str(file)
        raise InputError(f"{where}: not valid YAML", cause=str(getattr(error, "problem", error))) from None
    except ValueError as error:
        raise InputError(f"{file}: not valid YAML", cause=str(error)) from None
    places: Places = {}
    if isinstance(root, yaml.MappingNode) and isinstance(value, dict):
        _note_nodes(root, file, "", places)
    return ({} if value is None else value), places


def _note_nodes(node: yaml.MappingNode, file: Path, prefix: str, places: Places) -> None:
    import yaml

    for key_node, value_node in node.value:
        key = prefix + str(key_node.value)
        where = f"{file}:{key_node.start_mark.line + 1}"
        if key_node.tag != "tag:yaml.org,2002:str":
            raise InputError(f"{where}: a setting's name must be text", cause=f"got `{key_node.value}`")
        _note(key, where, places)
        if isinstance(value_node, yaml.MappingNode):
            _note_nodes(value_node, file, key + ".", places)


def _note(key: str, where: str, places: Places) -> None:
    if key in places:
        raise InputError(f"{where}: `{key}` is given twice", cause=f"first at {places[key]}")
    places[key] = where


def _read_json(text: str, file: Path) -> tuple[Any, Places]:
    hint = "a file whose name ends in .json is read as strict JSON; call it .yml to write YAML"
    try:
        value = json.loads(text)
    except json.JSONDecodeError as error:
        where = f"{file}:{error.lineno}:{error.colno}"
        raise InputError(f"{where}: not valid JSON", cause=error.msg, hint=hint) from None
    except ValueError as error:  # a number of thousands of digits
        raise InputError(f"{file}: not valid JSON", cause=str(error), hint=hint) from None
    places: Places = {}
    _note_tokens(text, file, places)
    return value, places


def _note_tokens(text: str, file: Path, places: Places) -> None:
    """Note the keys of valid JSON; those inside of lists have no name, as in YAML."""
    prefixes: list[str | None] = []  # of the brackets that are open
    inside: str | None = ""  # the prefix of the next one
    for token, after in itertools.pairwise([*_JSON_TOKEN.finditer(text), None]):
        assert token is not None
        word, line = token.group(), text.count("\n", 0, token.start()) + 1
        if word in "{[":
            inside = inside if word == "{" else None
            prefixes.append(inside)
        elif word in "}]":
            prefixes.pop()
        elif word in _NOT_IN_JSON:
            column = token.start() - text.rfind("\n", 0, token.start())
            raise InputError(f"{file}:{line}:{column}: not valid JSON", cause=f"`{word}` is no number of JSON")
        elif after is not None and after.group() == ":" and prefixes[-1] is not None:
            key = prefixes[-1] + json.loads(word)
            _note(key, f"{file}:{line}", places)
            inside = key + "."
