"""Write docs/REWARDS.md: what a greedy model could answer, and what each answer is paid.

With `--check`, exit 1 if the file would change. Takes some minutes, as endless loops are let run.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from statistics import mean

from generate_docs import write_all

from human_eval_rust.judging.finding import JudgeOptions
from human_eval_rust.problems.files import load, shipped
from human_eval_rust.problems.parsed import ParsedProblem, parse_problem
from human_eval_rust.rewards import DEFAULT_CREDIT, reward_function
from human_eval_rust.rust.tree import parse, text_of, walk
from human_eval_rust.strength.mutation.mutants import mutants
from sigil_common.records import Problem

TASK = "HumanEval/2"
# The answers end well within a second of CPU time, or never.
OPTIONS = JudgeOptions(compile_timeout=120.0, run_timeout=1.0)
SLIPS_PER_PROBLEM = 5
# Mutants of these kinds wrap the whole solution, as no human slips.
_WRAPPING = frozenset({"argument", "constant result", "result", "edge"})

Reward = Callable[[Sequence[tuple[str, str]]], list[float | None]]

# Answers to `truncate_number(number: f64) -> f64`, by what is tried with them.
BODIES: dict[str, tuple[str, ...]] = {
    "It never comes to a result": (
        "panic!()",
        "todo!()",
        'unimplemented!("later")',
        "unreachable!()",
        "loop {}",
        "while true {} number",
        "std::process::exit(0)",
        "truncate_number(number)",
        "let x: f64 = panic!(); x + number",
        "if number < 9.0 { todo!() } else { panic!() }",
    ),
    "It says always the same": (
        "0.0",
        "1.0",
        "Default::default()",
        "let number = 0.25; number",
        "let _ = number; 0.0",
        "drop(number); 0.0",
        'println!("{number}"); 0.0',
        "assert!(number >= 0.0); 0.0",
        "if number >= 0.0 { todo!() } else { number + 1.0 }",
    ),
    "It hands the parameter back": ("number", "return number;", "number.clone()", "let x = number; x"),
    "It is no Rust, or not of this type": ("the number", "number - number.floor(;", '"0.0"', "Vec::new()"),
    "It compiles with the parameter in it, and no more": (
        "number + 0.0",
        "number * 0.0",
        "if number > 0.0 { 0.0 } else { 0.0 }",
        "match number { _ => 0.0 }",
    ),
    "It knows the documented examples by heart": (
        "if number == 6.25 { 0.25 } else { 0.0 }",
        "if number == 6.25 { 0.25 } else if number == 0.75 { 0.75 } else { 0.0 }",
    ),
    "It is an attempt": (
        "let whole: i64 = number.floor(); number - whole as f64",
        "number - number.floor();",
        "number.floor()",
        "number - number.round()",
        "number - (number as i32) as f64",
        "if number < 1e9 { number - (number as u32) as f64 } else { 0.0 }",
        "number.fract()",
    ),
}

# What always says the same to every problem: `{p}` is its first parameter, `{all}` are all, `{f}` is its function.
ALWAYS = (
    "panic!()",
    "todo!()",
    "unimplemented!()",
    "unreachable!()",
    "loop {}",
    "std::process::exit(0)",
    "{f}({all})",
    "Default::default()",
    "0",
    "1",
    "0.0",
    "true",
    "false",
    "String::new()",
    "None",
    "Vec::new()",
    "{p}",
    "{p}.clone()",
    "{p}.into()",
    "let _ = {p}; Default::default()",
)

CHEAPEST = "match {p} { _ => Default::default() }"
# How a result is made of the one in an example: an array may stand for a vector, a literal for a `String`.
SPELLINGS = ("{}", "({}).into()", "({}).to_vec()", "({}).map(Into::into)")

HEAD = """\
# What the reward pays

Made by `make rewards`; do not edit. Why it is so: [ADR 53](adr/0053-a-reward-for-progress-only.md).

`human_eval_rust.rewards` pays {has_code} for code, {parses} if it parses, {compiles} if it compiles, all of this only
to an answer that attempts something, and the rest for tests above those that a body passes which solves nothing. Below
are answers to `truncate_number(number: f64) -> f64` ({task}: the part of a number after its point; `0.0` passes one of
the 5 tests).
"""

MIDDLE = """\

## The same answer to every problem

The expected reward of a model that answers all 80 first steps alike (`{p}` stands for the first parameter), beside that
of one honest attempt that compiles: the reference solution with one slip, {slips} slips in {problems} problems.

| answer | expected reward |
|---|--:|
"""


def body(text: str) -> str:
    """Return an answer that continues the prompt."""
    return f"    {text}\n}}\n"


def open_reward(name: str) -> Reward:
    """Return a function from task ids and answers to their rewards, for a shipped set."""
    reward = reward_function(shipped(name), options=OPTIONS)
    return lambda asked: reward(completions=[text for _, text in asked], task_id=[task for task, _ in asked])


def typical() -> list[str]:
    """Return the rows of the first table."""
    listed = [(what, text) for what, texts in BODIES.items() for text in texts]
    found = open_reward("HumanEval_rust")([(TASK, body(text)) for _, text in listed])
    rows = ["| | answer | reward |", "|---|---|--:|"]
    before = ""
    for (what, text), value in zip(listed, found, strict=True):
        rows.append(f"| {what if what != before else ''} | {_code(text)} | {_shown(value)} |")
        before = what
    return rows


def expected(reward: Reward, problems: Sequence[Problem], answers: Iterable[str]) -> dict[str, float]:
    """Return the mean reward over `problems` of answering each with the same text of `answers`."""
    parsed = [parse_problem(problem) for problem in problems]
    return {
        text: mean(_judged(reward, [(one.problem.task_id, body(filled(text, one))) for one in parsed]))
        for text in answers
    }


def filled(text: str, one: ParsedProblem) -> str:
    """Return an answer of `ALWAYS` for one problem."""
    names = [parameter.name for parameter in one.signature.parameters]
    for mark, value in (("{p}", names[0]), ("{all}", ", ".join(names)), ("{f}", one.signature.name)):
        text = text.replace(mark, value)
    return text


def honest(reward: Reward, problems: Sequence[Problem]) -> dict[str, list[float]]:
    """Return by task id the rewards of reference solutions with one slip, of those that compile and fail."""
    asked = []
    for problem in problems:
        slips = [one for one in mutants(problem) if one.operator not in _WRAPPING]
        step = max(1, len(slips) // SLIPS_PER_PROBLEM)
        asked += [(problem.task_id, slip.body) for slip in slips[::step][:SLIPS_PER_PROBLEM]]
    found: dict[str, list[float]] = {}
    for (task, _), value in zip(asked, _judged(reward, asked), strict=True):
        if DEFAULT_CREDIT.compiles <= value < 1:
            found.setdefault(task, []).append(value)
    return found


def by_heart(one: ParsedProblem, spelling: str) -> str:
    """Return a body that looks its arguments up among the documented examples, and has nothing else.

    `spelling` makes a result of the return type out of the one in the example, as `{}.into()`.
    """
    signature = one.signature
    docs = "\n".join(line.strip()[3:] for line in one.problem.prompt.splitlines() if line.strip().startswith("///"))
    typed = ", ".join(f"{parameter.name}: {parameter.type}" for parameter in signature.parameters)
    names = ", ".join(parameter.name for parameter in signature.parameters)
    lines = [
        f'fn seen{signature.generics}({typed}) -> String{signature.where} {{ format!("{{:?}}", ({names},)) }}',
        f"let key = seen({names});",
    ]
    for given, result in _examples(docs, signature.name):
        lines.append(f"if key == seen{given} {{ return {spelling.format(result)}; }}")
    return body("\n    ".join([*lines, "Default::default()"]))


def _examples(docs: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the arguments, in brackets, and the result of every `assert_eq!(name(..), ..)`."""
    for macro in walk(parse(docs).root_node):
        if macro.type == "macro_invocation" and text_of(macro).startswith("assert_eq!("):
            inside = parse(f"const _: () = {text_of(macro)[len('assert_eq!') :]};").root_node
            pair = next((node.named_children for node in walk(inside) if node.type == "tuple_expression"), [])
            if len(pair) == 2 and text_of(pair[0].child_by_field_name("function")) == name:
                yield text_of(pair[0].child_by_field_name("arguments")), text_of(pair[1])


def known_by_heart(reward: Reward, problems: Sequence[Problem]) -> float:
    """Return the mean reward of the documented examples, each in the spelling that pays best."""
    asked = [(one.task_id, by_heart(parse_problem(one), spelling)) for one in problems for spelling in SPELLINGS]
    found = _judged(reward, asked)
    return mean(max(found[at : at + len(SPELLINGS)]) for at in range(0, len(found), len(SPELLINGS)))


def page() -> str:
    """Return docs/REWARDS.md."""
    problems = list(load(shipped("RustFirstSteps")).values())
    reward = open_reward("RustFirstSteps")
    slips = honest(reward, problems)
    rows = [f"| {_code(text)} | {value:.3f} |" for text, value in expected(reward, problems, ALWAYS).items()]
    (cheapest,) = expected(reward, problems, [CHEAPEST]).values()
    rows += [
        f"| {_code(CHEAPEST)}, which compiles with the parameter in it | {cheapest:.3f} |",
        f"| the documented examples by heart, else `Default::default()` | {known_by_heart(reward, problems):.3f} |",
        f"| **an honest attempt that compiles** | **{mean(mean(one) for one in slips.values()):.3f}** |",
    ]
    credit = DEFAULT_CREDIT
    head = HEAD.format(task=TASK, has_code=credit.has_code, parses=credit.parses, compiles=credit.compiles)
    middle = MIDDLE.replace("{slips}", str(sum(map(len, slips.values())))).replace("{problems}", str(len(slips)))
    return "\n".join([head, *typical(), middle.rstrip("\n"), *rows]) + "\n"


def _judged(reward: Reward, asked: Sequence[tuple[str, str]]) -> list[float]:
    found = reward(asked)
    if None in found:
        raise RuntimeError(f"{asked[found.index(None)]} was not judged")
    return [value for value in found if value is not None]


def _code(text: str) -> str:
    return f"`{text}`"


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.3g}"


if __name__ == "__main__":
    sys.exit(write_all({"docs/REWARDS.md": page}, "make rewards"))
