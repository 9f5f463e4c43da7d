"""Facts about a crate: what the compiler, clippy, cargo and the syntax tree say of it."""
