"""Which units may share a crate with others, and which answers a neighbour may have had a part in.

A unit judged together with others must get the answer that it would get alone, as a crate's root file.
These rules err on the side of judging alone, which costs some 40 ms and is always right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sigil_common.rustc.diagnostics import Diagnostic

# Words after which a unit means something else as a module than as a crate's root, or meets its
# neighbours by the linker, by macros or by files. Looked for everywhere, comments and strings
# included: that costs time, never truth.
_PLACE_WORDS = re.compile(
    r"\b(?:crate|super|extern|macro_export|macro_use|no_mangle|export_name|link_section|link_name|linkage"
    r"|global_allocator|panic_handler|alloc_error_handler|proc_macro\w*|include|include_str|include_bytes"
    r"|module_path|type_name|type_name_of_val|asm|global_asm|naked_asm)\b"
    r"|\blink\s*\(|\bpath\s*=|\bmod\s+\w+\s*;|#(?:\s|/\*.*?\*/|//[^\n]*\n)*!",
    re.DOTALL,
)
# `pub(crate)` means the same everywhere: nobody but the unit itself looks at it.
_HARMLESS = re.compile(r"\bpub\s*\(\s*(?:in\s+)?crate\s*\)")

# Errors that another unit's impl can cause: ambiguous types, overlapping impls, overflowing or cyclic
# searches among impls.
_IMPL_CODES = frozenset({"E0119", "E0275", "E0282", "E0283", "E0284", "E0391", "E0592", "E0790"})
_WORD = re.compile(r"(?<![\w#])\w+")
_IMPL_FOR = re.compile(r"\bimpl\b[^;{]*\bfor\b")


def stands_alone(source: str) -> bool:
    """Whether a unit must be compiled as a crate of its own."""
    return _PLACE_WORDS.search(_HARMLESS.sub("pub", source)) is not None


class Neighbours:
    """What the units that share a crate can do to each other's diagnostics."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        self._names = frozenset(sources)
        self._impls = {name for name, source in sources.items() if _IMPL_FOR.search(source)}

    def may_have_caused(self, diagnostic: Diagnostic, own: str) -> bool:
        """Whether this diagnostic of unit `own` may be due to another unit, or speaks of one."""
        if diagnostic.code in _IMPL_CODES and self._impls - {own}:
            return True
        return bool(self._names.intersection(_WORD.findall(diagnostic.rendered)) - {own})


def first_stage(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Leave out what depends on how far the compiler went on after code that does not parse.

    If there is an error without a code (of syntax, mostly), the first such error stays alone: whether
    rustc looks for further ones after it depends on what else is in the crate.
    """
    syntax = next((item for item in diagnostics if item.is_error and item.code is None), None)
    return tuple(diagnostics) if syntax is None else (syntax,)


def as_if_alone(diagnostic: Diagnostic, own: str) -> Diagnostic:
    """Return the diagnostic without the module's name, which paths show where two units have equal names."""
    prefix = f"{own}::"
    if prefix not in diagnostic.rendered and prefix not in diagnostic.message:
        return diagnostic
    return replace(
        diagnostic, message=diagnostic.message.replace(prefix, ""), rendered=diagnostic.rendered.replace(prefix, "")
    )
