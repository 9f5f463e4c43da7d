"""Draw completions from a model."""
