"""The licence of a whole data set, in the words of the hub: that under which all of its crates may be used."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from sigil_pipeline.filters.spdx import LicenseSyntaxError, accepted

# The hub's identifiers of licences that SPDX lists, too. They are SPDX's in small letters, but for GNU's.
_HUB = frozenset(
    "afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 cc-by-2.0 cc-by-2.5 "
    "cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 cdla-sharing-1.0 "
    "ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 gpl-2.0 gpl-3.0 isc lgpl-2.1 lgpl-3.0 lppl-1.3c mit mpl-2.0 ms-pl "
    "ncsa ofl-1.1 osl-3.0 postgresql unlicense wtfpl zlib".split()
)


def needed(expressions: Collection[str], licenses: Sequence[str]) -> list[str]:
    """Return those of the accepted `licenses` under which all may be used that has one of the SPDX `expressions`.

    None of them can be spared; of several such choices it is the one that keeps the earliest. An expression that they
    do not satisfy stands for itself.
    """
    fine = {expression for expression in expressions if _satisfied(expression, licenses)}
    kept = list(licenses)
    for name in reversed(licenses):
        fewer = [other for other in kept if other != name]
        if all(_satisfied(expression, fewer) for expression in fine):
            kept = fewer
    return kept + sorted(set(expressions) - fine)


def head_lines(names: Sequence[str]) -> list[str]:
    """Return what the head of a card says of the licences of its data: the hub's names, or `other` and theirs."""
    known = [_hub_id(name) for name in names]
    ids = [name for name in known if name is not None]
    if not names:
        return ["license: unknown"]
    if len(ids) < len(names):
        return ["license: other", f"license_name: {_slug(names)}", "license_link: LICENSE"]
    return [f"license: {ids[0]}" if len(ids) == 1 else f"license: [{', '.join(ids)}]"]


def _satisfied(expression: str, licenses: Collection[str]) -> bool:
    try:
        return accepted(expression, licenses)
    except LicenseSyntaxError:
        return False


def _hub_id(name: str) -> str | None:
    """Return the hub's identifier of a single SPDX licence, `None` if the hub has none."""
    lower = name.lower()
    if re.match(r"[al]?gpl-", lower):
        lower = re.sub(r"(-only|-or-later|\+)$", "", lower)
    return lower if lower in _HUB else None


def _slug(names: Iterable[str]) -> str:
    """Return an identifier made of the names, of the letters that the hub takes."""
    return re.sub(r"[^a-z0-9.]+", "-", " and ".join(names).lower()).strip("-")
