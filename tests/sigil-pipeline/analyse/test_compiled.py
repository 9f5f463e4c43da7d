"""Which files were compiled."""

from __future__ import annotations

from pathlib import Path

from sigil_pipeline.analyse.compiled import compiled_files


def test_dep_info_is_not_believed_beyond_the_crate(tmp_path: Path) -> None:
    member = tmp_path / "members" / "a-1.0.0"
    text = (
        f"{tmp_path}/t/a.d: members/a-1.0.0/src/lib.rs members/a-1.0.0/src/with\\ space.rs {member}/src/b.rs "
        f"/etc/passwd.rs members/a-1.0.0/../../secret.rs members/other/src/lib.rs members/a-1.0.0/data.txt\n"
        f"members/a-1.0.0/src/lib.rs:\n# env-dep:X=y: members/a-1.0.0/src/z.rs\n"
    )
    (tmp_path / "a.d").write_text(text)
    assert compiled_files(tmp_path / "a.d", member) == ["src/b.rs", "src/lib.rs", "src/with space.rs"]
    assert compiled_files(tmp_path / "none.d", member) == []
