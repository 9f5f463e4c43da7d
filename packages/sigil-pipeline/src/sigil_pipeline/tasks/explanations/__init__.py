"""Say in words what code does."""
