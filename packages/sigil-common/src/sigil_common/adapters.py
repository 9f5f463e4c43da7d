"""Put an adapter on a model without loading what only quantised models need."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

QUANTISER = "bitsandbytes"
_ASKED = {
    "peft.import_utils": ("is_bnb_available", "is_bnb_4bit_available"),
    "transformers.utils.import_utils": ("is_bitsandbytes_available",),
}


def quantiser_is_loaded() -> bool:
    """Tell whether bitsandbytes is loaded, as it is wherever a model holds layers of it."""
    return sys.modules.get(QUANTISER) is not None


@contextmanager
def without_quantiser() -> Iterator[None]:
    """Let PEFT find no bitsandbytes within, unless it is loaded.

    PEFT imports it wherever it is installed, and it imports torch's compiler, for nothing where weights are plain.
    Afterwards PEFT looks for it anew.
    """
    if quantiser_is_loaded():
        yield
        return
    _look_again()
    # So Python marks a module that is not to be found.
    sys.modules[QUANTISER] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[QUANTISER]
        _look_again()


def _look_again() -> None:
    """Make PEFT forget whether it found bitsandbytes, and transformers, which TRL lets ask for it."""
    for module, names in _ASKED.items():
        for name in names:
            if (asked := getattr(sys.modules.get(module), name, None)) is not None:
                asked.cache_clear()
