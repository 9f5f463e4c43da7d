"""Clippy's suggestions as samples: which of them a function follows."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_pipeline.compiler.ask import Answer, TimeLimitError
from sigil_pipeline.compiler.diagnostics import Change, Finding
from sigil_pipeline.compiler.edits import Edit, Variant, variant_code
from sigil_pipeline.tasks.transformations import advice
from sigil_pipeline.tasks.transformations.advice import ADVICE

from ..conftest import opened

CODE = "fn f(a: &[u8]) -> bool {\n    let b = a.len() as usize;\n    return b == 0;\n}\n"


def finding(code: str, *changes: tuple[str, str], file: str = "src/lib.rs") -> Finding:
    fix = tuple(Change(file, CODE.index(old), CODE.index(old) + len(old), new) for old, new in changes)
    return Finding(Path("Cargo.toml"), "warning", code, "", "", (), fix)


def options(*findings: Finding) -> list[Variant]:
    source, chunk, _ = opened(CODE)
    material: Any = SimpleNamespace(functions=[chunk], files={"src/lib.rs": source})
    return list(advice._options(material, findings))


def test_a_function_follows_one_lint_everywhere() -> None:
    cast = finding("clippy::unnecessary_cast", (" as usize", ""))
    returned = finding("clippy::needless_return", ("return ", ""), (";\n}", "\n}"))
    found = options(returned, cast)
    assert [one.operator for one in found] == ["clippy::needless_return"]
    source, _, _ = opened(CODE)
    assert variant_code(source, found[0]) == CODE.replace("return b == 0;", "b == 0").rstrip()


def test_what_is_no_good_advice_is_not_followed() -> None:
    unknown = finding("clippy::use_self", (" as usize", ""))
    unsure = finding("clippy::unnecessary_cast")
    elsewhere = finding("clippy::unnecessary_cast", (" as usize", ""), file="src/other.rs")
    broken = finding("clippy::unnecessary_cast", (";\n    return", "(\n    return"))
    assert options(unknown, unsure, elsewhere, broken) == []


def test_advice_that_overlaps_is_followed_once() -> None:
    assert advice._apart([Edit(3, 9, "b"), Edit(1, 5, "a"), Edit(1, 5, "a"), Edit(9, 9, "c")]) == (
        Edit(1, 5, "a"),
        Edit(9, 9, "c"),
    )


def test_what_clippy_still_objects_to_or_does_not_compile_is_no_better() -> None:
    _, chunk, _ = opened(CODE)
    variant = Variant(chunk, "clippy::needless_return", (Edit(0, 0, ""),))
    error = finding("E0308")
    assert advice._is_better(variant, {chunk.key: Answer((), ("clippy::use_self",))})
    assert not advice._is_better(variant, {chunk.key: Answer((), ("clippy::needless_return",))})
    assert not advice._is_better(variant, {chunk.key: Answer((error,), ())})
    assert not advice._is_better(variant, {})


def test_every_advice_says_what_to_do() -> None:
    assert all(rewrite.goals[0].strip() and rewrite.lints == (name,) for name, rewrite in ADVICE.items())


def test_advice_that_clippy_had_no_time_for_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    bench: Any = SimpleNamespace(
        workspace=None,
        confined=None,
        materials=[SimpleNamespace(package=SimpleNamespace(id=name)) for name in ("a-1.0.0", "b-1.0.0")],
    )
    late = SimpleNamespace(run=SimpleNamespace(timed_out=True), findings={"a-1.0.0": [], "b-1.0.0": []})
    monkeypatch.setattr(advice, "check", lambda *_, **__: late)
    with pytest.raises(TimeLimitError) as found:
        advice.find_advice(bench)
    assert found.value.packages == {"a-1.0.0", "b-1.0.0"}
