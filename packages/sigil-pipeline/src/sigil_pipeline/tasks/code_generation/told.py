"""Does a description say enough to know what a function takes and returns?"""

from __future__ import annotations

import re

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.chunk.syntax import field, parse, text, walk

_TYPE_WORD = re.compile(r"(?<!')\b[A-Za-z_]\w*")
_NO_TYPES = frozenset("mut impl dyn const crate self super Self".split())
# What stands in a text that speaks of a type without its name.
_SPOKEN = {
    "bool": re.compile(r"\b(true|false|whether|checks?)\b", re.IGNORECASE),
    "Option": re.compile(r"\b(None|Some)\b"),
    "Result": re.compile(r"\b(Ok|Err|errors?|fails?)\b"),
    "String": re.compile(r"\bstring\b"),
}


def tells_signature(chunk: Chunk, description: str) -> bool:
    """Whether the parameters of a function and the types of these and of what it returns are named in a text.

    The type of the block around it and what receives a method need no name.
    """
    root = parse(f"{chunk.signature} {{}}".encode())
    node = next((one for one in walk(root) if one.type == "function_item"), root)
    parameters = field(node, "parameters")
    taken = [one for one in parameters.named_children if one.type == "parameter"] if parameters is not None else []
    kinds = [field(node, "return_type"), *(field(one, "type") for one in taken)]
    wanted = {text(name) for one in taken if (name := field(one, "pattern")) is not None}
    wanted |= {word for kind in kinds if kind is not None for word in _TYPE_WORD.findall(text(kind))}
    around = set(re.findall(r"\w+", (chunk.context.owner_header or "").rpartition(" for ")[2]))
    said = set(re.findall(r"\w+", description))
    return all(
        word in said or (word in _SPOKEN and _SPOKEN[word].search(description)) for word in wanted - around - _NO_TYPES
    )
