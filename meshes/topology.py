"""Facets, volumes and edges of simplex meshes."""

from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

from lithovoid.meshes.data import ANODE, ELECTROLYTE, Connectivity, MeshData, Points, Tags


def cell_volumes(points: Points, cells: Connectivity) -> npt.NDArray[np.float64]:
    """Return the signed areas (triangles in 2D) or volumes (tetrahedra) of `cells`, shape (m,).

    det[x1 - x0, ..., xd - x0] / d!, in mesh units to the power of the dimension.
    """
    corners = points[cells]
    volumes = np.linalg.det(corners[:, 1:] - corners[:, :1]) / factorial(cells.shape[1] - 1)
    return np.asarray(volumes, dtype=np.float64)


def edge_lengths(points: Points, cells: Connectivity) -> npt.NDArray[np.float64]:
    """Return the lengths of all edges of each simplex, shape (m, number of edges)."""
    pairs = combinations(range(cells.shape[1]), 2)
    lengths = [np.linalg.norm(points[cells[:, i]] - points[cells[:, j]], axis=1) for i, j in pairs]
    return np.stack(lengths, axis=1)


class FacetTable:
    """All distinct facets of a simplex mesh and the regions that meet there.

    nodes: (f, tdim) sorted node numbers. cells: (f,) number of cells that share the facet.
    anode, electrolyte: (f,) number of cells of that region that share the facet.
    """

    def __init__(self, cells: Connectivity, cell_tags: Tags) -> None:
        """Build the table from (m, tdim + 1) `cells` and (m,) `cell_tags`."""
        corners = range(cells.shape[1])
        parts = [np.delete(cells, corner, axis=1) for corner in corners]
        every = np.sort(np.concatenate(parts), axis=1)
        tags = np.tile(cell_tags, len(corners))
        self.nodes, inverse = np.unique(every, axis=0, return_inverse=True)
        count = len(self.nodes)
        self.cells = np.bincount(inverse, minlength=count)
        self.anode = np.bincount(inverse[tags == ANODE], minlength=count)
        self.electrolyte = np.bincount(inverse[tags == ELECTROLYTE], minlength=count)

    def find(self, facets: Connectivity) -> npt.NDArray[np.int64]:
        """Return the rows of `facets` (k, tdim) in this table, -1 where it is no facet, (k,)."""
        wanted = np.sort(facets, axis=1)
        both, inverse = np.unique(np.concatenate([self.nodes, wanted]), axis=0, return_inverse=True)
        rows = np.full(len(both), -1)
        rows[inverse[: len(self.nodes)]] = np.arange(len(self.nodes))
        return rows[inverse[len(self.nodes) :]]

    def interface(self) -> Connectivity:
        """Return the facets between an anode and an electrolyte cell, shape (k, tdim)."""
        return self.nodes[(self.anode > 0) & (self.electrolyte > 0)]


def interface_facets(mesh: MeshData) -> Connectivity:
    """Return the node numbers of the facets between anode and electrolyte, shape (k, tdim)."""
    return FacetTable(mesh.cells, mesh.cell_tags).interface()
