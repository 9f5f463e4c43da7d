"""Bounds of settings, written as `Annotated[int, Gt(0)]`.

They have the names and the meaning of those of `annotated_types`, and become them when pydantic asks
(they are that library's "grouped metadata"); so a command that only prints its help loads neither.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

from sigil_common.errors import InputError


@dataclass(frozen=True)
class _Bound:
    """Stands for the class of `annotated_types` that has the same name and fields."""

    __is_annotated_types_grouped_metadata__: ClassVar[Literal[True]] = True

    def __iter__(self) -> Iterator[object]:
        import annotated_types

        made = getattr(annotated_types, type(self).__name__)(**dataclasses.asdict(self))
        yield from made if isinstance(made, annotated_types.GroupedMetadata) else (made,)


@dataclass(frozen=True)
class Gt(_Bound):
    """Greater than `gt`."""

    gt: float


@dataclass(frozen=True)
class Ge(_Bound):
    """At least `ge`."""

    ge: float


@dataclass(frozen=True)
class Lt(_Bound):
    """Less than `lt`."""

    lt: float


@dataclass(frozen=True)
class Le(_Bound):
    """At most `le`."""

    le: float


@dataclass(frozen=True)
class Interval(_Bound):
    """Within all of the bounds that are given."""

    gt: float | None = None
    ge: float | None = None
    lt: float | None = None
    le: float | None = None


@dataclass(frozen=True)
class MinLen(_Bound):
    """Holds at least `min_length` items."""

    min_length: int


def checked(value: Any, kind: Any, what: str) -> Any:
    """Return a value as one of a kind, as `Annotated[int, Gt(0)]`.

    Raises `InputError`, whose message begins with `what`, if it is none.
    """
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        raise InputError(f"{what}: {error.errors()[0]['msg']}", cause=f"got {value!r}") from None
