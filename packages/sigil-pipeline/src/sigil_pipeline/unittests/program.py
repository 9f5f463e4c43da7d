"""The text of a crate whose unit tests tell what they reach, and whose functions can be stopped.

The test program is the one that the compiler makes of a library. What drives it stands in the environment, and is read
before its main function begins: the number of the function that shall panic, and the order of hash maps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from sigil_pipeline.compiler.ask import probe_points
from sigil_pipeline.compiler.edits import Edit, apply_edits

if TYPE_CHECKING:
    from sigil_pipeline.chunk.chunks import Chunk
    from sigil_pipeline.compiler.edits import Variant
    from sigil_pipeline.crates.packages import Package
    from sigil_pipeline.unittests.code import Span, TestCode

STOP, SEED = "SIGIL_STOP", "SIGIL_SEED"
_MARK = "sigil reached:"

# The number is read in constant functions, too. A thread that a test begins has no name, and tells of no test.
_HARNESS = f"""
#[doc(hidden)]
pub static mut SIGIL_STOP: u32 = 0;
#[doc(hidden)]
pub const fn sigil_reached(number: u32) {{
    if unsafe {{ SIGIL_STOP }} == number {{
        panic!("the function was reached")
    }}
}}
#[doc(hidden)]
pub fn sigil_entered(number: usize) {{
    self::sigil_unit_tests::entered(number)
}}
mod sigil_unit_tests {{
    extern crate std as sigil_std;
    use self::sigil_std::cell::Cell;
    use self::sigil_std::io::Write as _;

    const NO: Cell<bool> = Cell::new(false);
    self::sigil_std::thread_local! {{
        static SEEN: [Cell<bool>; COUNT] = const {{ [NO; COUNT] }};
    }}
    static mut SEED: u8 = 0;

    pub fn entered(number: usize) {{
        if SEEN.try_with(|seen| seen[number].replace(true)) == self::sigil_std::result::Result::Ok(false) {{
            let thread = self::sigil_std::thread::current();
            let line = self::sigil_std::format!("\\n{_MARK} {{}} {{}}\\n", thread.name().unwrap_or("-"), number);
            let _ = self::sigil_std::io::stderr().write_all(line.as_bytes());
        }}
    }}

    fn number(name: &str) -> u32 {{
        self::sigil_std::env::var(name).ok().and_then(|word| word.parse().ok()).unwrap_or(0)
    }}

    extern "C" fn begin() {{
        unsafe {{
            super::SIGIL_STOP = number("{STOP}");
            SEED = number("{SEED}") as u8;
        }}
    }}

    #[used]
    #[link_section = ".init_array"]
    static BEGIN: extern "C" fn() = begin;

    #[no_mangle]
    pub unsafe extern "C" fn getrandom(buffer: *mut u8, length: usize, _flags: u32) -> isize {{
        for i in 0..length {{
            unsafe {{ buffer.add(i).write((i as u8).wrapping_mul(167).wrapping_add(13).wrapping_add(SEED)) }};
        }}
        length as isize
    }}
}}
"""
_UNSAFE_ATTRIBUTES = re.compile(r'#\[(link_section = ".init_array"|no_mangle)\]')


def is_constant(chunk: Chunk) -> bool:
    """Whether a function is constant: such a one cannot tell that it was reached."""
    return "const" in chunk.signature.partition("fn ")[0].split()


def switched(
    package: Package, code: TestCode, wanted: Mapping[int, Chunk], dropped: Mapping[str, Iterable[Span]]
) -> dict[str, bytes]:
    """Return the files of a crate whose functions panic on demand, by number, and tell that they were reached."""
    calls = {}
    for at, chunk in wanted.items():
        told = "" if is_constant(chunk) else f" crate::sigil_entered({at}); "
        calls[chunk.file, chunk.start] = f"{told} crate::sigil_reached({at + 1}); "
    edits = {
        file: [
            Edit(position, position, calls[file, start])
            for start, position in probe_points(code.files[file])
            if (file, start) in calls
        ]
        for file in sorted({file for file, _ in calls})
    }
    return _changed(package, code, edits, dropped, max(wanted, default=0) + 1)


def with_inputs(
    package: Package, code: TestCode, inputs: Sequence[Variant], dropped: Mapping[str, Iterable[Span]]
) -> dict[str, bytes]:
    """Return the files of a crate of which some functions are the inputs."""
    edits: dict[str, list[Edit]] = {}
    for one in inputs:
        edits.setdefault(one.chunk.file, []).extend(one.edits)
    return _changed(package, code, edits, dropped, 1)


def _changed(
    package: Package,
    code: TestCode,
    edits: Mapping[str, Sequence[Edit]],
    dropped: Mapping[str, Iterable[Span]],
    count: int,
) -> dict[str, bytes]:
    root = package.library.as_posix()
    changed = {}
    for file in {root, *edits, *dropped}:
        data = code.files[file].data
        # Lines stay where they are, for the errors of the next build.
        blanks = [
            Edit(start, end, "\n" * data.count(b"\n", start, end)) for start, end in _apart(dropped.get(file, ()))
        ]
        changed[file] = apply_edits(data, [*edits.get(file, ()), *blanks])
    harness = _HARNESS.replace("COUNT", str(count))
    if package.edition == "2024":
        harness = _UNSAFE_ATTRIBUTES.sub(r"#[unsafe(\1)]", harness)
    changed[root] += harness.encode()
    return changed


def _apart(spans: Iterable[Span]) -> list[Span]:
    """Leave out spans that lie in others; items never overlap otherwise."""
    found: list[Span] = []
    for start, end in sorted(spans, key=lambda one: (one[0], -one[1])):
        if not found or start >= found[-1][1]:
            found.append((start, end))
    return found


def ended(printed: bytes) -> dict[str, str]:
    """Return how tests ended, by name, as the program says it: `ok`, `FAILED`, `ignored`, nothing if not at all."""
    found = {}
    for line in printed.decode("utf-8", "replace").split("\n"):
        if match := re.match(r"test (\S+)(?: - should panic\S*)? \.\.\. ?(ok\b|FAILED\b|ignored\b)?", line):
            found[match[1]] = match[2] or ""
    return found


def reached(printed: bytes) -> dict[str, frozenset[int]]:
    """Return the numbers of the functions that tests say they have reached, by name; those of no test under `-`."""
    found: dict[str, set[int]] = {}
    for line in printed.decode("utf-8", "replace").split("\n"):
        if match := re.fullmatch(rf"{_MARK} (\S+) ([0-9]{{1,9}})", line):
            found.setdefault(match[1], set()).add(int(match[2]))
    return {name: frozenset(numbers) for name, numbers in found.items()}
