"""Metal that electrons reach: what hangs together with the back of the anode."""

from dolfinx import fem
from mpi4py import MPI
from petsc4py import PETSc

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.components import Components, Integers
from lithovoid.fields.domain import Domain, nodal_shares
from lithovoid.fields.state import State

Floats = NDArray[np.float64]


class ConnectedMetal:
    """Finds the metal, phi < 1/2, that is connected to the back.

    The back are the facets of that name; on a mesh without them, the largest piece of metal counts.
    """

    def __init__(self, domain: Domain, state: State) -> None:
        self._phi = state.phi
        self._components = Components(state.anode)
        self._value = fem.Function(state.anode)
        volume = nodal_shares(domain, state.anode, domain.dx_anode)
        back = nodal_shares(domain, state.anode, domain.ds_back)
        named = domain.comm.allreduce(float(back.sum()), op=MPI.SUM) > 0
        # a piece that meets the back in a point only does not hang on it
        self._weight, self._least = (back, 1e-3) if named else (volume, 1.0)
        self._owned = state.anode.dofmap.index_map.size_local

    def update(self, connected: Floats) -> None:
        """Fill `connected` (nodes of this rank): 1 at metal that the back reaches and in its wall,
        0 at cut-off metal and in the wall of that (collective).

        A node of a void belongs to what its neighbour of the lowest phi belongs to.
        """
        phi, comm = self._phi.x.array, self._components.comm
        metal = phi < 0.5
        if not comm.allreduce(bool((~metal).any()), op=MPI.LOR):
            connected[:] = 1.0
            return
        groups = self._components.of(metal)
        of_nodes = groups.of_nodes()
        local = np.zeros(groups.number + 1)  # the last takes what is no metal
        np.add.at(local, of_nodes[: self._owned], self._weight[: self._owned])
        weight = np.empty_like(local)
        comm.Allreduce(local, weight, op=MPI.SUM)
        least = self._least * weight[:-1].max(initial=0.0)
        reached = np.append((weight[:-1] >= least) & (weight[:-1] > 0.0), False)
        connected[:] = self._into_walls(reached[of_nodes].astype(float), ~metal, phi)

    def _into_walls(self, values: Floats, void: NDArray[np.bool_], phi: Floats) -> Floats:
        """Hand the values of metal down to the nodes of its walls, towards higher phi."""
        upper, lower = self._steepest(phi, void)
        found = self._value.x.array
        found[:] = values
        while True:
            before = found.copy()
            np.maximum.at(found, upper, before[lower])
            self._take_largest_of_ranks()
            changed = bool((found != before).any())
            if not self._components.comm.allreduce(changed, op=MPI.LOR):
                return np.asarray(found)

    def _steepest(self, phi: Floats, void: NDArray[np.bool_]) -> tuple[Integers, Integers]:
        """Pairs of a node of a `void` and its neighbour of the lowest phi, where that is lower.

        The lowest of all ranks: on one alone, a node may lack cells that meet it in a point only.
        """
        edges, found = self._components.edges, self._value.x.array
        nodes, neighbours = np.concatenate([edges, edges[:, ::-1]]).T
        found[:] = -phi
        np.maximum.at(found, nodes, -phi[neighbours])
        self._take_largest_of_ranks()
        lowest = -found[nodes]
        steepest = void[nodes] & (phi[neighbours] == lowest) & (lowest < phi[nodes])
        return nodes[steepest], neighbours[steepest]

    def _take_largest_of_ranks(self) -> None:
        """Give each node of `_value` the largest value that a rank has for it (collective)."""
        vector = self._value.x.petsc_vec
        vector.ghostUpdate(PETSc.InsertMode.MAX_VALUES, PETSc.ScatterMode.REVERSE)
        vector.ghostUpdate(PETSc.InsertMode.INSERT_VALUES, PETSc.ScatterMode.FORWARD)
