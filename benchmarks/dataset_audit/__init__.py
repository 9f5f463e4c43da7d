"""The parts of `benchmarks/dataset_audit.py`, which audits rows of a data set without the pipeline's code:

    rows        the rows that are audited, and what was found of each
    syntax      Rust as syntax trees
    place       the place in a crate's file that a row names, and other code put there
    prompt      the Rust that a prompt shows, and an answer put into it
    crates      crates from cargo, copies of them that can be changed, and what the compiler says of these
    examples    whether an example in the docs tests a place
    names       the items that a crate declares, and the names that code uses
    hidden      which of these names are the crate's own, by asking rustc
    judge       all of it, crate by crate
    table       what was found, as text
    samples     rows whole, as Markdown to read

Each imports only from those above it.
"""
