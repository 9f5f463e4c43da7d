"""Crates from cargo, copies of them that can be changed, and what the compiler says of these."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.cargo import cargo_home, fetch_side, host_triple
from sigil_common.errors import MissingError

if TYPE_CHECKING:
    from sigil_common.cargo import CargoRun, Confined
    from sigil_common.rustc import Toolchain

_NOWHERE: dict[str, Any] = {"file_name": "", "line_start": 0, "byte_start": 0, "byte_end": 0}
_EXAMPLE = re.compile(r"^test (\S+) - .*?\(line (\d+)\) \.\.\. (\w+)", re.MULTILINE)
_UNIT_TEST = re.compile(r"^test (\S+)(?: - should panic)? \.\.\. (ok|FAILED)\b", re.MULTILINE)
_NOT_COPIED = shutil.ignore_patterns(".git", ".cargo", "target", "rust-toolchain*", "Cargo.lock")


class UnfetchedError(Exception):
    """cargo does not have a crate in its version; the text is cargo's."""


@dataclass(frozen=True)
class Source:
    """A crate as cargo has it; `externs` are the names of what it depends on.

    `checksums`: that of the lock file and, where cargo keeps the archive, that of its bytes.
    """

    name: str
    root: Path
    edition: str
    externs: frozenset[str]
    lock: str | None = None
    checksums: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fetcher:
    """Fetches crates by cargo, each as the only dependency of an empty package."""

    toolchain: Toolchain
    offline: bool = False

    def __call__(self, name: str, version: str, work: Path) -> Source:
        """Return the sources of a crate; raise `UnfetchedError` if cargo cannot fetch them."""
        _write_package(work, name, {"version": f"={version}"})
        triple = host_triple(self.toolchain)
        mode = ["--offline"] if self.offline else []
        fetched = fetch_side(self.toolchain, ["fetch", "--quiet", "--target", triple, *mode], work)
        if not fetched.ok:
            raise UnfetchedError(" ".join(fetched.stderr.split())[:300])
        lock = (work / "Cargo.lock").read_text(encoding="utf-8")
        package = next(one for one in metadata(self.toolchain, work)["packages"] if one["name"] == name)
        locked = {
            one["checksum"] for one in tomllib.loads(lock)["package"] if one["name"] == name and "checksum" in one
        }
        archives = cargo_home().glob(f"registry/cache/*/{name}-{version}.crate")
        hashed = {hashlib.sha256(one.read_bytes()).hexdigest() for one in archives}
        return source_of(package, lock, frozenset(locked | hashed))


def metadata(toolchain: Toolchain, folder: Path) -> dict[str, Any]:
    """Return what cargo says of a package and its dependencies, without the network."""
    args = ["metadata", "--format-version", "1", "--offline", "--filter-platform", host_triple(toolchain)]
    run = fetch_side(toolchain, args, folder)
    if not run.ok:
        raise UnfetchedError(" ".join(run.stderr.split())[:300])
    found: dict[str, Any] = json.loads(run.stdout)
    return found


def source_of(package: dict[str, Any], lock: str | None = None, checksums: frozenset[str] = frozenset()) -> Source:
    """Return a crate from what `cargo metadata` says of it."""
    externs = {(one["rename"] or one["name"]).replace("-", "_") for one in package["dependencies"]}
    root = Path(package["manifest_path"]).parent
    return Source(package["name"], root, package["edition"], frozenset(externs), lock, checksums)


def _write_package(folder: Path, name: str, dependency: dict[str, str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    value = ", ".join(f"{key} = {json.dumps(text)}" for key, text in dependency.items())
    (folder / "Cargo.toml").write_text(
        f'[package]\nname = "dataset-audit"\nversion = "0.0.0"\nedition = "2021"\n\n[lib]\npath = "lib.rs"\n\n'
        f"[dependencies]\n{name} = {{ {value} }}\n\n[workspace]\n"
    )
    (folder / "lib.rs").write_text("")


@dataclass(frozen=True)
class Said:
    """One thing that the compiler said of a crate: bytes and lines in `file`, empty where it speaks of no file of it.

    `defined_here` are the files where it says that something is defined, empty for those outside the crate.
    """

    level: str
    code: str | None
    message: str
    file: str
    line: int
    start: int
    end: int
    defined_here: tuple[str, ...]

    @property
    def first_line(self) -> str:
        """How it begins on a terminal."""
        return f"{self.level}[{self.code}]: {self.message}" if self.code else f"{self.level}: {self.message}"


@dataclass(frozen=True)
class Checked:
    """Whether a crate compiles, and the errors that it gives; `text` is what cargo says itself."""

    ok: bool
    errors: tuple[Said, ...]
    text: str

    @property
    def why(self) -> str:
        """The first error in one line."""
        first = self.errors[0].first_line if self.errors else " ".join(self.text.split())[-300:]
        return first.split("\n")[0]


class Copy:
    """A copy of a crate that is compiled with changed files; what it depends on is built once."""

    def __init__(self, source: Source, work: Path, confined: Confined) -> None:
        self.source = source
        self._tree, self._target, self._confined = work / "tree", work / "target", confined
        self.root, self._build = self._tree / "crate", self._tree / "build"
        shutil.copytree(source.root, self.root, ignore=_NOT_COPIED)
        manifest = (self.root / "Cargo.toml").read_text(encoding="utf-8")
        (self.root / "Cargo.toml").write_text(without_dev_dependencies(manifest), encoding="utf-8")
        _write_package(self._build, source.name, {"path": str(self.root)})
        if source.lock is not None:
            (self._build / "Cargo.lock").write_text(source.lock, encoding="utf-8")
        for path in (self._tree, *self._tree.rglob("*")):
            path.chmod(path.stat().st_mode | (0o755 if path.is_dir() else 0o644))
        metadata(confined.toolchain, self._build)  # brings the lock file up to date, which cannot be written later

    def check(self, changed: Mapping[str, bytes]) -> Checked:
        """Compile with these files changed; they are as before in the end. Raises `MissingError` if nothing ran."""
        run = self._cargo(["check", "--lib", "--quiet", "--message-format=json"], [], changed)
        return Checked(run.ok, tuple(self._errors(run.stdout)), run.stderr)

    def examples(self, file: str, lines: Sequence[int], changed: Mapping[str, bytes]) -> dict[int, bool]:
        """Let rustdoc run the examples whose fences open in these lines; return which ran, and whether they held."""
        if not lines:
            return {}
        ran = self.all_examples(changed, lines)
        return {line: ok for (name, line), ok in ran.items() if name == file}

    def all_examples(self, changed: Mapping[str, bytes], lines: Sequence[int] = ()) -> dict[tuple[str, int], bool]:
        """Let rustdoc run examples of any file, all without `lines`; return by file and line whether they held."""
        run = self._cargo(["test", "--doc", "-p", self.source.name], [f"(line {line})" for line in lines], changed)
        found = _EXAMPLE.findall(run.stdout.decode("utf-8", "replace"))
        return {(self._own(name), int(line)): ended == "ok" for name, line, ended in found}

    def unit_tests(self, changed: Mapping[str, bytes]) -> tuple[dict[str, bool], list[Said]]:
        """Run the tests inside the library; return whether they pass, by name, and what does not compile."""
        run = self._cargo(["test", "--lib", "-p", self.source.name, "--message-format=json"], [], changed)
        found = _UNIT_TEST.findall(run.stdout.decode("utf-8", "replace"))
        return {name: ended == "ok" for name, ended in found}, list(self._errors(run.stdout))

    def _cargo(self, args: Sequence[str], more: Sequence[str], changed: Mapping[str, bytes]) -> CargoRun:
        before = {name: (self.root / name).read_bytes() for name in changed}
        whole = [*args, "--manifest-path", "build/Cargo.toml", *(["--", *more] if more else [])]
        try:
            self._write(changed)
            run = self._confined.run(whole, root=self._tree, target=self._target)
        finally:
            self._write(before)
        if run.trouble is not None or run.timed_out:
            raise MissingError(f"{self.source.name} could not be compiled", cause=run.trouble or "it takes too long")
        return run

    def _write(self, files: Mapping[str, bytes]) -> None:
        for name, data in files.items():
            (self.root / name).write_bytes(data)

    def _errors(self, stdout: bytes) -> Iterator[Said]:
        for line in stdout.splitlines():
            value = json.loads(line) if line.startswith(b'{"reason":"compiler-message"') else None
            message = value["message"] if value else {"level": "note"}
            if message["level"].startswith("error") and not message["message"].startswith("aborting due to"):
                yield self._said(message)

    def _said(self, message: dict[str, Any]) -> Said:
        span = next((one for one in message["spans"] if one["is_primary"]), _NOWHERE)
        shown = (one for child in message["children"] if _tells_definition(child) for one in child["spans"])
        return Said(
            level=message["level"],
            code=(message["code"] or {}).get("code"),
            message=message["message"],
            file=self._own(span["file_name"]),
            line=span["line_start"],
            start=span["byte_start"],
            end=span["byte_end"],
            defined_here=tuple(self._own(one["file_name"]) for one in shown),
        )

    def _own(self, name: str) -> str:
        """Return the name of a file inside the crate, empty if it is not one."""
        whole = self.root / name
        return whole.relative_to(self.root).as_posix() if whole.is_relative_to(self.root) and whole.is_file() else ""


def _tells_definition(child: dict[str, Any]) -> bool:
    return bool(child["message"].endswith("defined here"))


def without_dev_dependencies(manifest: str) -> str:
    """Return a manifest without the tables of what only tests need, and features of these: nobody fetched that."""
    kept, keeps = [], True
    for line in manifest.splitlines(keepends=True):
        if header := re.match(r"\s*\[+([^\]]*)\]", line):
            keeps = re.search(r"(^|\.)\s*dev[-_]dependencies\s*(\.|$)", header.group(1)) is None
        kept += [line] if keeps else []
    left = "".join(kept)
    for name in _dependencies(manifest) - _dependencies(left):
        left = re.sub(rf'\s*"{re.escape(name)}\??/[^"]*"\s*,?', "", left)
    return left


def _dependencies(manifest: str) -> set[str]:
    """Return the names of all dependencies, of whatever kind and on whatever platform."""
    tables = tomllib.loads(manifest)
    kinds = ("dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies")
    return {
        name for part in (tables, *tables.get("target", {}).values()) for kind in kinds for name in part.get(kind, ())
    }
