"""The separate voids and their sizes: connected components of phi > 0.5 across all ranks."""

from dataclasses import dataclass

from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.components import Components
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
    """Counts connected groups of void nodes."""

    def __init__(self, state: State) -> None:
        self._state = state
        space = state.anode
        self._components = Components(space)
        self._comm = space.mesh.comm
        self._points = space.tabulate_dof_coordinates()[:, : space.mesh.geometry.dim]
        lowest = self._points[:, -1].min(initial=np.inf)
        self._bottom = float(self._comm.allreduce(lowest, op=MPI.MIN))

    def count(self) -> int:
        """Return the number of voids (collective)."""
        return len(self.measure().width)

    def measure(self) -> VoidSizes:
        """Return the sizes of all voids (collective)."""
        inside = self._state.phi.x.array > 0.5
        if not self._comm.allreduce(bool(inside.any()), op=MPI.LOR):
            return VoidSizes(np.empty(0), np.empty(0))
        groups = self._components.of(inside)
        low, high = self._extents(inside, groups.labels, groups.local)
        lows, highs = np.full((2, groups.number, low.shape[1]), np.inf)
        np.minimum.at(lows, groups.group_of, np.concatenate(self._comm.allgather(low)))
        np.minimum.at(highs, groups.group_of, -np.concatenate(self._comm.allgather(high)))
        extent = -highs - lows
        return VoidSizes(extent[:, :-1].max(axis=1, initial=0.0), -highs[:, -1] - self._bottom)

    def _extents(
        self, inside: NDArray[np.bool_], labels: NDArray[np.int64], number: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lowest and highest coordinates (number, gdim) of this rank's part of each void.

        The wall, phi = 0.5, is located on the edges that it crosses, where phi is linear.
        """
        phi = self._state.phi.x.array
        crossing = inside[self._components.edges[:, 0]] != inside[self._components.edges[:, 1]]
        ends = self._components.edges[crossing]
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
