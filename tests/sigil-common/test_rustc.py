"""Finding the toolchain, compiling in the sandbox, reading diagnostics, and judging many units at once."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sigil_common.errors import MissingError
from sigil_common.rustc import (
    Compiler,
    Crate,
    Diagnostic,
    Toolchain,
    Unit,
    build_units,
    check_units,
    clippy_hint,
    compiler_env,
    find_toolchain,
    parse_diagnostics,
)
from sigil_common.rustc import toolchain as finding
from sigil_common.rustc.alone import stands_alone
from sigil_common.sandbox import Limits, Mount, Sandbox, SandboxSpec, workdir

from ..clock import HANG_S
from ..rustup import NO_DEFAULT, NO_DEFAULT_1_24, NOT_INSTALLED, make_proxies

GOOD = """
pub struct Node { pub value: i64, pub next: Option<Box<Node>> }
pub fn total(mut node: Option<&Node>) -> i64 {
    let mut sum = 0;
    while let Some(n) = node { sum += n.value; node = n.next.as_deref(); }
    sum
}
fn helper(words: &[&str]) -> String { words.join(" ") }
pub fn shout(words: &[&str]) -> String { helper(words).to_uppercase() }
"""

# One of each kind of failure, and of each way to disturb neighbours.
TROUBLED = {
    "type": 'pub fn f() -> u32 { "a" }',
    "own_type": "pub struct Node; pub fn f() -> u32 { Node }",
    "name": "pub fn f() -> u32 { undefined + 1 }",
    "neighbours_name": "pub fn f(words: &[&str]) -> String { helper(words) }",
    "borrow": "pub fn f() -> String { let s = String::new(); drop(s); s }",
    "lifetime": "pub fn f<'a>(a: &'a str, b: &str) -> &'a str { if a.len() > 1 { a } else { b } }",
    "ambiguous": 'pub fn f() { let x = "1".parse().unwrap(); }',
    "unclosed": "pub fn f() { let x = (1, 2; }",
    "unbalanced": "pub fn f() { } }",
    "unclosed_comment": "pub fn f() { /* ",
    "unclosed_string": 'pub fn f() { let s = "abc; }',
    "syntax": "pub fn f( -> i32 { 1 }",
    "lint": "pub fn f() -> u8 { 256 }",
    "constant": "pub const X: usize = [1, 2][5]; pub fn f() -> usize { X }",
    "import": "use std::nothing::Here; pub fn f() {}",
    "macro_": "pub fn f() { nothing!(1) }",
    "own_macro": 'macro_rules! m { () => { let x: u8 = ""; } } pub fn f() { m!() }',
    "format": 'pub fn f() { println!("{} {}", 1) }',
    "method": "pub fn f(x: i32) { x.push(1) }",
    "file_module": "mod good_0; pub fn f() {}",
    "stranger": "pub fn f() { crate::good_0::shout(&[]); }",
    "overlap": "pub trait T {} impl<X> T for X {} impl T for u8 {}",
}
SOUND = {
    "crate_path": "pub fn g() {} pub fn f() { crate::g() }",
    "inner_attribute": "#![allow(unused)]\npub fn f() { let x = 1; }",
    "foreign_impl": "pub struct Meters(pub f64); impl From<Meters> for f64 { fn from(m: Meters) -> f64 { m.0 } }",
    "exported": '#[no_mangle] pub extern "C" fn sigil_exported() {}',
    "exported_too": '#[no_mangle] pub extern "C" fn sigil_exported() {}',
    "main": 'fn main() { println!("{}", 1) }',
    "tests": "pub fn f() {} #[cfg(test)] mod tests { use super::*; #[test] fn t() { f() } }",
    "crlf": 'pub fn f() -> &\'static str {\r\n    "a\r\nb"\r\n}\r\n',
    "unicode": "pub fn größe() -> char { 'ß' }",
    "empty": "",
}


def units() -> list[Unit]:
    sources = [(f"good_{number}", GOOD) for number in range(6)]
    sources += [(f"bad_{name}", source) for name, source in TROUBLED.items()]
    sources += [(f"fine_{name}", source) for name, source in SOUND.items()]
    random.Random(7).shuffle(sources)
    return [Unit(name, source) for name, source in sources]


THREE = "pub fn f() -> i32 { crate::g() } fn g() -> i32 { 3 }"


@pytest.fixture(scope="module")
def alone(compiler: Compiler) -> dict[str, object]:
    return dict(check_units(units(), compiler, batch_size=1))


@pytest.mark.slow
def test_a_batch_judges_as_one_by_one(compiler: Compiler, alone: dict[str, object]) -> None:
    together = check_units(units(), compiler)
    for name, result in together.items():
        assert result == alone[name], name
        assert result.ok == (not name.startswith("bad_")), name
        assert result.ok or result.diagnostics[0].file == f"{name}.rs"


def test_company_makes_no_difference(compiler: Compiler, alone: dict[str, object]) -> None:
    few = [unit for unit in units() if unit.name.startswith(("bad_n", "bad_o", "bad_m", "good_"))]
    assert check_units(reversed(few), compiler, batch_size=7) == {unit.name: alone[unit.name] for unit in few}


@pytest.mark.slow
def test_a_bomb_hurts_only_itself(compiler: Compiler) -> None:
    bomb = "macro_rules! double { ($($x:tt)*) => { double!($($x)* $($x)*) } } double!(a);"
    deep = "pub fn f() -> i32 { " + "(" * 20000 + "1" + ")" * 20000 + " }"
    loop = "pub const X: u64 = { let mut n = 0u64; while n < u64::MAX { n += 1; } n };"
    asked = [Unit(f"good_{n}", GOOD) for n in range(3)]
    asked += [Unit("bomb", bomb), Unit("deep", deep), Unit("endless", "#![allow(long_running_const_eval)]\n" + loop)]
    # The endless one costs this several times over; the others need a hundredth of it.
    limits = Limits(wall_s=HANG_S, cpu_s=3, memory_bytes=1 << 29, output_bytes=1 << 22)
    found = check_units(asked, compiler, limits=limits)
    assert [name for name, result in found.items() if not result.ok] == ["bomb", "deep", "endless"]
    assert all(result.trouble is None for result in found.values())
    assert found["endless"].timed_out
    assert "time limit" in found["endless"].diagnostics[0].message


def test_groups_hold_what_compiled(compiler: Compiler, bubblewrap: Sandbox) -> None:
    asked = [
        Unit("one", "pub fn f() -> i32 { 1 }"),
        Unit("two", "pub fn f() -> i32 { 2 }"),
        Unit("bad", "pub fn f() -> i32 { }"),
        Unit("three", THREE),
    ]
    with workdir() as folder:
        batch = build_units(asked, folder, compiler, crate=Crate(name="units"))
        together, single = batch.groups
        assert [unit.name for unit in together.units] == ["one", "two"]
        assert [unit.name for unit in single.units] == ["three"]
        assert (together.alone, single.alone) == (False, True)
        (folder / "use").mkdir()
        (folder / "out").mkdir()
        (folder / "use" / "main.rs").write_text('fn main() { print!("{} {}", units::one::f(), units::two::f()) }')
        crate = Crate(root="main.rs", name="main", kind="bin", externs=(("units", together.artefact),))
        compiled = compiler.compile(folder / "use", folder / "out", crate)
        assert compiled.artefact, compiled.outcome
        spec = SandboxSpec(Limits(HANG_S), (Mount(compiled.artefact),), system="minimal")
        assert bubblewrap.run([str(compiled.artefact)], spec).stdout == b"1 2"


def test_trouble_of_the_sandbox_is_nobodys_fault(toolchain: Toolchain) -> None:
    from sigil_common.sandbox.spec import Outcome, not_run

    class Broken:
        name = "broken"

        def run(self, argv: object, spec: object, stdin: bytes = b"") -> Outcome:
            return not_run("out of order")

    found = check_units([Unit("a", ""), Unit("b", "")], Compiler(toolchain, Broken()))
    assert [result.trouble for result in found.values()] == ["out of order"] * 2


def test_trouble_of_the_sandbox_that_passes_is_not_seen(toolchain: Toolchain, bubblewrap: Sandbox) -> None:
    from sigil_common.sandbox.spec import Outcome, not_run

    class Unwell:
        name = "unwell"
        calls = 0

        def run(self, argv: list[str], spec: SandboxSpec, stdin: bytes = b"") -> Outcome:
            self.calls += 1
            return not_run("out of order") if self.calls < 3 else bubblewrap.run(argv, spec, stdin)

    sandbox = Unwell()
    found = check_units([Unit("a", "")], Compiler(toolchain, sandbox))
    assert (found["a"].trouble, found["a"].ok, sandbox.calls) == (None, True, 3)


@pytest.mark.parametrize("names", [("a", "a"), ("fn a",), ("ä",), ("lib",)])
def test_unit_names_are_checked(compiler: Compiler, names: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="name"):
        check_units([Unit(name, "") for name in names], compiler)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("pub(crate) fn f() {}", False),
        ("fn f(path: &str, link: u8) {}", False),
        ("use crate::x;", True),
        ("#/* */![allow(x)]", True),
        ('#[path = "x"] mod a {}', True),
        ('include_str!("x")', True),
        ("mod a;", True),
        ("mod a { use super::*; }", True),
        ("// a crate", True),
    ],
)
def test_who_stands_alone(source: str, expected: bool) -> None:
    assert stands_alone(source) is expected


# Compiling one crate


def test_equal_sources_give_equal_bytes(compiler: Compiler, bubblewrap: Sandbox) -> None:
    made = []
    for _ in range(2):
        with workdir() as folder:
            (folder / "source").mkdir()
            (folder / "out").mkdir()
            (folder / "source" / "main.rs").write_text('fn main() { let v: Vec<i32> = vec![]; println!("{}", v[1]); }')
            crate = Crate(root="main.rs", name="main", kind="bin")
            compiled = compiler.compile(folder / "source", folder / "out", crate)
            assert compiled.artefact
            made.append(compiled.artefact.read_bytes())
            spec = SandboxSpec(Limits(HANG_S), (Mount(compiled.artefact),), system="minimal")
            assert b"main.rs:1:" in bubblewrap.run([str(compiled.artefact)], spec).stderr
    assert made[0] == made[1]


def test_clippy_speaks_and_host_files_cannot_be_included(compiler: Compiler, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with workdir() as folder:
        for name in ("source", "out"):
            (folder / name).mkdir()
        honest = "pub fn f(v: &Vec<u8>) -> usize { return v.len(); }"
        (folder / "source" / "lib.rs").write_text(f'pub const S: &str = include_str!("{tmp_path}/secret");')
        found = compiler.compile(folder / "source", folder / "out", Crate(clippy=True))
        assert not found.ok
        assert "couldn't read" in found.errors[0].message
        (folder / "source" / "lib.rs").write_text(honest)
        found = compiler.compile(folder / "source", folder / "out", Crate(clippy=True))
        assert found.ok
        assert {item.code for item in found.diagnostics} == {"clippy::needless_return", "clippy::ptr_arg"}


def test_cargo_works_offline_with_a_build_script(toolchain: Toolchain, bubblewrap: Sandbox, tmp_path: Path) -> None:
    if toolchain.cargo is None:
        pytest.skip("no cargo")
    for name in ("crate/src", "target", "home"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "crate/Cargo.toml").write_text('[package]\nname = "demo"\nversion = "0.1.0"\nedition = "2021"\n')
    (tmp_path / "crate/build.rs").write_text(
        'fn main() { println!("cargo:rustc-env=SEEN={}", std::path::Path::new("/etc/passwd").exists()) }'
    )
    (tmp_path / "crate/src/lib.rs").write_text('pub fn f(x: &Vec<u8>) -> usize { env!("SEEN").len() + x.len() }')
    env = {
        **compiler_env(toolchain),
        "CARGO_HOME": str(tmp_path / "home"),
        "CARGO_TARGET_DIR": str(tmp_path / "target"),
    }
    mounts = tuple(Mount(tmp_path / name, writable=True) for name in ("crate", "target", "home"))
    spec = SandboxSpec(
        Limits(HANG_S, output_bytes=1 << 24), mounts, env, cwd=str(tmp_path / "crate"), sysroot=toolchain.sysroot
    )
    argv = [str(toolchain.cargo), "clippy", "--offline", "--message-format=json"]
    for _ in range(2):  # the second run finds its own files again
        found = bubblewrap.run(argv, spec)
        assert found.returncode == 0, found
        assert [item.code for item in parse_diagnostics(found.stdout)] == ["clippy::ptr_arg"]
    assert b"false" in next((tmp_path / "target").rglob("demo-*/output")).read_bytes()


# The toolchain


def test_the_toolchain_is_no_proxy(toolchain: Toolchain) -> None:
    assert toolchain.rustc.is_relative_to(toolchain.sysroot)
    assert toolchain.version.startswith("rustc 1.")
    assert "rustup" not in toolchain.rustc.name


def test_a_missing_rustc_is_told_with_a_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding.shutil, "which", lambda name, path=None: None)
    with pytest.raises(MissingError) as caught:
        find_toolchain.__wrapped__()
    assert caught.value.exit_code == 3
    assert "rustup" in str(caught.value)


@pytest.mark.parametrize(
    ("stderr", "what", "hint"),
    [
        (NO_DEFAULT, "rustup has no default toolchain", "rustup default stable"),
        (NO_DEFAULT_1_24, "rustup has no default toolchain", "rustup default stable"),
        (NOT_INSTALLED, "rustc --print sysroot` failed", "rustup show"),
    ],
)
def test_rustup_without_a_toolchain_is_told_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stderr: str, what: str, hint: str
) -> None:
    make_proxies(tmp_path, stderr)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(MissingError, match=what) as caught:
        find_toolchain.__wrapped__()
    assert (caught.value.hint or "").startswith(hint)
    assert caught.value.cause == stderr.replace("$name", "rustc").partition("\n")[0].removeprefix(
        "error: " if hint == "rustup default stable" else ""
    )


def test_the_real_rustup_says_what_its_stand_in_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rustc = shutil.which("rustc")
    if rustc is None or Path(rustc).resolve().name != "rustup":
        pytest.skip("rustc is not run by rustup")
    monkeypatch.setenv("RUSTUP_HOME", str(tmp_path))
    monkeypatch.delenv("RUSTUP_TOOLCHAIN", raising=False)
    with pytest.raises(MissingError, match="rustup has no default toolchain"):
        find_toolchain.__wrapped__()


@pytest.mark.parametrize("by_rustup", [True, False])
def test_the_hint_for_clippy_names_rustup_alone_only_where_rustup_runs_rustc(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, toolchain: Toolchain, by_rustup: bool
) -> None:
    make_proxies(tmp_path, "")
    if not by_rustup:
        for name in ("rustc", "rustup"):
            (tmp_path / name).unlink()
        (tmp_path / "rustc").symlink_to(toolchain.rustc)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CARGO_HOME", str(tmp_path / "none"))
    assert ("apt-get install rust-clippy" in clippy_hint()) != by_rustup
    assert "rustup" in clippy_hint()


# Diagnostics


def _line(**changes: object) -> dict[str, object]:
    span = {"file_name": "a.rs", "line_start": 3, "line_end": 4, "is_primary": True, "expansion": None}
    return {
        "message": "m",
        "level": "error",
        "code": {"code": "E0308"},
        "rendered": "error\n\n",
        "spans": [span],
        **changes,
    }


def test_rustc_and_cargo_lines_are_understood() -> None:
    plain = _line()
    wrapped = {"reason": "compiler-message", "message": _line(level="warning", code=None)}
    other = {"reason": "build-finished", "success": False}
    summary = _line(message="aborting due to 1 previous error", code=None, spans=[])
    lines = [json.dumps(value).encode() for value in (plain, wrapped, other, summary)]
    found = parse_diagnostics(b"\n".join([b"thread 'rustc' panicked", *lines, b"{broken"]))
    assert found == [
        Diagnostic("error", "E0308", "m", "error\n\n", "a.rs", 3),
        Diagnostic("warning", None, "m", "error\n\n", "a.rs", 3),
    ]


def test_an_error_inside_a_macro_belongs_to_its_call() -> None:
    call = {"file_name": "a.rs", "line_start": 9, "line_end": 9, "is_primary": False, "expansion": None}
    inner = {
        "file_name": "/rustc/abc/macros.rs",
        "line_start": 1,
        "line_end": 1,
        "is_primary": True,
        "expansion": {"span": call, "macro_decl_name": "vec!"},
    }
    (found,) = parse_diagnostics(json.dumps(_line(spans=[inner])).encode())
    assert (found.file, found.line_start) == ("a.rs", 9)


KEYS = ["message", "level", "spans", "code", "reason", "rendered", "is_primary", "expansion"]
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["compiler-message", "error"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=8,
)


@given(st.binary() | st.lists(JSON).map(lambda values: "\n".join(map(json.dumps, values)).encode()))
def test_no_line_is_too_strange(data: bytes) -> None:
    for item in parse_diagnostics(data):
        assert isinstance(item.message, str)
