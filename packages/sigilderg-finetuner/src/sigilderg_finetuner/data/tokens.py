"""Turn rows into token ids, once: kept on disk under the digest of all that they depend on.

A table holds the ids of all rows end to end, where each row begins, and where its answer begins; the
answer and the end token are what the loss is taken on. On disk it is four plain arrays and a manifest in
a directory that is renamed into place when complete, and it is read through memory maps.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import typing
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError, MissingError, SigilError
from sigil_common.jsonl import write_json
from sigil_common.manifest import digest_bytes, digest_json
from sigil_common.progress import Progress
from sigilderg_finetuner.data.render import ChatFrame, opening_tokens
from sigilderg_finetuner.data.sources import Row, Source

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)
BATCH = 1_000
_ARRAYS = ("ids", "offsets", "answers")


@dataclass(frozen=True)
class TokenTable:
    """Token ids of rows `0..n-1`; a row whose text could not be tokenised safely has length 0.

    ids: (all tokens,) uint16 or uint32; offsets: (n + 1,) int64; answers: (n,) int64, where in the row
    the answer begins.
    """

    ids: NDArray[Any]
    offsets: NDArray[np.int64]
    answers: NDArray[np.int64]

    def row(self, number: int) -> NDArray[Any]:
        """Return the ids of one row."""
        return self.ids[self.offsets[number] : self.offsets[number + 1]]

    def lengths(self) -> NDArray[np.int64]:
        """Return the number of tokens of every row."""
        return self.offsets[1:] - self.offsets[:-1]


def table_key(source: Source, frame: ChatFrame, tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the digest of all that the tokens of a source depend on."""
    return digest_json([source.sha256, frame.sha256(), tokenizer_sha256(tokenizer)])


def tokenizer_sha256(tokenizer: PreTrainedTokenizerBase) -> str:
    """Return the digest of a fast tokenizer's whole definition."""
    backend: Any = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise InputError("the model's tokenizer has no fast implementation", hint="convert it to tokenizer.json")
    return digest_bytes(backend.to_str().encode())


def load_or_tokenize(
    source: Source, frame: ChatFrame, tokenizer: PreTrainedTokenizerBase, cache_dir: Path | None
) -> TokenTable:
    """Return the table of a source, from the cache where it is there. `cache_dir` None keeps nothing."""
    if cache_dir is None:
        return tokenize(source.rows, frame, tokenizer)
    place = cache_dir / table_key(source, frame, tokenizer)
    if (place / "manifest.json").exists():
        log.info("%s: %s rows already tokenised", source.name, f"{len(source.rows):,}")
        return _open_table(place)
    table = tokenize(source.rows, frame, tokenizer)
    _keep(table, place, {"source": source.name, "source_sha256": source.sha256, "rows": len(source.rows)})
    return table


def tokenize(rows: Sequence[Row], frame: ChatFrame, tokenizer: PreTrainedTokenizerBase) -> TokenTable:
    """Tokenise rows in batches. Rows that contain a special token as text get length 0."""
    import numpy as np

    dtype = np.uint16 if len(tokenizer) <= 1 << 16 else np.uint32
    special = _special_tokens(tokenizer)
    asked, bare = opening_tokens(tokenizer, frame.prompt_text("x")), opening_tokens(tokenizer, "x")
    ids: list[NDArray[Any]] = []
    lengths: list[int] = []
    answers: list[int] = []
    with Progress("tokenising", total=len(rows), unit="rows") as progress:
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            for row, given, wanted in zip(batch, *_encode(batch, frame, tokenizer), strict=True):
                head = (bare if row.prompt is None else asked) + given
                unsafe = special.search(row.text) or special.search(row.prompt or "")
                whole = [] if unsafe else head + wanted
                ids.append(np.asarray(whole, dtype=dtype))
                lengths.append(len(whole))
                answers.append(0 if unsafe else len(head))
            progress.advance(len(batch))
    _check_one_bos(ids, tokenizer)
    offsets = np.concatenate([[0], np.cumsum(lengths, dtype=np.int64)])
    return TokenTable(np.concatenate(ids), offsets, np.asarray(answers, dtype=np.int64))


def _special_tokens(tokenizer: PreTrainedTokenizerBase) -> re.Pattern[str]:
    """Match the text of any control token: in a row it would become the token itself."""
    names = {str(token) for token in tokenizer.all_special_tokens}
    names |= {str(token) for token in tokenizer.added_tokens_decoder.values() if token.special}
    return re.compile("|".join(re.escape(name) for name in sorted(names)) or r"(?!)")


def _encode(
    rows: Sequence[Row], frame: ChatFrame, tokenizer: PreTrainedTokenizerBase
) -> tuple[list[list[int]], list[list[int]]]:
    """Return the ids of prompts and of answers, without any token that the text does not show."""
    end = frame.after
    prompts = [frame.prompt_text(row.prompt) if row.prompt is not None else "" for row in rows]
    answers = [frame.answer_text(row.text) if row.prompt is not None else row.text + end for row in rows]
    return _ids(tokenizer, prompts), _ids(tokenizer, answers)


def _ids(tokenizer: PreTrainedTokenizerBase, texts: list[str]) -> list[list[int]]:
    """Return ids alone: where in a text each token stands would take as long again, as would copies by transformers."""
    backend = typing.cast("Any", tokenizer).backend_tokenizer
    backend.no_padding()
    backend.no_truncation()
    return [one.ids for one in backend.encode_batch_fast(texts, add_special_tokens=False)]


def _check_one_bos(ids: Sequence[NDArray[Any]], tokenizer: PreTrainedTokenizerBase) -> None:
    """Raise when a row opens with two BOS tokens, which a template tokenised twice would give."""
    bos = tokenizer.bos_token_id
    if bos is not None and any(len(row) > 1 and row[0] == bos and row[1] == bos for row in ids):
        raise SigilError("a row begins with two BOS tokens")


def _keep(table: TokenTable, place: Path, about: dict[str, Any]) -> None:
    """Write a table; the manifest goes last and the directory is renamed, so what is there is whole."""
    import numpy as np

    draft = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        draft.mkdir(parents=True, exist_ok=True)
        for name in _ARRAYS:
            np.save(draft / f"{name}.npy", getattr(table, name))
        sums = {name: _checksum(getattr(table, name)) for name in _ARRAYS}
        write_json(draft / "manifest.json", {**about, "tokens": int(table.offsets[-1]), "crc32": sums})
        if not place.exists():
            draft.rename(place)
    except OSError as error:
        raise MissingError(
            f"cannot keep tokenised data in {place.parent}",
            cause=error.strerror or str(error),
            hint="set `dataset.cache_dir`, or `dataset.use_cache: false`",
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _open_table(place: Path) -> TokenTable:
    import numpy as np

    try:
        arrays = {name: np.load(place / f"{name}.npy", mmap_mode="r") for name in _ARRAYS}
        known = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
        expected, sums = known["tokens"], dict(known.get("crc32", {}))  # caches of before have no checksums
        ends = int(arrays["offsets"][-1])
    except (OSError, EOFError, ValueError, KeyError, TypeError, IndexError) as error:
        raise InputError(f"{place}: damaged token cache", cause=str(error), hint=f"remove {place}") from None
    if not ends == len(arrays["ids"]) == expected or len(arrays["offsets"]) != len(arrays["answers"]) + 1:
        raise InputError(f"{place}: damaged token cache", cause="lengths do not agree", hint=f"remove {place}")
    if changed := [name for name, array in arrays.items() if name in sums and _checksum(array) != sums[name]]:
        raise InputError(f"{place}: damaged token cache", cause=f"{changed[0]}.npy has changed", hint=f"remove {place}")
    return TokenTable(**arrays)


def _checksum(array: NDArray[Any]) -> int:
    return zlib.crc32(array.data.cast("B")) if array.size else 0
