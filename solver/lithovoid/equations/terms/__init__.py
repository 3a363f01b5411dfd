"""Terms of the weak forms: free functions that return UFL."""
