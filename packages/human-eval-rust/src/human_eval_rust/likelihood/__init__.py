"""How likely a model finds texts that it did not write: a second instrument, which decides nothing (docs/adr/0057)."""
