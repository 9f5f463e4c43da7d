"""Which code in docs rustdoc would run, and what of it."""

from __future__ import annotations

import pytest

from sigil_pipeline.heldout.doc_code import rust_blocks


@pytest.mark.parametrize(
    ("info", "is_run"),
    [
        ("", True),
        ("rust", True),
        (" rust ", True),
        ("edition2018", True),
        ("rust,edition2021", True),
        ("rust edition2024", True),
        ("ignore", False),
        ("rust,ignore", False),
        ("ignore-wasm32", False),
        ("no_run", False),
        ("compile_fail,E0308", False),
        ("should_panic", False),
        ("rust, should_panic", False),
        ("text", False),
        ("console", False),
        ("Rust", False),
        ("{.rust}", False),
    ],
)
def test_which_blocks_are_run(info: str, is_run: bool) -> None:
    assert rust_blocks(f"Words.\n\n```{info}\nlet x = 1;\n```\n") == (["let x = 1;"] if is_run else [])


def test_fences_are_those_of_commonmark() -> None:
    docs = """\
~~~
first
```
still first
~~~
Words with ``` in them, and ```inline``` code.
````rust
```
second
`````
* a list

  ```
  third
    indented
  ```
~~~ text
none
~~~
```
never closed
"""
    assert rust_blocks(docs) == ["first\n```\nstill first", "```\nsecond", "third\n  indented", "never closed\n"]


def test_hidden_lines_belong_to_the_code() -> None:
    docs = """\
```
#![allow(unused)]
# use std::fmt;
  # let indented = 1;
#
#[derive(Debug)]
struct S;
## not hidden
let text = "
## within a string
#not either
";
```"""
    (code,) = rust_blocks(docs)
    assert code == (
        "#![allow(unused)]\nuse std::fmt;\nlet indented = 1;\n\n#[derive(Debug)]\nstruct S;\n# not hidden\n"
        'let text = "\n# within a string\n#not either\n";'
    )


def test_line_ends_of_other_systems_make_no_difference() -> None:
    docs = '```rust\nlet text = "\n";\n# let more = 1;\n#\n```\n'
    assert rust_blocks(docs.replace("\n", "\r\n")) == rust_blocks(docs)
