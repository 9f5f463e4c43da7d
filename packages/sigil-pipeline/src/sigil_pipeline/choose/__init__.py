"""Which candidates become samples: no duplicates, no benchmark problems, the task mix, the split."""
