"""Lay answers and tests out as crates, and compile what they have in common."""
