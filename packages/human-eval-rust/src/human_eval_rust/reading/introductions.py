"""What a model says of the code that it is about to show: that it is a mistake, a first try, or the right one."""

from __future__ import annotations

import re

MISTAKE = "is introduced as a mistake"
FIRST_TRY = "is introduced as a first or slower way"
CORRECTION = "correction"

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_CLAUSE = re.compile(r"[,;()\u2013\u2014]|\s-+\s|\bbut\b")
# Said of code that came before, not of what follows.
_BACKWARDS = re.compile(
    r"\b(?:previous|earlier|above|prior|former|wait|oops|hmm|sorry|no)\b|\A\W*(?:that|it)\b"
    r"|\bthe (?:bug|mistake|issue|problem|error|test)s? (?:is|was|here|fails?)\b"
    r"|\bthere(?:'s| is| was)\b|\bsince\b|\b(?:first|initial) (?:attempt|version) (?:was|is|returned|failed)\b(?!\W*\Z)"
    r"|\b(?:without|solves|fix|never|doesn't fail|no longer)\b|\bnon-|\bnot-so-"
    r"|\b(?:doesn't|does not|fails|wasn't)\W*\Z",
    re.IGNORECASE,
)
_FORWARDS = re.compile(r"\b(?:here(?:'s| is)|following|next|below)\b|\A\W*an?\b", re.IGNORECASE)
_NOT_RIGHT = re.compile(
    r"(?:\bnot|n't) (?:\w+ )?(?:correct|right|work|compile)|\bhow not to\b|(?:do not|don't|never) (?:do|use|write)\b"
    r"|\A\W*avoid (?:this|writing|using)\b|\binstead of(?: this)?\W*\Z|\b(?:fails|breaks) (?:for|on|when|if)\b|\u274c",
    re.IGNORECASE,
)
_LESS = re.compile(r"\b(?:less|not (?:very|as|so)) (?:efficient|optimal|fast)\b|\btempt(?:ed|ing)\b", re.IGNORECASE)
_RIGHT = re.compile(
    r"\b(?:correct(?:ed|ly|ion)?|right|fix(?:ed|es|ing)?|repaired|instead|better|improved|final(?:ly)?|avoid(?:s|ing)?"
    r"|unlike|rather than|proper(?:ly)?|working|works|optimi[sz]ed|faster|efficient)\b|\u2705",
    re.IGNORECASE,
)
# Problems speak of mistakes and slow pointers too, so these words count where they are said of code.
_CODE = (
    r"(?:\w+ )?(?:version|way|solution|approach|implementation|code|example|attempt|try|one|function|answer|snippet)\b"
)
_ADJECTIVE = r"(?:wrong|incorrect|mistaken|buggy|broken|flawed|faulty|erroneous|bad)\b"
_MISTAKE = re.compile(
    rf"\A\W*{_ADJECTIVE}|\b(?:is|be|looks?|goes) (?:\w+ )?{_ADJECTIVE}|\b{_ADJECTIVE} {_CODE}"
    r"|\b(?:common|typical|this|an?|the) (?:\w+ )?(?:mistake|pitfall|anti-?pattern|bug)\b",
    re.IGNORECASE,
)
_FIRST_TRY = re.compile(
    rf"\b(?:na[i\u00ef]ve|brute[- ]force)\b|\b(?:slow(?:er)?|inefficient|simplistic) {_CODE}"
    r"|\b(?:first|initial) (?:attempt|try|draft)\b",
    re.IGNORECASE,
)


def introduction(prose: str) -> str:
    """Return what `prose` calls the code right after it: one of the constants above, or an empty string."""
    sentences = [part.strip() for part in _SENTENCE.split(prose[-1000:]) if part.strip(" \t#*_`/!-=")]
    for last, sentence in enumerate(reversed(sentences[-4:])):
        heads = sentence.endswith(":") or not sentence.endswith((".", "!", "?"))
        if not (heads or _FORWARDS.search(sentence)):
            continue
        for clause in reversed(_CLAUSE.split(sentence)):
            if said := _said(clause):
                return said
        if last and not heads:
            break
    return ""


def _said(clause: str) -> str:
    if _BACKWARDS.search(clause):
        return ""
    if _NOT_RIGHT.search(clause):
        return MISTAKE
    if _LESS.search(clause):
        return FIRST_TRY
    if _RIGHT.search(clause):
        return CORRECTION
    return MISTAKE if _MISTAKE.search(clause) else FIRST_TRY if _FIRST_TRY.search(clause) else ""
