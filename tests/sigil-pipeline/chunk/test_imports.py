"""Which imports are shown."""

from __future__ import annotations

from functools import partial

import pytest

from sigil_pipeline.analyse.cfg import holds
from sigil_pipeline.chunk.extract import chunks_of, open_source

STD = '#[cfg(feature = "std")]\nuse std::collections::HashMap;\n'
NO_STD = '#[cfg(not(feature = "std"))]\nuse hashbrown::HashMap;\n'
FLAG = "#[cfg(flag)]\nuse fast::HashMap;\n#[cfg(not(flag))]\nuse slow::HashMap;\n"
CODE = "fn f() {\n    HashMap::new();\n}\n"


@pytest.mark.parametrize(
    ("imports", "features", "wanted"),
    [
        (STD + NO_STD, ["std"], "std::collections"),
        (STD + NO_STD, [], "hashbrown"),
        (NO_STD + STD, ["std"], "std::collections"),
        (STD + NO_STD, None, "std::collections"),
        (FLAG, [], "fast"),
        (f"{FLAG}#[allow(unused)]\n// Sure.\nuse std::HashMap;\n", [], "std"),
    ],
)
def test_a_name_is_imported_once(imports: str, features: list[str] | None, wanted: str) -> None:
    source = open_source("src/lib.rs", (imports + CODE).encode())
    found = chunks_of(source, partial(holds, platform=("unix",), features=features))
    assert found[0].context.imports == (f"use {wanted}::HashMap;",)
