"""Keep benchmark problems and their solutions out of the training data.

Four rules, chosen by measurement (docs/adr/0036, docs/adr/0062). Runs of 24 code tokens, with the author's names and
texts made alike, catch copies of parts of solutions; a solution shorter than a run counts as a whole. Runs of 13 words
catch problem statements quoted in prompts or answers. A function of the name and the types that a problem asks for
solves it, whatever its body. A function whose body has the skeleton of a known solution's solves it, whatever its name.
The first rule that hits gives the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sigil_pipeline.choose.known import Problems, long_runs, prose_runs
from sigil_pipeline.choose.ngrams import normalised
from sigil_pipeline.choose.signature import functions, name_of, signature
from sigil_pipeline.choose.skeleton import body_tokens
from sigil_pipeline.chunk.syntax import parse
from sigil_pipeline.tasks import NOT_IN_CODE
from sigil_pipeline.tasks.blocks import rust_blocks
from sigil_pipeline.tasks.candidates import Candidate


@dataclass(frozen=True)
class Hit:
    """A candidate that resembles a problem, and what they share."""

    candidate: Candidate
    problem: str
    reason: str
    shared: str


def drop_contaminated(candidates: Sequence[Candidate], problems: Problems) -> tuple[list[Candidate], list[Hit]]:
    """Return the candidates that resemble no problem, and a hit for each of the others."""
    kept, hits = [], []
    for candidate in candidates:
        hit = _resembles(candidate, problems)
        if hit is None:
            kept.append(candidate)
        else:
            hits.append(hit)
    return kept, hits


def _resembles(candidate: Candidate, problems: Problems) -> Hit | None:
    return next(_hits(candidate, problems), None)


def _hits(candidate: Candidate, problems: Problems) -> Iterator[Hit]:
    """Yield what a candidate shares with problems; what costs more comes later."""
    code = _code_of(candidate)
    items = normalised(code)
    if run := _first(problems.code, (run for size in problems.code_sizes for run in long_runs(items, size))):
        yield Hit(candidate, problems.code[run], "contaminated_code", run)
    if run := _first(problems.prose, prose_runs(f"{candidate.prompt}\n{candidate.gen}")):
        yield Hit(candidate, problems.prose[run], "contaminated_text", run)
    if not (problems.signatures or problems.bodies):
        return
    for function in functions(parse(code.encode("utf-8", "replace"))):
        name = name_of(function)
        asked = problems.signatures.get(name, {})
        if asked and (found := signature(function)) in asked:
            yield Hit(candidate, asked[found], "contaminated_signature", found)
        tokens = body_tokens(function, problems.body_sizes) or ()
        if problem := problems.bodies.get(" ".join(tokens)):
            yield Hit(candidate, problem, "contaminated_body", f"body of {name}: {' '.join(tokens)}")


def _first(known: Mapping[str, str], runs: Iterable[str]) -> str | None:
    """Return the known run that comes first in the alphabet, so that a candidate always gives the same reason."""
    return min((run for run in runs if run in known), default=None)


def _code_of(candidate: Candidate) -> str:
    """Return the code that a candidate teaches: its answer, or where that is no code, what it explains."""
    if candidate.task_type not in NOT_IN_CODE:
        return candidate.gen
    return "\n".join(rust_blocks(candidate.prompt))
