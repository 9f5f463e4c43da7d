"""Runs the whole chain and compares the tuned model with its base."""

__version__ = "4.0.0"
