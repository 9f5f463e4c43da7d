"""How the tests reach an answer: a function of the prompt's signature that calls the answer's own."""

from __future__ import annotations

import re

from human_eval_rust.rust.items import Item
from human_eval_rust.rust.signature import Parameter, Signature, signature_of


def plain_call(wanted: Signature) -> str:
    """Return the arguments as they are."""
    return ", ".join(f"a{i}" for i in range(len(wanted.parameters)))


def adapted_call(wanted: Signature, item: Item | None) -> tuple[str, tuple[str, ...]]:
    """Return the arguments to call an answer with whose own signature owns where the prompt's borrows.

    `item` is the answer's function, `None` where it has the prompt's signature.

    An answer that takes `Vec<T>` for `&[T]`, or `&str` for `String`, solves the problem; other
    differences in type are the answer's fault and are left to the compiler.
    """
    found = signature_of(item.text) if item else None
    own = found.parameters if found else ()
    if len(own) != len(wanted.parameters):
        return plain_call(wanted), ()
    arguments: list[str] = []
    adapted: list[str] = []
    for i, (mine, theirs) in enumerate(zip(own, wanted.parameters, strict=True)):
        argument = _converted(f"a{i}", mine, theirs)
        arguments.append(argument)
        if argument != f"a{i}":
            adapted.append(f"argument `{mine.name}` passed as {mine.type} instead of {theirs.type}")
    return ", ".join(arguments), tuple(adapted)


def _converted(argument: str, own: Parameter, wanted: Parameter) -> str:
    have, need = _plain(wanted.type), _plain(own.type)
    if have == need:
        return argument
    if inner := re.fullmatch(r"&\[(.*)\]", have):
        if need == f"Vec<{inner[1]}>":
            return f"{argument}.to_vec()"
        if need == f"&Vec<{inner[1]}>":
            return f"&{argument}.to_vec()"
    if have == "&str" and need in ("String", "&String"):
        return f"{'&' if need[0] == '&' else ''}{argument}.to_string()"
    if (inner := re.fullmatch(r"Vec<(.*)>", have)) and need in (f"&[{inner[1]}]", f"&Vec<{inner[1]}>"):
        return f"&{argument}"
    if have == "String" and need in ("&str", "&String"):
        return f"&{argument}"
    return argument


def _plain(type_: str) -> str:
    """Return a type without spaces, lifetimes and `mut` bindings."""
    return re.sub(r"\s+", "", re.sub(r"'\w+\s*", "", type_))


def wrapper(wanted: Signature, target: str, arguments: str | None = None) -> str:
    """Return a public function of signature `wanted` that calls `target`."""
    parameters = ", ".join(f"a{i}: {parameter.type}" for i, parameter in enumerate(wanted.parameters))
    head = "pub async fn" if wanted.is_async else "pub fn"
    suffix = ".await" if wanted.is_async else ""
    call = plain_call(wanted) if arguments is None else arguments
    return (
        f"{head} {wanted.name}{wanted.generics}({parameters}){wanted.returns}{wanted.where} "
        f"{{ {target}({call}){suffix} }}\n"
    )


def pointer_type(wanted: Signature) -> str | None:
    """Return the type of a pointer to a function of this signature, or `None` where there is no one such type."""
    lifetimes_only = re.fullmatch(r"(?:<(?:\s*'\w+\s*,?)+>)?", wanted.generics)
    if not lifetimes_only or wanted.where or wanted.is_async or re.search(r"\bimpl\b", wanted.types):
        return None
    binder = f"for{wanted.generics} " if wanted.generics else ""
    return f"{binder}fn({', '.join(parameter.type for parameter in wanted.parameters)}){wanted.returns}"
