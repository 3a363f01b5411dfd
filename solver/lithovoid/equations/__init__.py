"""The physics, and the equations that they make together."""
