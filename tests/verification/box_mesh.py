"""Boxes of simplices over given coordinates: structured, graded where the coordinates are."""

from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from lithovoid.meshes.data import ANODE, COUNTER, ELECTROLYTE, MeshData

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


def box(*axes: Floats) -> MeshData:
    """Return a mesh with nodes at all combinations of the coordinates `axes` [um].

    The last axis is the height: anode above 0, electrolyte below, counter electrode at its lowest.
    Each box is cut into d! simplices along its diagonal (Kuhn's triangulation).
    """
    points = np.stack([axis.ravel() for axis in np.meshgrid(*axes, indexing="ij")], axis=1)
    numbers = np.arange(len(points)).reshape([len(axis) for axis in axes])
    cells = _oriented(_simplices(numbers), points)
    above = points[cells].mean(axis=1)[:, -1] > 0
    facets = _simplices(numbers[..., 0])
    return MeshData(
        points,
        cells,
        np.where(above, ANODE, ELECTROLYTE).astype(np.int32),
        facets,
        np.full(len(facets), COUNTER, dtype=np.int32),
    )


def crossed(x: Floats, z: Floats) -> MeshData:
    """Return a plane mesh of rectangles in four triangles each, which prefers no direction.

    Anode, electrolyte and counter electrode as in `box`. With one diagonal, the energy of a tilted
    wall has a term linear in its tilt, which bends it at the sides of the cell.
    """
    columns, rows = len(x) - 1, len(z) - 1
    corners = np.stack([part.ravel() for part in np.meshgrid(x, z, indexing="ij")], axis=1)
    middles = np.meshgrid((x[1:] + x[:-1]) / 2, (z[1:] + z[:-1]) / 2, indexing="ij")
    centres = np.stack([part.ravel() for part in middles], axis=1)
    numbers = np.arange(len(corners)).reshape(columns + 1, rows + 1)
    first, second = numbers[:-1, :-1].ravel(), numbers[1:, :-1].ravel()
    around = [first, second, second + 1, first + 1]
    centre = len(corners) + np.arange(len(centres))
    cells = np.concatenate(
        [np.stack([around[k], around[(k + 1) % 4], centre], axis=1) for k in range(4)]
    )
    points = np.concatenate([corners, centres])
    above = points[cells].mean(axis=1)[:, 1] > 0
    facets = np.stack([numbers[:-1, 0], numbers[1:, 0]], axis=1)
    tags = np.where(above, ANODE, ELECTROLYTE).astype(np.int32)
    return MeshData(points, cells, tags, facets, np.full(len(facets), COUNTER, dtype=np.int32))


def uniform(size: float, *, width: float, anode: float, electrolyte: float, gdim: int) -> MeshData:
    """Return a box `width` wide in all directions along the interface, of one mesh `size` [um]."""
    side = np.linspace(0, width, round(width / size) + 1)
    below = np.linspace(-electrolyte, 0, round(electrolyte / size) + 1)
    above = np.linspace(0, anode, round(anode / size) + 1)
    return box(*[side] * (gdim - 1), np.concatenate([below, above[1:]]))


def graded(length: float, finest: float, growth: float = 1.2, parts: float = 15) -> Floats:
    """Return points from 0 to `length`; cells grow from `finest` at 0 to about length / `parts`."""
    steps = [finest]
    while sum(steps) < length:
        steps.append(min(steps[-1] * growth, length / parts))
    points = np.concatenate([[0.0], np.cumsum(steps)])
    return np.asarray(points * length / points[-1])


def _simplices(numbers: Integers) -> Integers:
    """Node numbers (n, d + 1) of the simplices of a grid of node `numbers`."""
    dimension = numbers.ndim
    found = []
    for order in permutations(range(dimension)):
        corner = np.zeros(dimension, dtype=int)
        path = [corner.copy()]
        for axis in order:
            corner[axis] += 1
            path.append(corner.copy())
        found.append(np.stack([_shifted(numbers, step).ravel() for step in path], axis=1))
    return np.concatenate(found)


def _shifted(numbers: Integers, step: NDArray[np.int_]) -> Integers:
    """Numbers of the nodes `step` away from the first corner of each box."""
    window = tuple(slice(s, n - 1 + s) for s, n in zip(step, numbers.shape, strict=True))
    return numbers[window]


def _oriented(cells: Integers, points: Floats) -> Integers:
    edges = points[cells[:, 1:]] - points[cells[:, :1]]
    negative = np.linalg.det(edges) < 0
    cells[negative] = cells[negative][:, [1, 0, *range(2, cells.shape[1])]]
    return cells
