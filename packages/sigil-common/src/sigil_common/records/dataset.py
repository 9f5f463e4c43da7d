"""pipeline -> finetuner: samples."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from sigil_common.records.base import Record
from sigil_common.task_types import TaskType


class Sample(Record):
    """One training sample: pipeline -> finetuner. Fields that start with `_` on disk are metadata."""

    prompt: str = Field(min_length=1, description="Instruction that the model is given")
    gen: str = Field(min_length=1, description="Answer that the model is to learn")
    split: Literal["train", "val"] | None = Field(None, description="Part of the data; crates are never divided")
    source_crate: str | None = Field(None, alias="_source_crate", description="Crate that the code comes from")
    source_version: str | None = Field(None, alias="_source_version", description="Exact version of that crate")
    source_file: str | None = Field(None, alias="_source_file", description="File inside the crate")
    source_lines: tuple[int, int] | None = Field(None, alias="_source_lines", description="First and last line, from 1")
    license: str | None = Field(None, alias="_license", description="SPDX expression of the crate")
    task_type: TaskType | None = Field(None, alias="_task_type", description="Kind of task")
    source: str | None = Field(None, alias="_source", description="Name of the data set")
    verified: str | None = Field(None, alias="_verified", description="What the compiler was asked, and said")
    error_code: str | None = Field(None, alias="_error_code", description="rustc's code, for error_fixing")
    rewrite: str | None = Field(None, alias="_rewrite", description="Name of the rewrite, for transformations")
    self_contained: bool | None = Field(
        None, alias="_self_contained", description="The answer compiles alone, with the context its prompt shows"
    )
