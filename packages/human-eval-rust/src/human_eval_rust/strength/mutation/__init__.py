"""Mutants of reference solutions, and how many of them a problem's tests kill."""
