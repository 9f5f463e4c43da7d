"""Parts of `benchmarks/intervals.py`."""
