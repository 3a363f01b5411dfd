"""The whole interface on every rank, in an order that does not depend on the partition.

Nucleation needs all facets at once; there are few of them (the interface has one dimension less
than the mesh), so each rank holds them all and draws the same events.
"""

from dataclasses import dataclass

from dolfinx import fem
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.domain import Domain, Region
from lithovoid.fields.state import State

Floats = NDArray[np.float64]


class NodalMap:
    """Degrees of freedom of a P1 space by parent geometry node, for values across submeshes."""

    def __init__(self, domain: Domain, space: fem.FunctionSpace, region: Region) -> None:
        geometry = domain.mesh.geometry
        count = geometry.index_map().size_local + geometry.index_map().num_ghosts
        self._dof_of_node = np.full(count, -1, dtype=np.int32)
        # for P1 the degrees of freedom of a cell are numbered like its geometry nodes
        nodes = region.nodes[region.mesh.geometry.dofmaps[0]]
        self._dof_of_node[nodes] = space.dofmap.list

    def dofs(self, nodes: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return the local degree of freedom at each parent geometry node."""
        return self._dof_of_node[nodes]


@dataclass(frozen=True)
class FacetValues:
    """Fields per interface facet, all facets on every rank, in the order of `GlobalInterface`."""

    v: Floats
    phi: Floats
    x_mg: Floats


class GlobalInterface:
    """Geometry of all interface facets, sorted by position; equal on all ranks.

    points: (n, tdim, gdim) [um]; midpoints, normals: (n, gdim); areas: (n,) [um or um^2].
    """

    def __init__(self, domain: Domain, state: State) -> None:
        self._comm = domain.comm
        local = domain.interface
        self._dofs = NodalMap(domain, state.anode, domain.anode).dofs(local.nodes)
        self._counts = self._comm.allgather(len(local.areas))
        midpoints = self._gathered(local.points.mean(axis=1))
        self._order = _by_position(midpoints)
        self.midpoints = midpoints[self._order]
        points = self._gathered(local.points)[self._order]
        self.points = np.array([corners[_by_position(corners)] for corners in points])
        self.normals = self._gathered(local.normals)[self._order]
        self.areas = self._gathered(local.areas)[self._order]
        self._state = state

    def sample(self) -> FacetValues:
        """Return the facet means of v, phi and x_mg (collective)."""
        functions = (self._state.v, self._state.phi, self._state.x_mg)
        local = np.column_stack([f.x.array[self._dofs].mean(axis=1) for f in functions])
        values = self._gathered(local)[self._order]
        return FacetValues(values[:, 0], values[:, 1], values[:, 2])

    def _gathered(self, local: Floats) -> Floats:
        shape = local.shape[1:]
        width = int(np.prod(shape, dtype=int))
        result = np.empty((sum(self._counts), *shape))
        counts = [count * width for count in self._counts]
        self._comm.Allgatherv(np.ascontiguousarray(local), [result, counts, None, MPI.DOUBLE])
        return result


def _by_position(points: Floats) -> NDArray[np.int64]:
    """Order of points (n, gdim) by their first, then second, then third coordinate."""
    return np.lexsort(np.round(points, 9).T[::-1])
