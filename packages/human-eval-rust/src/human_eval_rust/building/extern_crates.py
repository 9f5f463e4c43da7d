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
from dataclasses import replace
from pathlib import Path
from typing import Any

from human_eval_rust.building.kept import Kept, cache_folder, kept, known
from human_eval_rust.problems.crates import offered, pins, without_imports
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from sigil_common.cargo import CargoRun, Confined, fetch_side, host_triple
from sigil_common.errors import MissingError, SigilError
from sigil_common.rustc import Compiler, Toolchain
from sigil_common.sandbox import workdir

log = logging.getLogger("sigil.crates")

_BUILD_S = 600.0

# The built crates: their files by the names under which code imports them.
Externs = dict[str, Path]

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
    return tuple((name, externs[name]) for name in sorted(crates)) if externs else ()


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
    found = known(decisive, "crates")
    if found is None:
        with _only_builder(cache_folder("crates")) as work:
            found = kept(decisive, lambda: _build(sources, work, compiler, triple), "crates")
    rlibs = {path.name: path for path in found.rlibs}
    if not all(path.is_file() for path in rlibs.values()):
        raise SigilError("what was built cannot be kept", cause=str(cache_folder("crates")))
    return {name: rlibs[file] for name, file in found.found.items()}


def _sources() -> dict[str, str]:
    """Return the files of the package that depends on all the crates, by relative name."""
    files = importlib.resources.files("human_eval_rust").joinpath("data/crates")
    manifest, rand_manifest, rand = (
        files.joinpath(name).read_text(encoding="utf-8") for name in ("offered.toml", "rand.toml", "rand.rs")
    )
    wishes = [
        f'{pin.name} = {{ version = "={pin.version}"{"" if pin.offered else ", default-features = false"} }}\n'
        for pin in pins()
        if pin.name != "rand"
    ]
    return {
        "Cargo.toml": manifest + "".join(wishes),
        "lib.rs": "",
        "rand/Cargo.toml": rand_manifest.replace("VERSION", offered()["rand"]),
        "rand/rand.rs": rand,
    }


@contextmanager
def _only_builder(folder: Path) -> Iterator[Path]:
    """Let one process build at a time, in the directory that it is given; the others then find what it built."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("ab") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        for left in folder.glob("building-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        with workdir("building-", folder) as work:
            yield work


def _build(sources: dict[str, str], work: Path, compiler: Compiler, triple: str) -> Kept:
    started = time.monotonic()
    log.info("building the crates %s; this is done once", ", ".join(f"{name} {of}" for name, of in offered().items()))
    root = work / "source"
    for name, text in sources.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    _expect(fetch_side(compiler.toolchain, ["fetch", "--quiet", "--target", triple], root), "cargo cannot fetch them")
    _check_lock((root / "Cargo.lock").read_text(encoding="utf-8"))
    confined = Confined(compiler.toolchain, compiler.sandbox, len(os.sched_getaffinity(0)), _BUILD_S)
    args = ["build", "--offline", "--locked", "--quiet", "--message-format", "json"]
    run = confined.run(args, root=root, target=work / "target")
    _expect(run, "they do not compile")
    log.info("built them in %.0f s", time.monotonic() - started)
    return _libraries(run.stdout, root)


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


def _libraries(stdout: bytes, root: Path) -> Kept:
    """Return the libraries that cargo's messages name, and the files of those that can be imported."""
    rows = [json.loads(line) for line in stdout.splitlines() if line.startswith(b"{")]
    made = [row for row in rows if row.get("reason") == "compiler-artifact" and "lib" in row["target"]["kind"]]
    pinned = {pin.name.replace("-", "_") for pin in pins()}
    rlibs: list[Path] = []
    importable: dict[str, str] = {}
    for row in made:
        name = row["target"]["name"]
        if name == "offered":
            continue
        rlib = next(Path(file) for file in row["filenames"] if file.endswith(".rlib"))
        if name not in pinned or not stat.S_ISREG(rlib.lstat().st_mode):
            raise MissingError(f"cargo built {rlib.name}, which is not among the pinned crates")
        rlibs.append(rlib)
        if name in offered() and (name != "rand" or Path(row["manifest_path"]).is_relative_to(root)):
            importable[name] = rlib.name
    return Kept(tuple(rlibs), importable)
