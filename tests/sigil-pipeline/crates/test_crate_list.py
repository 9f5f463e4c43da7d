from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import InputError
from sigil_pipeline.crates.crate_list import CrateSpec, parse_spec, read_crate_list, wanted_crates
from sigil_pipeline.settings import Settings

ROOT = Path(__file__).resolve().parents[3]
NAMES = st.from_regex(r"[a-z][a-z0-9_-]{0,20}", fullmatch=True)
NUMBERS = st.integers(0, 999)
VERSIONS = st.builds("{}.{}.{}".format, NUMBERS, NUMBERS, NUMBERS)
REQUIREMENTS = st.sampled_from(["1", "1.0", "^1.5", "~1.2", "1.*", "=1.2", ">=1, <2", "^1.2.3-rc.1"])


@given(NAMES, st.none() | VERSIONS)
def test_a_wish_reads_back_as_it_is_written(name: str, version: str | None) -> None:
    spec = CrateSpec(name, version)
    assert parse_spec(spec.text, where="here", base=Path()) == spec


@given(NAMES, REQUIREMENTS)
def test_so_does_a_requirement(name: str, requirement: str) -> None:
    spec = CrateSpec(name, requirement=requirement)
    assert parse_spec(spec.text, where="here", base=Path()) == spec
    assert parse_spec(f'{name} = "{requirement}"', where="here", base=Path()) == spec


@given(st.text(max_size=30))
def test_any_other_text_is_refused_in_words(text: str) -> None:
    try:
        spec = parse_spec(text, where="here", base=Path("/nonexistent"))
    except InputError as error:
        assert error.what.startswith("here: ")
    else:
        assert spec.name in text


def test_a_list_has_comments_versions_manifest_lines_and_paths(tmp_path: Path, crates: Path) -> None:
    (tmp_path / "own").symlink_to(crates / "mini-num")
    file = tmp_path / "list.txt"
    file.write_bytes(b'\xef\xbb\xbf# first\r\n\r\nitoa\r\neither@1.2.3  # pinned\nheck = "=0.5.0"\npath:own\nitoa\n')
    specs = wanted_crates(Settings(crate_list=file))
    assert [spec.text for spec in specs[:3]] == ["itoa", "either@1.2.3", "heck@0.5.0"]
    assert specs[3].name == "mini-num"
    assert len(specs) == 4


def test_words_may_be_joined_by_commas_and_repeated() -> None:
    specs = wanted_crates(Settings(crates=["a,b", "c", "b, d"], limit=3))
    assert [spec.name for spec in specs] == ["a", "b", "c"]


def test_commas_between_crates_are_not_those_of_a_requirement() -> None:
    words = ["a@>=1, <2,b@1.*", "c@^1,~1.2 , d@1.0, =1.0.3", "e@1.2.3,f@*"]
    specs = wanted_crates(Settings(crates=words))
    assert [spec.text for spec in specs] == ["a@>=1, <2", "b@1.*", "c@^1, ~1.2", "d@1.0, =1.0.3", "e@1.2.3", "f"]
    assert [spec.version for spec in specs] == [None] * 4 + ["1.2.3", None]


@pytest.mark.parametrize("text", ["itoa@1.2.3", "itoa@=1.2.3", "itoa @ = 1.2.3", 'itoa = "1.2.3"', 'itoa = "=1.2.3"'])
def test_a_full_version_stays_exact(text: str) -> None:
    assert parse_spec(text, where="here", base=Path()) == CrateSpec("itoa", "1.2.3")


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("either\nit oa\n# fine\nheck@one\npath:nowhere\n")
    with pytest.raises(InputError) as caught:
        read_crate_list(file)
    assert str(caught.value) == (
        "3 crates of the list cannot be taken\n"
        f"  cause: {file}:2: not a crate name: `it oa`\n"
        f"         {file}:4: not a version that cargo knows: `heck@one`\n"
        f"         {file}:5: no Cargo.toml in {tmp_path / 'nowhere'}\n"
        "\nhint: write NAME, NAME@1.2.3 or path:DIR; write versions in full, NAME@1.2.3, or as a requirement of "
        "cargo's, NAME@^1.2"
    )


def test_of_many_bad_lines_the_first_twenty_are_told(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    file.write_text("".join(f"bad {number}\n" for number in range(33)))
    with pytest.raises(InputError, match="33 crates of the list cannot be taken") as caught:
        read_crate_list(file)
    lines = str(caught.value.cause).splitlines()
    assert len(lines) == 21
    assert [lines[19].strip(), lines[20].strip()] == [f"{file}:20: not a crate name: `bad 19`", "and 13 more"]


def test_bad_words_and_repeats_are_told_at_once() -> None:
    with pytest.raises(InputError, match="2 crates of the list cannot be taken") as caught:
        wanted_crates(Settings(crates=["a b,c", "d@x.y"]))
    assert str(caught.value.cause).count("--crates: not a ") == 2
    with pytest.raises(InputError, match="2 crates of the list cannot be taken") as caught:
        wanted_crates(Settings(crates=["a@1.0", "b", "a@^1.0", "b@*", "A@1.0", "b@=1.0"]))
    assert "`a` is wanted in two versions: a@1.0 and a@^1.0\n" in str(caught.value.cause)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("it oa", "not a crate name"),
        ("itoa@latest", "not a version that cargo knows"),
        ("itoa@01.2.3", "not a version that cargo knows"),
        ("itoa@\u0661.2.3", "not a version that cargo knows"),
        ("1abc", "not a crate name"),
        ("path:nowhere", "no Cargo.toml"),
        ("../etc", "not a crate name"),
        ("itoa@", "itoa"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "list.txt"
    file.write_text(f"either\n{line}\n")
    if line == "itoa@":
        assert read_crate_list(file)[1] == CrateSpec("itoa")
        return
    with pytest.raises(InputError) as caught:
        read_crate_list(file)
    assert f"{file}:2" in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize("manifest", ["[workspace]\n", "name = \n", "[package]\nversion = '1.0.0'\n"])
def test_a_directory_must_hold_a_package(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "Cargo.toml").write_text(manifest)
    with pytest.raises(InputError, match=r"Cargo\.toml"):
        parse_spec(f"path:{tmp_path}", where="--crates", base=Path())


def test_two_versions_of_a_crate_are_refused() -> None:
    with pytest.raises(InputError, match="two versions"):
        wanted_crates(Settings(crates=["itoa@1.0.0", "itoa@1.0.1"]))


def test_an_empty_or_missing_list_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "list.txt"
    with pytest.raises(InputError, match="no such crate list"):
        wanted_crates(Settings(crate_list=file))
    file.write_text("# nothing\n")
    with pytest.raises(InputError, match="names no crate"):
        wanted_crates(Settings(crate_list=file))


def test_the_crate_list_is_long_and_pinned() -> None:
    specs = read_crate_list(ROOT / "data" / "crate_list.txt")
    assert len(specs) >= 40
    assert len({spec.name for spec in specs}) == len(specs)
    assert all(spec.version for spec in specs)
