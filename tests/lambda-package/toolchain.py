"""A Rust toolchain of shell scripts, each by its name; they stand in a directory `bin`."""

# The parent of `bin` is the sysroot.
RUSTC = 'case $1 in --print) echo "${0%/bin/*}";; *) echo rustc 1.90.0; echo more;; esac'
TOOLCHAIN = {"rustc": RUSTC, "cargo": "exit 1", "clippy-driver": "echo clippy 0.1.90; echo more"}
