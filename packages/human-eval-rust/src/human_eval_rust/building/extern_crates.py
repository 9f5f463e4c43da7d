"""The crates that problems may import, built once and kept for later runs.

cargo fetches them with the user's own configuration (mirrors, proxies), which runs no code of theirs. They
are compiled inside the sandbox, because build scripts are programs. What comes out is kept in the user's cache
directory under the digest of all that it depends on. A run whose problems import none of them does nothing here.

Where they cannot be had, the run goes on without them and says so: `open_externs` returns `None`, for all of
this process, so that no verdict depends on when it was asked for.
"""

from __future__ import annotations

import fcntl
import importlib.resources
import json
import logging
import os
import shutil
import stat
import threading
import time
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from human_eval_rust.building.kept import cache_folder
from human_eval_rust.problems.crates import offered, pins, without_imports
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from sigil_common.cargo import CargoRun, Confined, fetch_side, host_triple
from sigil_common.errors import MissingError, SigilError
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_file, digest_json
from sigil_common.rustc import Compiler, Toolchain
from sigil_common.sandbox import workdir

log = logging.getLogger("sigil.crates")

_BUILD_S = 600.0
_INDEX = "crates.json"
# As `cargo test` builds them, which is what graders of such problems run, but without debug information.
_MANIFEST = """[package]
name = "offered"
version = "0.0.0"
edition = "2021"
publish = false

[lib]
path = "lib.rs"

[workspace]
members = ["rand"]

[profile.dev]
debug = false
incremental = false

[dependencies]
"""
_RAND = """[package]
name = "fixed-rand"
version = "{version}"
edition = "2021"
publish = false

[lib]
name = "rand"
path = "rand.rs"

[dependencies]
original = {{ package = "rand", version = "={version}" }}
"""


@dataclass(frozen=True)
class Externs:
    """The built crates: their files by the names under which code imports them."""

    rlibs: dict[str, Path]

    def linked(self, crates: Iterable[str]) -> tuple[tuple[str, Path], ...]:
        """Return what a compiler run needs to know of `crates`."""
        return tuple((name, self.rlibs[name]) for name in sorted(crates))


_known: dict[tuple[Toolchain, str], Externs | None] = {}
_lock = threading.Lock()


def open_externs(compiler: Compiler) -> Externs | None:
    """Return the crates, built now or earlier; `None` where that cannot be done, which is said on stderr once."""
    with _lock:
        key = (compiler.toolchain, compiler.sandbox.name)
        if key not in _known:
            _known[key] = _open(compiler)
        return _known[key]


def provenance(problems: Iterable[ParsedProblem], compiler: Compiler) -> dict[str, Any]:
    """Return which crates the problems import, as `crates` with their versions, or as `crates_left_out`."""
    names = sorted(set().union(*(one.crates for one in problems)))
    if names and open_externs(compiler) is None:
        return {"crates": {}, "crates_left_out": names}
    return {"crates": {name: offered()[name] for name in names}, "crates_left_out": []}


def left_out(task: ParsedProblem, compiler: Compiler) -> str:
    """Name, ready to be added to a fault, the crates of a problem whose absence may be its cause."""
    if not task.crates or open_externs(compiler) is not None:
        return ""
    return f" (its imports of {', '.join(sorted(task.crates))} are left out: they cannot be built here)"


def without_crates(task: ParsedProblem) -> ParsedProblem:
    """Return the problem with its imports of offered crates left out."""
    problem = task.problem
    texts = {name: without_imports(getattr(problem, name), offered().__contains__) for name in ("prompt", "test")}
    return replace(parse_problem(problem.model_copy(update=texts)), crates=frozenset())


def linked(crates: frozenset[str], compiler: Compiler) -> tuple[tuple[str, Path], ...]:
    """Return the files of those of `crates` that can be had, as a compiler run needs them."""
    externs = open_externs(compiler) if crates else None
    return externs.linked(crates) if externs else ()


def _open(compiler: Compiler) -> Externs | None:
    try:
        return _find_or_build(compiler)
    except (SigilError, OSError) as error:
        cause = f"{error.what}: {error.cause}" if isinstance(error, SigilError) and error.cause else str(error)
        log.warning(
            "the crates %s cannot be built (%s); imports of them are left out, and a problem that needs one fails",
            ", ".join(offered()),
            " ".join(cause.split()),
        )
        return None


def _find_or_build(compiler: Compiler) -> Externs:
    sources = _sources()
    triple = host_triple(compiler.toolchain)
    decisive = [sources, [vars(pin) for pin in pins()], compiler.toolchain.version, triple]
    place = cache_folder("crates") / digest_json(decisive)[:32]
    found = _read(place)
    if found is None:
        with _only_builder(place.parent):
            found = _read(place) or _build(sources, place, compiler, triple)
    return found


def _sources() -> dict[str, str]:
    """Return the files of the package that depends on all the crates, by relative name."""
    data = importlib.resources.files("human_eval_rust").joinpath("data/crates")
    wishes = [
        f'{pin.name} = {{ version = "={pin.version}"{"" if pin.offered else ", default-features = false"} }}\n'
        for pin in pins()
        if pin.name != "rand"
    ]
    return {
        "Cargo.toml": _MANIFEST + "".join(wishes) + 'fixed-rand = { path = "rand" }\n',
        "lib.rs": "",
        "rand/Cargo.toml": _RAND.format(version=offered()["rand"]),
        "rand/rand.rs": data.joinpath("rand.rs").read_text(encoding="utf-8"),
    }


@contextmanager
def _only_builder(folder: Path) -> Iterator[None]:
    """Let one process build at a time; the others then find what it built. Clears what a killed one left."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob("building-*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _build(sources: dict[str, str], place: Path, compiler: Compiler, triple: str) -> Externs:
    started = time.monotonic()
    log.info("building the crates %s; this is done once", ", ".join(f"{name} {of}" for name, of in offered().items()))
    with workdir("building-", place.parent) as work:
        root = work / "source"
        for name, text in sources.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, encoding="utf-8")
        fetched = fetch_side(compiler.toolchain, ["fetch", "--quiet", "--target", triple], root)
        _expect(fetched, "cargo cannot fetch them")
        _check_lock((root / "Cargo.lock").read_text(encoding="utf-8"))
        confined = Confined(compiler.toolchain, compiler.sandbox, len(os.sched_getaffinity(0)), _BUILD_S)
        args = ["build", "--offline", "--locked", "--quiet", "--message-format", "json"]
        run = confined.run(args, root=root, target=work / "target")
        _expect(run, "they do not compile")
        kept = _keep(_artefacts(run.stdout), root, work / "kept")
        shutil.rmtree(place, ignore_errors=True)
        kept.rename(place)
    found = _read(place)
    if found is None:
        raise SigilError("what was built cannot be read", cause=str(place))
    log.info("built them in %.0f s, kept in %s", time.monotonic() - started, place)
    return found


def _expect(run: CargoRun, what: str) -> None:
    if run.trouble or run.timed_out or not run.ok:
        lines = [line.strip() for line in run.stderr.splitlines() if line.strip()]
        said = next((line for line in lines if line.startswith("error")), lines[-1] if lines else "no message")
        cause = run.trouble or ("it took too long" if run.timed_out else said.removeprefix("error: "))
        raise MissingError(what, cause=cause)


def _check_lock(text: str) -> None:
    """Refuse crates that are not what the pins say; cargo itself holds the archives against the lock file."""
    locked = {(row["name"], row["version"]): row.get("checksum") for row in tomllib.loads(text)["package"]}
    for pin in pins():
        if locked.get((pin.name, pin.version)) != pin.sha256:
            raise MissingError(f"the checksum of {pin.name} {pin.version} is not the pinned one")


def _artefacts(stdout: bytes) -> list[dict[str, Any]]:
    """Return cargo's messages about libraries that it made."""
    rows = [json.loads(line) for line in stdout.splitlines() if line.startswith(b"{")]
    made = [row for row in rows if row.get("reason") == "compiler-artifact" and "lib" in row["target"]["kind"]]
    return [row for row in made if row["target"]["name"] != "offered"]


def _keep(made: list[dict[str, Any]], root: Path, kept: Path) -> Path:
    """Copy the libraries to the new directory `kept`, with a list of them."""
    kept.mkdir()
    kept.chmod(0o755)
    known = {pin.name.replace("-", "_") for pin in pins()}
    rlibs: dict[str, str] = {}
    digests: dict[str, str] = {}
    for row in made:
        name = row["target"]["name"]
        source = next(Path(file) for file in row["filenames"] if file.endswith(".rlib"))
        if name not in known or not stat.S_ISREG(source.lstat().st_mode):
            raise MissingError(f"cargo built {source.name}, which is not among the pinned crates")
        shutil.copyfile(source, kept / source.name)
        (kept / source.name).chmod(0o644)
        digests[source.name] = digest_file(kept / source.name)
        ours = Path(row["manifest_path"]).is_relative_to(root)
        if name in offered() and (ours or name != "rand"):
            rlibs[name] = source.name
    write_json(kept / _INDEX, {"rlibs": rlibs, "sha256": digests})
    return kept


def _read(place: Path) -> Externs | None:
    """Return what was built into `place`, if it is all there and as it was."""
    try:
        index = json.loads((place / _INDEX).read_text(encoding="utf-8"))
        rlibs = {name: place / index["rlibs"][name] for name in offered()}
        whole = all(digest_file(place / name) == digest for name, digest in index["sha256"].items())
    except (OSError, ValueError, KeyError, SigilError):
        return None
    return Externs(rlibs) if whole else None
