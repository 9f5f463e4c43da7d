"""What is asked again when the compiler is stopped at its time limit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.compiler import ask
from sigil_pipeline.compiler.diagnostics import Built
from sigil_pipeline.compiler.edits import Edit, Variant
from sigil_pipeline.crates.workspace import Workspace

from ..sources import SOURCE, chunks

NAMES = ("a", "b", "c")
SOURCES = {key: {"src/lib.rs": open_source("src/lib.rs", SOURCE.encode())} for key in NAMES}


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    packages: Any = tuple(SimpleNamespace(id=name) for name in NAMES)
    for name in NAMES:
        (tmp_path / "members" / name / "src").mkdir(parents=True)
    return Workspace(tmp_path, tmp_path / "target", packages)


def compiler(runs: list[str], late: dict[str, int]) -> Callable[..., ask.CheckRun]:
    """Return a `check` that notes what it compiles together, and is stopped over each of `late` so many times."""

    def check(workspace: Workspace, *_: Any, **__: Any) -> ask.CheckRun:
        here = [package.id for package in workspace.packages]
        runs.append("".join(here))
        slow = [name for name in here if late.get(name, 0) > 0]
        late.update({name: late[name] - 1 for name in slow})
        built = {} if slow else {name: Built(Path("Cargo.toml"), None) for name in here}
        run: Any = SimpleNamespace(timed_out=bool(slow))
        return ask.CheckRun(dict.fromkeys(here, ()), built, frozenset(), run)

    return check


def asked(workspace: Workspace) -> dict[str, dict[str, ask.Answer]]:
    chunk = chunks()["helper"]
    variant = Variant(chunk, "none", (Edit(chunk.body_start + 1, chunk.body_start + 1, " "),))
    confined: Any = None
    return ask.ask(workspace, confined, SOURCES, {name: [variant] for name in NAMES}, clippy=False)


@pytest.mark.parametrize(
    ("late", "wanted"),
    [({}, ["abc"]), ({"b": 1}, ["abc", "a", "b", "c"]), ({"b": 2}, ["abc", "a", "b", "b", "c"])],
)
def test_each_is_asked_alone_and_a_late_one_twice(
    late: dict[str, int], wanted: list[str], workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    monkeypatch.setattr(ask, "check", compiler(runs, dict(late)))
    answers = asked(workspace)
    assert runs == wanted
    assert [len(answers[name]) for name in NAMES] == [1, 1, 1]


def test_what_is_late_alone_twice_is_named(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "check", compiler([], {"b": 9}))
    with pytest.raises(ask.TimeLimitError) as late:
        asked(workspace)
    assert late.value.packages == {"b"}


def test_probing_without_end_is_no_answer(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ask, "check", compiler([], {"b": 1}))
    confined: Any = None
    with pytest.raises(ask.TimeLimitError):
        ask.probe(workspace, confined, SOURCES)
