"""Newton's method, assembly, linear solvers."""
