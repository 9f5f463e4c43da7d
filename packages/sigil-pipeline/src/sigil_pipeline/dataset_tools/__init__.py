"""Commands on finished data sets: convert, cut, divide, rebalance, check. `tools/` holds their scripts."""
