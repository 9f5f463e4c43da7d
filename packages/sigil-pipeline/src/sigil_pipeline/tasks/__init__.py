"""The four kinds of tasks, and what is needed to derive and choose them."""
