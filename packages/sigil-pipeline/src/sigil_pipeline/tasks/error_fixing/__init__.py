"""Repair code that does not compile."""
