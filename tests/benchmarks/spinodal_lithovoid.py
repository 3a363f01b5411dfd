"""PFHub benchmark 1(b) through Lithovoid's terms, Newton solver and step controller.

    python spinodal_lithovoid.py CELLS DEGREE END TOLERANCE [PETSc options]

Prints the same line of JSON as fipy_spinodal.py: energy and mean at END, steps, CPU seconds.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "verification" / "pfhub"))

from lithovoid.machine import bootstrap

bootstrap.start(sys.argv[5:])

from dolfinx import mesh  # noqa: E402
from mpi4py import MPI  # noqa: E402

from spinodal import spinodal  # noqa: E402
from uniform_grid import SIDE  # noqa: E402

RESIDUAL = 1e-4
"""Where Newton ends: at 1e-6 the energy differs by 1e-7 of itself."""


def run(cells: int, degree: int, end: float, tolerance: float) -> dict[str, float]:
    """Step to `end` on cells x cells squares."""
    corners, counts = [[0.0, 0.0], [SIDE, SIDE]], [cells, cells]
    square = mesh.create_rectangle(MPI.COMM_SELF, corners, counts, mesh.CellType.quadrilateral)
    case = spinodal(square, degree, tolerance, residual=RESIDUAL, quadrature=2 * degree)
    begun = time.process_time()
    while case.problem.time < end:
        case.problem.advance(end)
    seconds = time.process_time() - begun
    mean = case.mass() / SIDE**2
    return {
        "energy": case.energy(),
        "mean": mean,
        "steps": case.problem.steps,
        "newton": case.problem.newton_iterations,
        "cpu_s": seconds,
    }


if __name__ == "__main__":
    cells, degree = (int(word) for word in sys.argv[1:3])
    end, tolerance = (float(word) for word in sys.argv[3:5])
    how = {"cells": cells, "degree": degree, "end": end, "tolerance": tolerance}
    print(json.dumps(how | run(cells, degree, end, tolerance)))
