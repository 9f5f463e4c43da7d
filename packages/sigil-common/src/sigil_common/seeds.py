"""Seeds derived from names, so that no result depends on the order in which work is done."""

from __future__ import annotations

import hashlib


def derive_seed(*parts: object) -> int:
    """Return a 63-bit seed that depends on every part and on their order.

    Parts are compared by their `str`; they are joined with a separator that cannot occur in them
    by accident, so `("ab", "c")` and `("a", "bc")` differ.
    """
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1
