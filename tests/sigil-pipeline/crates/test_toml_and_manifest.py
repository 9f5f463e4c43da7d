from __future__ import annotations

import dataclasses
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.crates import toml_text
from sigil_pipeline.crates.packages import as_edition, package_from_metadata
from sigil_pipeline.crates.vendor import moved
from sigil_pipeline.crates.workspace import member_manifest

KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
SCALARS = st.booleans() | st.integers(-(2**40), 2**40) | KEYS
VALUES: Any = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(KEYS, v, max_size=3), max_leaves=6
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_toml_reads_back(table: dict[str, Any]) -> None:
    assert tomllib.loads(toml_text.dumps({"a": table, "b.c": {}})) == {"a": table, "b": {"c": {}}}


def test_what_is_no_table_comes_first() -> None:
    whole = {"a": {"b": 1}, "bin": [{"name": "x", "path": "y"}], "c": [1]}
    assert tomllib.loads(toml_text.dumps(whole)) == whole


LOCAL = """\
[package]
name = "a"
workspace = "../.."
metadata = { when = 2020-01-01 }

[dependencies]
near = { path = "../near", features = ["x"] }
far = { path = "/far" }
other = "1"

[build-dependencies]
near.path = "near"

[dev-dependencies]
never.path = "never"

[target.'cfg(unix)'.dependencies]
unixy.path = "./u"

[target.'cfg(unix)'.dev-dependencies]
never.path = "never"

[profile.release]
debug = true

[[bin]]
name = "a"
path = "src/a.rs"

[workspace.dependencies]
near.path = "n"
"""


def test_a_manifest_can_be_moved() -> None:
    text, shared = moved(LOCAL, Path("/home/a"))
    assert tomllib.loads(text) == {
        "package": {"name": "a"},
        "dependencies": {"near": {"path": "/home/near", "features": ["x"]}, "far": {"path": "/far"}, "other": "1"},
        "build-dependencies": {"near": {"path": "/home/a/near"}},
        "target": {"cfg(unix)": {"dependencies": {"unixy": {"path": "/home/a/u"}}}},
        "bin": [{"name": "a", "path": "src/a.rs"}],
    }
    assert shared == {"package": {}, "dependencies": {"near": {"path": "/home/a/n"}}}
    assert moved("no = toml = 1", Path("/")) == ("no = toml = 1", {})


def dependency(name: str, **more: Any) -> dict[str, Any]:
    base = {
        "name": name,
        "req": "^1",
        "kind": None,
        "rename": None,
        "optional": False,
        "uses_default_features": True,
        "features": [],
        "target": None,
    }
    return base | more


METADATA = {
    "packages": [
        {
            "id": "x",
            "name": "thing",
            "version": "1.2.3",
            "license": "MIT",
            "repository": None,
            "rust_version": "1.60.1",
            "links": None,
            "manifest_path": "/src/thing/Cargo.toml",
            "targets": [
                {"kind": ["lib"], "name": "thing", "src_path": "/src/thing/src/lib.rs", "edition": "2021"},
                {"kind": ["custom-build"], "name": "build", "src_path": "/src/thing/build.rs", "edition": "2021"},
            ],
            "dependencies": [
                dependency("used", optional=True, features=["std"], uses_default_features=False),
                dependency("unused", optional=True),
                dependency("tested", kind="dev"),
                dependency("builder", kind="build"),
                dependency("unixy", target="cfg(unix)", rename="ux"),
            ],
            "features": {
                "default": ["std", "used"],
                "std": ["used?/std"],
                "used": ["dep:used"],
                "odd": ["dep:unused"],
                "more": ["unused/x"],
            },
        },
        *({"id": name, "name": name, "version": "1.0.0"} for name in ("used", "builder", "unixy")),
    ],
    "resolve": {
        "nodes": [
            {
                "id": "x",
                "features": ["default", "std", "used"],
                "deps": [{"pkg": "used"}, {"pkg": "builder"}, {"pkg": "unixy"}],
            }
        ]
    },
}


def test_a_member_manifest_holds_what_was_resolved_and_no_more() -> None:
    package = package_from_metadata(METADATA, "x", "abc")
    manifest = tomllib.loads(member_manifest(package))
    assert manifest["package"]["build"] == "build.rs"
    assert manifest["lib"]["path"] == "src/lib.rs"
    assert set(manifest["dependencies"]) == {"used"}
    assert manifest["dependencies"]["used"]["optional"] is True
    assert set(manifest["build-dependencies"]) == {"builder"}
    assert manifest["target"]["cfg(unix)"]["dependencies"]["ux"]["package"] == "unixy"
    assert manifest["features"] == {
        "default": ["std", "used"],
        "std": ["used?/std"],
        "used": ["dep:used"],
        "odd": [],
        "more": [],
    }
    assert package.build_script == Path("build.rs")
    assert package.dependencies[0].resolved == ("1.0.0",)


@pytest.mark.parametrize(
    ("edition", "declared", "written"),
    [
        ("2015", "1.9", "1.9"),
        ("2021", "1.60.1", "1.60.1"),
        ("2021", "1.9", "1.56"),
        ("2021", "1", "1.56"),
        ("2024", "1.100", "1.100"),
        ("2021", None, None),
    ],
)
def test_a_member_declares_its_rust_and_never_less_than_its_edition_needs(
    edition: str, declared: str | None, written: str | None
) -> None:
    package = package_from_metadata(METADATA, "x", "abc")
    assert package.rust_version == "1.60.1"
    manifest = tomllib.loads(member_manifest(dataclasses.replace(package, edition=edition, rust_version=declared)))
    assert manifest["package"].get("rust-version") == written


@pytest.mark.parametrize(
    ("edition", "oldest", "compiled_as", "declared"),
    [("2018", "2021", "2021", "2018"), ("2021", "2021", "2021", None), ("2024", "2021", "2024", None)],
)
def test_a_crate_of_an_old_edition_becomes_one_of_the_oldest_wanted(
    edition: str, oldest: str, compiled_as: str, declared: str | None
) -> None:
    package = dataclasses.replace(package_from_metadata(METADATA, "x", "abc"), edition=edition, rust_version="1.31")
    changed = as_edition(package, oldest)
    assert (changed.edition, changed.declared_edition) == (compiled_as, declared)
    about = tomllib.loads(member_manifest(changed))["package"]
    assert about["edition"] == compiled_as
    assert about["rust-version"] == {"2021": "1.56", "2024": "1.85"}[compiled_as]
