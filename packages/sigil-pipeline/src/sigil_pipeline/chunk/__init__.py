"""Cut source files into functions, impl blocks and modules that are worth a sample."""
