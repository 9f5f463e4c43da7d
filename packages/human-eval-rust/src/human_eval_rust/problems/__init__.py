"""Problem files, their formats, and what a problem fixes for its answers."""

from human_eval_rust.problems.files import load, shipped

__all__ = ["load", "shipped"]
