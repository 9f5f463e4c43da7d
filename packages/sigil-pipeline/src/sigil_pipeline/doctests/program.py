"""The text of a program that runs the examples of a crate by number, and of the crate that can stop its functions.

One build serves all examples: every function that has any begins with a check whether it is the one that shall panic.
Functions of which there is an input, to be transformed, note that they were reached; or they are the inputs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.compiler.ask import probe_points
from sigil_pipeline.compiler.edits import Edit, apply_edits
from sigil_pipeline.crates.workspace import member_manifest
from sigil_pipeline.heldout.doc_code import rust_blocks
from sigil_pipeline.heldout.examples import asserts, has_main
from sigil_pipeline.heldout.prove import MAIN
from sigil_pipeline.heldout.statements import statements

if TYPE_CHECKING:
    from sigil_pipeline.chunk.chunks import Chunk
    from sigil_pipeline.compiler.ask import Sources
    from sigil_pipeline.compiler.edits import Variant
    from sigil_pipeline.crates.packages import Package

FOLDER = "sigil_tests"
_FILE = re.compile(rf"{FOLDER}/example_(\d+)\.rs")

# Read in constant functions, too, which may not ask an atomic: it is set before the example's own thread begins.
_SWITCH = """
#[doc(hidden)]
pub static mut SIGIL_STOP: u32 = 0;
#[doc(hidden)]
pub const fn sigil_reached(number: u32) {
    if unsafe { SIGIL_STOP } == number {
        panic!("the function was reached")
    }
}
"""
# Without a path, which could lead elsewhere in some crate.
_SEEN = """
#[doc(hidden)]
pub static mut SIGIL_SEEN: [bool; COUNT] = [false; COUNT];
#[doc(hidden)]
pub fn sigil_entered(number: usize) {
    unsafe { SIGIL_SEEN[number] = true }
}
"""

# What rustdoc makes of an example, with a main function of its own or without.
_ENDED = """
pub fn sigil_ended<T: std::process::Termination>(ended: T) {
    let said = format!("{:?}", ended.report());
    assert_eq!(said, format!("{:?}", std::process::ExitCode::SUCCESS));
}
"""
_MARK = "sigil reached:"
# Also after a panic, and in a line of its own whatever the example prints.
_TOLD = f"""
pub struct SigilTold;
impl Drop for SigilTold {{
    fn drop(&mut self) {{
        let seen = (0..COUNT).filter(|at| unsafe {{ ::CRATE::SIGIL_SEEN[*at] }});
        println!("\\n{_MARK}{{}}", seen.map(|at| format!(" {{at}}")).collect::<String>());
    }}
}}
"""
_RESULT = " -> ::std::result::Result<(), impl ::std::fmt::Debug>"


@dataclass(frozen=True)
class Trial:
    """An example in the docs of a function of a crate, which has a `number` from 1 on."""

    chunk: Chunk
    number: int
    code: str


def trials_of(chunk: Chunk, number: int) -> tuple[list[Trial], list[str]]:
    """Return the examples in a function's docs that assert something, and for each other one why it is not tried."""
    found, refused = [], []
    for block in rust_blocks(chunk.docs):
        parsed = statements(block)
        if parsed is None:
            refused.append("broken")
        elif not asserts(parsed):
            refused.append("no_assert")
        else:
            found.append(Trial(chunk, number, block))
    return found, refused


def example_file(at: int) -> str:
    """Return the file of an example inside its crate."""
    return f"{FOLDER}/example_{at}.rs"


def example_in(file: str) -> int | None:
    """Return the number of the example that a file holds, `None` for other files."""
    found = _FILE.fullmatch(file)
    return int(found[1]) if found is not None else None


def program_files(package: Package, trials: Mapping[int, Trial], inputs: Sequence[Variant]) -> dict[str, str]:
    """Return the files of the program, by their path in the crate; it is an example as cargo has them."""
    rows = "".join(f"    (example_{at}::sigil_run, &example_{at}::SIGIL_STOP, 1),\n" for at in trials)
    modules = "".join(f"mod example_{at};\n" for at in trials)
    main = MAIN if package.edition != "2024" else MAIN.replace("#[no_mangle]", "#[unsafe(no_mangle)]")
    table = f"\nstatic EXAMPLES: &[(fn(), &AtomicU8, u8)] = &[\n{rows}];\n"
    head = f"#![allow(warnings)]\nextern crate {package.library_name};\n{modules}"
    files = {example_file(at): _module(package.library_name, trial) for at, trial in trials.items()}
    told = _TOLD.replace("COUNT", str(len(inputs))).replace("CRATE", package.library_name)
    return {f"{FOLDER}/main.rs": "\n".join([head, main, _ENDED, told, table]), **files}


def reached(printed: bytes) -> frozenset[int]:
    """Return the numbers of the inputs whose functions a run of an example says it has reached."""
    lines = printed.decode("utf-8", "replace").split("\n")
    words = [word for line in lines if line.startswith(_MARK) for word in line.removeprefix(_MARK).split()]
    return frozenset(int(word) for word in words if re.fullmatch(r"[0-9]{1,9}", word))


def _module(crate: str, trial: Trial) -> str:
    parsed = statements(trial.code)
    returns = _RESULT if trial.code.rstrip().endswith("(())") else ""
    switch = (
        "pub static SIGIL_STOP: ::std::sync::atomic::AtomicU8 = ::std::sync::atomic::AtomicU8::new(0);\n"
        "pub fn sigil_run() {\n"
        "    let stop = SIGIL_STOP.load(::std::sync::atomic::Ordering::SeqCst) as u32;\n"
        f"    unsafe {{ ::{crate}::SIGIL_STOP = stop * {trial.number} }};\n"
        "    let _told = crate::SigilTold;\n"
    )
    if parsed is not None and has_main(parsed):
        return f"{trial.code}\n\n{switch}    crate::sigil_ended(main());\n}}\n"
    example = f"    fn sigil_example(){returns} {{\n{trial.code}\n    }}\n"
    return f"{switch}{example}    crate::sigil_ended(sigil_example());\n}}\n"


def program_name(package: Package) -> str:
    """Return the name of a crate's program, unique in one workspace."""
    return f"{FOLDER}_{re.sub(r'[^A-Za-z0-9]', '_', package.id)}"


def manifest_with_program(package: Package) -> str:
    """Return the manifest of a member that has the program beside its library."""
    example = f'[[example]]\nname = "{program_name(package)}"\npath = "{FOLDER}/main.rs"\n'
    return f"{member_manifest(package)}\n{example}"


def switched(
    package: Package, sources: Sources, trials: Collection[Trial], inputs: Sequence[Variant]
) -> dict[str, bytes]:
    """Return the files of a crate that change so that the functions of these examples can be made to panic.

    Those of which there is an input note that they were reached, but for constant ones, which can note nothing.
    """
    calls = {(one.chunk.file, one.chunk.start): f" crate::sigil_reached({one.number}); " for one in trials}
    for at, one in enumerate(inputs):
        if "const" not in one.chunk.signature.partition("fn ")[0].split():
            place = (one.chunk.file, one.chunk.start)
            calls[place] = f"{calls.get(place, '')} crate::sigil_entered({at}); "
    edits = {
        file: [
            Edit(position, position, calls[file, start])
            for start, position in probe_points(sources[file])
            if (file, start) in calls
        ]
        for file in sorted({file for file, _ in calls})
    }
    return _changed(package, sources, edits, len(inputs))


def with_inputs(package: Package, sources: Sources, inputs: Sequence[Variant]) -> dict[str, bytes]:
    """Return the files of a crate that change so that its functions are the inputs."""
    edits: dict[str, list[Edit]] = {}
    for one in inputs:
        edits.setdefault(one.chunk.file, []).extend(one.edits)
    return _changed(package, sources, edits, len(inputs))


def _changed(package: Package, sources: Sources, edits: Mapping[str, Sequence[Edit]], inputs: int) -> dict[str, bytes]:
    root = package.library.as_posix()
    changed = {file: apply_edits(sources[file].data, made) for file, made in edits.items()}
    changed[root] = changed.get(root, sources[root].data) + f"{_SWITCH}{_SEEN}".replace("COUNT", str(inputs)).encode()
    return changed


def trials_at(trials: Mapping[int, Trial], file: str, first: int, last: int) -> Sequence[int]:
    """Return the examples whose function holds these lines of a file."""
    return [
        at
        for at, one in trials.items()
        if one.chunk.file == file and one.chunk.first_line <= first and last <= one.chunk.last_line
    ]
