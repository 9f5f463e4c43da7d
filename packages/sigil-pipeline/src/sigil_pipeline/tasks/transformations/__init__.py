"""Make working code idiomatic."""
