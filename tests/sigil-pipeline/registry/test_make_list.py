"""From a registry's metadata to a crate list."""

from __future__ import annotations

import runpy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from sigil_common.errors import BadResultError, InputError, MissingError
from sigil_pipeline.crates.crate_list import read_crate_list
from sigil_pipeline.registry import make_list as module
from sigil_pipeline.registry.make_list import Choice, command, make_list
from sigil_pipeline.registry.wanted import Wish
from sigil_pipeline.settings import PERMISSIVE

from .conftest import Moved, Registry, Reply

WISH = Wish(today=date(2026, 5, 27), licenses=PERMISSIVE)


def good(number: int, **changes: Any) -> dict[str, Any]:
    return {"repository": f"https://example.org/{number}", **changes}


def made(registry: Registry, moved: Moved, output: Path, **changes: Any) -> Choice:
    options = {"count": 500, "rate": 10.0, "clock": moved.clock, **changes}
    return make_list(output, registry.url, options.pop("wish", WISH), **options)


@pytest.mark.parametrize(
    ("crate", "reason"),
    [
        ({"repository": None}, "no_repository"),
        ({"max_stable_version": None}, "no_stable_version"),
        ({"max_stable_version": "one"}, "no_stable_version"),
        ({"recent_downloads": 99_999}, "few_downloads"),
        ({"recent_downloads": None, "downloads": 99_999}, "few_downloads"),
        ({"description": ""}, "not_described"),
        ({"updated_at": "2020-01-01T00:00:00Z"}, "no_recent_release"),
        ({"updated_at": None}, "no_recent_release"),
        ({"version": {"yanked": True}}, "yanked"),
        ({"version": {"has_lib": False}}, "no_library"),
        ({"version": {"edition": "2015"}}, "old_edition"),
        ({"version": {"edition": None}}, "old_edition"),
        ({"version": {"edition": "new"}}, "not_understood"),
        ({"version": {"crate_size": 400_001}}, "large"),
        ({"version": {"created_at": "2020-01-01T00:00:00Z"}}, "no_recent_release"),
        ({"version": {"license": "GPL-3.0"}}, "license"),
        ({"version": {"license": "non-standard"}}, "license"),
        ({"version": {"license": None}}, "license"),
        ({"version": {"license": "MIT/Apache-2.0", "has_lib": None, "crate_size": None}}, None),
    ],
)
def test_a_crate_is_left_out_for_its_reason(
    registry: Registry, moved: Moved, tmp_path: Path, crate: dict[str, Any], reason: str | None
) -> None:
    registry.has(good(1, **crate), good(2))
    choice = made(registry, moved, tmp_path / "list.txt")
    assert [one.name for one in choice.taken] == (["crate-1"] if reason else ["crate-0", "crate-1"])
    assert dict(choice.left_out) == ({reason: 1} if reason else {})


def test_the_list_can_be_read_and_says_how_it_was_made(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    registry.has(*(good(number % 4) for number in range(100)))
    registry.has(good(9, name="next-page"), good(8, name="Held_Out"), good(7, name="beyond"), page=2)
    output = tmp_path / "list.txt"
    choice = made(registry, moved, output, excluded={"held-out"}, contact="me@example.org", count=9)
    specs = read_crate_list(output)
    assert [spec.text for spec in specs] == [*(f"crate-{n}@1.2.3" for n in range(8)), "next-page@1.2.3"]
    assert dict(choice.left_out) == {"same_repository": 92}
    head = output.read_text().split("\n\n")[0]
    assert "on 2026-05-27" in head
    assert "the 9 crates" in head
    assert "92 same_repository" in head
    assert registry.agents == {"sigil-pipeline crate-list (me@example.org)"}
    assert [path.name for path in tmp_path.iterdir()] == ["list.txt"]
    more = made(registry, moved, output, excluded={"held-out"})
    assert more.left_out["excluded"] == 1
    assert more.taken[-1].name == "beyond"


def test_places_within_a_repository_are_one_repository(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    places = (
        "https://example.org/a/b",
        "http://Example.org/a/b.git",
        "https://example.org/a/b/tree/main/c",
        "example.org/a/b/#d",
    )
    others = ("https://example.org/a/c", "https://example.net/a/b")
    registry.has(*(good(number, repository=place) for number, place in enumerate(places + others)))
    choice = made(registry, moved, tmp_path / "list.txt")
    assert [one.name for one in choice.taken] == ["crate-0", "crate-1", "crate-4", "crate-5"]
    assert dict(choice.left_out) == {"same_repository": 2}


def test_requests_keep_their_distance(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    registry.has(*map(good, range(9)))
    began = moved.at
    made(registry, moved, tmp_path / "list.txt", rate=0.5)
    assert moved.at - began == pytest.approx(9 / 0.5)


def test_a_run_that_was_stopped_goes_on(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    registry.has(*map(good, range(5)))
    third = registry.replies["crates/crate-3/1.2.3"]
    registry.replies["crates/crate-3/1.2.3"] = [Reply(503, "down")]
    output = tmp_path / "list.txt"
    with pytest.raises(MissingError):
        made(registry, moved, output)
    assert not output.exists()
    with (tmp_path / "list.txt.answers.jsonl").open("a") as kept:
        kept.write('{"base": "torn by kill -9')
    registry.asked.clear()
    registry.replies["crates/crate-3/1.2.3"] = third
    choice = made(registry, moved, output)
    assert [one.name for one in choice.taken] == [f"crate-{number}" for number in range(5)]
    assert registry.asked == ["crates/crate-3/1.2.3", "crates/crate-4/1.2.3"]


def test_what_is_no_registry_is_refused(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no registry that lists crates"):
        made(registry, moved, tmp_path / "list.txt")
    registry.has({"recent_downloads": "many"})
    with pytest.raises(InputError, match="page 1 of the registry has an entry of another shape"):
        made(registry, moved, tmp_path / "other.txt")


def test_a_registry_without_a_good_crate_gives_no_list(registry: Registry, moved: Moved, tmp_path: Path) -> None:
    registry.has({})
    with pytest.raises(BadResultError, match="no crate") as caught:
        made(registry, moved, tmp_path / "list.txt")
    assert caught.value.cause == "{'no_repository': 1}"


def test_the_command_wants_an_address(
    registry: Registry, moved: Moved, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pytestconfig: pytest.Config
) -> None:
    monkeypatch.delenv("SIGIL_REGISTRY_URL", raising=False)
    script = runpy.run_path(str(pytestconfig.rootpath / "scripts" / "crate_list.py"))["command"]
    asked = CliRunner().invoke(script, [str(tmp_path / "list.txt")])
    assert asked.exit_code == 2
    assert "--base-url" in asked.output
    held = tmp_path / "held.txt"
    held.write_text("crate-0\n")
    registry.has(good(1), good(2))
    monkeypatch.setattr(module, "Clock", lambda: moved.clock)
    monkeypatch.setenv("SIGIL_REGISTRY_URL", registry.url)
    options = ["--exclude", str(held), "--rate", "5", "--min-edition", "2021"]
    done = CliRunner().invoke(command, [str(tmp_path / "list.txt"), *options], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert [spec.name for spec in read_crate_list(tmp_path / "list.txt")] == ["crate-1"]
