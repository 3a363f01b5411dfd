"""Read a mesh made by Gmsh or another mesher into `MeshData`, and say what is wrong with it."""

import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import meshio
import numpy as np
import numpy.typing as npt

from lithovoid.machine.errors import ConfigurationError
from lithovoid.meshes.data import (
    ANODE,
    BACK,
    COUNTER,
    ELECTROLYTE,
    MICROMETRE,
    Connectivity,
    MeshData,
    Points,
    Tags,
)
from lithovoid.meshes.groups import Groups
from lithovoid.meshes.topology import FacetTable, cell_volumes, edge_lengths

SIMPLICES = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}
"""Dimension of the cell types that a mesh may hold; vertices are passed over."""
FLAT = 1e-9
"""Coordinates, or volumes of cells, that vary by less than this part of the extent are zero."""


@dataclass(frozen=True)
class GroupNames:
    """Names of the groups in the file; `back` need not exist."""

    anode: str = "anode"
    electrolyte: str = "electrolyte"
    counter: str = "counter"
    back: str = "back"


def read_mesh(path: Path, unit: float, names: GroupNames) -> MeshData:
    """Read `path` (`.msh` 2.2 or 4.1, or another format of meshio) whose lengths are in `unit` [m].

    Unused points are dropped, a constant coordinate is dropped (triangles only), and cells of
    negative orientation are turned around.

    Raises ConfigurationError, with the path and what is allowed, if the file cannot be read, a
    group is missing, or the mesh is no conforming simplex mesh of an anode and an electrolyte that
    share facets.
    """
    try:
        return _convert(_load(path), unit, names)
    except ConfigurationError as error:
        raise ConfigurationError(f"mesh {path}: {error}") from None


def _load(path: Path) -> meshio.Mesh:
    if not path.is_file():
        raise ConfigurationError("no such file")
    try:
        # meshio prints its complaints and may end the whole program
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            return meshio.read(path)
    except ModuleNotFoundError as error:
        raise ConfigurationError(f"this format needs the Python package {error.name}") from None
    except (Exception, SystemExit) as error:
        reason = str(error) if isinstance(error, meshio.ReadError) else type(error).__name__
        raise ConfigurationError(
            f"cannot be read ({reason}); allowed are .msh (Gmsh 2.2 or 4.1) and other formats of "
            "meshio that keep names or numbers of groups"
        ) from None


def _convert(mesh: meshio.Mesh, unit: float, names: GroupNames) -> MeshData:
    tdim = _dimension(mesh)
    groups = Groups(mesh, SIMPLICES)
    cells, (in_anode, in_electrolyte) = groups.select(tdim, [names.anode, names.electrolyte])
    cell_tags = _cell_tags(in_anode, in_electrolyte, names)
    facets, (at_counter,) = groups.select(tdim - 1, [names.counter])
    facet_tags = np.where(at_counter, COUNTER, 0).astype(np.int32)
    if names.back in groups.names(tdim - 1):
        _, (at_back,) = groups.select(tdim - 1, [names.back])
        facet_tags[at_back & ~at_counter] = BACK
    facets, facet_tags = facets[facet_tags > 0], facet_tags[facet_tags > 0]
    used, local = np.unique(cells, return_inverse=True)
    cells = local.reshape(cells.shape)
    points = _points(np.asarray(mesh.points, dtype=np.float64)[used], tdim) * (unit / MICROMETRE)
    cells = _oriented(points, cells)
    facets, facet_tags = _boundary(
        FacetTable(cells, cell_tags), _renumber(facets, used), facet_tags, names
    )
    return MeshData(points, cells, cell_tags, facets, facet_tags)


def _dimension(mesh: meshio.Mesh) -> int:
    """Return 3 with tetrahedra, else 2 with triangles; refuse all other cells."""
    found = {block.type: len(block.data) for block in mesh.cells if len(block.data)}
    others = ", ".join(f"{name} ({found[name]})" for name in found if name not in SIMPLICES)
    if others:
        raise ConfigurationError(
            f"has cells of type {others}; allowed are triangles or tetrahedra of first order"
        )
    tdim = max((SIMPLICES[name] for name in found), default=0)
    if tdim < 2:
        raise ConfigurationError("has neither triangles nor tetrahedra")
    return tdim


def _cell_tags(
    anode: npt.NDArray[np.bool_], electrolyte: npt.NDArray[np.bool_], names: GroupNames
) -> Tags:
    groups = f"'{names.anode}' and '{names.electrolyte}'"
    for wrong, what in ((anode & electrolyte, "both"), (~(anode | electrolyte), "none")):
        if wrong.any():
            raise ConfigurationError(
                f"{wrong.sum()} of {wrong.size} cells are in {what} of the groups {groups}; each "
                "cell must be in exactly one"
            )
    return np.where(anode, ANODE, ELECTROLYTE).astype(np.int32)


def _points(points: Points, tdim: int) -> Points:
    """Check coordinates; keep as many columns as the cells have dimensions."""
    if not np.isfinite(points).all():
        raise ConfigurationError("has points with coordinates that are not finite")
    extent = np.ptp(points, axis=0)
    varying = extent > FLAT * extent.max()
    if varying.sum() > tdim:
        raise ConfigurationError(
            "has triangles that are not in one plane of constant x, y or z, and no tetrahedra"
        )
    if varying.sum() < tdim:
        raise ConfigurationError("has no extent in two (triangles) or three directions")
    return points[:, varying]


def _oriented(points: Points, cells: Connectivity) -> Connectivity:
    """Return `cells` with positive volumes; refuse those without volume."""
    volumes = cell_volumes(points, cells)
    size = edge_lengths(points, cells).max(axis=1) ** points.shape[1]
    degenerate = np.abs(volumes) <= FLAT * size
    if degenerate.any():
        where = points[cells[np.argmax(degenerate)]].mean(axis=0)
        raise ConfigurationError(
            f"{degenerate.sum()} cells have no volume, the first at "
            f"({', '.join(f'{value:.4g}' for value in where)}) um"
        )
    turned = cells.copy()
    turned[volumes < 0, :2] = turned[volumes < 0, 1::-1]
    return turned


def _renumber(facets: Connectivity, used: Connectivity) -> Connectivity:
    """Return `facets` in numbers of the `used` points, -1 for points that no cell uses."""
    position = np.searchsorted(used, facets).clip(max=used.size - 1)
    return np.where(used[position] == facets, position, -1)


def _boundary(
    table: FacetTable, facets: Connectivity, tags: Tags, names: GroupNames
) -> tuple[Connectivity, Tags]:
    """Check the topology of the regions; return tagged facets without repetition."""
    if (table.cells > 2).any():
        raise ConfigurationError("has facets shared by more than two cells: cells overlap")
    if not len(table.interface()):
        raise ConfigurationError(
            f"the groups '{names.anode}' and '{names.electrolyte}' share no facets; merge the "
            "points that both have along the interface"
        )
    rows = table.find(facets)
    for tag, region, name, cells in (
        (COUNTER, "electrolyte", names.counter, table.electrolyte),
        (BACK, "anode", names.back, table.anode),
    ):
        chosen = rows[tags == tag]
        good = (chosen >= 0) & (table.cells[chosen] == 1) & (cells[chosen] == 1)
        if not good.all():
            raise ConfigurationError(
                f"{(~good).sum()} of {good.size} facets of the group '{name}' are not on the outer "
                f"boundary of the {region}"
            )
    kept, first = np.unique(rows, return_index=True)
    return table.nodes[kept], tags[first]
