"""Write code from its documentation."""
