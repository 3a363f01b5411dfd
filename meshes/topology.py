"""Facets, volumes and edges of simplex meshes.

Points may have more coordinates than the cells have dimensions: triangles in space are as good as
triangles in a plane.
"""

from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from lithovoid.meshes.data import ANODE, ELECTROLYTE, Connectivity, MeshData, Points, Tags

Floats = npt.NDArray[np.float64]


def cell_volumes(points: Points, cells: Connectivity) -> Floats:
    """Return the signed areas (triangles in 2D) or volumes (tetrahedra) of `cells`, shape (m,).

    det[x1 - x0, ..., xd - x0] / d!, in mesh units to the power of the dimension.
    """
    corners = points[cells]
    volumes = np.linalg.det(corners[:, 1:] - corners[:, :1]) / factorial(cells.shape[1] - 1)
    return np.asarray(volumes, dtype=np.float64)


def sizes(points: Points, simplices: Connectivity) -> Floats:
    """Return the lengths, areas or volumes of simplices of any dimension d, shape (m,).

    sqrt(det E E^T) / d!, with the edges E from the first corner; never negative.
    """
    corners = points[simplices]
    edges = corners[:, 1:] - corners[:, :1]
    gram = np.linalg.det(edges @ edges.transpose(0, 2, 1))
    return np.asarray(np.sqrt(np.maximum(gram, 0.0)) / factorial(simplices.shape[1] - 1))


def offsets(points: Points, facets: Connectivity, corners: npt.NDArray[np.int64]) -> Floats:
    """Return the vectors (m, gdim) from the lines or planes of `facets` to the nodes `corners`."""
    ends = points[facets]
    edges = ends[:, 1:] - ends[:, :1]
    away = points[corners] - ends[:, 0]
    weights = np.linalg.solve(edges @ edges.transpose(0, 2, 1), edges @ away[:, :, None])
    return np.asarray(away - (edges.transpose(0, 2, 1) @ weights)[:, :, 0])


def unit(vectors: Floats) -> Floats:
    """Return `vectors` (m, gdim) divided by their lengths."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))


def edge_lengths(points: Points, cells: Connectivity) -> Floats:
    """Return the lengths of all edges of each simplex, shape (m, number of edges)."""
    pairs = combinations(range(cells.shape[1]), 2)
    lengths = [np.linalg.norm(points[cells[:, i]] - points[cells[:, j]], axis=1) for i, j in pairs]
    return np.stack(lengths, axis=1)


def distinct(rows: Connectivity) -> tuple[Connectivity, npt.NDArray[np.int64]]:
    """Return the distinct `rows` (n, k) in order, and the place of each row among them, (n,).

    As `numpy.unique` along an axis, which is several times slower.
    """
    lowest, range_ = int(rows.min()), int(np.ptp(rows)) + 1
    place = first = np.zeros(len(rows), dtype=np.int64)
    for column in rows.T:
        _, first, place = np.unique(
            place * range_ + (column - lowest), return_index=True, return_inverse=True
        )
    return rows[first], place


class FacetTable:
    """All distinct facets of a simplex mesh and the regions that meet there.

    nodes: (f, tdim) sorted node numbers. cells: (f,) number of cells that share the facet.
    anode, electrolyte: (f,) number of cells of that region that share the facet.
    sides: (f, 2) the first and the last cell that have it, the same where there is one.
    corners: (f, 2) the nodes of these cells that are opposite to it.
    """

    def __init__(self, cells: Connectivity, cell_tags: Tags) -> None:
        """Build the table from (m, tdim + 1) `cells` and (m,) `cell_tags`."""
        corners = range(cells.shape[1])
        parts = [np.delete(cells, corner, axis=1) for corner in corners]
        every = np.sort(np.concatenate(parts), axis=1)
        tags = np.tile(cell_tags, len(corners))
        self.nodes, inverse = distinct(every)
        count = len(self.nodes)
        self.cells = np.bincount(inverse, minlength=count)
        self.anode = np.bincount(inverse[tags == ANODE], minlength=count)
        self.electrolyte = np.bincount(inverse[tags == ELECTROLYTE], minlength=count)
        order, ends = np.argsort(inverse, kind="stable"), np.cumsum(self.cells)
        which = np.column_stack([order[ends - self.cells], order[ends - 1]])
        self.sides = which % len(cells)
        self.corners = cells.T.ravel()[which]

    def find(self, facets: Connectivity) -> npt.NDArray[np.int64]:
        """Return the rows of `facets` (k, tdim) in this table, -1 where it is no facet, (k,)."""
        wanted = np.sort(facets, axis=1)
        both, inverse = distinct(np.concatenate([self.nodes, wanted]))
        rows = np.full(len(both), -1)
        rows[inverse[: len(self.nodes)]] = np.arange(len(self.nodes))
        return rows[inverse[len(self.nodes) :]]

    @property
    def between(self) -> npt.NDArray[np.bool_]:
        """Which facets lie between an anode and an electrolyte cell, (f,)."""
        return np.asarray((self.anode > 0) & (self.electrolyte > 0))

    def interface(self) -> Connectivity:
        """Return the facets between an anode and an electrolyte cell, shape (k, tdim)."""
        return self.nodes[self.between]

    def into_anode(self, points: Points, cell_tags: Tags) -> Floats:
        """Return the unit normals (k, gdim) of `interface`, which point into the anode."""
        sides, corners = self.sides[self.between], self.corners[self.between]
        inside = np.where(cell_tags[sides[:, 0]] == ANODE, corners[:, 0], corners[:, 1])
        return unit(offsets(points, self.interface(), inside))


def interface_facets(mesh: MeshData) -> Connectivity:
    """Return the node numbers of the facets between anode and electrolyte, shape (k, tdim)."""
    return FacetTable(mesh.cells, mesh.cell_tags).interface()
