"""The policy: what an answer may not use, read from `rules.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Rule:
    """One thing that is refused. `kind` is `method`, `type`, `macro`, `lint` or `token`."""

    kind: str
    path: str
    group: str


_TABLE = tomllib.loads(files(__package__).joinpath("rules.toml").read_text(encoding="utf-8"))
GROUPS: dict[str, str] = _TABLE["groups"]
LINKAGE_WORDS, STD_MODULES, DERIVED_METHODS = (
    frozenset[str](_TABLE[name].split()) for name in ("linkage_words", "std_modules", "derived_methods")
)
RULES = (
    *(
        Rule(row["kind"], f"{row['path']}::{name}", row["group"])
        for row in _TABLE["refused"]
        for name in row["names"].split()
    ),
    Rule("lint", "unsafe_code", "unsafe"),
)
LINTS = ("clippy::disallowed_methods", "clippy::disallowed_types", "clippy::disallowed_macros")


def clippy_toml() -> str:
    """Return the configuration that makes clippy enforce the table."""
    lines: list[str] = []
    for kind in ("method", "type", "macro"):
        lines.append(f"disallowed-{kind}s = [")
        for rule in RULES:
            if rule.kind == kind:
                lines.append(f'    {{ path = "{rule.path}", reason = "{rule.group}", allow-invalid = true }},')
        lines.append("]")
    return "\n".join(lines) + "\n"


def markdown() -> str:
    """Return the table for the documentation."""
    lines = ["| Group | Refused because it | Constructs |", "|---|---|---|"]
    told: dict[str, list[str]] = {**_TABLE["told"], "linkage": [*sorted(LINKAGE_WORDS), *_TABLE["told"]["linkage"]]}
    for group, why in GROUPS.items():
        names = [rule.path for rule in RULES if rule.group == group] + told.get(group, [])
        lines.append(f"| {group} | {why} | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(lines) + "\n"
