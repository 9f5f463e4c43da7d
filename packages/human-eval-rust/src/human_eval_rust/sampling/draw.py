"""Draw completions: one request for each problem and sample, in fixed batches, kept as they come.

Every completion has a seed of its own, derived from the run's seed, the task and the sample's number but
not from the model, so two models are drawn with the same random numbers. Batches are the same whether a
run was interrupted or not, so a continued run ends with the same bytes.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

from human_eval_rust.problems.files import load, locate
from human_eval_rust.sampling import prompt, samplers
from human_eval_rust.sampling.earlier import Earlier
from human_eval_rust.sampling.settings import ModelSettings, SampleSettings
from sigil_common.errors import InputError
from sigil_common.jsonl import Journal, probe, write_json, write_jsonl
from sigil_common.lock import only_run
from sigil_common.manifest import digest_file, digest_json
from sigil_common.progress import Progress
from sigil_common.records import Completion, Problem
from sigil_common.seeds import derive_seed
from sigil_common.settings import to_mapping

log = logging.getLogger(__name__)
STOP_RULE = "end token, closed function, or max_new_tokens"
Rows = dict[tuple[str, int], dict[str, Any]]

# Settings that say where things are or how work is done, not what is drawn.
# Samplers describe for themselves which file or model of a server they take.
_PLACES = frozenset(
    "output problem_file model base_model base_revision canned earlier overwrite planned_minutes".split()
    + "base_url served_model vllm in_flight".split()
)


def generate(settings: SampleSettings) -> dict[str, Any]:
    """Draw all completions that are not there yet; return what the command prints."""
    check(settings)
    files = [locate(file) for file in settings.problem_file] or [locate(None)]
    chosen = choose(load_all(files), settings)
    requests = plan(chosen, settings)
    described = description(settings, files, samplers.describe(settings))
    earlier = earlier_samples(settings, described)
    result = {"samples": str(settings.output), "completions": len(requests), "problems": len(chosen)}
    if is_finished(settings.output, described["fingerprint"], overwrite=settings.overwrite):
        log.info("skipped: %s is already drawn with these settings", settings.output)
        return result
    with only_run(settings.output.with_name(f".{settings.output.name}.lock"), settings.output):
        probe(settings.output)
        rows = earlier.rows if earlier is not None else {}
        further = [one for one in requests if (one.task_id, one.sample_index) not in rows]
        if earlier is not None and not further:
            described |= earlier.drawn_by
        else:
            with samplers.open_sampler(settings) as sampler:
                described |= {"ran_on": sampler.ran_on, **sampler.identity}
                if earlier is not None:
                    earlier.require_same_machine(described)
                rows = rows | draw_missing(further, sampler, described, settings)
        order = ((problem.task_id, i) for problem in chosen for i in range(settings.n_samples))
        write_jsonl(settings.output, (rows[key] for key in order))
        write_json(manifest_path(settings.output), described)
        journal_path(settings.output).unlink(missing_ok=True)
    return result


def earlier_samples(settings: SampleSettings, described: dict[str, Any]) -> Earlier | None:
    """Return the samples that are there already, if any are named, and put their digest into what is described."""
    if settings.earlier is None:
        return None
    earlier = Earlier(settings.earlier, described, manifest_path(settings.earlier))
    described["earlier_sha256"] = earlier.digest
    described["fingerprint"] = digest_json([described["fingerprint"], earlier.digest])
    return earlier


def check(settings: SampleSettings) -> None:
    """Raise `InputError` for settings that are fine alone and wrong together."""
    if settings.temperature == 0 and settings.n_samples > 1:
        raise InputError(
            f"--temperature 0 gives the same completion {settings.n_samples} times",
            hint="use --n-samples 1, or --greedy-first with a temperature above 0",
        )


def load_all(files: Sequence[Path]) -> dict[str, Problem]:
    """Read problem files one after the other; raise `InputError` for a task id in two of them."""
    known: dict[str, Problem] = {}
    for file in files:
        for task, problem in load(file).items():
            if task in known:
                raise InputError(f"{file}: task id `{task}` occurs in another problem file too")
            known[task] = problem
    return known


def choose(known: dict[str, Problem], settings: ModelSettings) -> list[Problem]:
    """Return the problems that `--task-id` and `--limit` leave, in file order."""
    for task in settings.task_id:
        if task not in known:
            raise InputError(f"--task-id: no problem `{task}`", hint=f"task ids look like `{next(iter(known))}`")
    chosen = [problem for task, problem in known.items() if not settings.task_id or task in settings.task_id]
    return chosen[: settings.limit]


def plan(chosen: Sequence[Problem], settings: SampleSettings) -> list[samplers.Request]:
    """Return the requests in the order of drawing: prompts of like length together, to waste little padding."""
    requests = []
    for problem in sorted(chosen, key=lambda item: (len(item.prompt), item.task_id)):
        instruction, opening = prompt.asked(problem, settings.prompt_style)
        for index in range(settings.n_samples):
            seed = derive_seed(settings.seed, problem.task_id, index)
            greedy = settings.greedy_first and index == 0
            temperature = 0.0 if greedy else settings.temperature
            requests.append(samplers.Request(problem.task_id, index, seed, temperature, instruction, opening))
    return requests


def batches(requests: Sequence[samplers.Request], size: int) -> Iterator[Sequence[samplers.Request]]:
    """Cut the requests into batches of nearly one size, `size` at most.

    A CPU draws two at a time (docs/adr/0064), so there is an even number of them, or one. Every device has the same.
    """
    count = -(-len(requests) // size)
    if count > 1 and count % 2 and count < len(requests):
        count += 1
    cuts = [number * len(requests) // count for number in range(count + 1)] if count else []
    for start, end in pairwise(cuts):
        yield requests[start:end]


def description(settings: SampleSettings, files: Sequence[Path], sampler: dict[str, Any]) -> dict[str, Any]:
    """Return what the samples are drawn with; `fingerprint` covers all that decides their text."""
    decisive = {
        "settings": {key: value for key, value in to_mapping(settings).items() if key not in _PLACES},
        "problems": [{"name": file.name, "sha256": digest_file(file)} for file in files],
        "prompt_template_sha256": prompt.template_digest(settings.prompt_style),
        "stop_rule": STOP_RULE,
        "sampler": sampler,
    }
    place = {} if settings.base_url is None else {"base_url": settings.base_url}
    return {**decisive, "fingerprint": digest_json(decisive), **place}


def manifest_path(output: Path) -> Path:
    """Return where the description of a samples file stands."""
    return output.with_name(f"{output.name}.manifest.json")


def journal_path(output: Path) -> Path:
    """Return where completions are kept while a run is not finished."""
    return output.with_name(f".{output.name}.journal")


def is_finished(output: Path, fingerprint: str, *, overwrite: bool) -> bool:
    """Tell whether the output is there, made with the same settings; refuse to replace another run's."""
    if not output.exists():
        return False
    try:
        known = json.loads(manifest_path(output).read_text(encoding="utf-8")).get("fingerprint")
    except (OSError, ValueError, AttributeError):
        known = None
    if known == fingerprint:
        return True
    # A run that was stopped between writing the output and its manifest has its journal still.
    if overwrite or journal_path(output).exists():
        return False
    raise InputError(
        f"{output} exists, made with other settings or another model",
        hint="choose another --output, or add --overwrite",
    )


def draw_missing(
    requests: Sequence[samplers.Request],
    sampler: samplers.Sampler,
    described: dict[str, Any],
    settings: SampleSettings,
) -> Rows:
    """Draw the batches that an earlier run did not finish; return all rows."""
    with Journal(journal_path(settings.output)) as journal:
        header = {key: described[key] for key in ("fingerprint", "ran_on", *sampler.identity)}
        known = known_rows(journal, header, overwrite=settings.overwrite)
        rows: Rows = {(row["task_id"], row["sample_index"]): row for row in known}
        if rows:
            log.info("resumed %s of %s completions", f"{len(rows):,}", f"{len(requests):,}")
        todo = [
            batch
            for batch in batches(requests, settings.batch_size)
            if not all((item.task_id, item.sample_index) in rows for item in batch)
        ]
        # Closed at once where a row cannot be kept: what is still at work would be drawn for nothing.
        with (
            _progress(len(requests), sum(map(len, todo)), settings) as progress,
            closing(sampler.draw(todo)) as written,
        ):
            for batch, answers in zip(todo, written, strict=True):
                for item, drawn in zip(batch, answers, strict=True):
                    row = completion(item, drawn, described)
                    journal.append(row)
                    rows[item.task_id, item.sample_index] = row
                progress.advance(len(batch))
    return rows


def _progress(total: int, left: int, settings: SampleSettings) -> Progress:
    planned_s = None if settings.planned_minutes is None else 60 * settings.planned_minutes
    return Progress("sampling", total=total, unit="completions", done=total - left, planned_s=planned_s)


def known_rows(journal: Journal, header: dict[str, Any], *, overwrite: bool) -> list[dict[str, Any]]:
    """Return what an interrupted run with the same fingerprint left, on a machine of the same kind."""
    rows = list(journal.rows())
    if rows and rows[0] != header and overwrite:
        journal.path.write_bytes(b"")
        rows = []
    if rows and rows[0] != header:
        raise InputError(
            f"{journal.path} belongs to an unfinished run with other settings, another model or another machine",
            hint="finish that run with its own command, choose another --output, or add --overwrite",
        )
    if not rows:
        journal.append(header)
    return rows[1:]


def completion(request: samplers.Request, drawn: samplers.Drawn, described: dict[str, Any]) -> dict[str, Any]:
    """Return the record of one completion."""
    sampler = described["sampler"]
    return Completion(
        task_id=request.task_id,
        completion=drawn.text,
        sample_index=request.sample_index,
        seed=request.seed,
        model=sampler.get("model", {}).get("name", sampler["kind"]),
        finish_reason=drawn.finish_reason,
        prompt_sha256=drawn.prompt_sha256,
    ).to_row()
