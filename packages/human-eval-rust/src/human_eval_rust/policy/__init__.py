"""What answers may not use."""
