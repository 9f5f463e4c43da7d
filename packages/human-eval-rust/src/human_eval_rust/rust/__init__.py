"""Rust as text and as a tree: tokens, items, imports, signatures."""
