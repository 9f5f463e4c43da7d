"""Read a file of pairs, each a right solution and one with a mistake."""

from __future__ import annotations

import logging
from collections.abc import Collection
from pathlib import Path

from human_eval_rust.problems.files import locate
from sigil_common.errors import InputError
from sigil_common.jsonl import read_models
from sigil_common.records import LikelihoodPair

log = logging.getLogger(__name__)
_HINT = "human-eval-rust problems pairs makes such files"


def read_pairs(given: Path, known: Collection[str]) -> list[LikelihoodPair]:
    """Return the pairs of a file (or the shipped one of that name) whose problems are `known`, in their order.

    The shipped files know the shipped problems alone, so one without a known problem is reported and gives no pair.
    Raises `InputError` for a line that is no pair, a pair that occurs twice, and a user's file without a known problem.
    """
    path = locate(given)
    places: dict[LikelihoodPair, int] = {}
    for number, pair in read_models(path, LikelihoodPair, hint=_HINT):
        if pair in places:
            raise InputError(f"{path}:{number}: this pair is on line {places[pair]} already")
        places[pair] = number
    found = [pair for pair in places if pair.task_id in known]
    if not found and path != given:
        log.warning("%s holds no pair of these problems: only bits per byte are measured", given)
    elif not found:
        raise InputError(f"{path} holds no pair of these problems", hint=_HINT)
    return found
