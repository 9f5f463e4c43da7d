"""Real crates in, compiler-checked instruction samples out."""

__version__ = "4.0.0"
