"""Find tests whose outcome depends on time, order, addresses or the machine.

What their text names is found by reading. Whether one test needs another, and whether the order of hash maps or an
address matters, is found by running: a passing answer's tests run again backwards, alone (where they could share
something), and with other hash keys.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tree_sitter import Node

from human_eval_rust.judging.batch import Run
from human_eval_rust.judging.prepare import Prepared
from human_eval_rust.rust.tree import name_of, parse, text_of, walk
from sigil_common.errors import MissingError
from sigil_common.rust_text import mask

_WORDS = re.compile(
    r"""
      \b(?:Instant|SystemTime|UNIX_EPOCH|RandomState|sleep|available_parallelism)\b
    | \.\s*elapsed\s*\(
    | \buse\s+(?:::\s*)?std\s*::\s*\{?[^;]*?\b(?:env|fs)\b
    | \b(?:env|fs)\s*::\s*\w+
    | \bprocess\s*::\s*id\b
    | \.\s*(?:addr|expose_provenance)\s*\(\s*\)
    | (?:\bas_(?:mut_)?ptr\s*\(|\baddr_of(?:_mut)?\s*!|\bas\s*\*\s*(?:const|mut)\b)[^;]*?
      \bas\s+(?:usize|isize|[ui](?:64|128))\b
    | \bas\s*\*\s*(?:const|mut)\b
    """,
    re.VERBOSE,
)
_POINTER = re.compile(r"\{[^{}:]*:[^{}]*p\}")
_SHARED = re.compile(r"(?<!')\bstatic\b|\bset_(?:hook|var|current_dir)\b")


def named(test: str) -> Iterator[str]:
    """Yield what a test module names that may differ from run to run, one sentence for each."""
    code = mask(test).code
    root = parse(test).root_node
    places: dict[str, list[str]] = {}
    for found in _WORDS.finditer(code):
        word = " ".join(found.group().split())
        places.setdefault(word, []).append(_function_at(root, len(test[: found.start()].encode())))
    for node in walk(root):
        pointer = _POINTER.search(text_of(node).replace("{{", "")) if node.type == "string_literal" else None
        if pointer:
            places.setdefault(pointer.group(), []).append(_function_at(root, node.start_byte))
    for word, functions in places.items():
        names = list(dict.fromkeys(name for name in functions if name))
        which = f"its test{'s' * (len(names) > 1)} {', '.join(f'`{name}`' for name in names)}" if names else "its test"
        verb = "depend" if len(names) > 1 else "depends"
        yield f"{which} {verb} on time, order, addresses or the machine: `{word}`"


def _function_at(root: Node, offset: int) -> str:
    """Return the name of the innermost function around a byte, or nothing."""
    around = [node for node in walk(root) if node.type == "function_item" and node.start_byte <= offset < node.end_byte]
    return name_of(around[-1]) if around else ""


def _may_share(one: Prepared) -> bool:
    """Whether tests could leave something to each other: it takes a static (as in `thread_local!`), or a crate's."""
    problem = one.parsed.problem
    texts = (problem.prompt, problem.test, one.source.text)
    return bool(one.parsed.crates) or any(_SHARED.search(mask(text).code) for text in texts)


def unsteady(one: Prepared, run: Run) -> tuple[str, ...]:
    """Run the tests of an answer that passes again, in other ways; return which then fail, one sentence for each.

    Given to a `Judge` as its `again`. Raises `MissingError` where the sandbox does not work.
    """
    return tuple(dict.fromkeys(_failing_again(one, run)))


def _failing_again(one: Prepared, run: Run) -> Iterator[str]:
    names = [case.path.removeprefix("tests::") for case in one.parsed.tests]
    whole = list(range(len(names)))
    plans = [("does not pass when it runs again", whole)]
    if len(names) > 1 and _may_share(one):
        plans += [("fails when it runs alone", [test]) for test in whole]
    if len(names) > 1:
        plans += [("fails when the tests run in reverse order", whole[::-1])]
    named: set[int] = set()
    for seed, (how, order) in enumerate(plans, start=1):  # at most 255 of them
        failed = _failed(run, order, seed)
        still = _failed(run, order, 0) if failed.keys() - named else {}
        for test in failed.keys() - named:
            why = how if test in still else "fails when hash maps iterate in another order"
            named.add(test)
            yield f"its test `{names[test]}` {why}: {failed[test]}"


def _failed(run: Run, order: Sequence[int], seed: int) -> dict[int, str]:
    """Run the tests `order` with the hash keys `seed`; return those that failed, with their messages."""
    ran = run(order, seed)
    if ran.outcome.trouble is not None:
        raise MissingError("the sandbox does not work", cause=ran.outcome.trouble)
    failed = {failure.number: failure.message for failure in ran.report.failures}
    if ran.report.ended is None:
        left = next((test for test in order if test not in ran.report.passed), order[-1])
        failed.setdefault(left, "the program ended before the test did")
    return failed
