"""The gates of chunks."""

from __future__ import annotations

from pathlib import Path

from sigil_pipeline.chunk.extract import open_source
from sigil_pipeline.chunk.gates import can_describe, is_test_path, objection
from sigil_pipeline.settings import Settings

from ..sources import SOURCE, chunks


def test_gates_name_their_reason() -> None:
    found = chunks()
    compiled = {("src/lib.rs", node.start_byte) for node in open_source("src/lib.rs", SOURCE.encode()).functions}
    assert objection(found["add"], compiled, Settings()) is None
    assert objection(found["add"], set(), Settings()) == "not_compiled"
    assert objection(found["add"], compiled, Settings(max_sft_lines=5)) == "too_many_lines"
    assert objection(found["add"], compiled, Settings(max_sft_chars=5)) == "too_many_chars"
    assert objection(found["old"], compiled, Settings()) == "unsafe"
    assert objection(found["old"], compiled, Settings(unsafe_samples=True)) == "hidden"
    bodies = {
        "delegates": "fn len(&self) -> usize {\n    self.inner.len()\n}",
        "empty": "fn len() {\n    // nothing\n}",
        "unfinished": "fn len() -> u8 {\n    let x = 1;\n    todo!()\n}",
        "invisible_characters": "fn len() -> u8 {\n    // \u202e\n    let x = 1;\n    x\n}",
        "secret_or_address": 'fn len() -> u8 {\n    let x = "jane.doe@example.com";\n    x\n}',
        "data_table": "fn len() -> u8 {\n    let x = [" + "1, " * 30 + "];\n    x\n}",
        "long_lines": f'fn len() -> u8 {{\n    let x = "{"a" * 150}";\n    x\n}}',
        "too_short": "fn len() -> u8 { 1 + 2 }",
        "syntax_error": "fn len() -> u8 {\n    let = ;\n    1\n}",
    }
    for reason, code in bodies.items():
        chunk = chunks(code)["len"]
        assert objection(chunk, {("src/lib.rs", chunk.start)}, Settings()) == reason


def test_of_a_place_that_is_blocked_all_is_dropped_that_holds_it_or_is_part_of_it() -> None:
    method = "    fn {}(x: u8) -> u8 {{\n        x + 1\n    }}\n"
    code = f"struct S;\nimpl S {{\n{method.format('a')}{method.format('b')}}}\nfn c() -> u8 {{\n    1\n}}\n"
    found = chunks(code)
    compiled = {("src/lib.rs", start) for chunk in found.values() for start in chunk.functions_inside}

    def dropped(file: str, first: int, last: int) -> set[str]:
        blocked = {file: [(first, last)]}
        objections = {name: objection(chunk, compiled, Settings(), blocked) for name, chunk in found.items()}
        assert set(objections.values()) <= {None, "clippy"}
        return {name for name, reason in objections.items() if reason}

    assert dropped("src/lib.rs", 4, 4) == {"S", "a"}
    assert dropped("src/lib.rs", 5, 5) == {"S", "a"}
    assert dropped("src/lib.rs", 2, 2) == {"S"}
    assert dropped("src/lib.rs", 2, 9) == {"S", "a", "b"}
    assert dropped("src/lib.rs", 1, 1) == set()
    assert dropped("src/other.rs", 4, 4) == set()


def test_tests_are_known_by_their_place_beside_the_library() -> None:
    library = Path("src/lib.rs")
    assert all(
        is_test_path(file, library) for file in ("tests/a.rs", "benches/x.rs", "examples/y/main.rs", "fuzz/z.rs")
    )
    ours = ("src/test.rs", "src/tests/a.rs", "src/parser_test.rs", "src/examples/x.rs", "generated/tests.rs")
    assert not any(is_test_path(file, library) for file in ours)
    assert not is_test_path("tests/a.rs", Path("lib.rs"))


def test_whole_blocks_are_described_by_words() -> None:
    method = "    fn f(x: u8) -> u8 {\n        x\n    }\n"
    said = f"    /// Gives it back.\n{method}"
    block = "struct S;\n{}impl {}S {{\n{}}}\n"
    assert not can_describe(chunks(block.format("", "T for ", method * 2))["T for S"])
    assert not can_describe(chunks(block.format("", "", method * 2))["S"])
    assert can_describe(chunks(block.format("", "", said + method))["S"])
    assert can_describe(chunks(block.format("/// How an `S` is asked for its value.\n", "T for ", method))["T for S"])
