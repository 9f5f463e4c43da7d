"""Examples in docs as tests of their functions, inside the whole crate: what passes them is of level `tests_pass`."""
