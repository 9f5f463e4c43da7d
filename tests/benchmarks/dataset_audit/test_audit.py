"""Rows of a small crate, right and wrong ones, through the real cargo: each wrong one is found with its reason."""

import pytest
from dataset_audit.crates import metadata, source_of
from dataset_audit.judge import audit
from dataset_audit.rows import Row

from sigil_common.cargo import Confined
from sigil_common.rustc import find_toolchain
from sigil_common.sandbox import open_sandbox

pytestmark = pytest.mark.slow

MANIFEST = '[package]\nname = "small"\nversion = "0.1.0"\nedition = "2021"\n\n[workspace]\n'
SOURCE = """\
#![deny(warnings)]
/// A row of marks.
pub struct Marks {
    marks: Vec<u8>,
}

macro_rules! least {
    ($one:expr) => {
        $one.iter().min()
    };
}

impl Marks {
    /// Returns how many there are.
    ///
    /// ```
    /// assert_eq!(small::three().len(), 3);
    /// ```
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Returns the sum of all, doubled.
    pub fn doubled(&self) -> usize {
        let all = self.marks.iter().map(widened);
        assert!(all.len() == self.len());
        twice(all.sum())
    }

    /// Returns the least.
    pub fn least(&self) -> Option<&u8> {
        least!(self.marks)
    }
}

fn twice(n: usize) -> usize {
    2 * n
}

fn widened(n: &u8) -> usize {
    usize::from(*n)
}

pub enum Order {
    Less,
}

pub fn below(one: u8, two: u8) -> bool {
    use std::cmp::Ordering::{self, Less};
    let order: Ordering = one.cmp(&two);
    let place: *const u8 = &one as *const _;
    matches!(order, Less) && u8::MIN == 0 && !place.is_null()
}

const _: () = ();

pub const MIN: u8 = 1;

/// Returns marks.
///
/// ```
/// assert_eq!(small::three().doubled(), 12);
/// assert!(1 + 1 == 2);
/// ```
pub fn three() -> Marks {
    Marks { marks: vec![1, 2, 3] }
}

/// Returns one.
///
/// ```
/// assert_eq!(1 + 1, 2);
/// ```
pub fn one() -> u8 {
    1
}

#[cfg(windows)]
/// Returns nothing at all.
pub fn nothing() -> Option<u8> {
    None
}

/// Returns half a number.
pub fn halved(n: u8) -> u8 {
    n / 2
}

#[cfg(test)]
mod tests {
    use unheard_of::Any;
    use unheard_of::{of_both, of_some::Both};

    #[test]
    fn halves() {
        assert_eq!(super::halved(4), 2);
    }

    #[test]
    fn halves_any() {
        assert!(super::halved(u8::any()) < 128);
    }
}
"""
LINES = SOURCE.split("\n")


def lines_of(begin):
    """Return the first and last line of the function that begins so, with its docs and conditions."""
    at = next(number for number, line in enumerate(LINES) if line.strip().startswith(begin))
    indent = len(LINES[at]) - len(LINES[at].lstrip())
    last = next(number for number in range(at, len(LINES)) if LINES[number] == " " * indent + "}")
    while LINES[at - 1].strip().startswith(("///", "#[")):
        at -= 1
    return at + 1, last + 1


LEN, DOUBLED, TWICE = lines_of("pub fn len"), lines_of("pub fn doubled"), lines_of("fn twice")
THREE, BELOW, ONE, NOTHING, HALVED = (
    lines_of("pub fn three"),
    lines_of("pub fn below"),
    lines_of("pub fn one"),
    lines_of("pub fn nothing"),
    lines_of("pub fn halved"),
)
CONTEXT = "\n\n```rust\npub struct Marks {\n    marks: Vec<u8>,\n}\n\nimpl Marks {\n    // ...\n}\n```"


def code(lines):
    return "\n".join(line for line in LINES[lines[0] - 1 : lines[1]] if not line.strip().startswith(("///", "#[")))


def fixing(broken, error):
    return f"Fix it.\n\n```rust\n{broken}\n```\n\nError:\n\n```text\n{error}\n```"


NO_UNIT_TEST = "no unit test of its crate needs it"
SHOWN = "Write it with `twice`, `widened`, `len` and `marks`."
WORDS = "Write it with twice, widened, len.\n\n```rust\n// twice, widened, len\nstruct Marks {\n    marks: u8,\n}\n```"
SHOWING = "struct Marks {\n    marks: Vec<u8>,\n}\n\nfn twice(n: usize) -> usize;"
UNSUITED = "error[E0308]: mismatched types"
BROKEN = code(TWICE).replace("2 * n", '"2"')
# What is asked, the row's fields, and what is found: the beginnings of the reasons, hidden names.
CASES = {
    "answer": (SHOWN, {"lines": DOUBLED}, [], ()),
    "alone": (f"Write `len`.{CONTEXT}", {"lines": LEN, "level": "self_contained"}, [], ()),
    "explanation": (
        f"Explain.\n\n```rust\n{code(LEN)}\n```",
        {"lines": LEN, "task": "explanations", "gen": "Returns how many.", "level": "in_crate"},
        [],
        (),
    ),
    "transformation": (
        f"Mend.\n\n```rust\n{code(TWICE).replace('2 * n', 'return 2 * n;')}\n```",
        {"lines": TWICE, "task": "transformations"},
        [],
        (),
    ),
    "advice": (
        f"Mend.\n\n```rust\n{code(TWICE)}\n```",
        {
            "lines": TWICE,
            "task": "transformations",
            "gen": code(TWICE).replace("2 * n", "n * 2"),
            "rewrite": "clippy::x",
        },
        [],
        (),
    ),
    "advice that does not compile": (
        f"Mend.\n\n```rust\n{code(TWICE)}\n```",
        {"lines": TWICE, "task": "transformations", "gen": BROKEN, "rewrite": "clippy::x"},
        ["its input does not compile"],
        (),
    ),
    "repair of two": (
        fixing(
            BROKEN.replace("usize {", "usize {\n    m;"),
            f"error[E0425]: cannot find value `m` in this scope\n\n{UNSUITED}",
        ),
        {"lines": TWICE, "task": "error_fixing", "error_code": "E0425, E0308"},
        [],
        (),
    ),
    "repair": (fixing(BROKEN, UNSUITED), {"lines": TWICE, "task": "error_fixing", "error_code": "E0308"}, [], ()),
    "hides functions": (
        "Write `doubled` of `marks`.",
        {"lines": DOUBLED},
        ["its prompt does not suffice: it hides widened, len, twice"],
        ("widened", "len", "twice"),
    ),
    "hides, and says so": (
        "Write `doubled`.",
        {"lines": DOUBLED, "level": "in_crate"},
        [],
        "marks widened len twice".split(),
    ),
    "words and comments show nothing": (
        WORDS,
        {"lines": DOUBLED},
        ["its prompt does not suffice: it hides widened, len, twice"],
        ("widened", "len", "twice"),
    ),
    "nor does the input": (
        f"Mend.\n\n```rust\n{code(DOUBLED)}\n```\n\nContext:\n\n```rust\n{SHOWING}\n```",
        {"lines": DOUBLED, "task": "transformations"},
        ["its prompt does not suffice: it hides widened, len"],
        ("widened", "len"),
    ),
    "the input shows what need not suffice": (
        f"Mend.\n\n```rust\n{code(DOUBLED)}\n```",
        {"lines": DOUBLED, "task": "transformations", "level": "in_crate"},
        [],
        (),
    ),
    "hides a field": ("Write the len.", {"lines": LEN}, ["its prompt does not suffice: it hides marks"], ("marks",)),
    "hides no foreign method": ("Write it of `marks`.", {"lines": LEN, "level": "in_crate"}, [], ()),
    "hides no foreign path": ("Write it.", {"lines": BELOW}, [], ()),
    "tested": ("Write `three` with `Marks` of `marks`.", {"lines": THREE, "level": "tests_pass"}, [], ()),
    "not tested": (
        SHOWN,
        {"lines": ONE, "level": "tests_pass"},
        ["its examples hold even when it panics", "no unit test of its crate needs it"],
        (),
    ),
    "no example": (
        SHOWN,
        {"lines": TWICE, "level": "tests_pass"},
        ["no example in its docs runs and holds", "no unit test of its crate needs it"],
        (),
    ),
    "tested by a unit test": (SHOWN, {"lines": HALVED, "level": "tests_pass"}, [], ()),
    "held by a unit test on both sides": (
        f"Mend.\n\n```rust\n{code(HALVED).replace('n / 2', 'n >> 1')}\n```",
        {"lines": HALVED, "task": "transformations", "level": "tests_pass"},
        [],
        (),
    ),
    "an input that a unit test refutes": (
        f"Mend.\n\n```rust\n{code(HALVED).replace('n / 2', 'n / 3')}\n```",
        {"lines": HALVED, "task": "transformations", "level": "tests_pass"},
        ["its changed code fails the unit test tests::halves"],
        (),
    ),
    "tested on both sides": (
        f"Mend.\n\n```rust\n{code(TWICE).replace('2 * n', 'let two = 2;' + chr(10) + '    two * n')}\n```",
        {"lines": TWICE, "task": "transformations", "level": "tests_pass"},
        [],
        (),
    ),
    "an input that an example refutes": (
        f"Mend.\n\n```rust\n{code(TWICE).replace('2 * n', 'let three = 3;' + chr(10) + '    three * n')}\n```",
        {"lines": TWICE, "task": "transformations", "level": "tests_pass"},
        ["its changed code fails the example in line"],
        (),
    ),
    "an input that no example needs": (
        f"Mend.\n\n```rust\n{code(BELOW)}\n```",
        {"lines": BELOW, "task": "transformations", "level": "tests_pass"},
        ["no example or unit test of its crate needs it"],
        (),
    ),
    "other lines": (
        SHOWN,
        {"lines": (DOUBLED[0], DOUBLED[1] - 1)},
        [f"no item lies in lines {DOUBLED[0]} to {DOUBLED[1] - 1}"],
        (),
    ),
    "other file": (SHOWN, {"lines": LEN, "file": "src/none.rs"}, ["no item lies in lines"], ()),
    "another answer": (
        SHOWN,
        {"lines": TWICE, "gen": "fn twice(n: usize) -> usize { n + n }"},
        ["its code is not what stands in these lines"],
        (),
    ),
    "answer that does not compile": (
        SHOWN,
        {"lines": TWICE, "gen": "fn twice(n: usize) -> u8 { 2 * n }"},
        ["its code is not", "its answer does not compile: error[E0308]"],
        (),
    ),
    "not compiled": (SHOWN, {"lines": NOTHING}, ["the compiler does not see that place"], ()),
    "not alone": (
        "Write `twice`.\n\n```rust\nfn widened(n: &u8) -> usize;\n```",
        {"lines": TWICE, "level": "self_contained"},
        ["it does not compile alone: error: free function without a body"],
        (),
    ),
    "no level": (SHOWN, {"lines": TWICE, "level": "proven"}, ["this audit does not know its level, proven"], ()),
    "checksum": (SHOWN, {"lines": TWICE, "checksum": "00"}, ["its checksum is 00, that of the crate not known"], ()),
    "invented words": (
        f"Explain.\n\n```rust\n{code(LEN)}\n```",
        {"lines": LEN, "task": "explanations", "gen": "Returns the colour.", "level": "in_crate"},
        ["its words are not in the documentation: colour, the"],
        (),
    ),
    "input that does not compile": (
        f"Mend.\n\n```rust\n{BROKEN}\n```",
        {"lines": TWICE, "task": "transformations"},
        ["its input does not compile: error[E0308]"],
        (),
    ),
    "input that compiles": (
        fixing(code(TWICE), UNSUITED),
        {"lines": TWICE, "task": "error_fixing", "error_code": "E0308"},
        ["its broken input compiles"],
        (),
    ),
    "other error": (
        fixing(BROKEN, "error[E0425]: cannot find value `m`"),
        {"lines": TWICE, "task": "error_fixing", "error_code": "E0425"},
        ["its input fails with E0308, not E0425", "its prompt quotes another error"],
        (),
    ),
    "two errors": (
        fixing(BROKEN.replace("usize {", "usize {\n    m;"), UNSUITED),
        {"lines": TWICE, "task": "error_fixing", "error_code": "E0308"},
        ["its input"],
        (),
    ),
    "error elsewhere": (
        fixing(code(TWICE).replace("twice", "thrice"), "error[E0425]: cannot find function `twice` in this scope"),
        {"lines": TWICE, "task": "error_fixing", "error_code": "E0425"},
        ["the error of its input lies elsewhere: src/lib.rs:"],
        (),
    ),
}


@pytest.fixture(scope="module")
def findings(tmp_path_factory):
    crate = tmp_path_factory.mktemp("small")
    (crate / "src").mkdir()
    (crate / "Cargo.toml").write_text(MANIFEST)
    (crate / "src" / "lib.rs").write_text(SOURCE)
    confined = Confined(find_toolchain(), open_sandbox(), 2, 600.0)
    rows = []
    for number, (prompt, more, _, _) in enumerate(CASES.values()):
        usual = {"gen": code(more["lines"]), "checksum": None, "file": "src/lib.rs", "task": "code_generation"}
        usual |= {"level": "sufficient", "error_code": None}
        rows.append(Row(number, prompt, crate="small", version="0.1.0", **usual | more))
    source = source_of(metadata(confined.toolchain, crate)["packages"][0])
    found = audit(rows, lambda name, version, work: source, confined)
    return dict(zip(CASES, found, strict=True))


@pytest.mark.parametrize("case", CASES)
def test_a_row_is_found_right_or_wrong_for_its_reasons(findings, case):
    _, _, reasons, hidden = CASES[case]
    found = findings[case]
    assert len(found.wrong) == len(reasons), found.wrong
    for wrong, reason in zip(found.wrong, reasons, strict=True):
        assert wrong.startswith(reason)
    assert sorted(found.hidden) == sorted(hidden)
    assert found.undecided == ()
