"""Scenarios and meshio meshes that the tests of meshes share."""

from pathlib import Path
from typing import Any

import meshio
import numpy as np

from lithovoid.case.load import parse_scenario
from lithovoid.scenario.schema import FileGeometry, PlanarGeometry, Scenario


def planar(**changes: Any) -> Scenario:
    """Return a small planar scenario without layers at its interface, unless they are asked for.

    `changes` are those of the geometry, and `l`.
    """
    half_width = changes.pop("l", "0.25 um")
    keys = {"type": "planar", "width": "6 um", "anode": "8 um", "electrolyte": "3 um"}
    keys |= {"interface_size": "0.2 um"} | changes
    geometry = PlanarGeometry.model_validate({"first_layer": keys["interface_size"]} | keys)
    return _scenario(geometry, half_width)


def from_file(path: Path, **changes: Any) -> Scenario:
    """Return a scenario with the mesh file `path` in micrometres."""
    keys = {"type": "file", "file": str(path), "unit": "1 um"}
    geometry = FileGeometry.model_validate(keys | changes)
    return _scenario(geometry)


def _scenario(geometry: PlanarGeometry | FileGeometry, half_width: str = "0.25 um") -> Scenario:
    """Return a scenario without nucleation and with `geometry`, which is not checked with it."""
    column = {"type": "column", "anode": "8 um", "electrolyte": "3 um"}
    step = {"step": "strip", "current_density": "0.1 mA/cm^2", "until": {"time": "10 min"}}
    plain = parse_scenario(
        {
            "geometry": column,
            "phase_field": {"l": half_width},
            "nucleation": {"mode": "off"},
            "protocol": [step],
        },
        Path(),
    )
    return plain.model_copy(update={"geometry": geometry})


def two_squares() -> meshio.Mesh:
    """Return a unit square of anode above a unit square of electrolyte, two triangles each.

    Point 6 is used by no cell; one triangle has the wrong orientation; groups of lines have the
    same numbers as groups of triangles.
    """
    points = np.array(
        [[0, -1, 7], [1, -1, 7], [0, 0, 7], [1, 0, 7], [0, 1, 7], [1, 1, 7], [5, 5, 5]], dtype=float
    )
    triangles = np.array([[0, 1, 3], [0, 2, 3], [2, 3, 5], [2, 5, 4]])
    lines = np.array([[0, 1], [4, 5]])
    tags = [np.array([1, 2]), np.array([2, 2, 1, 1])]
    return meshio.Mesh(
        points,
        [("line", lines), ("triangle", triangles)],
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": [np.array([1, 1]), np.ones(4, int)]},
        field_data={
            "anode": np.array([1, 2]),
            "electrolyte": np.array([2, 2]),
            "counter": np.array([1, 1]),
            "back": np.array([2, 1]),
        },
    )


def two_tetrahedra() -> meshio.Mesh:
    """Return an anode tetrahedron on an electrolyte tetrahedron; a face of the latter is tagged."""
    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]], dtype=float)
    return meshio.Mesh(
        points,
        [("triangle", np.array([[0, 1, 4]])), ("tetra", np.array([[0, 1, 2, 3], [0, 1, 2, 4]]))],
        cell_data={
            "gmsh:physical": [np.array([3]), np.array([1, 2])],
            "gmsh:geometrical": [np.array([1]), np.array([1, 2])],
        },
        field_data={
            "anode": np.array([1, 3]),
            "electrolyte": np.array([2, 3]),
            "counter": np.array([3, 2]),
        },
    )


def saved(mesh: meshio.Mesh, path: Path, file_format: str | None = "gmsh22") -> Path:
    """Write `mesh` to `path` and return the path."""
    mesh.write(path, file_format=file_format)
    return path
