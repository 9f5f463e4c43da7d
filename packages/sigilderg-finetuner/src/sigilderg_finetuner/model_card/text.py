"""Head and sections of a model card, with no figure typed by hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sigilderg_finetuner.model_card.base import Base
from sigilderg_finetuner.model_card.left import CURVE, HYPERPARAMETERS, Left

if TYPE_CHECKING:
    from sigil_common.records import Comparison

_LIMITS = (
    "It writes Rust and little else. It learned from published crates, so it repeats their habits and may "
    "repeat their mistakes; what it writes must be compiled, tested and read before it is used."
)
_USE_ADAPTER = """```python
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{own}")
model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained("{base}"), "{own}")
```"""
_USE_MODEL = """```python
from transformers import AutoModelForCausalLM, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("{own}")
model = AutoModelForCausalLM.from_pretrained("{own}")
```"""


def card_text(left: Left, base: Base, *, name: str, own: str, comparison: Comparison | None, merged: bool) -> str:
    """Return the card; `own` is where the model is found, `merged` says that it is a whole model and no adapter."""
    merged = merged or left.settings["lora"] is None
    use = (_USE_MODEL if merged else _USE_ADAPTER).format(base=base.hub_name or left.info.base_model, own=own)
    parts = [
        _head(left, base, name, comparison, merged=merged),
        _title(left, base, name, merged=merged),
        _section("How to use it", use),
        _section("Prompt format", _prompt_format(left.data)) if left.data and "frame" in left.data else None,
        _section("Training data", _data(left)),
        _section("Hyperparameters", _table(_flat({key: left.settings[key] for key in HYPERPARAMETERS}))),
        _section("Course of training", _course(left)),
        _section("Evaluation", _evaluation(comparison)),
        _section("Limits", _LIMITS),
        _section("Made with", _table(dict(sorted(left.info.versions.items())))),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(left: Left, base: Base, name: str, comparison: Comparison | None, *, merged: bool) -> str:
    import yaml

    kind = [] if left.settings["lora"] is None else ["lora"]
    kind += ["qlora"] if left.info.quantization == "nf4" else []
    head = {
        "base_model": base.hub_name,
        "base_model_relation": "finetune" if merged else "adapter",
        "library_name": "transformers" if merged else "peft",
        "pipeline_tag": "text-generation",
        "license": base.licence,
        "language": ["en"],
        "tags": ["rust", "code", *kind],
        "datasets": _hub_datasets(left.settings["dataset"]["names"]),
        "model-index": None if comparison is None else [_index(name, comparison)],
    }
    known = {key: value for key, value in head.items() if value}
    if base.hub_name is None:
        known.pop("base_model_relation")
    return f"---\n{yaml.safe_dump(known, sort_keys=False)}---"


def _hub_datasets(names: list[str]) -> list[str]:
    return [name.partition("@")[0] for name in names if ":" not in name]


def _index(name: str, comparison: Comparison) -> dict[str, Any]:
    """Return the results in the form that the hub keeps them in: rates from 0 to 1, by problem set."""
    results = []
    for problem_set in dict.fromkeys(row.set for row in comparison.metrics):
        metrics = [
            {"type": row.metric, "value": row.tuned, "name": f"{row.metric}, policy {row.policy}"}
            for row in comparison.metrics
            if row.set == problem_set
        ]
        place = {"type": re.sub(r"\W+", "-", problem_set).strip("-").lower(), "name": problem_set}
        results.append({"task": {"type": "text-generation"}, "dataset": place, "metrics": metrics})
    return {"name": name, "results": results}


def _title(left: Left, base: Base, name: str, *, merged: bool) -> str:
    info = left.info
    kind = "A model made by merging a LoRA adapter into" if merged else "A LoRA adapter for"
    kind = "All weights of" if left.settings["lora"] is None else kind
    built = " Built with Llama." if (base.licence or "").startswith("llama") else ""
    return (
        f"# {name}\n\n{kind} `{base.hub_name or info.base_model}` (revision `{info.base_revision}`), trained by "
        f"sigilderg-finetuner on Rust instructions for {info.step:,} optimizer steps.{built}"
    )


def _section(title: str, text: str) -> str:
    return f"## {title}\n\n{text}"


def _prompt_format(data: dict[str, Any]) -> str:
    frame = data["frame"]
    text = f"{frame['before']}{{prompt}}{frame['between']}{{answer}}{frame['after']}"
    fence = "`" * (max((len(run) for run in re.findall("`+", text)), default=2) + 1 if "```" in text else 3)
    return f"What the tokenizer's chat template writes, and what was learned from:\n\n{fence}text\n{text}\n{fence}"


def _data(left: Left) -> str:
    data = left.settings["dataset"]
    digest = f"Digest of all contents: `{left.info.data_sha256}`. Mixed `{data['interleave_mode']}`."
    if left.data is None:
        return "\n".join(f"- `{name}`" for name in data["names"]) + f"\n\n{digest}"
    lines = ["| source | rows | tokens | of these learned |", "|---|---|---|---|"]
    lines += [
        f"| `{one['name']}` | {one['rows']:,} | {one['tokens']:,} | {one['learned_tokens']:,} |"
        for one in left.data["sources"]
    ]
    return "\n".join(lines) + f"\n\nIn one pass over the data. {digest}"


def _course(left: Left) -> str:
    validated = [row for row in left.metrics if "val_loss" in row]
    trained = [row for row in left.metrics if "train_loss" in row]
    rows = {
        f"validation loss at step {row['step']:,}": f"{row['val_loss']:.4f}" for row in validated[:1] + validated[-1:]
    }
    if trained:
        last = trained[-1]
        rows[f"training loss at step {last['step']:,}"] = f"{last['train_loss']:.4f}"
        rows["tokens"] = f"{last['tokens']:,}"
        rows["tokens that the loss was taken on"] = f"{last['labelled_tokens']:,}"
    compute = left.info.compute
    if compute:
        rows["hardware"] = f"{compute.get('name', compute.get('device'))} ({compute.get('instructions')})"
        rows["number type"] = compute.get("dtype", "")
    if left.seconds is not None:
        rows["time of the steps"] = _duration(left.seconds)
    curve = f"\n\n![training and validation loss]({CURVE})" if left.curve is not None else ""
    return _table(rows) + "\n\nLosses are in nats per token of the answers." + curve


def _duration(seconds: float) -> str:
    hours, rest = divmod(round(seconds), 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {left} s"


def _evaluation(comparison: Comparison | None) -> str:
    if comparison is None:
        return "Not evaluated here. `sigilderg-lambda run` compares it with its base."
    lines = ["| problems | measure | base | this model | difference |", "|---|---|---|---|---|"]
    for row in comparison.metrics:
        what = f"**{row.metric}**" if row.primary else row.metric
        between = f"{100 * row.interval.low:+.1f} to {100 * row.interval.high:+.1f}"
        lines.append(
            f"| {row.problems} of {row.set} | {what}, policy {row.policy} | {row.base:.1%} | {row.tuned:.1%} "
            f"| {100 * row.difference:+.1f} ({between}) |"
        )
    return "\n".join(lines) + f"\n\nIntervals of {comparison.confidence:.0%}, in points; the primary measure is bold."


def _table(rows: dict[str, Any]) -> str:
    lines = [f"| {key} | {value} |" for key, value in rows.items()]
    return "\n".join(["| | |", "|---|---|", *lines])


def _flat(value: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, item in value.items():
        if isinstance(item, dict) and item:
            flat |= _flat(item, f"{prefix}{key}.")
        else:
            flat[f"`{prefix}{key}`"] = ", ".join(map(str, item)) if isinstance(item, list) else item
    return flat
