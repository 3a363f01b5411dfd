"""Connected groups of nodes across all ranks; neighbours are nodes that share a cell."""

from dataclasses import dataclass

from dolfinx import fem

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Groups:
    """Groups of nodes: `labels` (-1 outside) number this rank's parts from 0 on, `local` of them;
    `group_of` is the group of each part of all ranks, one rank after the other; `first` is the
    place of this rank's first part there, `number` that of the groups."""

    labels: Integers
    local: int
    group_of: Integers
    first: int
    number: int

    def of_nodes(self) -> Integers:
        """Group of each node of this rank, -1 outside."""
        groups = np.append(self.group_of[self.first : self.first + self.local], -1)
        return np.asarray(groups[self.labels])


def edges_of(space: fem.FunctionSpace) -> Integers:
    """Return the pairs (n, 2) of nodes of a P1 space that share a cell of this rank."""
    cells = space.dofmap.list
    corners = cells.shape[1]
    pairs = [cells[:, [i, j]] for i in range(corners) for j in range(i + 1, corners)]
    return np.unique(np.sort(np.concatenate(pairs), axis=1), axis=0)


class Components:
    """Finds the groups of nodes of a P1 space."""

    def __init__(self, space: fem.FunctionSpace) -> None:
        self.comm = space.mesh.comm
        self._map = space.dofmap.index_map
        self.edges = edges_of(space)
        self._ghosts = np.arange(self._map.num_ghosts) + self._map.size_local

    def of(self, inside: Flags) -> Groups:
        """Group the nodes `inside`, ghosts included (collective)."""
        labels, local = self._on_this_rank(inside)
        counts = self.comm.allgather(local)
        first = sum(counts[: self.comm.rank])
        links = self._links_between_ranks(inside, labels + first)
        everywhere = np.concatenate(self.comm.allgather(links))
        group_of, number = _components(everywhere, sum(counts))
        return Groups(labels, local, group_of, first, number)

    def _on_this_rank(self, inside: Flags) -> tuple[Integers, int]:
        nodes = np.flatnonzero(inside)
        number = np.full(inside.size, -1)
        number[nodes] = np.arange(nodes.size)
        edges = number[self.edges[inside[self.edges].all(axis=1)]]
        component, count = _components(edges, nodes.size)
        labels = np.full(inside.size, -1)
        labels[nodes] = component
        return labels, count

    def _links_between_ranks(self, inside: Flags, labels: Integers) -> Integers:
        """Pairs (label here, label elsewhere) of nodes that live on two ranks."""
        ghosts = self._ghosts[inside[self._ghosts]]
        named = np.column_stack(
            [self._map.local_to_global(ghosts.astype(np.int32)), labels[ghosts]]
        )
        everywhere = np.concatenate(self.comm.allgather(named)).astype(np.int64)
        first, end = self._map.local_range
        mine = everywhere[(everywhere[:, 0] >= first) & (everywhere[:, 0] < end)]
        return np.column_stack([labels[mine[:, 0] - first], mine[:, 1]])


def _components(edges: Integers, nodes: int) -> tuple[Integers, int]:
    if nodes == 0:
        return np.empty(0, dtype=np.int64), 0
    graph = coo_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(nodes, nodes))
    count, labels = connected_components(graph, directed=False)
    return labels.astype(np.int64), int(count)
