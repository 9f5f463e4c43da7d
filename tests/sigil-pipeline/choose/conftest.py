"""Candidates, and code that is long enough to be recognised."""

from __future__ import annotations

from sigil_pipeline.tasks.candidates import Candidate


def candidate(name: str, gen: str = "", task: str = "code_generation", crate: str = "a", **more: object) -> Candidate:
    values = {
        "task_type": task,
        "chunk": f"{crate}/{name}",
        "kind": "function",
        "rank": 0.0,
        "prompt": f"Write {name}",
        "gen": gen or f"fn {name}() {{ {name}_body({name}, 1); }}",
        "crate": crate,
        "version": "1.0.0",
        "file": "src/lib.rs",
        "lines": (1, 2),
        "verified": "yes",
        "template": "stub-1",
        "rustc_version": "1.95.0",
    }
    return Candidate(**{**values, **more})  # type: ignore[arg-type]


LONG = """fn total(numbers: &[u32]) -> u32 {
    let mut sum = 0; // the sum
    for number in numbers {
        if number % 2 == 0 && number > &10 {
            sum += number * 3;
        } else {
            sum -= 1;
        }
    }
    sum + numbers.len() as u32
}"""
