"""The separate voids and their sizes: connected components of phi > 0.5 across all ranks."""

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lithovoid.fields.state import State


@dataclass(frozen=True)
class VoidSizes:
    """One entry per void [um]: largest extent along the interface, and away from it.

    `depth` is the height above the lowest point of the anode: above the interface where that is
    flat.
    """

    width: NDArray[np.float64]
    depth: NDArray[np.float64]


class VoidCounter:
    """Counts connected groups of void nodes; neighbours are nodes that share a cell."""

    def __init__(self, state: State) -> None:
        self._state = state
        space = state.anode
        self._comm = space.mesh.comm
        self._map = space.dofmap.index_map
        cells = space.dofmap.list
        corners = cells.shape[1]
        pairs = [cells[:, [i, j]] for i in range(corners) for j in range(i + 1, corners)]
        self._edges = np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)
        self._points = space.tabulate_dof_coordinates()[:, : space.mesh.geometry.dim]
        lowest = self._points[:, -1].min(initial=np.inf)
        self._bottom = float(self._comm.allreduce(lowest, op=MPI.MIN))
        self._ghosts = np.arange(self._map.num_ghosts) + self._map.size_local

    def count(self) -> int:
        """Return the number of voids (collective)."""
        return len(self.measure().width)

    def measure(self) -> VoidSizes:
        """Return the sizes of all voids (collective)."""
        inside = self._state.phi.x.array > 0.5
        labels, number = self._local_labels(inside)
        low, high = self._extents(inside, labels, number)
        counts = self._comm.allgather(number)
        labels[inside] += sum(counts[: self._comm.rank])
        links = self._links_between_ranks(inside, labels)
        everywhere = np.concatenate(self._comm.allgather(links))
        part_of, voids = _components(everywhere, sum(counts))
        lows, highs = np.full((2, voids, low.shape[1]), np.inf)
        np.minimum.at(lows, part_of, np.concatenate(self._comm.allgather(low)))
        np.minimum.at(highs, part_of, -np.concatenate(self._comm.allgather(high)))
        extent = -highs - lows
        return VoidSizes(extent[:, :-1].max(axis=1, initial=0.0), -highs[:, -1] - self._bottom)

    def _extents(
        self, inside: NDArray[np.bool_], labels: NDArray[np.int64], number: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest coordinates (number, gdim) of this rank's part of each void.

        The wall, phi = 0.5, is located on the edges that it crosses, where phi is linear.
        """
        phi = self._state.phi.x.array
        crossing = inside[self._edges[:, 0]] != inside[self._edges[:, 1]]
        ends = self._edges[crossing]
        ends = np.where(inside[ends[:, :1]], ends, ends[:, ::-1])
        share = (phi[ends[:, 0]] - 0.5) / (phi[ends[:, 0]] - phi[ends[:, 1]])
        start, end = self._points[ends[:, 0]], self._points[ends[:, 1]]
        wall = start + share[:, None] * (end - start)
        points = np.concatenate([self._points[inside], wall])
        owner = np.concatenate([labels[inside], labels[ends[:, 0]]])
        low = np.full((number, points.shape[1]), np.inf)
        high = np.full((number, points.shape[1]), np.inf)
        np.minimum.at(low, owner, points)
        np.minimum.at(high, owner, -points)
        return low, -high

    def _local_labels(self, inside: NDArray[np.bool_]) -> tuple[NDArray[np.int64], int]:
        nodes = np.flatnonzero(inside)
        number = np.full(inside.size, -1)
        number[nodes] = np.arange(nodes.size)
        edges = number[self._edges[inside[self._edges].all(axis=1)]]
        component, count = _components(edges, nodes.size)
        labels = np.full(inside.size, -1)
        labels[nodes] = component
        return labels, count

    def _links_between_ranks(
        self, inside: NDArray[np.bool_], labels: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        """Pairs (label here, label elsewhere) of nodes that live on two ranks."""
        ghosts = self._ghosts[inside[self._ghosts]]
        named = np.column_stack(
            [self._map.local_to_global(ghosts.astype(np.int32)), labels[ghosts]]
        )
        everywhere = np.concatenate(self._comm.allgather(named)).astype(np.int64)
        first, end = self._map.local_range
        mine = everywhere[(everywhere[:, 0] >= first) & (everywhere[:, 0] < end)]
        return np.column_stack([labels[mine[:, 0] - first], mine[:, 1]])


def _components(edges: NDArray[np.int64], nodes: int) -> tuple[NDArray[np.int64], int]:
    if nodes == 0:
        return np.empty(0, dtype=np.int64), 0
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    count, labels = connected_components(graph, directed=False)
    return labels.astype(np.int64), int(count)
