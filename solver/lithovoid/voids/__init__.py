"""Voids: how they are inserted, given at the start, and counted."""
