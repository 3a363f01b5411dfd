"""Periodic rectangles: cells share their nodes across the seam, but not their coordinates.

DOLFINx numbers unknowns by the topology and maps cells by the geometry of the mesh. So a mesh
whose topology is that of a torus (or a cylinder), with coordinates that belong to single cells and
are continued across the seam, is exactly periodic, flat, and works on any number of ranks.
"""

import basix.ufl
import ufl
from dolfinx import common, cpp, fem, mesh
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

CORNERS = 3
"""Corners of a triangle."""


def periodic_rectangle(
    comm: MPI.Comm,
    lengths: tuple[float, float],
    counts: tuple[int, int],
    periodic: tuple[bool, bool] = (True, True),
) -> mesh.Mesh:
    """Return [0, L_x] x [0, L_y] with two triangles in each of the `counts` rectangles.

    At least three cells are needed in a periodic direction.
    """
    element = basix.ufl.element("Lagrange", "triangle", 1, shape=(2,))
    points, cells = _lattice(lengths, counts, periodic)
    if comm.rank > 0:
        points, cells = points[:0], cells[:0]
    torus = mesh.create_mesh(comm, cells, ufl.Mesh(element), points)
    corners = torus.geometry.x[torus.geometry.dofmaps[0]][:, :, :2]
    geometry = _unrolled(torus, corners, np.asarray(lengths))
    return mesh.Mesh(
        cpp.mesh.Mesh_float64(comm, torus.topology._cpp_object, geometry._cpp_object),
        ufl.Mesh(element),
    )


def _lattice(
    lengths: tuple[float, float], counts: tuple[int, int], periodic: tuple[bool, bool]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Nodes and triangles of the lattice, with the nodes of the seam identified."""
    columns, rows = (n if around else n + 1 for n, around in zip(counts, periodic, strict=True))

    def node(i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.int64]:
        return (i % columns) * rows + j % rows

    i, j = (index.ravel() for index in np.indices(counts))
    a, b, c, d = node(i, j), node(i + 1, j), node(i + 1, j + 1), node(i, j + 1)
    rising = ((i + j) % 2 == 0)[:, None]  # alternating diagonals: no direction is preferred
    first = np.where(rising, np.column_stack([a, b, c]), np.column_stack([a, b, d]))
    second = np.where(rising, np.column_stack([a, d, c]), np.column_stack([b, c, d]))
    places = np.indices((columns, rows)).reshape(2, -1).T
    cells = np.concatenate([first, second]).astype(np.int64)
    return places * (np.asarray(lengths) / counts), cells


def _unrolled(
    torus: mesh.Mesh, corners: NDArray[np.float64], lengths: NDArray[np.float64]
) -> mesh.Geometry:
    """Geometry in which every cell has corners of its own, on one side of the seam."""
    beyond = corners < corners.max(axis=1, keepdims=True) - lengths / 2
    points = (corners + beyond * lengths).reshape(-1, 2)
    cells = torus.topology.index_map(2)
    local = CORNERS * (cells.size_local + cells.num_ghosts)
    ghosts = (CORNERS * cells.ghosts[:, None] + np.arange(CORNERS)).ravel()
    owners = np.repeat(cells.owners, CORNERS).astype(np.int32)
    index_map = common.IndexMap(torus.comm, CORNERS * cells.size_local, ghosts, owners, 1)
    return mesh.create_geometry(
        index_map,
        np.arange(local, dtype=np.int32).reshape(-1, CORNERS),
        fem.coordinate_element(mesh.CellType.triangle, 1),
        points,
        index_map.local_to_global(np.arange(local, dtype=np.int32)),
    )
