"""JSONL to Parquet and back, without loss of a value.

A column holds strings, numbers, truth values or lists of them; anything else is refused, with the line
that holds it. Parquet cannot tell an absent field from a null one, so every row has every field on the way
back, null where it had none, as in what the pipeline writes.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sigil_common import cli, jsonl
from sigil_common.errors import InputError, MissingError
from sigil_pipeline.output.columns import column_types

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_PER_GROUP = 10_000


def to_parquet(source: Path, target: Path) -> int:
    """Write all rows of a JSONL file as Parquet (zstd); return their number."""
    pq = _pyarrow_parquet()
    schema = _schema(source)
    count = 0
    with jsonl.atomic_write(target) as out, pq.ParquetWriter(out, schema, compression="zstd") as writer:
        for group in _groups(source):
            writer.write_batch(_batch(group, schema))
            count += len(group)
    return count


def to_jsonl(source: Path, target: Path) -> int:
    """Write all rows of a Parquet file as JSON Lines; return their number."""
    pq = _pyarrow_parquet()
    try:
        file = pq.ParquetFile(source)
    except FileNotFoundError:
        raise InputError(f"no such file: {source}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{source}: not a Parquet file", cause=str(error).split("\n")[0]) from None
    with file:
        rows = (row for batch in file.iter_batches(_ROWS_PER_GROUP) for row in batch.to_pylist())
        return jsonl.write_jsonl(target, rows)


def _pyarrow_parquet() -> Any:
    try:
        import pyarrow.parquet as pq
    except ImportError:
        raise MissingError("pyarrow is not installed", hint="pip install 'sigil-pipeline[parquet]'") from None
    return pq


def _schema(source: Path) -> pa.Schema:
    import pyarrow as pa

    types: dict[str, pa.DataType] = {}
    for number, row in jsonl.read_objects(source):
        for key, value in row.items():
            kind = _kind(value, f"{source}:{number}: field `{key}`")
            types[key] = _common(types.get(key, pa.null()), kind, f"{source}:{number}: field `{key}`")
    # The order of the pipeline's own rows, then of first appearance.
    known = _known_types()
    order = list(known)
    names = sorted(types, key=lambda name: order.index(name) if name in known else len(known))
    usual = {name: known.get(name, pa.string()) for name in names}
    return pa.schema([(name, usual[name] if pa.types.is_null(types[name]) else types[name]) for name in names])


def _known_types() -> dict[str, pa.DataType]:
    """Return the types of the pipeline's own columns: one that is null in all of a shard has them, too."""
    import pyarrow as pa

    types = {"string": pa.string(), "bool": pa.bool_(), "float64": pa.float64(), "list": pa.list_(pa.int64())}
    return {name: types[kind] for name, kind in column_types().items()}


def _kind(value: Any, where: str) -> pa.DataType:
    import pyarrow as pa

    simple = {str: pa.string(), bool: pa.bool_(), int: pa.int64(), float: pa.float64(), type(None): pa.null()}
    if type(value) in simple:
        return simple[type(value)]
    if isinstance(value, list):
        kind = pa.null()
        for item in value:
            kind = _common(kind, _kind(item, where), where)
        return pa.list_(kind)
    raise InputError(f"{where}: a {type(value).__name__} has no place in a table", hint="flatten it first")


def _common(first: pa.DataType, second: pa.DataType, where: str) -> pa.DataType:
    import pyarrow as pa

    if pa.types.is_null(first) or first == second:
        return second
    if pa.types.is_null(second):
        return first
    if {first, second} == {pa.int64(), pa.float64()}:
        return pa.float64()
    if pa.types.is_list(first) and pa.types.is_list(second):
        return pa.list_(_common(first.value_type, second.value_type, where))
    raise InputError(f"{where}: is {second} here and {first} before")


def _groups(source: Path) -> Iterator[list[dict[str, Any]]]:
    group: list[dict[str, Any]] = []
    for _, row in jsonl.read_objects(source):
        group.append(row)
        if len(group) == _ROWS_PER_GROUP:
            yield group
            group = []
    if group:
        yield group


def _batch(rows: list[dict[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    import pyarrow as pa

    columns = [pa.array([row.get(name) for row in rows], type=schema.field(name).type) for name in schema.names]
    return pa.record_batch(columns, schema=schema)


@cli.command(name="convert_jsonl_to_parquet")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@cli.common_options
def to_parquet_command(source: Path, target: Path) -> None:
    """Convert the JSONL file SOURCE to the Parquet file TARGET."""
    click.echo(f"{to_parquet(source, target)} rows")


@cli.command(name="convert_parquet_to_jsonl")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
@cli.common_options
def to_jsonl_command(source: Path, target: Path) -> None:
    """Convert the Parquet file SOURCE to the JSONL file TARGET."""
    click.echo(f"{to_jsonl(source, target)} rows")
