"""From an answer's text to a module worth compiling, or to a finding where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from human_eval_rust.building.answer_module import AnswerSource, answer_source
from human_eval_rust.judging.failure import Failure
from human_eval_rust.judging.finding import Answer, Finding
from human_eval_rust.policy.refuse import refused_text, tampering
from human_eval_rust.problems.parsed import ParsedProblem
from human_eval_rust.reading.extract import Code, extract
from human_eval_rust.rust.lexer import line_of, mask, unbalanced
from sigil_common.records import Extraction, FailureClass, TestReport

# JSON may hold half a character; a source file cannot.
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Prepared:
    """An answer that is worth compiling."""

    name: str
    parsed: ParsedProblem
    code: Code
    source: AnswerSource
    extraction: Extraction
    clippy: tuple[str, ...] | None = None

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
    """Return the answer ready to be compiled under `name`, or the finding if that is clear already."""
    text = _SURROGATE.sub("\ufffd", answer.completion)
    code = extract(text, answer.parsed.signature.name, answer.parsed.names, answer.parsed.crates)
    extraction = Extraction(shape=code.shape, dropped=code.dropped)
    declared = TestReport(declared=len(answer.parsed.tests))
    if not code.found:
        failure = Failure(FailureClass.NO_CODE, None, "no code in the answer")
        return Finding(failure, has_code=False, parses=False, compiles=None, tests=declared, extraction=extraction)
    source = answer_source(answer.parsed, code)
    prepared = Prepared(name, answer.parsed, code, source, extraction.model_copy(update={"adapted": source.adapted}))
    if not code.clean and (broken := _broken_brackets(source)):
        return prepared.finding(broken, compiles=False)
    refusal = tampering(source, code.items, answer.parsed)
    if refusal is not None:
        kind = FailureClass.POLICY if policy else FailureClass.FORGED
        return prepared.finding(Failure(kind, None, str(refusal)))
    refusal = refused_text(source, answer.parsed.crates) if policy else None
    return prepared if refusal is None else prepared.finding(Failure(FailureClass.POLICY, None, str(refusal)))


def parts(waiting: Iterable[Prepared]) -> list[list[Prepared]]:
    """Return which answers are compiled in one call: none sees a crate that its own problem does not import."""
    together: dict[frozenset[str], list[Prepared]] = {}
    alone = []
    for one in waiting:
        if one.source.alone:
            alone.append([one])
        else:
            together.setdefault(one.parsed.crates, []).append(one)
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
