"""Fields as values at the nodes of the mesh as it was read: the same on any number of ranks."""

from typing import Any

from dolfinx import fem

import numpy as np
from numpy.typing import NDArray

from lithovoid.fields.domain import Domain, Region
from lithovoid.fields.state import State
from lithovoid.fields.whole_interface import NodalMap
from lithovoid.machine.errors import ConfigurationError

Arrays = dict[str, NDArray[Any]]


class NodalFields:
    """The history of a state, gathered from all ranks or handed out to them.

    Arrays are named ``nodes/<field>``, input node numbers in rising order, and ``<time>/<field>``,
    values at these nodes.
    """

    def __init__(self, domain: Domain, state: State) -> None:
        self._comm, self._state = domain.comm, state
        anode = _SpaceNodes(domain, state.anode, domain.anode)
        electrolyte = _SpaceNodes(domain, state.electrolyte, domain.electrolyte)
        self._spaces = {
            name: electrolyte if function.function_space is state.electrolyte else anode
            for name, function in state.now.items()
        }

    def copy(self) -> Arrays:
        """Return the values that this rank owns, as they are now."""
        return {
            name: function.x.array[: self._space(name).owned].copy()
            for name, function in self._state.history().items()
        }

    def gather(self, owned: Arrays) -> Arrays:
        """Bring a `copy` of all ranks together on rank 0; others return nothing (collective)."""
        arrays = {f"nodes/{name}": space.sorted_nodes for name, space in self._spaces.items()}
        for name, values in owned.items():
            parts = self._comm.gather(values, root=0)
            if parts is not None:
                arrays[name] = np.concatenate(parts)[self._space(name).order]
        return arrays if self._comm.rank == 0 else {}

    def scatter(self, arrays: Arrays) -> None:
        """Fill the history of the state with `arrays`, which all ranks hold.

        Raises ConfigurationError where they belong to another mesh.
        """
        for name, function in self._state.history().items():
            field = name.split("/")[1]
            nodes, wanted = arrays[f"nodes/{field}"], self._spaces[field].local_nodes
            place = np.searchsorted(nodes, wanted).clip(max=len(nodes) - 1)
            if not np.array_equal(nodes[place], wanted):
                raise ConfigurationError("the checkpoint was written on another mesh")
            function.x.array[:] = arrays[name][place]

    def _space(self, name: str) -> "_SpaceNodes":
        return self._spaces[name.split("/")[1]]


class _SpaceNodes:
    """Input node of each degree of freedom of a P1 space.

    `local_nodes` of this rank, ghosts included; `sorted_nodes` of all ranks, and the `order` that
    sorts the concatenated owned values, on rank 0.
    """

    def __init__(self, domain: Domain, space: fem.FunctionSpace, region: Region) -> None:
        index_map = space.dofmap.index_map
        self.owned = index_map.size_local
        nodes = np.unique(region.nodes[region.mesh.geometry.dofmaps[0]])
        self.local_nodes = np.empty(self.owned + index_map.num_ghosts, dtype=np.int64)
        dofs = NodalMap(domain, space, region).dofs(nodes)
        self.local_nodes[dofs] = domain.mesh.geometry.input_global_indices[nodes]
        parts = domain.comm.gather(self.local_nodes[: self.owned], root=0)
        everywhere = np.concatenate(parts) if parts is not None else np.empty(0, dtype=np.int64)
        self.order = np.argsort(everywhere)
        self.sorted_nodes = everywhere[self.order]
