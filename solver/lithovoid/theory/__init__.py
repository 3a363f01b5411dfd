"""Closed forms on numbers: constants, composition, nucleation, depletion."""
