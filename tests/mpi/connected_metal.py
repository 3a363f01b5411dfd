"""Write what `ConnectedMetal` finds in a mesh full of holes, whatever the number of ranks.

    mpirun -n 2 python connected_metal.py SCENARIO RESULT.npy

The rows of the result are the nodes of the anode by their place: coordinates, then a value for each
shape of the holes.
"""

import sys
from pathlib import Path

from lithovoid.machine.bootstrap import start

start()

from mpi4py import MPI  # noqa: E402 - after the start of the libraries

import numpy as np  # noqa: E402

from lithovoid import Simulation, load_scenario  # noqa: E402
from lithovoid.equations.charge import Charge  # noqa: E402
from lithovoid.meshes import build_mesh  # noqa: E402

DIRECTIONS = np.array([[2.1, 0.4, 1.3], [-1.7, 1.1, 2.9], [0.6, -2.3, 3.7], [3.1, 1.9, -0.8]])
"""Wave vectors [1/um] in no ratio to each other: no two nodes have the same phi."""
SHAPES = [(scale, phase) for scale in (1.0, 1.6) for phase in range(6)]


def holes(points: np.ndarray, scale: float, phase: float) -> np.ndarray:
    """Return a phi with voids and islands of all shapes."""
    waves = np.sin(scale * points @ DIRECTIONS.T + phase * np.arange(1, 5))
    return np.asarray(1 / (1 + np.exp(-3 * waves.sum(axis=1))))


def main(case: str, result: str) -> None:
    comm, scenario = MPI.COMM_WORLD, load_scenario(Path(case))
    cell = Simulation(scenario, None if comm.rank else build_mesh(scenario))
    state, found = cell.state, cell.model.part(Charge).connected
    points = state.anode.tabulate_dof_coordinates()
    columns = [points]
    for shape in SHAPES:
        state.phi.x.array[:] = holes(points, *shape)
        state.phi.x.scatter_forward()
        cell.model.refresh()
        columns.append(found.x.array[:, None].copy())
    owned = state.anode.dofmap.index_map.size_local
    rows = comm.gather(np.concatenate(columns, axis=1)[:owned])
    if rows is not None:
        everything = np.concatenate(rows)
        order = np.lexsort(np.round(everything[:, :3], 9).T)
        np.save(result, everything[order])


if __name__ == "__main__":
    main(*sys.argv[1:])
