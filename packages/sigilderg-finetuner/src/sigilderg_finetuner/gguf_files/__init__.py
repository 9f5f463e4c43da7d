"""GGUF, the file format of llama.cpp: what its writer and its reader here have in common, and the writer."""
