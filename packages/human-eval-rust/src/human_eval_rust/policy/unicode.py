"""Text that looks different from what the compiler reads: bidirectional controls and homoglyphs.

Bidirectional controls reorder what a reader sees (CVE-2021-42574, "Trojan Source"). A homoglyph is a
letter of another script that looks like a Latin one (CVE-2021-42694). Honest identifiers in another
script, as `π` or `größe`, are left alone.
"""

from __future__ import annotations

import re
import unicodedata

from sigil_common.rust_text import line_of, mask

BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200d\u2060-\u2064\ufeff\ufe00-\ufe0f\U000e0000-\U000e007f]")
_WORD = re.compile(r"[^\W\d]\w*")

# Letters of Greek, Cyrillic, Armenian and Cherokee that are drawn like a Latin one
# (Unicode Technical Standard 39, confusables.txt, letters only).
_LOOKALIKES = frozenset("АВЕЗКМНОРСТУХІЈЅԌԚԜЬаеорсухіјѕһԁԛԝѵѡɡΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγικνορτυχωհոսօցյԼՍՏՕᎪᎫᎬᎻᎷᏀᏃᏞᏢᏔᏙᏚ")


def deception(text: str) -> tuple[str, int] | None:
    """Return `(what, line)` of the first deceptive character or identifier, or `None`.

    Bidirectional controls count everywhere, invisible characters and homoglyphs in code only.
    """
    if text.isascii():
        return None
    if found := BIDI.search(text):
        return f"bidirectional control U+{ord(found.group()):04X}", line_of(text, found.start())
    code = mask(text).code
    if found := INVISIBLE.search(code):
        return f"invisible character U+{ord(found.group()):04X}", line_of(text, found.start())
    for word in _WORD.finditer(code):
        if not word.group().isascii() and (what := _imitation(word.group())):
            return what, line_of(text, word.start())
    return None


def _imitation(word: str) -> str | None:
    foreign = [char for char in word if not char.isascii()]
    if unicodedata.normalize("NFKC", word) != unicodedata.normalize("NFC", word):
        return f"identifier `{word}` in compatibility letters"
    lookalikes = [char for char in foreign if char in _LOOKALIKES]
    if not lookalikes:
        return None
    letters = [char for char in word if char.isalpha()]
    mixed = any(char.isascii() for char in letters)
    if mixed or (len(word) > 1 and len(lookalikes) == len(letters)):
        return f"identifier `{word}` imitates Latin letters (U+{ord(lookalikes[0]):04X})"
    if len(word) == 1 and unicodedata.name(word, "").startswith(("CYRILLIC", "ARMENIAN", "CHEROKEE")):
        return f"identifier `{word}` imitates a Latin letter (U+{ord(word):04X})"
    return None
