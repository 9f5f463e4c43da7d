"""One batch of crates, from wish to candidates, and the checkpoint of finished batches."""
