"""Functions as problems whose answers only have to compile: of crates that are never trained on, or as exercises."""
