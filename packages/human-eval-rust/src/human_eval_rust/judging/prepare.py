"""From an answer's text to a module worth compiling, or to a finding where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from human_eval_rust.building.answer_module import AnswerSource, answer_source
from human_eval_rust.judging.failure import Failure
from human_eval_rust.judging.finding import Answer, Finding
from human_eval_rust.policy.refuse import acts_at_compile_time, acts_dropped, refused_text, tampering
from human_eval_rust.problems.parsed import ParsedProblem, Surroundings
from human_eval_rust.reading.extract import Code, extract_versions, rust_in
from human_eval_rust.reading.readings import Piece
from human_eval_rust.rust.imports import way_to
from sigil_common.records import Extraction, FailureClass, TestReport
from sigil_common.rust_text import line_of, mask, unbalanced

# JSON may hold half a character; a source file cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Prepared:
    """An answer, or a version of one, that is worth compiling.

    `others` are less preferred versions: the first of all that compiles is the answer.
    """

    name: str
    parsed: ParsedProblem
    code: Code
    source: AnswerSource
    extraction: Extraction
    clippy: tuple[str, ...] | None = None
    others: tuple[Prepared, ...] = ()

    @property
    def versions(self) -> tuple[Prepared, ...]:
        """All versions, the most preferred first."""
        return (self, *self.others)

    def instead_of(self, failed: Sequence[Code]) -> Prepared:
        """Say in the extraction which versions would have been preferred, had they compiled."""
        if not failed:
            return self
        why = "; ".join(f"version {one.number} does not compile with the prompt's signature" for one in failed)
        choice = f"version {self.code.number} of {self.code.of}: {why}"
        return replace(self, extraction=self.extraction.model_copy(update={"choice": choice}))

    def finding(self, failure: Failure | None, **known: object) -> Finding:
        """Return a finding that carries what is known of this answer."""
        base = Finding(
            failure,
            parses=self.code.clean,
            extraction=self.extraction,
            tests=TestReport(declared=len(self.parsed.tests)),
            clippy=self.clippy,
            source=self.source.text,
        )
        return replace(base, **known)  # type: ignore[arg-type]


def prepare(name: str, answer: Answer, *, policy: bool) -> Prepared | Finding:
    """Return the answer ready to be compiled under `name`, or the finding if that is clear already.

    A version that is refused is never passed over for a less preferred one.
    """
    text = _SURROGATE.sub("\ufffd", answer.completion)
    task = answer.parsed
    further = task.further.names.keys()
    codes = extract_versions(text, task.signature.name, task.names, task.crates, further)
    if not codes[0].found:
        failure = Failure(FailureClass.NO_CODE, None, "no code in the answer")
        declared = TestReport(declared=len(answer.parsed.tests))
        extraction = Extraction(shape=codes[0].shape, dropped=codes[0].dropped)
        return Finding(failure, has_code=False, parses=False, compiles=None, tests=declared, extraction=extraction)
    found: list[Prepared | Finding] = []
    for code in codes:
        # Of several versions, one with another signature than the prompt's is not the answer; no tests show it either.
        source = answer_source(answer.parsed, code, called=len(codes) > 1 or task.only_compiles)
        own_name = f"{name}_v{code.number}" if found else name
        found.append(_prepare_version(own_name, answer.parsed, code, source, policy=policy))
        if isinstance(found[-1], Finding) and not _is_broken(found[-1]):
            break
    ready = [one for one in found if isinstance(one, Prepared)]
    if not ready:
        return found[0]
    first = replace(ready[0].instead_of(codes[: found.index(ready[0])]), others=tuple(ready[1:]))
    return _with_dropped(first, rust_in(text), policy=policy) if acts_at_compile_time(text) else first


def _is_broken(found: Finding) -> bool:
    return found.failure is not None and found.failure.kind in (FailureClass.SYNTAX, FailureClass.COMPILE)


def _prepare_version(
    name: str, parsed: ParsedProblem, code: Code, source: AnswerSource, *, policy: bool
) -> Prepared | Finding:
    choice = f"version {code.number} of {code.of}: {code.why}" if code.of > 1 else None
    extraction = Extraction(shape=code.shape, dropped=code.dropped, adapted=source.adapted, choice=choice)
    prepared = Prepared(name, parsed, code, source, extraction)
    if not code.clean and (broken := _broken_brackets(source)):
        return prepared.finding(broken, compiles=False)
    refusal = tampering(source, code.items, parsed)
    if refusal is not None:
        kind = FailureClass.POLICY if policy else FailureClass.FORGED
        return prepared.finding(Failure(kind, None, str(refusal)))
    if policy and (refusal := refused_text(source, parsed.crates)):
        return prepared.finding(Failure(FailureClass.POLICY, None, str(refusal)))
    lacking = _lacking(parsed.further.names, code)
    return prepared.finding(lacking, compiles=False) if lacking else prepared


def _lacking(needed: Mapping[str, str], code: Code) -> Failure | None:
    """Say what the tests use and the answer does not bring; a macro of its own may write anything."""
    if any(item.kind == "macro call" for item in code.items):
        return None
    there = {item.name for item in code.items}
    for name, rustc_code in needed.items():
        if name not in there and not (code.path and way_to(code.items, name)):
            return Failure(FailureClass.COMPILE, rustc_code, f"it does not define `{name}`, which the tests use (name)")
    return None


def _with_dropped(first: Prepared, pieces: Iterable[Piece], *, policy: bool) -> Prepared | Finding:
    """Refuse an answer for what acts at compile time outside of the code that is compiled, or name it."""
    compiled = {line for line in first.source.lines if line}
    acts = [one for one in acts_dropped(pieces) if policy or one.line not in compiled]
    said = tuple(dict.fromkeys(f"{one.construct} in line {one.line}" for one in acts))
    named = [
        replace(one, extraction=one.extraction.model_copy(update={"dropped": (*one.extraction.dropped, *said)}))
        for one in first.versions
    ]
    if policy and acts:
        return named[0].finding(Failure(FailureClass.POLICY, None, f"{acts[0]}, in code that is not used"))
    return replace(named[0], others=tuple(named[1:]))


def parts(waiting: Iterable[Prepared]) -> list[list[Prepared]]:
    """Return which answers are compiled in one call: all with the edition and the crates of their own problems."""
    together: dict[Surroundings, list[Prepared]] = {}
    alone = []
    for one in waiting:
        if any(version.source.alone for version in one.versions):
            alone.append([one])
        else:
            together.setdefault(one.parsed.surroundings, []).append(one)
    return [*together.values(), *alone]


def _broken_brackets(source: AnswerSource) -> Failure | None:
    """Say what tree-sitter and our own lexer agree on without asking rustc, which would stop at the first such file."""
    masked = mask(source.text)
    offset = unbalanced(masked)
    if offset is None:
        return None
    line = source.line(line_of(source.text, min(offset, len(source.text) - 1)))
    what = f"unmatched `{masked.code[offset]}`" if offset < len(masked.code) else "unterminated string or comment"
    return Failure(FailureClass.SYNTAX, None, f"line {line}: {what}" if line else what)
