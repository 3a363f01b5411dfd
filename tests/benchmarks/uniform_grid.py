"""PFHub benchmark 1(b) on a square of equal cells, for other codes: needs NumPy only."""

import json
import sys
from collections.abc import Callable

import numpy as np

SIDE = 200.0
HEIGHT, LOW, HIGH, KAPPA, MOBILITY = 5.0, 0.3, 0.7, 2.0, 5.0


def initial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Concentration at the start, as the benchmark states it."""
    waves = np.cos(0.105 * x) * np.cos(0.11 * y) + (np.cos(0.13 * x) * np.cos(0.087 * y)) ** 2
    return 0.5 + 0.01 * (waves + np.cos(0.025 * x - 0.15 * y) * np.cos(0.07 * x - 0.02 * y))


def free_energy(c: np.ndarray) -> float:
    """Integral of f(c) + kappa/2 |grad c|^2 from the (cells, cells) mean values `c`.

    Gradients are differences across the sides of cells, whose energy is what the schemes with the
    usual Laplacian of five points lower. Central differences over two cells lose 4 to 13 % of the
    energy on these grids.
    """
    size = SIDE / len(c)
    local = HEIGHT * (c - LOW) ** 2 * (HIGH - c) ** 2
    squares = sum(float(np.sum(np.diff(c, axis=axis) ** 2)) for axis in (0, 1))
    return float(np.sum(local)) * size**2 + KAPPA / 2 * squares


def main(run: Callable[[int, float], dict[str, float]]) -> None:
    """Run on the CELLS per side and to the END of the command line; print one line of JSON."""
    cells, end = int(sys.argv[1]), float(sys.argv[2])
    print(json.dumps({"cells": cells, "end": end} | run(cells, end)))
