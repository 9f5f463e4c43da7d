"""Line numbers as if one function alone had changed."""

from __future__ import annotations

from sigil_pipeline.compiler.renumber import renumbered

RENDERED = """\
error[E0382]: use of moved value: `x`
   --> src/lib.rs:105:9
    |
101 |     fn f(x: T) {
    |          - move occurs here
...
105 |         use_it(x)
    |                ^
    |
   ::: src/other.rs:12:1
    |
 12 | struct T;
    |
help: clone it
    |
105 |         use_it(x.clone())
    |                 ++++++++
"""


def test_lines_move_back_by_what_others_added() -> None:
    growth = {"src/lib.rs": [(50, 2), (90, -1), (105, 7), (200, 9)], "src/other.rs": [(3, 1)]}
    own = renumbered(RENDERED, growth)
    assert own is not None
    assert "src/lib.rs:104:9" in own
    assert "100 |     fn f" in own
    assert "104 |         use_it(x)" in own
    assert "104 |         use_it(x.clone())" in own
    assert "src/other.rs:11:1" in own
    assert " 11 | struct T" in own


def test_a_number_that_would_become_shorter_gives_nothing() -> None:
    assert renumbered(RENDERED, {"src/lib.rs": [(50, 10)]}) is None
    assert renumbered(RENDERED, {}) == RENDERED
