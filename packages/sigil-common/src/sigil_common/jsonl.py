r"""JSON Lines: streaming read with line numbers, atomic write, and a journal that survives kill -9.

Files are UTF-8. A byte order mark, CRLF line ends and blank lines are accepted on reading; writing is
always plain `\n`. Names that end in `.gz` are compressed. Lines are split at `\n` only: U+2028 and
its like are ordinary characters inside JSON strings. An object that names a field twice is refused, here and in files
that are one record: readers of JSON do not agree on which of the values it has.
"""

from __future__ import annotations

import gzip
import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, TypeVar, cast

from sigil_common.errors import InputError, MissingError

if TYPE_CHECKING:
    from pydantic import BaseModel

    M = TypeVar("M", bound=BaseModel)


def dumps(value: object) -> str:
    """Return one line of JSON, keys in the order given, non-ASCII text kept readable.

    Lone surrogates cannot be written as UTF-8, so a value that holds one is escaped instead.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if is_unicode(text) else json.dumps(value, ensure_ascii=True, allow_nan=False)


def is_unicode(text: str) -> bool:
    """Tell whether a text can be written as UTF-8: JSON can also hold half of a character, a lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def read_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield `(line number, object)` for every non-blank line; raise `InputError` naming file and line."""
    for number, raw in read_lines(path):
        yield number, parse_object(raw, f"{path}:{number}")


def parse_object(raw: bytes, where: str) -> dict[str, Any]:
    """Return the JSON object of one line; raise `InputError` that begins with `where`."""
    try:
        value = _decode(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(f"{where}: not UTF-8", cause=f"byte {error.start + 1}: {error.reason}") from None
    except _GivenTwiceError as error:
        raise InputError(f"{where}: field `{error}` is given twice") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{where}: not JSON", cause=str(error), hint="each line must be one JSON object") from None
    if not isinstance(value, dict):
        raise InputError(f"{where}: expected a JSON object, got {type(value).__name__}")
    return value


class _GivenTwiceError(ValueError):
    """An object has two values for the name that this shows."""


def _object(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(fields)
    if len(found) != len(fields):
        counts = Counter(name for name, _ in fields)
        raise _GivenTwiceError(next(name for name, count in counts.items() if count > 1))
    return found


_decode = json.JSONDecoder(object_pairs_hook=_object).decode


def read_models(path: Path, model: type[M], hint: str | None = None) -> Iterator[tuple[int, M]]:
    """Yield `(line number, record)`, each line validated against `model`; `hint` tells what to do about a wrong one."""
    return validated(read_objects(path), path, model, hint)


def validated(
    rows: Iterable[tuple[int, dict[str, Any]]], path: Path, model: type[M], hint: str | None = None
) -> Iterator[tuple[int, M]]:
    """Yield what `read_models` does, of `rows` that were read from `path` and maybe changed since."""
    from pydantic import ValidationError

    for number, value in rows:
        try:
            yield number, model.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "(whole line)"
            message = first["msg"].removeprefix("Value error, ")
            raise InputError(f"{path}:{number}: field `{field}`: {message}", hint=hint) from None


def read_record(path: Path, model: type[M], hint: str | None = None) -> M:
    """Return the record that is the whole of a JSON file; raise `InputError` that names the file and what is wrong."""
    try:
        return record_of(path.read_bytes(), model)
    except OSError as error:
        raise InputError(f"cannot read {path}", cause=error.strerror, hint=hint) from None
    except ValueError as error:
        raise InputError(f"{path}: not a {model.__name__} file", cause=wrong_in(error), hint=hint) from None


def record_of(raw: bytes, model: type[M]) -> M:
    """Return the record that a whole JSON text is; raise `ValueError`, which `wrong_in` puts into words."""
    record = model.model_validate_json(raw)
    try:
        _decode(raw.decode("utf-8"))
    except _GivenTwiceError as error:
        raise ValueError(f"field `{error}` is given twice") from None
    return record


def wrong_in(error: ValueError) -> str:
    """Return what is wrong with a text that `record_of` refused, in one line."""
    from pydantic import ValidationError

    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    field, message = ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")
    return f"field `{field}`: {message}" if field else message


def write_jsonl(path: Path, rows: Iterable[dict[str, Any]]) -> int:
    """Write all rows under a temporary name, then rename; return their number."""
    count = 0
    with atomic_write(path) as out:
        for row in rows:
            out.write((dumps(row) + "\n").encode())
            count += 1
    return count


def write_text(path: Path, text: str) -> None:
    """Replace `path` by `text` in one step."""
    with atomic_write(path) as out:
        out.write(text.encode())


def write_json(path: Path, value: object) -> None:
    """Replace `path` by `value` as indented JSON in one step."""
    write_text(path, json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


@contextmanager
def atomic_write(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path`; rename it to `path` when the block ends without an error."""
    temporary = _temporary(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as raw:
            if path.suffix == ".gz":
                # mtime 0 and no name: the same rows always give the same bytes.
                with gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
                    yield cast("IO[bytes]", packed)
            else:
                yield raw
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise MissingError(f"cannot write {path}", cause=error.strerror or str(error)) from error
    finally:
        with suppress(OSError):  # the folder itself may be what cannot be written
            temporary.unlink(missing_ok=True)


def probe(path: Path) -> None:
    """Raise `MissingError` where `atomic_write` could not write `path`, or would put a file in a device's place."""
    temporary = _temporary(path)
    try:
        if path.exists() and not path.is_file():
            raise OSError("it is no regular file")
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.touch()
        temporary.unlink()
    except OSError as error:
        raise MissingError(f"cannot write {path}", cause=error.strerror or str(error)) from error


def _temporary(path: Path) -> Path:
    # Machines that share a directory have processes of the same number.
    return path.with_name(f".{path.name}.{os.getpid()}-{os.urandom(4).hex()}.tmp")


class Journal:
    """An append-only JSONL file, one flushed line per finished piece of work.

    Opening it drops a torn last line, which is all that kill -9 can leave behind, so `rows` and later
    appends see whole records only.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._drop_torn_line()
            self._out = path.open("ab")
        except OSError as error:
            raise MissingError(f"cannot write {path}", cause=error.strerror or str(error)) from error

    def _drop_torn_line(self) -> None:
        if not self.path.exists():
            return
        data = self.path.read_bytes()
        if data and not data.endswith(b"\n"):
            os.truncate(self.path, data.rfind(b"\n") + 1)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the records written so far, by this process or an earlier one."""
        self._out.flush()
        for _, row in read_objects(self.path):
            yield row

    def append(self, row: dict[str, Any]) -> None:
        """Write one record and hand it to the operating system."""
        try:
            self._out.write((dumps(row) + "\n").encode())
            self._out.flush()
        except OSError as error:
            raise MissingError(f"cannot write {self.path}", cause=error.strerror or str(error)) from error

    def close(self) -> None:
        """Close the file."""
        self._out.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()


def read_lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield `(line number, line)` for every non-blank line, whatever it holds."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as source:
            for number, raw in enumerate(source, start=1):
                line = raw.removeprefix(b"\xef\xbb\xbf") if number == 1 else raw
                if line.strip():
                    yield number, line
    except FileNotFoundError:
        raise InputError(f"no such file: {path}") from None
    except (OSError, EOFError) as error:
        raise InputError(f"cannot read {path}", cause=str(error)) from error
