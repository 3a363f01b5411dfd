"""How much residual and Jacobian differ from those that DOLFINx assembles field by field.

    mpirun -n 2 python assembly_difference.py NAME

Prints as JSON the largest difference of the residual relative to its largest entry, and of a row of
the Jacobian relative to its diagonal; NAME is one of `CELLS`.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from lithovoid.machine import bootstrap

bootstrap.start()

from dolfinx import fem  # noqa: E402
from dolfinx.fem.petsc import assemble_matrix, assemble_vector  # noqa: E402
from mpi4py import MPI  # noqa: E402
from petsc4py import PETSc  # noqa: E402

from cases import data  # noqa: E402 - after the start of MPI and PETSc

from lithovoid.case.load import parse_scenario  # noqa: E402
from lithovoid.machine.bootstrap import jit_options  # noqa: E402
from lithovoid.meshes import build_mesh  # noqa: E402
from lithovoid.run.simulation import Simulation  # noqa: E402
from lithovoid.solve.assembly import System  # noqa: E402

VOID = {"width": "2 um", "void": [{"x": "0.7 um", "radius": "0.5 um"}]}
CELLS: dict[str, dict[str, Any]] = {
    "two fields on the anode": {"geometry": VOID},
    "four fields on the anode": {
        "geometry": VOID,
        "anode": {"x_mg": 0.05, "magnesium_mobility": 0.1, "sink_rate": "1e-4 1/s"},
    },
    "three dimensions": {
        "geometry": VOID | {"depth": "1 um", "anode": "2 um", "electrolyte": "1 um"}
    },
}


def differences(cell: dict[str, Any]) -> dict[str, float]:
    """Return the largest difference of an entry after two steps (collective)."""
    comm = MPI.COMM_WORLD
    scenario = parse_scenario(data(**cell), Path())
    simulation = Simulation(scenario, build_mesh(scenario) if comm.rank == 0 else None, comm=comm)
    unknowns = list(simulation.model.unknowns.values())
    residuals = list(simulation.model.residuals().values())
    maps = simulation.domain.entity_maps
    system = System(residuals, unknowns, maps)
    for _ in range(2):
        simulation.step()
    fem.petsc.assign(unknowns, system.x)
    for function in unknowns:  # x is to count, and not what the unknowns were before
        function.x.array[:] *= 0.5
    system.begin()
    system.residual(None, system.x, system.b)
    system.jacobian(None, system.x, system.matrix, system.matrix)
    compiler: dict[str, Any] = {"entity_maps": maps, "jit_options": jit_options()}
    b = assemble_vector(fem.form(residuals, **compiler), kind="mpi")
    b.ghostUpdate(PETSc.InsertMode.ADD, PETSc.ScatterMode.REVERSE)
    jacobian = fem.forms.derivative_block(residuals, unknowns)
    matrix = assemble_matrix(fem.form(jacobian, **compiler), kind="mpi")
    matrix.assemble()
    largest = b.norm(PETSc.NormType.INFINITY)
    diagonal = matrix.getDiagonal()
    matrix.axpy(-1.0, system.matrix)
    diagonal.reciprocal()
    matrix.diagonalScale(diagonal)
    b.axpy(-1.0, system.b)
    return {
        "jacobian": matrix.norm(PETSc.NormType.INFINITY),
        "residual": b.norm(PETSc.NormType.INFINITY) / largest,
    }


if __name__ == "__main__":
    found = differences(CELLS[sys.argv[1]])
    if MPI.COMM_WORLD.rank == 0:
        print(json.dumps(found))
