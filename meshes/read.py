"""Read a mesh made by Gmsh or another mesher into `MeshData`, and say what is wrong with it."""

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
from lithovoid.meshes.frame import Frame, frame_of
from lithovoid.meshes.groups import Groups
from lithovoid.meshes.load import load, load_own
from lithovoid.meshes.sound import require_sound
from lithovoid.meshes.topology import FacetTable, cell_volumes

SIMPLICES = {"vertex": 0, "line": 1, "triangle": 2, "tetra": 3}
"""Dimension of the cell types that a mesh may hold; vertices are passed over."""

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class GroupNames:
    """Names of the groups in the file; `back` need not exist, `leave_out` are no part of the cell.

    Without a group `counter`, the counter side is where the electrolyte meets what is left out.
    """

    anode: str = "anode"
    electrolyte: str = "electrolyte"
    counter: str = "counter"
    back: str = "back"
    leave_out: tuple[str, ...] = ()


def read_mesh(path: Path, unit: float, names: GroupNames) -> tuple[MeshData, Frame]:
    """Read `path` (`.msh` 2.2, 4.0 or 4.1, or another format of meshio), lengths in `unit` [m].

    Return the mesh in the frame of all meshes (`lithovoid.meshes.frame`), and what took it there.
    Unused points are dropped, and so are cells that are left out; cells of negative orientation
    are turned around.

    Raises ConfigurationError, with the path and what is allowed, if the file cannot be read, a
    group is missing, or the mesh is no sound simplex mesh of an anode and an electrolyte
    (`lithovoid.meshes.sound`).
    """
    try:
        return _convert(load(path), unit, names)
    except ConfigurationError as error:
        raise ConfigurationError(f"mesh {path}: {error}") from None


def read_own_mesh(path: Path) -> MeshData:
    """Read `path`, which Gmsh has just written here, upright, in micrometres."""
    return _convert(load_own(path), MICROMETRE, GroupNames())[0]


def _convert(mesh: meshio.Mesh, unit: float, names: GroupNames) -> tuple[MeshData, Frame]:
    tdim = _dimension(mesh)
    groups = Groups(mesh, SIMPLICES)
    cells, tags, left_out = _regions(groups, tdim, names)
    facets, facet_tags = _sides(groups, tdim, names, cells, tags, left_out)
    used, local = np.unique(cells, return_inverse=True)
    cells = local.reshape(cells.shape)
    points = _points(np.asarray(mesh.points, dtype=np.float64)[used]) * (unit / MICROMETRE)
    table = require_sound(points, cells, tags, (names.anode, names.electrolyte))
    facets, facet_tags = _boundary(table, _renumber(facets, used), facet_tags, names)
    frame = frame_of(points, cells, tags, table)
    points = frame.of(points)
    return MeshData(points, _oriented(points, cells), tags, facets, facet_tags), frame


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


def _regions(
    groups: Groups, tdim: int, names: GroupNames
) -> tuple[Connectivity, Tags, Connectivity]:
    """Return the cells of anode and electrolyte, their tags, and the cells that are left out."""
    wanted = [names.anode, names.electrolyte, *names.leave_out]
    cells, (anode, electrolyte, *others) = groups.select(tdim, wanted)
    left_out = np.any(others, axis=0) if others else np.zeros(len(cells), dtype=np.bool_)
    regions = f"'{names.anode}' and '{names.electrolyte}'"
    _refuse(anode & electrolyte, f"in both of the groups {regions}; each cell must be in one")
    _refuse(
        left_out & (anode | electrolyte),
        f"in one of the groups {regions} and in one that geometry.leave_out names",
    )
    _refuse(
        ~(anode | electrolyte | left_out),
        f"in none of the groups {regions}; groups that are no part of the cell can be named in "
        f"geometry.leave_out, found: {', '.join(sorted(groups.names(tdim)))}",
    )
    tags = np.where(anode, ANODE, ELECTROLYTE).astype(np.int32)
    return cells[~left_out], tags[~left_out], cells[left_out]


def _refuse(wrong: Mask, what: str) -> None:
    if wrong.any():
        raise ConfigurationError(f"{wrong.sum()} of {wrong.size} cells are {what}")


def _sides(
    groups: Groups,
    tdim: int,
    names: GroupNames,
    cells: Connectivity,
    tags: Tags,
    left_out: Connectivity,
) -> tuple[Connectivity, Tags]:
    """Return the facets of counter side and back: named, or shared with what is left out.

    Raises ConfigurationError where there is no counter side.
    """
    found = groups.names(tdim - 1)
    facets, facet_tags = np.empty((0, tdim), dtype=np.int64), np.empty(0, dtype=np.int32)
    for name, tag, region in (
        (names.counter, COUNTER, ELECTROLYTE),
        (names.back, BACK, ANODE),
    ):
        if name in found or (tag == COUNTER and not len(left_out)):
            every, (chosen,) = groups.select(tdim - 1, [name])
            of_side = every[chosen]
        else:
            of_side = _shared(cells[tags == region], left_out)
            if tag == COUNTER and not len(of_side):
                raise ConfigurationError(
                    f"has no group '{name}', and the electrolyte shares no facets with what is "
                    "left out"
                )
        facets = np.concatenate([facets, of_side])
        facet_tags = np.append(facet_tags, np.full(len(of_side), tag, dtype=np.int32))
    return facets, facet_tags


def _shared(cells: Connectivity, others: Connectivity) -> Connectivity:
    """Return the facets that `cells` share with `others`."""
    if not len(others):
        return np.empty((0, cells.shape[1] - 1), dtype=np.int64)
    tags = np.repeat(np.array([ANODE, ELECTROLYTE], dtype=np.int32), [len(cells), len(others)])
    return FacetTable(np.concatenate([cells, others]), tags).interface()


def _points(points: Points) -> Points:
    """Return `points` in space."""
    if not np.isfinite(points).all():
        raise ConfigurationError("has points with coordinates that are not finite")
    return np.pad(points, ((0, 0), (0, 3 - points.shape[1])))


def _oriented(points: Points, cells: Connectivity) -> Connectivity:
    """Return `cells` with positive volumes."""
    turned, negative = cells.copy(), cell_volumes(points, cells) < 0
    turned[negative, :2] = turned[negative, 1::-1]
    return turned


def _renumber(facets: Connectivity, used: Connectivity) -> Connectivity:
    """Return `facets` in numbers of the `used` points, -1 for points that no cell uses."""
    position = np.searchsorted(used, facets).clip(max=used.size - 1)
    return np.where(used[position] == facets, position, -1)


def _boundary(
    table: FacetTable, facets: Connectivity, tags: Tags, names: GroupNames
) -> tuple[Connectivity, Tags]:
    """Check that facets are where they should be; return them without repetition."""
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
