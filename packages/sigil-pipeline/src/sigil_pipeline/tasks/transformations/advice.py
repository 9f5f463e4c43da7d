"""Code that clippy knows a better form of: its own suggestions, of lints that most reviewers would follow, applied.

Here the crate's code is what is to be changed. The changed code has to compile, and clippy must no longer object.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sigil_pipeline.chunk.chunks import Chunk
from sigil_pipeline.compiler.ask import Answer, TimeLimitError, ask, check
from sigil_pipeline.compiler.diagnostics import Finding
from sigil_pipeline.compiler.edits import Edit, Variant, is_sound
from sigil_pipeline.tasks.layout import laid_out
from sigil_pipeline.tasks.maker import Workbench
from sigil_pipeline.tasks.material import Material
from sigil_pipeline.tasks.transformations.rewrite import Rewrite, everywhere

# What undoing the lint means. Left out are lints of taste (`use_self`), of API (`must_use_candidate`), and of names.
_GOALS = {
    "borrow_as_ptr": "Take the raw pointer without a reference in between",
    "bool_to_int_with_if": "Convert the `bool` to a number instead of branching on it",
    "cast_lossless": "Convert with `From` where the cast loses nothing",
    "cloned_instead_of_copied": "Say `copied` where the items are `Copy`",
    "collapsible_else_if": "Join `else { if .. }`",
    "collapsible_if": "Join the nested conditions",
    "collapsible_match": "Join the nested matches",
    "comparison_to_empty": "Ask `is_empty` instead of comparing with an empty value",
    "explicit_auto_deref": "Leave the dereference to the compiler",
    "explicit_deref_methods": "Use the dereference operator instead of the method",
    "explicit_into_iter_loop": "Loop over the value itself instead of calling `into_iter`",
    "explicit_iter_loop": "Loop over a reference instead of calling `iter`",
    "filter_map_next": "Use `find_map`",
    "flat_map_option": "Use `filter_map` where the closure gives an `Option`",
    "if_not_else": "Put the positive case first",
    "implicit_clone": "Clone with `clone`, as nothing is converted",
    "implicit_saturating_sub": "Subtract with saturation instead of checking first",
    "inefficient_to_string": "Avoid the slow path through `Display` of a reference",
    "let_and_return": "Return the expression without naming it",
    "manual_div_ceil": "Use `div_ceil`",
    "manual_find": "Use `find` instead of the loop",
    "manual_flatten": "Flatten the iterator instead of matching in the loop",
    "manual_is_multiple_of": "Ask `is_multiple_of` instead of looking at the remainder",
    "manual_is_variant_and": "Ask the `Option` or `Result` with one method",
    "manual_let_else": "Use `let ... else`",
    "manual_map": "Use `map` instead of the `match`",
    "manual_midpoint": "Use `midpoint`, which cannot overflow",
    "manual_range_contains": "Ask whether a range contains the value",
    "manual_strip": "Use `strip_prefix` or `strip_suffix`",
    "manual_unwrap_or": "Use `unwrap_or`",
    "manual_unwrap_or_default": "Use `unwrap_or_default`",
    "map_clone": "Use `cloned` or `copied` instead of the closure",
    "map_unwrap_or": "Use `map_or`, `map_or_else` or `is_some_and`",
    "match_bool": "Branch on the `bool` with `if`",
    "match_like_matches_macro": "Use the `matches!` macro",
    "match_ref_pats": "Match on the value behind the reference instead of on references",
    "needless_bool": "Use the condition itself as value",
    "needless_borrow": "Drop the borrow that is dereferenced at once",
    "needless_borrows_for_generic_args": "Pass the value itself, which implements the trait as well",
    "needless_lifetimes": "Leave out the lifetimes that are inferred",
    "needless_return": "End with an expression instead of `return`",
    "needless_question_mark": "Return the value as it is instead of unwrapping and wrapping it",
    "op_ref": "Compare the values without taking references",
    "option_as_ref_deref": "Use `as_deref`",
    "option_if_let_else": "Use `map_or` or `map_or_else`",
    "or_fun_call": "Compute the fallback only when it is needed",
    "ptr_as_ptr": "Cast the pointer with `cast`",
    "question_mark": "Use `?`",
    "redundant_clone": "Drop the clone of a value that is not used again",
    "redundant_closure": "Pass the function itself",
    "redundant_closure_for_method_calls": "Pass the method itself",
    "redundant_else": "Drop the `else` after a branch that leaves",
    "redundant_field_names": "Use field init shorthand",
    "redundant_pattern_matching": "Ask `is_some`, `is_none`, `is_ok` or `is_err`",
    "redundant_slicing": "Drop the slice of the whole",
    "search_is_some": "Use `any` instead of searching and asking whether something was found",
    "single_match": "Use `if let`",
    "single_match_else": "Use `if let ... else`",
    "suspicious_else_formatting": "Lay the branches out as they are read",
    "uninlined_format_args": "Name the variables inside the format string",
    "unnecessary_cast": "Drop the cast to the type that the value has",
    "unnecessary_fold": "Use the method made for this fold",
    "unnecessary_lazy_evaluations": "Pass the fallback itself, which costs nothing",
    "unnecessary_map_or": "Ask with one method instead of `map_or`",
    "unnecessary_to_owned": "Pass the borrowed value",
    "unnested_or_patterns": "Put the alternatives inside the pattern",
    "useless_conversion": "Drop the conversion to the same type",
    "useless_format": "Make the `String` without `format!`",
    "while_let_loop": "Use `while let`",
    "while_let_on_iterator": "Use `for` instead of calling `next`",
}
ADVICE: Mapping[str, Rewrite] = {
    f"clippy::{name}": Rewrite(f"clippy::{name}", (f"clippy::{name}",), (goal,), everywhere(lambda *_: None))
    for name, goal in _GOALS.items()
}
_MAX_CONFIRMATIONS = 4
_ARGS = tuple(word for name in ADVICE for word in ("-W", name))


def find_advice(bench: Workbench) -> dict[str, dict[str, Variant]]:
    """Return better forms of functions by package and chunk: each follows one lint, everywhere in its function.

    Raises `TimeLimitError`: how much advice there is must not depend on how busy the machine is.
    """
    run = check(bench.workspace, bench.confined, clippy=True, lint_args=_ARGS)
    if run.run.timed_out:
        raise TimeLimitError([one.package.id for one in bench.materials])
    options = {one.package.id: list(_options(one, run.findings[one.package.id])) for one in bench.materials}
    shown = laid_out(bench, options)
    for _ in range(_MAX_CONFIRMATIONS):
        answers = ask(bench.workspace, bench.confined, bench.sources, shown, clippy=True, lint_args=_ARGS)
        kept = {
            package: [one for one in items if _is_better(one, answers[package])] for package, items in shown.items()
        }
        shown, before = kept, shown
        # An error would hide lints, so what is kept has to pass with nothing else changed.
        if shown == before:
            break
    return {package: {one.chunk.key: one for one in items} for package, items in shown.items()}


def _is_better(variant: Variant, answers: Mapping[str, Answer]) -> bool:
    answer = answers.get(variant.chunk.key)
    return answer is not None and not answer.errors and variant.operator not in answer.lints


def _options(material: Material, findings: Iterable[Finding]) -> Iterable[Variant]:
    """Yield a change for each function that clippy advises on, of several lints by the one that is seen least."""
    advised: dict[str, tuple[Chunk, dict[str, list[Edit]]]] = {}
    for finding in findings:
        if finding.code is not None and finding.code in ADVICE and finding.fix and not finding.is_error:
            chunk = next((one for one in material.functions if _holds(one, finding)), None)
            if chunk is not None:
                edits = [Edit(part.start, part.end, part.new) for part in finding.fix]
                advised.setdefault(chunk.key, (chunk, {}))[1].setdefault(finding.code, []).extend(edits)
    seen = Counter(lint for _, by_lint in advised.values() for lint in by_lint)
    for chunk, by_lint in advised.values():
        lint = min(by_lint, key=lambda name: (seen[name], name))
        variant = Variant(chunk, lint, _apart(by_lint[lint]))
        if is_sound(material.files[chunk.file], variant):
            yield variant


def _holds(chunk: Chunk, finding: Finding) -> bool:
    return all(chunk.file == part.file and chunk.start <= part.start and part.end <= chunk.end for part in finding.fix)


def _apart(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Leave out edits that begin before another ends; the remaining advice is found again, and the function dropped."""
    kept: list[Edit] = []
    for edit in sorted(set(edits), key=lambda one: (one.start, one.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return tuple(kept)
