"""Functions of crates that are never trained on, as problems whose answers only have to compile."""
