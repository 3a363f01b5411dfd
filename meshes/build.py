"""From a scenario to its mesh, and to a file of it."""

import tempfile
from pathlib import Path

import meshio
import numpy as np
from numpy.typing import ArrayLike

from lithovoid.case.resolution import electrolyte_size, layer_heights
from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.box import roughen, write_box
from lithovoid.meshes.column import build_column
from lithovoid.meshes.data import ANODE, BACK, COUNTER, ELECTROLYTE, MICROMETRE, MeshData
from lithovoid.meshes.fit import problems_of
from lithovoid.meshes.frame import Frame
from lithovoid.meshes.measures import Measures, measure
from lithovoid.meshes.planar import write_planar
from lithovoid.meshes.read import GroupNames, read_mesh, read_own_mesh
from lithovoid.meshes.sound import require_sound
from lithovoid.meshes.words import summary_of
from lithovoid.scenario.schema import ColumnGeometry, FileGeometry, PlanarGeometry, Scenario


def build_mesh(scenario: Scenario) -> MeshData:
    """Return the mesh of ``scenario.geometry``: meshed by Gmsh, or read from its file.

    The same scenario gives the same arrays, bit by bit. Raises ConfigurationError if the geometry
    is impossible, the file cannot be used, or the mesh as built does not fit the scenario.
    """
    return checked_mesh(scenario)[0]


def require_fit(scenario: Scenario, mesh: MeshData) -> Measures:
    """Return the measures of `mesh`, which fits `scenario`.

    Raises ConfigurationError, with a line per reason, where it does not.
    """
    table = require_sound(mesh.points, mesh.cells, mesh.cell_tags)
    measures = measure(mesh, table)
    problems = problems_of(scenario, mesh, table, measures)
    if problems:
        geometry = scenario.geometry
        which = f"mesh {geometry.file}" if isinstance(geometry, FileGeometry) else "the mesh"
        lines = "\n  ".join(problems)
        raise ConfigurationError(f"{which} does not fit the scenario\n  {lines}")
    return measures


def checked_mesh(scenario: Scenario) -> tuple[MeshData, str]:
    """Return `build_mesh` of `scenario`, and a line that says what people should know of it.

    Raises ConfigurationError as `build_mesh` does.
    """
    mesh, frame = unchecked_mesh(scenario)
    return mesh, summary_of(require_fit(scenario, mesh), mesh.tdim, frame)


def unchecked_mesh(scenario: Scenario) -> tuple[MeshData, Frame | None]:
    """Return the mesh before `require_fit`, and the frame that it was read into, if from a file.

    Raises ConfigurationError if the geometry is impossible or the file cannot be used.
    """
    geometry = scenario.geometry
    if isinstance(geometry, FileGeometry):
        names = GroupNames(
            geometry.anode,
            geometry.electrolyte,
            geometry.counter,
            leave_out=tuple(geometry.leave_out),
        )
        return read_mesh(Path(geometry.file), geometry.unit, names)
    if isinstance(geometry, ColumnGeometry):
        return build_column(geometry), None
    return _meshed(scenario, geometry), None


def _meshed(scenario: Scenario, geometry: PlanarGeometry) -> MeshData:
    """Return the mesh that Gmsh makes of `geometry`."""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "planar.msh"
        layers = [height / MICROMETRE for height in layer_heights(scenario)]
        write = write_planar if geometry.depth is None else write_box
        size = electrolyte_size(scenario, geometry) / MICROMETRE
        write(geometry, scenario.phase_field.l, layers, path, size)
        mesh = read_own_mesh(path)
    return mesh if geometry.depth is None else roughen(geometry, mesh)


def write_mesh(scenario: Scenario, path: Path) -> MeshData:
    """Build the mesh of `scenario`, write it to `path` (.msh 2.2, micrometres), and return it.

    The file can be opened in Gmsh and used again with ``geometry.type = "file"``: its groups are
    "anode", "electrolyte", "counter" and, where known, "back". Raises ConfigurationError if the
    mesh cannot be built or `path` cannot be written.
    """
    mesh = build_mesh(scenario)
    try:
        _to_meshio(mesh).write(path, file_format="gmsh22", binary=True)
    except OSError as error:
        raise ConfigurationError(f"cannot write the mesh to {path}: {error.strerror}") from None
    return mesh


def _to_meshio(mesh: MeshData) -> meshio.Mesh:
    points = np.zeros((len(mesh.points), 3))
    points[:, : mesh.gdim] = mesh.points
    facet_type, cell_type = ("line", "triangle") if mesh.tdim == 2 else ("triangle", "tetra")
    tags: list[ArrayLike] = [mesh.facet_tags, mesh.cell_tags]
    return meshio.Mesh(
        points,
        [(facet_type, mesh.facets), (cell_type, mesh.cells)],
        cell_data={"gmsh:physical": tags, "gmsh:geometrical": tags},
        field_data={
            "anode": np.array([ANODE, mesh.tdim]),
            "electrolyte": np.array([ELECTROLYTE, mesh.tdim]),
            "counter": np.array([COUNTER, mesh.tdim - 1]),
            "back": np.array([BACK, mesh.tdim - 1]),
        },
    )
