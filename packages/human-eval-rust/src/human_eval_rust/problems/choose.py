"""Choose some problems of a file by seed, so that a short run asks easy and hard ones alike."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from sigil_common.errors import InputError
from sigil_common.records import Problem
from sigil_common.seeds import derive_seed


def parse_counts(assignments: Sequence[str], files: Sequence[Path], option: str = "--choose") -> dict[str, int]:
    """Parse the `NAME=NUMBER` texts of an option, NAME being a file of `files` without its extension.

    Raises `InputError` for other texts, which names the option.
    """
    names = [file.stem for file in files]
    counts: dict[str, int] = {}
    for text in assignments:
        name, _, number = text.rpartition("=")
        if not number.isascii() or not number.isdigit() or len(number) > 9 or int(number) < 1:
            what = f"{option} {text}: expected NAME=NUMBER, a number from 1 to 999999999"
            raise InputError(what, hint=f"{option} {names[0]}=40")
        if name not in names:
            raise InputError(f"{option} {text}: no problem file is called `{name}`", hint=f"given: {', '.join(names)}")
        if names.count(name) > 1:
            raise InputError(f"{option} {text}: {names.count(name)} problem files are called `{name}`")
        if name in counts:
            raise InputError(f"{option} {text}: `{name}` is given a number already")
        counts[name] = int(number)
    return counts


def no_longer_than(characters: int | None, problems: Sequence[Problem]) -> list[Problem]:
    """Return the problems whose prompt has at most so many characters, in their order; all of them for `None`."""
    return [problem for problem in problems if characters is None or len(problem.prompt) <= characters]


def over_all_difficulties(problems: Sequence[Problem], count: int, seed: int) -> list[Problem]:
    """Return `count` of the problems, in their order; all of them if there are no more than that.

    Difficulty is measured by the length of the reference solution: in that order the problems are cut into `count`
    parts of equal size, and one of each part is drawn.
    """
    ranked = sorted(range(len(problems)), key=lambda i: (len(problems[i].canonical_solution), i))
    if count >= len(ranked):
        return list(problems)
    bounds = [part * len(ranked) // count for part in range(count + 1)]
    chosen = [
        random.Random(derive_seed(seed, "choose", part)).choice(ranked[bounds[part] : bounds[part + 1]])  # noqa: S311
        for part in range(count)
    ]
    return [problems[i] for i in sorted(chosen)]
