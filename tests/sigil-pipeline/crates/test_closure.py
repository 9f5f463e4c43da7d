"""Which crates may share a build, and lock files made one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_pipeline.crates.closure import Needed, _parsed, agree, slots
from sigil_pipeline.crates.lock_file import merged_locks

TREE = """\
sigil-fetch v0.0.0 (/w/fetch)|
local v0.1.0 (/home/a (b)/local)|default
serde_derive v1.0.228 (proc-macro)|default
barred v0.2.0 (/home/a|b (*)/c)|std,x
macros v0.2.0 (proc-macro) (/home/a|b)| (*)
syn v2.0.110|clone-impls,default,derive
syn v2.0.110|clone-impls,default,derive (*)
git-one v0.3.0+x (https://host/a.git#0123456)|std

[build-dependencies]
"""


def test_the_tree_is_read_with_versions_features_and_places() -> None:
    assert set(_parsed(TREE.splitlines())) == {
        Needed("sigil-fetch", "0.0.0", "", Path("/w/fetch")),
        Needed("local", "0.1.0", "default", Path("/home/a (b)/local")),
        Needed("serde_derive", "1.0.228", "default"),
        Needed("barred", "0.2.0", "std,x", Path("/home/a|b (*)/c")),
        Needed("macros", "0.2.0", "", Path("/home/a|b")),
        Needed("syn", "2.0.110", "clone-impls,default,derive"),
        Needed("git-one", "0.3.0+x", "std"),
    }


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n\0")), st.sampled_from(["", "std", "a,b-c"]))
def test_any_path_is_read(path: str, features: str) -> None:
    (found,) = _parsed([f"a-b v1.0.0-x+y (/{path})|{features}"])
    assert found == Needed("a-b", "1.0.0-x+y", features, Path(f"/{path}"))


def closure(*words: str) -> frozenset[Needed]:
    return frozenset(Needed(*word.split("/")) for word in words)


@pytest.mark.parametrize(
    ("first", "second", "found"),
    [
        (("a/1.0.0/std",), (), True),
        (("a/1.0.0/std",), ("a/1.0.0/std", "b/1.0.0/"), True),
        (("a/1.0.0/std",), ("a/1.0.0/",), False),
        (("a/1.0.0/std",), ("a/1.0.1/std",), False),
        (("a/1.0.0/std",), ("a/2.0.0/",), True),
        (("a/0.1.0/std",), ("a/0.2.0/",), True),
        (("a/0.1.0/std",), ("a/0.1.1/std",), False),
        (("a/0.0.1/std",), ("a/0.0.2/",), True),
        (("a/1.0.0/x", "a/1.0.0/"), ("a/1.0.0/x",), False),
        (("a/1.0.0/x", "a/1.0.0/"), ("a/1.0.0/x", "a/1.0.0/"), True),
    ],
)
def test_builds_agree_that_have_the_same_of_what_both_have(
    first: tuple[str, ...], second: tuple[str, ...], found: bool
) -> None:
    for one, other in ((first, second), (second, first)):
        assert agree(slots(closure(*one)), slots(closure(*other))) is found


SYN = """\
version = 4

[[package]]
name = "a"
version = "1.0.0"
dependencies = [
 "syn",
]

[[package]]
name = "sigil-fetch"
version = "0.0.0"
dependencies = [
 "a",
]

[[package]]
name = "syn"
version = "VERSION"
source = "registry+https://example.org/index"
checksum = "SUM"
"""


def test_names_stay_clear_when_lock_files_are_made_one() -> None:
    first, second = SYN.replace("VERSION", "1.0.0"), SYN.replace("VERSION", "2.0.0").replace('"a"', '"b"')
    assert merged_locks([first]) == first
    merged = tomllib.loads(merged_locks([first, second]))
    assert merged["version"] == 4
    found = {one["name"]: one.get("dependencies") for one in merged["package"] if one["name"] in "ab"}
    assert found == {"a": ["syn 1.0.0"], "b": ["syn 2.0.0"]}
    assert [one["version"] for one in merged["package"] if one["name"] == "syn"] == ["1.0.0", "2.0.0"]


NAMES = st.text(alphabet="abc-_", min_size=1, max_size=4)
VERSIONS = st.from_regex(r"[0-9]\.[0-9]\.[0-9](-[a-z]{1,3})?(\+[a-z]{1,3})?", fullmatch=True)
PACKAGES = st.dictionaries(NAMES, VERSIONS, max_size=5)


@given(PACKAGES, PACKAGES)
def test_a_merged_lock_file_holds_every_package_once(first: dict[str, str], second: dict[str, str]) -> None:
    entry = '[[package]]\nname = "{}"\nversion = "{}"\n'
    texts = ["version = 4\n" + "".join(entry.format(*item) for item in one.items()) for one in (first, second)]
    merged = tomllib.loads(merged_locks(texts)).get("package", [])
    assert sorted((one["name"], one["version"]) for one in merged) == sorted({*first.items(), *second.items()})
