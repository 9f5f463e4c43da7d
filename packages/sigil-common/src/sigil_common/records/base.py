"""What all records share."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict

SCHEMA_VERSION = 1


def _readable(version: int) -> int:
    """Refuse a version whose fields mean something else than they do here."""
    if version != SCHEMA_VERSION:
        raise ValueError(f"the file is of version {version}, and this program reads version {SCHEMA_VERSION}")
    return version


SchemaVersion = Annotated[int, AfterValidator(_readable)]


class Record(BaseModel):
    """Base of all records: frozen, fields readable under their Python and their on-disk name."""

    model_config = ConfigDict(frozen=True, populate_by_name=True, extra="ignore", protected_namespaces=())

    def to_row(self) -> dict[str, Any]:
        """Return the on-disk form; fields that are unset (`None`) are left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
