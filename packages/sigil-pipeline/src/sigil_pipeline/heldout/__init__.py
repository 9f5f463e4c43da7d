"""Functions as problems, with tests where their docs give any: of crates that are never trained on, or as exercises."""
