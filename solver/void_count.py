"""How many separate voids there are: connected components of phi > 0.5 across all ranks."""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lithovoid.state import State


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
        self._ghosts = np.arange(self._map.num_ghosts) + self._map.size_local

    def count(self) -> int:
        """Return the number of voids (collective)."""
        inside = self._state.phi.x.array > 0.5
        labels, number = self._local_labels(inside)
        if self._comm.size == 1:
            return number
        counts = self._comm.allgather(number)
        labels += sum(counts[: self._comm.rank])
        links = self._links_between_ranks(inside, labels)
        return _components(np.concatenate(self._comm.allgather(links)), sum(counts))[1]

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
