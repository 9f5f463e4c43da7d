"""Crates as cargo knows them: the list, the fetched packages, the workspace that is built."""
