"""One batch of crates, from the crate list to candidates, and the checkpoint of finished batches."""
