"""How the tests reach an answer: a function of the prompt's signature that calls the answer's own."""

from __future__ import annotations

import re

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.signature import Parameter, Signature, signature_of

# An argument of one type, where an answer takes one of the other: how to make it of that.
_CONVERSIONS = (
    (r"&\[(.*)\]", "Vec<{}>", "{}.to_vec()"),
    (r"&\[(.*)\]", "&Vec<{}>", "&{}.to_vec()"),
    (r"&str", "String", "{}.to_string()"),
    (r"&str", "&String", "&{}.to_string()"),
    (r"Vec<(.*)>", "&[{}]", "&{}"),
    (r"Vec<(.*)>", "&Vec<{}>", "&{}"),
    (r"String", "&str", "&{}"),
    (r"String", "&String", "&{}"),
)


def adapted_call(wanted: Signature, item: Item | None) -> tuple[str, tuple[str, ...]]:
    """Return the arguments to call an answer with whose own signature owns where the prompt's borrows.

    `item` is the answer's function, `None` where it has the prompt's signature.

    An answer that takes `Vec<T>` for `&[T]`, or `&str` for `String`, solves the problem; other
    differences in type are the answer's fault and are left to the compiler.
    """
    found = signature_of(item.text) if item else None
    own = found.parameters if found and len(found.parameters) == len(wanted.parameters) else wanted.parameters
    arguments = [_converted(f"a{i}", *pair) for i, pair in enumerate(zip(own, wanted.parameters, strict=True))]
    adapted = tuple(
        f"argument `{mine.name}` passed as {mine.type} instead of {theirs.type}"
        for i, (mine, theirs) in enumerate(zip(own, wanted.parameters, strict=True))
        if arguments[i] != f"a{i}"
    )
    return ", ".join(arguments), adapted


def _converted(argument: str, own: Parameter, wanted: Parameter) -> str:
    for have, need, how in _CONVERSIONS:
        given = re.fullmatch(have, plain_type(wanted.type))
        if given and plain_type(own.type) == need.format(*given.groups()):
            return how.format(argument)
    return argument


def plain_type(type_: str) -> str:
    """Return a type without spaces, lifetimes and `mut` bindings."""
    return re.sub(r"\s+", "", re.sub(r"'\w+\s*", "", type_))


def wrapper(wanted: Signature, target: str, arguments: str | None = None) -> str:
    """Return a public function of signature `wanted` that calls `target`."""
    parameters = ", ".join(f"a{i}: {parameter.type}" for i, parameter in enumerate(wanted.parameters))
    head = "pub async fn" if wanted.is_async else "pub fn"
    suffix = ".await" if wanted.is_async else ""
    call = ", ".join(f"a{i}" for i in range(len(wanted.parameters))) if arguments is None else arguments
    return (
        f"{head} {wanted.name}{wanted.generics}({parameters}){wanted.returns}{wanted.where} "
        f"{{ {target}({call}){suffix} }}\n"
    )


def pointer_type(wanted: Signature) -> str | None:
    """Return the type of a pointer to a function of this signature, or `None` where there is no one such type."""
    if wanted.of_many or wanted.where or wanted.is_async:
        return None
    binder = f"for{wanted.generics} " if wanted.generics else ""
    return f"{binder}fn({', '.join(parameter.type for parameter in wanted.parameters)}){wanted.returns}"
