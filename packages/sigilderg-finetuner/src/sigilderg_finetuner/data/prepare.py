"""From source rows to examples: filter, divide, tokenise, count. What is left out is counted and said."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sigil_common.errors import InputError
from sigil_common.manifest import digest_json
from sigil_common.seeds import derive_seed
from sigilderg_finetuner.data.batches import Examples
from sigilderg_finetuner.data.mix import Group
from sigilderg_finetuner.data.quality import select_rows
from sigilderg_finetuner.data.render import ChatFrame
from sigilderg_finetuner.data.sources import Row, Source, read_source
from sigilderg_finetuner.data.tokens import TokenTable, load_or_tokenize
from sigilderg_finetuner.settings import DatasetSettings, Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from transformers import PreTrainedTokenizerBase

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Chosen:
    """One source and the numbers of its rows that are learned from and validated on."""

    source: Source
    train: list[int]
    val: list[int]
    left_out: Counter[str]


@dataclass
class Part:
    """Examples of one split, with the groups that the plan mixes."""

    examples: Examples
    groups: list[Group] = field(default_factory=list)

    def tasks(self) -> list[str]:
        """Return of which kind of task each example is; empty where its row does not say."""
        return [task or "" for group in self.groups for task in group.tasks]


def read_data(settings: DatasetSettings) -> list[Chosen]:
    """Read and filter all sources; needs no torch. Raises `InputError` when no row is left to learn from."""
    chosen = [_choose(_read(name, settings), settings) for name in settings.names]
    if not any(one.train for one in chosen):
        raise InputError(
            "no training rows are left after filtering",
            cause="; ".join(f"{one.source.name}: {describe(one.left_out) or 'only validation rows'}" for one in chosen),
            hint="loosen the filters under `dataset`",
        )
    unweighted = [name for name in settings.names if name not in settings.dataset_weights]
    if settings.dataset_weights and unweighted:
        log.warning("`dataset.dataset_weights` lacks %s: 1.0 is taken", ", ".join(f"`{name}`" for name in unweighted))
    if settings.task_weights and not any(one.source.rows[i].task for one in chosen for i in one.train):
        log.warning("`dataset.task_weights` change nothing: no row says of which task it is (`_task_type`)")
    if again := duplicates(chosen):
        log.info("%s rows to learn from are exact duplicates of others, and are learned as often", f"{again:,}")
    if not any(one.val for one in chosen):
        log.warning("no validation rows: mark some with `split: val`, or set `dataset.val_ratio`")
    return chosen


_NOT_MADE = "`sigil-pipeline --output FILE` makes one; `--set dataset.names=[local:FILE]` names another"


def _read(name: str, settings: DatasetSettings) -> Source:
    try:
        return read_source(name, hub_rows=settings.hub_rows)
    except InputError as error:
        if not error.what.startswith(("no such file", "cannot read")):
            raise
        hint = error.hint or (_NOT_MADE if error.what.startswith("no such file") else None)
        raise InputError(f"`dataset.names`: {error.what}", cause=error.cause, hint=hint) from None


def duplicates(chosen: list[Chosen]) -> int:
    """Return how many rows to learn from repeat another one, prompt and answer, to the letter."""
    rows = [one.source.rows[number] for one in chosen for number in one.train]
    return len(rows) - len({(row.prompt, row.text) for row in rows})


def data_sha256(chosen: list[Chosen]) -> str:
    """Return the digest of the exact contents of all sources, in their order."""
    return digest_json([one.source.sha256 for one in chosen])


def describe(reasons: Counter[str]) -> str:
    """Return counted reasons for a human, the most frequent first."""
    return ", ".join(f"{count:,} {reason}" for reason, count in sorted(reasons.items(), key=lambda x: (-x[1], x[0])))


def _choose(source: Source, settings: DatasetSettings) -> Chosen:
    kept, reasons = select_rows(source.rows, settings)
    held_out = {number for number in kept if _is_held_out(source, number, settings)}
    train = [number for number in kept if number not in held_out]
    log.info(
        "%s: %s rows, %s to learn from, %s to validate on%s",
        source.name,
        f"{len(source.rows):,}",
        f"{len(train):,}",
        f"{len(held_out):,}",
        f"; left out: {describe(reasons)}" if reasons else "",
    )
    return Chosen(source, train, sorted(held_out), reasons)


def _is_held_out(source: Source, number: int, settings: DatasetSettings) -> bool:
    """Follow the row's own `split`; without one, hold out whole crates by their name."""
    row: Row = source.rows[number]
    if row.split is not None:
        return row.split == "val"
    draw = derive_seed(settings.shuffle_seed, "val", row.crate or number) / 2**63
    return draw < settings.val_ratio


def prepare(
    chosen: list[Chosen], frame: ChatFrame, tokenizer: PreTrainedTokenizerBase, settings: Settings
) -> tuple[Part, Part]:
    """Tokenise all sources and return the examples to learn from and to validate on."""
    cache = settings.dataset.cache_dir if settings.dataset.use_cache else None
    tables = [load_or_tokenize(one.source, frame, tokenizer, cache) for one in chosen]
    train, left_out = _part(tables, chosen, [one.train for one in chosen], settings)
    val, _ = _part(tables, chosen, [_some(one, settings) for one in chosen], settings)
    if not len(train.examples):
        raise InputError(
            "no training rows are left after the length filters",
            cause="; ".join(left_out),
            hint="see `dataset.min_length` and `train.max_seq_len`",
        )
    return train, val


def _some(one: Chosen, settings: Settings) -> list[int]:
    """Return at most `train.val_rows` validation rows, chosen by seed and not by place."""
    wanted = settings.train.val_rows or len(one.val)
    ranked = sorted(one.val, key=lambda number: derive_seed(settings.dataset.shuffle_seed, "val row", number))
    return sorted(ranked[:wanted])


def _part(
    tables: list[TokenTable], chosen: list[Chosen], rows: list[list[int]], settings: Settings
) -> tuple[Part, list[str]]:
    """Return the examples of these rows, and for each source what was left out or cut."""
    import numpy as np

    columns: dict[str, list[NDArray[np.int64]]] = {name: [] for name in ("source", "row", "length", "answer")}
    groups: list[Group] = []
    said: list[str] = []
    count = 0
    for number, (table, one, wanted) in enumerate(zip(tables, chosen, rows, strict=True)):
        name = one.source.name
        kept, lengths, reasons = _fitting(name, table, np.asarray(wanted, dtype=np.int64), settings)
        if reasons:
            said.append(f"{name}: by length: {describe(reasons)}")
            log.info("%s", said[-1])
        of = [one.source.rows[i] for i in kept]
        examples = range(count, count + len(kept))
        groups.append(Group(one.source.name, examples, [row.task for row in of], [row.weight for row in of]))
        count += len(kept)
        columns["source"].append(np.full(len(kept), number, dtype=np.int64))
        columns["row"].append(kept)
        columns["length"].append(lengths)
        columns["answer"].append(np.asarray(table.answers[kept]))
    joined: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Part(Examples(tables, **joined), groups), said


def _fitting(
    name: str, table: TokenTable, rows: NDArray[np.int64], settings: Settings
) -> tuple[NDArray[np.int64], NDArray[np.int64], Counter[str]]:
    """Apply the length rules; return kept rows, their lengths, and counts of what was dropped or cut."""
    import numpy as np

    data, limit = settings.dataset, settings.train.max_seq_len
    length = table.lengths()[rows]
    reasons: Counter[str] = Counter()
    keep = np.ones(len(rows), dtype=bool)

    def drop(mask: NDArray[np.bool_], reason: str) -> None:
        if count := int((keep & mask).sum()):
            reasons[reason] = count
        keep[mask] = False

    drop(length == 0, "with control tokens as text left out")
    drop(length < data.min_length, f"shorter than {data.min_length:,} tokens left out")
    drop(length > data.max_length, f"longer than {data.max_length:,} tokens left out")
    over = length > limit
    if data.overlong == "refuse" and (keep & over).any():
        first = int(rows[keep & over][0])
        raise InputError(
            f"{name}: row {first + 1} has {int(table.lengths()[first]):,} tokens, `train.max_seq_len` is {limit:,}"
        )
    if data.overlong == "drop":
        drop(over, f"longer than train.max_seq_len ({limit:,}) left out")
    elif count := int((keep & over).sum()):
        reasons[f"longer than train.max_seq_len ({limit:,}) cut"] = count
    length = np.minimum(length, limit)
    drop(length <= np.maximum(1, table.answers[rows]), "with no answer left after cutting left out")
    if data.max_answer_length is not None:
        learned = length - np.maximum(1, table.answers[rows])
        drop(learned > data.max_answer_length, f"with answers above {data.max_answer_length:,} tokens left out")
    return rows[keep], length[keep], reasons
