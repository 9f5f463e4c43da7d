"""How a model is asked to complete a function: the same words where it is measured and where it may learn them."""

from __future__ import annotations

COMPLETE = "Complete this Rust function. Answer with its code only.\n\n{prompt}"
