"""The finished data set and the files that are written from it."""
