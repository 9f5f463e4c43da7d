"""Copies of crates that are built: what they leave out, and that nothing of the user's is taken for ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from sigil_common.errors import InputError
from sigil_pipeline.crates.copy import MARK, build_place, copy_crate, remove_build_place
from sigil_pipeline.crates.resolve import source_digest


def write(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


def files(root: Path) -> set[str]:
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def test_build_output_is_left_out_and_a_module_of_its_name_is_not(tmp_path: Path) -> None:
    crate = write(tmp_path / "crate", "src/lib.rs", "src/target/mod.rs", "target/debug/x", ".git/HEAD", "Cargo.lock")
    copy_crate(crate, tmp_path / "copy", {"Cargo.lock"})
    assert files(tmp_path / "copy") == {"src/lib.rs", "src/target/mod.rs"}
    before = source_digest(crate)
    write(crate, "target/debug/other")
    assert source_digest(crate) == before
    (crate / "src/target/mod.rs").write_text("changed")
    assert source_digest(crate) != before


def test_a_crate_may_hold_the_place_that_it_is_copied_to(tmp_path: Path) -> None:
    crate = write(tmp_path, "src/lib.rs", "out/kept.txt")
    place = build_place(crate / "out" / "data.jsonl.work")
    copy_crate(crate, place / "group-0" / "members" / "x")
    assert files(place / "group-0") == {"members/x/src/lib.rs", "members/x/out/kept.txt"}


def test_only_what_a_run_made_is_removed(tmp_path: Path) -> None:
    write(tmp_path, "build/notes.txt")
    with pytest.raises(InputError, match="holds files that no run made"):
        build_place(tmp_path)
    remove_build_place(tmp_path)
    assert files(tmp_path) == {"build/notes.txt"}
    ours = build_place(tmp_path / "work")
    assert build_place(tmp_path / "work") == ours
    assert (ours / MARK).is_file()
    remove_build_place(tmp_path / "work")
    assert not ours.exists()
