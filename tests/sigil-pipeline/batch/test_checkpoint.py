"""For which settings the results of crates are used again, and which file is believed."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from sigil_pipeline.batch.cache import Cache
from sigil_pipeline.batch.checkpoint import Checkpoint
from sigil_pipeline.batch.keys import config_of, key_of
from sigil_pipeline.batch.state import CrateResult
from sigil_pipeline.crates.closure import Needed
from sigil_pipeline.crates.crate_list import CrateSpec
from sigil_pipeline.crates.packages import Package
from sigil_pipeline.crates.resolve import Resolved
from sigil_pipeline.filters import Rejection
from sigil_pipeline.settings import Settings
from sigil_pipeline.tools import Tools, open_tools

from ..choose.conftest import candidate

SPEC = CrateSpec("itoa", "1.0.0")
HELD = {"heldout_problems": Path("h.jsonl")}
LOCK = '[[package]]\nname = "{name}"\nversion = "1.0.0"\nchecksum = "{sum}"\n'
PACKAGE = Package(
    "itoa", "1.0.0", Path("/nowhere"), "2021", "MIT", None, "abc", None, None, Path("src/lib.rs"), "itoa", False,
    (), {}, (),
)  # fmt: skip
CRATE = Resolved(SPEC, PACKAGE, LOCK.format(name="below", sum="1"), frozenset({Needed("below", "1.0.0", "std")}))
SAMPLE = candidate("f", level="tests_pass")
RESULT = CrateResult("itoa@1.0.0", "itoa", "1.0.0", candidates=(SAMPLE,), examples={"fails": 2, "tests": 1})


@pytest.fixture(scope="module")
def tools() -> Tools:
    return open_tools(Settings())


def is_used(folder: Path, tools: Tools, before: dict[str, Any], after: dict[str, Any], result: CrateResult) -> set[str]:
    """Keep a result under some settings; return whether others use it: by way of the checkpoint, and of the cache."""
    first, second = (Settings(output=folder / "data.jsonl", **more) for more in (before, after))
    key = key_of(CRATE, config_of(first, tools))
    name = Cache(first).save(key, result)
    checkpoint = Checkpoint(first.checkpoint, config_of(first, tools), Cache(first), str)
    if name is not None:
        checkpoint.note(SPEC, {}, name)
    checkpoint.save()
    later, wanted = Cache(second), key_of(CRATE, config_of(second, tools))
    found = {
        "checkpoint": Checkpoint(second.checkpoint, config_of(second, tools), later, str).load(SPEC),
        "cache": later.load(later.name_of(wanted), SPEC, wanted),
    }
    return {name for name, one in found.items() if one is not None and one == result}


@pytest.mark.parametrize(
    ("before", "after", "used"),
    [
        ({}, {}, True),
        ({}, {"exercises_per_crate": 3}, True),
        ({}, {"strict_mix": True, "remove_metadata": False}, True),
        ({}, {"checkpoint_interval": 3, "n_workers": 4, "executor": "ray", "max_threads": 1}, True),
        ({}, {"min_doc_ratio": 0.1}, False),
        ({}, {"test_levels": False}, False),
        ({}, {"metrics_port": 0, "otlp_endpoint": "http://127.0.0.1:1"}, True),
        ({}, {"exercises": Path("e.jsonl")}, False),
        ({"exercises": Path("e.jsonl")}, {}, False),
        ({"exercises": Path("e.jsonl")}, {"exercises": Path("f.jsonl"), "exercises_per_crate": 3}, True),
        ({"exercises": Path("e.jsonl")}, HELD, True),
        ({**HELD, "heldout_crates": Path("l.txt")}, {**HELD, "exercises": Path("e.jsonl")}, False),
    ],
)
def test_results_are_used_by_runs_that_ask_crates_for_the_same(
    before: dict[str, Any], after: dict[str, Any], used: bool, tmp_path: Path, tools: Tools
) -> None:
    assert is_used(tmp_path, tools, before, after, RESULT) == ({"checkpoint", "cache"} if used else set())


LATE = dataclasses.replace(RESULT, rejection=Rejection("time_limit", "not compiled within 600 seconds"))
STARVED = dataclasses.replace(RESULT, rejection=Rejection("memory_limit", "not compiled within 2.0 GiB of memory"))
FALLEN = dataclasses.replace(RESULT, rejection=Rejection("internal", "KeyError: 'x' at flow.py:1"))


@pytest.mark.parametrize(
    ("result", "after", "used"),
    [
        (RESULT, {"compile_timeout": 5.0}, True),
        (LATE, {}, True),
        (LATE, {"compile_timeout": 5.0}, False),
        (dataclasses.replace(RESULT, uses_known=False), {"compile_timeout": 5.0}, False),
        (dataclasses.replace(RESULT, examples={"crate_time_limit": 1}), {"compile_timeout": 5.0}, False),
        (dataclasses.replace(RESULT, examples={"inputs_time_limit": 1}), {"compile_timeout": 5.0}, False),
        (dataclasses.replace(RESULT, unit_tests={"crate_time_limit": 1}), {"compile_timeout": 5.0}, False),
        (FALLEN, {}, False),
        (STARVED, {}, False),
    ],
)
def test_what_a_limit_or_a_fault_of_ours_decided_is_not_for_all(
    result: CrateResult, after: dict[str, Any], used: bool, tmp_path: Path, tools: Tools
) -> None:
    assert is_used(tmp_path, tools, {}, after, result) == ({"checkpoint", "cache"} if used else set())


OTHERS = {
    "version": dataclasses.replace(CRATE, package=dataclasses.replace(PACKAGE, version="1.0.1")),
    "checksum": dataclasses.replace(CRATE, package=dataclasses.replace(PACKAGE, checksum="abd")),
    "features": dataclasses.replace(CRATE, package=dataclasses.replace(PACKAGE, active_features=("std",))),
    "version of a dependency": dataclasses.replace(CRATE, needs=frozenset({Needed("below", "1.0.1", "std")})),
    "features of a dependency": dataclasses.replace(CRATE, needs=frozenset({Needed("below", "1.0.0", "")})),
    "another dependency": dataclasses.replace(CRATE, needs=CRATE.needs | {Needed("beside", "1.0.0", "")}),
    "checksum of a dependency": dataclasses.replace(CRATE, lock=LOCK.format(name="below", sum="2")),
    "sources of a dependency": dataclasses.replace(
        CRATE, needs=frozenset({Needed("below", "1.0.0", "std", Path("/b"))}), sources={"/b": "3"}
    ),
    "held out": dataclasses.replace(CRATE, spec=dataclasses.replace(SPEC, held_out=True)),
}


def test_another_crate_or_another_dependency_is_another_result(tools: Tools) -> None:
    config = config_of(Settings(), tools)
    names = {Cache(Settings()).name_of(key_of(one, config)) for one in (CRATE, *OTHERS.values())}
    assert len(names) == len(OTHERS) + 1
    moved = dataclasses.replace(
        CRATE,
        package=dataclasses.replace(PACKAGE, root=Path("/else")),
        lock=CRATE.lock + LOCK.format(name="unused", sum="9"),
        spec=CrateSpec("itoa", requirement="^1"),
    )
    assert key_of(moved, config) == key_of(CRATE, config)


@pytest.mark.parametrize("keep", [0, 1, 2, 3])
def test_a_file_that_is_not_whole_is_not_believed(keep: int, tmp_path: Path, tools: Tools) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    cache, key = Cache(settings), key_of(CRATE, config_of(settings, tools))
    name = cache.save(key, RESULT)
    assert name is not None
    file = cache.folder / name
    whole = file.read_bytes()
    file.write_bytes(whole[: keep * len(whole) // 4])
    assert cache.load(name, SPEC, key) is None
    file.write_bytes(whole.replace(b'"rejection": null', b'"rejection": false'))
    assert cache.load(name, SPEC, key) is None
    entry = json.loads(whole)
    file.write_text(json.dumps(entry | {"key": {**entry["key"], "features": ["std"]}}))
    assert cache.load(name, SPEC, key) is None
    assert cache.save(key, RESULT) == name
    assert cache.load(name, CrateSpec("itoa"), key) == dataclasses.replace(RESULT, spec="itoa")


def test_another_requirement_or_other_sources_are_another_crate(tmp_path: Path, tools: Tools) -> None:
    settings = Settings(output=tmp_path / "data.jsonl")
    cache, config = Cache(settings), config_of(settings, tools)
    name = cache.save(key_of(CRATE, config), RESULT)
    assert name is not None
    digests = {Path("/here"): "1"}
    checkpoint = Checkpoint(settings.checkpoint, config, cache, lambda root: digests[root])
    wishes = [CrateSpec("itoa", requirement=text) for text in ("^1.0", "~1.0")] + [CrateSpec("itoa"), SPEC]
    for at, wish in enumerate(wishes):
        checkpoint.note(wish, {"/here": "1"}, name)
        assert [checkpoint.load(other) is not None for other in wishes] == [place <= at for place in range(4)]
    digests[Path("/here")] = "2"
    assert checkpoint.load(SPEC) is None


def test_without_rustfmt_derived_code_is_other_code(tmp_path: Path, tools: Tools) -> None:
    toolchain = dataclasses.replace(tools.toolchain, rustc=tmp_path / "rustc")
    bare = dataclasses.replace(tools, toolchain=toolchain)
    assert config_of(Settings(), bare) != config_of(Settings(), tools)
    assert config_of(Settings(), bare) | {"rustfmt": True} == config_of(Settings(), tools)
