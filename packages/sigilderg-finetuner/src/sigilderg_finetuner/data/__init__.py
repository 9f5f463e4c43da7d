"""From rows of a data set to batches of token ids: read, filter, mix, render, tokenise, pack."""
