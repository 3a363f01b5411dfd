"""Cells in mesh files, as people bring them: structured, of any dimension, with a defect or two."""

from collections.abc import Sequence
from itertools import permutations
from pathlib import Path
from typing import Any

import meshio
import numpy as np
from numpy.typing import NDArray

from lithovoid.case.load import parse_scenario
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.toml_files import merge

Floats = NDArray[np.float64]

SQUARE = [
    np.diag([first, second, 1.0])[list(order)]
    for order in ((0, 1, 2), (1, 0, 2))
    for first in (1, -1)
    for second in (1, -1)
]
"""The eight symmetries of a square in the plane, as matrices in space."""


def axes_of(tdim: int) -> list[Floats]:
    """Coordinates [um] along the sides and upwards of a small cell: fine from x = 0 to 3."""
    x = np.concatenate([np.arange(0, 3, 0.25), np.linspace(3, 6, 7)])
    up = np.concatenate([np.linspace(-1, 0, 3), np.arange(1, 9) * 0.25, [2.5, 3.0]])
    across = np.linspace(0, 2.5, 7)
    return [x, up] if tdim == 2 else [x[:9], across, up]


def cell(axes: Sequence[Floats]) -> meshio.Mesh:
    """Return a mesh in space, each box of the grid cut in d! simplices, all of positive volume.

    Groups: anode above 0, electrolyte below; counter and back at the lowest and highest.
    """
    tdim = len(axes)
    points = np.stack([part.ravel() for part in np.meshgrid(*axes, indexing="ij")], axis=1)
    numbers = np.arange(len(points)).reshape([len(axis) for axis in axes])
    cells = simplices(numbers)
    corners = points[cells]
    negative = np.linalg.det(corners[:, 1:] - corners[:, :1]) < 0
    cells[negative, :2] = cells[negative, 1::-1]
    facets = [simplices(numbers[..., k]) for k in (0, -1)]
    above = points[cells].mean(axis=1)[:, -1] > 0
    kinds = ("line", "triangle") if tdim == 2 else ("triangle", "tetra")
    tags = [np.repeat([1, 2], [len(side) for side in facets]), np.where(above, 1, 2)]
    return meshio.Mesh(
        np.pad(points, ((0, 0), (0, 3 - tdim))),
        [(kinds[0], np.concatenate(facets)), (kinds[1], cells)],
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": [part.copy() for part in tags]},
        field_data={
            "anode": np.array([1, tdim]),
            "electrolyte": np.array([2, tdim]),
            "counter": np.array([1, tdim - 1]),
            "back": np.array([2, tdim - 1]),
        },
    )


def wide(tdim: int) -> meshio.Mesh:
    """Return an electrolyte that is half as wide again as the anode on it."""
    axes = axes_of(tdim)
    edge = axes[0][-1]
    axes[0] = np.concatenate([axes[0], edge + np.array([1, 2]) * edge / 4])
    mesh = cell(axes)
    kept = (middles(mesh)[:, 0] < edge) | (middles(mesh)[:, tdim - 1] < 0)
    below = (middles(mesh, 0)[:, 0] < edge) | (middles(mesh, 0)[:, tdim - 1] < 0)
    for block, chosen in enumerate((below, kept)):
        mesh.cells[block].data = mesh.cells[block].data[chosen]
        for tags in mesh.cell_data.values():
            tags[block] = tags[block][chosen]
    return mesh


def simplices(numbers: NDArray[np.int_]) -> NDArray[np.int64]:
    """Node numbers (n, d + 1) of the simplices of a grid of node `numbers` (Kuhn)."""
    found = []
    for order in permutations(range(numbers.ndim)):
        step, path = np.zeros(numbers.ndim, dtype=int), []
        for axis in (None, *order):
            if axis is not None:
                step[axis] += 1
            window = tuple(slice(s, n - 1 + s) for s, n in zip(step, numbers.shape, strict=True))
            path.append(numbers[window].ravel())
        found.append(np.stack(path, axis=1))
    return np.concatenate(found).astype(np.int64)


def rounded(mesh: meshio.Mesh) -> meshio.Mesh:
    """Make a pellet of a cell whose sides are as far from the middle: squares become circles."""
    along = mesh.points[:, :2]
    radius = np.abs(along).max(axis=1, keepdims=True)
    length = np.linalg.norm(along, axis=1, keepdims=True)
    mesh.points[:, :2] = along * radius / np.maximum(length, 1e-12)
    return mesh


def tag(mesh: meshio.Mesh, chosen: NDArray[np.bool_], number: int, block: int = 1) -> None:
    """Put the `chosen` cells of a block into the group `number`."""
    for tags in mesh.cell_data.values():
        tags[block] = np.where(chosen, number, tags[block])


def middles(mesh: meshio.Mesh, block: int = 1) -> Floats:
    """Middles (m, 3) of the cells of a block."""
    return np.asarray(mesh.points[mesh.cells[block].data].mean(axis=1))


def saved(mesh: meshio.Mesh, path: Path) -> Path:
    """Write `mesh` to `path` in format 2.2, and return the path."""
    mesh.write(path, file_format="gmsh22", binary=True)
    return path


def scenario(path: Path, **changes: Any) -> Scenario:
    """Return a scenario with the mesh file `path`, without voids, with `changes` merged over it."""
    step = {"step": "strip", "current_density": "0.2 mA/cm^2", "until": {"time": "10 min"}}
    base = {
        "geometry": {"type": "file", "file": str(path), "unit": "1 um"},
        "phase_field": {"l": "0.25 um"},
        "nucleation": {"mode": "off"},
        "protocol": [step],
        "output": {"fields": "none"},
    }
    return parse_scenario(merge(base, changes), path.parent)
