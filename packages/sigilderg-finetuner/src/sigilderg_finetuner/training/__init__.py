"""The model, the loop over its batches, and what a run leaves: checkpoints, metrics, a plan."""
