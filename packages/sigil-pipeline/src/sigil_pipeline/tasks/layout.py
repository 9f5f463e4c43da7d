"""The layout of derived code: rustfmt's, as that of the code it was derived from.

What rules put together has line breaks of its own; a reader would know it by them. Functions whose authors use
rustfmt therefore get their variants formatted, many by one process. A variant keeps its layout where the function is
not laid out by rustfmt itself, so that a repair would have to change lines that nobody broke, or where rustfmt fails.
"""

from __future__ import annotations

import dataclasses
import logging
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sigil_common import proc
from sigil_pipeline.compiler.edits import Edit, Variant, apply_edits
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material

if TYPE_CHECKING:
    from sigil_common.rustc import Toolchain
    from sigil_pipeline.chunk.chunks import Chunk
    from sigil_pipeline.chunk.extract import SourceFile

log = logging.getLogger(__name__)

_LIMIT_S = 600.0
_CONFIGS = ("rustfmt.toml", ".rustfmt.toml")
# Two spaces, which rustfmt makes one of: where they are left, it gave the file up.
_MARK = "mod  m {}"
# A module of another file would be formatted where it lies.
_ELSEWHERE = re.compile(r"\bmod\s+(r#)?\w+\s*;")


def laid_out(bench: Workbench, variants: Mapping[str, Sequence[Variant]]) -> dict[str, list[Variant]]:
    """Return variants, by package, in rustfmt's layout where they can have it; what only differed by layout is left
    out.
    """
    rustfmt = find_rustfmt(bench.confined.toolchain)
    if rustfmt is None:
        log.warning("derived code keeps its layout: there is no rustfmt beside %s", bench.confined.toolchain.rustc)
        return {package: list(items) for package, items in variants.items()}
    done: dict[str, list[Variant]] = {package: [] for package in variants}
    styles: dict[tuple[str, str], list[Material]] = {}
    for material in bench.materials:
        styles.setdefault((material.package.edition, _config(material.package.root)), []).append(material)
    for (edition, config), materials in styles.items():
        work = [(one, variant) for one in materials for variant in variants.get(one.package.id, ())]
        snippets = [_snippet(one.files[item.chunk.file], item.chunk, item.edits, config) for one, item in work]
        originals = [_snippet(one.files[item.chunk.file], item.chunk, (), config) for one, item in work]
        made = formatted(rustfmt, [*snippets, *originals], edition, config)
        for (one, variant), new, before, after in zip(work, made, originals, made[len(work) :], strict=False):
            if new is None or before is None or after != before.code:
                done[one.package.id].append(variant)
            elif new != before.code:
                whole = Edit(variant.chunk.start, variant.chunk.end, new)
                done[one.package.id].append(dataclasses.replace(variant, edits=(whole,), formatted=True))
    return done


def find_rustfmt(toolchain: Toolchain) -> Path | None:
    """Return the toolchain's rustfmt, `None` if it has none: then derived code looks otherwise."""
    program = toolchain.rustc.with_name("rustfmt")
    return program if program.is_file() else None


@dataclasses.dataclass(frozen=True)
class Snippet:
    """A function as it stands in its file, from its first token on, so many levels deep."""

    code: str
    indent: str
    depth: int


def formatted(rustfmt: Path, snippets: Sequence[Snippet | None], edition: str, config: str) -> list[str | None]:
    """Return snippets in rustfmt's layout, `None` for what it does not take; one process formats them all."""
    asked = {number: one for number, one in enumerate(snippets) if one is not None}
    found = _by_one_process(rustfmt, asked, edition, config)
    return [found.get(number) for number in range(len(snippets))]


def _by_one_process(rustfmt: Path, asked: Mapping[int, Snippet], edition: str, config: str) -> dict[int, str]:
    if not asked:
        return {}
    with TemporaryDirectory(prefix="sigil-layout-") as name:
        folder = Path(name)
        (folder / "rustfmt.toml").write_text(config)
        for number, one in asked.items():
            lines = [_MARK, *["mod m {"] * one.depth, f"{one.indent}{one.code}", *["}"] * one.depth, ""]
            (folder / f"{number}.rs").write_text("\n".join(lines))
        argv = [str(rustfmt), "--edition", edition, "--config-path", "rustfmt.toml", *(f"{n}.rs" for n in asked)]
        done = proc.run(argv, timeout=_LIMIT_S, cwd=folder)
        if done.returncode in (0, 1):
            texts = {number: (folder / f"{number}.rs").read_text() for number in asked}
            return {number: code for number, one in asked.items() if (code := _inside(texts[number], one)) is not None}
    # One of them was too much for it, and the others need not suffer.
    numbers = list(asked)
    found: dict[int, str] = {}
    for half in (numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]) if len(numbers) > 1 else ():
        found |= _by_one_process(rustfmt, {number: asked[number] for number in half}, edition, config)
    return found


def _inside(text: str, snippet: Snippet) -> str | None:
    """Return the function out of the modules around it, without the indentation of its first line."""
    lines = text.rstrip("\n").split("\n")
    if lines[0] == _MARK:
        return None
    around = lines[1 + snippet.depth : len(lines) - snippet.depth]
    return "\n".join(around).removeprefix(snippet.indent)


def _snippet(source: SourceFile, chunk: Chunk, edits: Sequence[Edit], config: str) -> Snippet | None:
    data = source.data
    indent = data[data.rfind(b"\n", 0, chunk.start) + 1 : chunk.start].decode()
    code = apply_edits(data[chunk.start : chunk.end], edits, base=chunk.start).decode()
    width = re.search(r"^\s*tab_spaces\s*=\s*(\d+)", config, re.MULTILINE)
    unit = "\t" if re.search(r"^\s*hard_tabs\s*=\s*true", config, re.MULTILINE) else " " * int(width[1] if width else 4)
    depth = len(indent) // len(unit) if unit else 0
    return Snippet(code, indent, depth) if indent == unit * depth and not _ELSEWHERE.search(code) else None


def _config(root: Path) -> str:
    """Return the crate's own rules of layout; what only unstable versions of rustfmt know is passed over by it."""
    for name in _CONFIGS:
        if (root / name).is_file():
            return (root / name).read_text("utf-8", "replace")
    return ""
