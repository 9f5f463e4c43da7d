"""What all records share."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

SCHEMA_VERSION = 1


class Record(BaseModel):
    """Base of all records: frozen, fields readable under their Python and their on-disk name."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore", protected_namespaces=())

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; fields that are unset (`None`) are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
