"""A crate list out of a registry's metadata: what is asked, how politely, and which crates are taken."""
