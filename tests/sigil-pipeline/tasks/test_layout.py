"""Derived code in rustfmt's layout."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sigil_common.rustc import find_toolchain
from sigil_pipeline.compiler.edits import Edit, Variant, variant_code
from sigil_pipeline.tasks.layout import Snippet, formatted, laid_out

from .conftest import opened

CLEAN = """\
impl S {
    #[no_mangle]
    pub fn sum(&self, items: &[u8]) -> Option<u8> {
        let text = "first
  second";
        let all = items.iter().map(|item| item + 1).sum();
        Some(all)
    }
}
"""
RUSTFMT = find_toolchain().rustc.with_name("rustfmt")


def bench(root: Path, source: Any, rustc: Path | None = None) -> Any:
    package = SimpleNamespace(id="a-1", edition="2021", root=root)
    material = SimpleNamespace(package=package, files={source.path: source})
    toolchain = SimpleNamespace(rustc=rustc or find_toolchain().rustc)
    return SimpleNamespace(materials=[material], confined=SimpleNamespace(toolchain=toolchain))


def derived(tmp_path: Path, code: str, old: str, new: str, rustc: Path | None = None) -> tuple[str, bool] | None:
    source, chunk, _ = opened(code)
    start = code.encode().index(old.encode())
    variant = Variant(chunk, "rule", (Edit(start, start + len(old.encode()), new),))
    done = laid_out(bench(tmp_path, source, rustc), {"a-1": [variant]})["a-1"]
    return (variant_code(source, done[0]), done[0].formatted) if done else None


def test_derived_code_is_laid_out_as_its_authors_lay_out_theirs(tmp_path: Path) -> None:
    code, by_rustfmt = derived(tmp_path, CLEAN, "Some(all)", "match all {   n => { Some( n ) } }") or ("", False)
    assert by_rustfmt
    assert code.startswith(
        '#[no_mangle]\npub fn sum(&self, items: &[u8]) -> Option<u8> {\n    let text = "first\n  second";'
    )
    assert "    match all {\n        n => Some(n),\n    }\n}" in code


def test_the_crates_own_rules_of_layout_hold(tmp_path: Path) -> None:
    (tmp_path / "rustfmt.toml").write_text("tab_spaces = 2\nmax_width = 60\n")
    own = "fn f(a: u8) -> u8 {\n  let b = a;\n  b\n}\n"
    code, by_rustfmt = derived(tmp_path, own, "  b\n", "match b { 0 => 1, c => c }\n") or ("", False)
    assert by_rustfmt
    assert code == "fn f(a: u8) -> u8 {\n  let b = a;\n  match b {\n    0 => 1,\n    c => c,\n  }\n}"


@pytest.mark.parametrize(
    "code",
    ["fn f(a: u8)->u8 {\n    a\n}\n", "fn f() {\n    mod a;\n    a\n}\n"],
    ids=["not rustfmt's", "another file"],
)
def test_what_is_not_rustfmts_keeps_its_layout(tmp_path: Path, code: str) -> None:
    changed, by_rustfmt = derived(tmp_path, code, "a\n}", "return   a;\n}") or ("", True)
    assert not by_rustfmt
    assert "return   a;" in changed


def test_without_rustfmt_everything_keeps_its_layout(tmp_path: Path) -> None:
    assert derived(tmp_path, CLEAN, "Some(all)", "Some( all )", tmp_path / "rustc") is not None


def test_what_differs_in_layout_alone_is_left_out(tmp_path: Path) -> None:
    assert derived(tmp_path, CLEAN, "Some(all)", "Some( all )") is None


def test_one_that_rustfmt_gives_up_spoils_no_other() -> None:
    good = Snippet("fn f( ) { }", "", 0)
    assert formatted(RUSTFMT, [good, Snippet("fn f( { }", "", 0), None, good], "2021", "") == [
        "fn f() {}",
        None,
        None,
        "fn f() {}",
    ]


def test_one_that_ends_rustfmt_spoils_no_other(tmp_path: Path) -> None:
    fake = tmp_path / "rustfmt"
    fake.write_text(f'#!/bin/sh\nif grep -q deadly *.rs; then kill -9 $$; fi\nexec {RUSTFMT} "$@"\n')
    fake.chmod(0o755)
    good, deadly = Snippet("fn f( ) { }", "", 0), Snippet("fn deadly( ) { }", "", 0)
    assert formatted(fake, [good, deadly, good], "2021", "") == ["fn f() {}", None, "fn f() {}"]
