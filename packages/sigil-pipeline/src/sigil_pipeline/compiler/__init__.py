"""What the compiler is asked about changed functions, and how its answers are read."""
