"""Find the chunks of one source file: free functions, methods, impl blocks, inline modules."""

from __future__ import annotations

import functools
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sigil_pipeline.chunk.chunks import Chunk, Kind
from sigil_pipeline.chunk.context import Index, context_of, header_of, index_file
from sigil_pipeline.chunk.docs import documentation, is_outer_doc, summary
from sigil_pipeline.chunk.imports import Holds, Import, cfg_predicate, imports_in
from sigil_pipeline.chunk.syntax import field, indentation, parse, text, tidy, walk

if TYPE_CHECKING:
    from tree_sitter import Node

# Attributes that speak to compiler, linter or rustdoc about this crate, and would be noise in a sample.
_NOISE = re.compile(
    r"#\[\s*(inline|cold|doc|cfg|cfg_attr|deprecated|track_caller|must_use|allow|expect|warn|deny|stable|unstable|"
    r"rustversion|rustfmt|clippy|diagnostic|optimize|no_coverage|coverage)\b"
)
# The configurations that only tests, fuzzers and checkers of models are built with.
_TESTING = re.compile(r"\b(test|fuzzing|kani|loom|miri)\b")
_TEST = re.compile(r"#\[(test|bench|\w+::test)\b")


@dataclass(frozen=True)
class SourceFile:
    """A parsed file: `path` relative to the crate, `data` its bytes, `root` its tree.

    `functions` are all functions with a body, nested ones and tests included, in source order.
    """

    path: str
    data: bytes
    root: Node
    functions: tuple[Node, ...]

    @functools.cached_property
    def starts(self) -> tuple[int, ...]:
        """The first byte of each function."""
        return tuple(node.start_byte for node in self.functions)


@dataclass(frozen=True)
class _Item:
    node: Node
    leading: tuple[Node, ...]


@dataclass(frozen=True)
class _Scan:
    source: SourceFile
    index: Index
    holds: Holds


def open_source(path: str, data: bytes) -> SourceFile:
    """Parse the bytes of one file."""
    root = parse(data)
    return SourceFile(path, data, root, tuple(node for node in walk(root) if node.type == "function_item"))


def chunks_of(source: SourceFile, holds: Holds) -> list[Chunk]:
    """Return the chunks of a file in source order, code that is for tests alone left out; `holds` evaluates `cfg`."""
    return list(_chunks(_Scan(source, index_file(source.data, source.root), holds)))


def _chunks(scan: _Scan) -> Iterator[Chunk]:
    root = scan.source.root
    levels = [(imports_in(root, scan.holds), _items(root, scan.holds))]
    while levels:
        imports, items = levels[-1]
        item = next(items, None)
        body = field(item.node, "body") if item is not None else None
        if item is None:
            levels.pop()
        elif body is not None:
            yield from _chunks_at(scan, item, body, imports)
            if item.node.type == "mod_item":
                levels.append((imports_in(body, scan.holds), _items(body, scan.holds)))


def _chunks_at(scan: _Scan, item: _Item, body: Node, imports: Sequence[Import]) -> Iterator[Chunk]:
    """Yield the item itself and its methods; what a module holds is left to the caller."""
    node = item.node
    if node.type == "function_item":
        yield _chunk(scan, item, "function", body, None, imports)
    elif node.type == "impl_item":
        yield _chunk(scan, item, "impl", body, node, imports)
    elif node.type == "mod_item":
        yield _chunk(scan, item, "module", body, None, [])
    if node.type in ("impl_item", "trait_item"):
        yield from _methods(scan, node, body, imports)


def _methods(scan: _Scan, owner: Node, body: Node, imports: Sequence[Import]) -> Iterator[Chunk]:
    for item in _items(body, scan.holds):
        inner = field(item.node, "body")
        if item.node.type == "function_item" and inner is not None:
            yield _chunk(scan, item, "function", inner, owner, imports)


def _items(container: Node, holds: Holds) -> Iterator[_Item]:
    """Yield each item that is not for tests alone, with the attributes and doc comments that stand before it."""
    leading: list[Node] = []
    for child in container.children:
        if child.type == "inner_attribute_item" and _is_test_only([child], holds):
            return
        if child.type == "attribute_item" or is_outer_doc(child):
            leading.append(child)
        elif child.type not in ("line_comment", "block_comment"):
            if not _is_test_only(leading, holds):
                yield _Item(child, tuple(leading))
            leading = []


def _is_test_only(attributes: Sequence[Node], holds: Holds) -> bool:
    """Whether attributes make a test of an item, or keep it out of this build by a `cfg` that speaks of tests."""
    for node in attributes:
        code = text(node)
        predicate = cfg_predicate(code)
        if predicate is not None:
            if _TESTING.search(predicate) and holds(predicate) is False:
                return True
        elif is_test(code):
            return True
    return False


def is_test(attribute: str) -> bool:
    """Whether an attribute makes a test or a benchmark of a function."""
    return _TEST.match(re.sub(r"\s", "", attribute)) is not None


def _chunk(scan: _Scan, item: _Item, kind: Kind, body: Node, owner: Node | None, imports: Sequence[Import]) -> Chunk:
    node, source = item.node, scan.source
    indent = indentation(source.data, node)
    first = item.leading[0] if item.leading else node
    attributes = [text(part) for part in item.leading if part.type == "attribute_item"]
    kept = [attribute for attribute in attributes if not _NOISE.match(attribute)]
    code = tidy("\n".join([*kept, text(node)]), indent)
    return Chunk(
        file=source.path,
        kind=kind,
        name=_name(node),
        first_line=first.start_point.row + 1,
        last_line=node.end_point.row + 1,
        node_line=node.start_point.row + 1,
        start=node.start_byte,
        body_start=body.start_byte,
        end=node.end_byte,
        code=code,
        signature=header_of(source.data, node, body),
        docs=documentation(item.leading),
        context=context_of(source.data, code, _name(node), owner, imports, scan.index),
        flags=frozenset(_flags(scan, node, attributes)),
        functions_inside=_functions_inside(source, node),
        members=() if kind == "function" else tuple(_members(scan, body)),
        takes_self=_takes_self(node),
        owner_head=_head(owner),
        scope=tuple(imports),
    )


def _head(owner: Node | None) -> tuple[int, int]:
    body = field(owner, "body") if owner is not None else None
    return (owner.start_byte, body.start_byte) if owner is not None and body is not None else (0, 0)


def _takes_self(node: Node) -> bool:
    parameters = field(node, "parameters")
    receivers = parameters.named_children if parameters is not None else ()
    # `self: Box<Self>` is a parameter like any other, but for its name.
    patterns = (field(one, "pattern") if one.type == "parameter" else one for one in receivers)
    return any(one is not None and one.type in ("self_parameter", "self") for one in patterns)


def _functions_inside(source: SourceFile, node: Node) -> tuple[int, ...]:
    """Return the first bytes of the functions that a node holds, itself included."""
    starts = source.starts
    return starts[bisect_left(starts, node.start_byte) : bisect_left(starts, node.end_byte)]


def _members(scan: _Scan, body: Node) -> Iterator[str]:
    """Yield a line for each function directly inside a block: its signature, and what its docs say first."""
    for item in _items(body, scan.holds):
        inner = field(item.node, "body")
        if item.node.type == "function_item" and inner is not None:
            header = " ".join(header_of(scan.source.data, item.node, inner).split()).removesuffix(",")
            said = summary(documentation(item.leading))
            yield f"`{header}`: {said}" if said else f"`{header}`"


def _name(node: Node) -> str:
    named = field(node, "name")
    if named is not None:
        return text(named)
    kind, trait = field(node, "type"), field(node, "trait")
    base = text(kind) if kind is not None else ""
    return f"{text(trait)} for {base}" if trait is not None else base


def _flags(scan: _Scan, node: Node, attributes: Sequence[str]) -> Iterator[str]:
    joined = " ".join(attributes)
    if re.search(r"doc\s*\(\s*hidden", joined):
        yield "hidden"
    if "deprecated" in joined:
        yield "deprecated"
    if has_uncompiled(node, scan.holds):
        yield "cfg_off"
    if node.has_error:
        yield "syntax_error"
    if is_unsafe(node):
        yield "unsafe"
    if not _owns_its_lines(scan.source.data, node):
        yield "shares_line"


def has_uncompiled(node: Node, holds: Holds) -> bool:
    """Whether a part of a node stands under a `cfg` of which it is not known that it holds: no compiler has seen it."""
    if b"cfg" not in (node.text or b""):
        return False
    marks = (one for one in walk(node) if one.type in ("attribute_item", "inner_attribute_item"))
    predicates = (predicate for one in marks if (predicate := cfg_predicate(text(one))) is not None)
    return any(holds(one) is not True for one in predicates)


def is_unsafe(node: Node) -> bool:
    """Whether a node is `unsafe`, or holds a block or a function that is."""
    if b"unsafe" not in (node.text or b""):
        return False
    return any(inner.type == "unsafe_block" or (not inner.is_named and inner.type == "unsafe") for inner in walk(node))


def _owns_its_lines(data: bytes, node: Node) -> bool:
    before = data[data.rfind(b"\n", 0, node.start_byte) + 1 : node.start_byte]
    after = data[node.end_byte : (data.find(b"\n", node.end_byte) + 1 or len(data) + 1) - 1]
    return not before.strip() and not after.strip()
