"""Unit tests of crates as tests of their functions, where these build without what only tests depend on."""
