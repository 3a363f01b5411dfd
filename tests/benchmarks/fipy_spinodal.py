"""PFHub benchmark 1(b) with FiPy, for comparison: needs an environment that has it.

    python fipy_spinodal.py CELLS END        (CELLS per side of the square of 200)

Prints one line of JSON: free energy and mean concentration at the time END, steps, CPU seconds of
the stepping. Cell-centred finite volumes, one equation of fourth order, backward Euler, sparse LU;
a step stands when three sweeps reduce the residual tenfold, and then the next is a tenth longer:
the usual way to run this benchmark with FiPy.
"""

import time

import numpy as np
from fipy import CellVariable, DiffusionTerm, Grid2D, LinearLUSolver, TransientTerm
from uniform_grid import HEIGHT, HIGH, KAPPA, LOW, MOBILITY, SIDE, free_energy, initial, main

SWEEPS, REDUCTION, LONGER, SHORTER = 2, 0.1, 1.1, 0.8


def run(cells: int, end: float) -> dict[str, float]:
    """Step to the time `end` on cells x cells and return the numbers."""
    size = SIDE / cells
    mesh = Grid2D(nx=cells, ny=cells, dx=size, dy=size)
    c = CellVariable(mesh=mesh, value=initial(*mesh.cellCenters.value), hasOld=True)
    slope = HEIGHT * (2 * (c - LOW) ** 2 - 8 * (c - LOW) * (HIGH - c) + 2 * (HIGH - c) ** 2)
    equation = TransientTerm() == DiffusionTerm(MOBILITY * slope.faceValue) - DiffusionTerm(
        (MOBILITY, KAPPA)
    )
    solver, dt, elapsed, steps = LinearLUSolver(), 1e-2, 0.0, 0
    begun = time.process_time()
    while elapsed < end:
        step = min(dt, end - elapsed)
        c.updateOld()
        first = residual = equation.sweep(c, dt=step, solver=solver)
        for _ in range(SWEEPS):
            residual = equation.sweep(c, dt=step, solver=solver)
        if residual < REDUCTION * first:
            elapsed, steps, dt = elapsed + step, steps + 1, dt * LONGER
        else:
            dt *= SHORTER
            c.setValue(c.old.value)
    seconds = time.process_time() - begun
    values = np.reshape(c.value, (cells, cells))
    mean = float(np.mean(values))
    return {"energy": free_energy(values), "mean": mean, "steps": steps, "cpu_s": seconds}


if __name__ == "__main__":
    main(run)
