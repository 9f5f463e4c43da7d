"""Ask the compiler about many changed functions at once, and attribute its answers by their spans.

Rust checks each function body on its own once all signatures are known, so changes inside bodies do
not influence one another: any number of functions of all crates of a batch are changed together, one
`cargo check` runs over the workspace, and every error is assigned to the function whose lines hold it.
An error that lies in no changed function makes the crate's answers of that run void; its variants are
then asked again in halves.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import quote

from sigil_common.errors import MissingError
from sigil_pipeline.compiler.diagnostics import Built, Finding, read_messages
from sigil_pipeline.compiler.edits import Edit, Variant, apply_edits, merge
from sigil_pipeline.compiler.renumber import Growth, renumbered

if TYPE_CHECKING:
    from sigil_common.cargo import CargoRun, Confined
    from sigil_pipeline.chunk.extract import SourceFile
    from sigil_pipeline.crates.packages import Package
    from sigil_pipeline.crates.workspace import Workspace

Sources = Mapping[str, "SourceFile"]
_Asked = Mapping[str, Sequence[Variant]]
_PROBE = "sigil-probe-"
_MAX_HALVINGS = 4


@dataclass(frozen=True)
class Answer:
    """What the compiler said inside one variant's lines."""

    errors: tuple[Finding, ...]
    lints: tuple[str, ...]


@dataclass(frozen=True)
class CheckRun:
    """One compiler run over a workspace: findings and built libraries by package id.

    `running` are the packages whose build script had been started and had not ended.
    """

    findings: Mapping[str, Sequence[Finding]]
    built: Mapping[str, Built]
    running: frozenset[str]
    run: CargoRun


class TimeLimitError(Exception):
    """The compiler came to no end with these packages in the time that it has."""

    def __init__(self, packages: Collection[str]) -> None:
        super().__init__("not compiled within the time limit")
        self.packages = frozenset(packages)


def check(
    workspace: Workspace, confined: Confined, *, clippy: bool, lint_args: Sequence[str] = (), incremental: bool = True
) -> CheckRun:
    """Compile the libraries and programs of the workspace as they stand; raise `MissingError` if the sandbox fails."""
    env = {"CARGO_INCREMENTAL": "1" if incremental else "0"}
    if clippy:
        driver = confined.toolchain.clippy_driver
        if driver is None:
            from sigil_common.rustc import clippy_hint

            raise MissingError("clippy is not installed with rustc", hint=clippy_hint())
        env["RUSTC_WORKSPACE_WRAPPER"] = str(driver)
        env["CLIPPY_ARGS"] = "".join(f"{arg}__CLIPPY_HACKERY__" for arg in lint_args)
    # Named one by one: the workspace may hold members that were rejected and would fail again each time.
    named = [word for package in workspace.packages for word in ("-p", package_spec(workspace, package))]
    # What compiles is no question of the Rust that is declared; of one too new, cargo would build nothing at all.
    kinds = sorted({"--bins" if package.program else "--lib" for package in workspace.packages})
    args = ["check", *kinds, "--keep-going", "--frozen", "--quiet", "--ignore-rust-version", "--message-format=json"]
    run = confined.run([*args, *named], root=workspace.root, target=workspace.target, env=env)
    if run.trouble:
        raise MissingError("the sandbox failed while compiling crates", cause=run.trouble)
    findings, built, running = read_messages(run.stdout)
    names = {workspace.member(package) / "Cargo.toml": package.id for package in workspace.packages}
    grouped: dict[str, list[Finding]] = {package.id: [] for package in workspace.packages}
    for finding in findings:
        if finding.manifest in names:
            grouped[names[finding.manifest]].append(finding)
    libraries = {names[item.manifest]: item for item in built if item.manifest in names}
    at_work = frozenset(item.id for item in workspace.packages if package_spec(workspace, item) in running)
    return CheckRun(grouped, libraries, at_work, run)


def package_spec(workspace: Workspace, package: Package) -> str:
    """Name a member as cargo does; `Path.as_uri` escapes more than the path percent-encode set of WHATWG URLs."""
    place = quote(str(workspace.member(package).resolve()), safe="/!$&'()*+,:;=@[]^|")
    return f"path+file://{place}#{package.name}@{package.version}"


def probe(workspace: Workspace, confined: Confined, sources: Mapping[str, Sources]) -> dict[str, set[tuple[str, int]]]:
    """Return per package the functions that are really compiled, as `(file, first byte)`.

    A `compile_error!` with a number is put into every function body; those that `cfg` removes stay
    silent. Expansion comes before type checking, so this costs a fraction of a check. Raises `TimeLimitError`.
    """
    numbers: dict[str, tuple[str, str, int]] = {}
    changed: dict[str, dict[str, bytes]] = {}
    for package_id, files in sources.items():
        changed[package_id] = {}
        for path, source in files.items():
            edits = []
            for start, position in probe_points(source):
                marker = f"{_PROBE}{len(numbers)}"
                numbers[marker] = (package_id, path, start)
                edits.append(Edit(position, position, f' compile_error!("{marker}"); '))
            changed[package_id][path] = apply_edits(source.data, edits)
    found: dict[str, set[tuple[str, int]]] = {package_id: set() for package_id in sources}
    with changed_files(workspace, sources, changed):
        answer = check(workspace, confined, clippy=False)
    if answer.run.timed_out:
        raise TimeLimitError(sources)
    for findings in answer.findings.values():
        for finding in findings:
            if finding.message in numbers:
                package_id, path, start = numbers[finding.message]
                found[package_id].add((path, start))
    return found


def ask(
    workspace: Workspace,
    confined: Confined,
    sources: Mapping[str, Sources],
    variants: Mapping[str, Sequence[Variant]],
    *,
    clippy: bool,
    lint_args: Sequence[str] = (),
) -> dict[str, dict[str, Answer]]:
    """Return per package, per chunk key, what the compiler says about each variant.

    A variant is missing from the answer when its errors could not be told from others'. Raises `TimeLimitError`
    for a package that alone takes too long, twice.
    """
    answers: dict[str, dict[str, Answer]] = {package_id: {} for package_id in variants}
    once = partial(_ask_once, workspace, confined, sources, answers, clippy=clippy, lint_args=lint_args)
    pending = {package_id: [list(items)] for package_id, items in variants.items() if items}
    for _ in range(_MAX_HALVINGS + 1):
        if not pending:
            break
        now = {package_id: parts[0] for package_id, parts in pending.items()}
        void = _in_time(now, once)
        pending = _still_pending(pending, void)
    return answers


def _still_pending(pending: Mapping[str, list[list[Variant]]], void: Sequence[str]) -> dict[str, list[list[Variant]]]:
    result = {}
    for package_id, (first, *rest) in pending.items():
        parts = [*_halves(first), *rest] if package_id in void else rest
        if parts:
            result[package_id] = parts
    return result


def _halves(variants: list[Variant]) -> list[list[Variant]]:
    half = len(variants) // 2
    return [variants[:half], variants[half:]] if half else []


def _in_time(now: _Asked, once: Callable[[_Asked], list[str]]) -> list[str]:
    """Ask about all packages; when time runs out, about each alone, and about one that is alone a second time."""
    try:
        return once(now)
    except TimeLimitError:
        if len(now) == 1:
            return once(now)
    return [void for package_id, items in now.items() for void in _in_time({package_id: items}, once)]


def _ask_once(
    workspace: Workspace,
    confined: Confined,
    sources: Mapping[str, Sources],
    answers: dict[str, dict[str, Answer]],
    variants: _Asked,
    *,
    clippy: bool,
    lint_args: Sequence[str],
) -> list[str]:
    """Ask about all given variants at once; fill `answers`; return the packages whose answers are void."""
    changed: dict[str, dict[str, bytes]] = {}
    places: dict[str, dict[str, tuple[str, int, int]]] = {}
    growth: dict[str, Growth] = {}
    for package_id, items in variants.items():
        changed[package_id], places[package_id] = _merge_package(sources[package_id], items)
        growth[package_id] = _growth(items, places[package_id])
    asked = dataclasses.replace(workspace, packages=tuple(p for p in workspace.packages if p.id in variants))
    with changed_files(workspace, sources, changed):
        run = check(asked, confined, clippy=clippy, lint_args=lint_args)
    if run.run.timed_out:
        raise TimeLimitError(variants)
    void = []
    for package_id, where in places.items():
        attributed = _attribute(run.findings[package_id], where, growth[package_id])
        silent = not run.findings[package_id] and package_id not in run.built
        if attributed is None or silent:
            void.append(package_id)
        else:
            answers[package_id].update(attributed)
    return void


def _merge_package(
    files: Sources, variants: Sequence[Variant]
) -> tuple[dict[str, bytes], dict[str, tuple[str, int, int]]]:
    changed, places = {}, {}
    for path in sorted({variant.chunk.file for variant in variants}):
        here = [variant for variant in variants if variant.chunk.file == path]
        changed[path], lines = merge(files[path].data, here)
        places.update({key: (path, first, last) for key, (first, last) in lines.items()})
    return changed, places


def _growth(variants: Sequence[Variant], places: Mapping[str, tuple[str, int, int]]) -> Growth:
    growth: dict[str, list[tuple[int, int]]] = {}
    for variant in variants:
        file, first, last = places[variant.chunk.key]
        before = variant.chunk.last_line - variant.chunk.node_line
        growth.setdefault(file, []).append((last, last - first - before))
    return growth


def _attribute(
    findings: Sequence[Finding], where: Mapping[str, tuple[str, int, int]], growth: Growth
) -> dict[str, Answer] | None:
    """Assign findings to variants by their primary spans; `None` if an error lies in none of them."""
    errors: dict[str, list[Finding]] = {key: [] for key in where}
    lints: dict[str, list[str]] = {key: [] for key in where}
    for finding in findings:
        owners = {
            _owner(place.file, place.first_line, place.last_line, where) for place in finding.places if place.primary
        }
        owner = next(iter(owners)) if len(owners) == 1 else None
        if owner is not None:
            if finding.is_error:
                rendered = renumbered(finding.rendered, growth) or ""
                errors[owner].append(dataclasses.replace(finding, rendered=rendered))
            else:
                lints[owner].append(finding.code or "")
        elif finding.is_error:
            return None
    return {key: Answer(tuple(errors[key]), tuple(sorted(set(lints[key])))) for key in where}


def _owner(file: str, first: int, last: int, where: Mapping[str, tuple[str, int, int]]) -> str | None:
    for key, (path, low, high) in where.items():
        if path == file and low <= first and last <= high:
            return key
    return None


def probe_points(source: SourceFile) -> list[tuple[int, int]]:
    """Return `(function start, where to insert)` for every function body, after its inner attributes."""
    points = []
    for function in source.functions:
        body = function.child_by_field_name("body")
        if body is None or function.has_error:
            continue
        position = body.start_byte + 1
        for child in body.children[1:]:
            inner = child.type == "inner_attribute_item" or child.child_by_field_name("inner") is not None
            if not inner:
                break
            position = child.end_byte
        points.append((function.start_byte, position))
    return points


class changed_files:  # noqa: N801  (a context manager, used as a verb)
    """Change files of the members, and put the originals back whatever happens."""

    def __init__(
        self, workspace: Workspace, sources: Mapping[str, Sources], changed: Mapping[str, Mapping[str, bytes]]
    ) -> None:
        self._packages = {package.id: package for package in workspace.packages}
        self._write: Callable[[Package, str, bytes], None] = workspace.write
        self._sources = sources
        self._changed = changed

    def __enter__(self) -> None:
        for package_id, files in self._changed.items():
            for path, data in files.items():
                self._write(self._packages[package_id], path, data)

    def __exit__(self, *_: object) -> None:
        for package_id, files in self._changed.items():
            for path in files:
                self._write(self._packages[package_id], path, self._sources[package_id][path].data)
