"""Composition of the metal, for UFL expressions and for NumPy arrays alike."""

from collections.abc import Callable
from typing import Any

LEAST_ATOMS = 1e-3
"""Atoms per site that the magnesium share counts at least, so that it stays finite."""


def magnesium_share(x_mg: Any, v: Any, larger: Callable[[Any, Any], Any]) -> Any:
    """Magnesium share of the atoms, y = x_mg / (1 - v).

    `x_mg` and `v` are per lattice site; `larger` is the maximum of two for their kind:
    ``ufl.max_value`` or ``numpy.maximum``.
    """
    return x_mg / larger(1 - v, LEAST_ATOMS)
