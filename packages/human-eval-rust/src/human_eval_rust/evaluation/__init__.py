"""Judge a file of samples: read, remember, judge, sum up."""
