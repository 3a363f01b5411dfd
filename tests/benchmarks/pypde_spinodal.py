"""PFHub benchmark 1(b) with py-pde, for comparison: needs an environment that has it.

    python pypde_spinodal.py CELLS END       (CELLS per side of the square of 200)

Prints the same line of JSON as fipy_spinodal.py. Finite differences, explicit steps of Euler whose
length py-pde adapts to the error, compiled by Numba before the clock starts: the usual way to run
such an equation with py-pde.
"""

import time

import numpy as np
import pde
from uniform_grid import HEIGHT, HIGH, KAPPA, LOW, MOBILITY, SIDE, free_energy, initial, main

TOLERANCE, FIRST_STEP = 1e-3, 1e-3


def run(cells: int, end: float) -> dict[str, float]:
    """Step to the time `end` on cells x cells and return the numbers."""
    grid = pde.CartesianGrid([[0, SIDE], [0, SIDE]], [cells, cells], periodic=False)
    start = pde.ScalarField(grid, initial(*np.moveaxis(grid.cell_coords, -1, 0)))
    slope = f"2 * {HEIGHT} * (c - {LOW}) * ({HIGH} - c) * ({LOW + HIGH} - 2 * c)"
    rate = f"{MOBILITY} * laplace({slope} - {KAPPA} * laplace(c))"
    equation = pde.PDE({"c": rate}, bc={"derivative": 0})
    solver = pde.EulerSolver(equation, adaptive=True, tolerance=TOLERANCE)
    stepper = solver.make_stepper(start, FIRST_STEP)
    stepper(start.copy(), 0.0, FIRST_STEP)  # compiles
    before, state = solver.info["steps"], start.copy()
    begun = time.process_time()
    stepper(state, 0.0, end)
    seconds = time.process_time() - begun
    steps, mean = solver.info["steps"] - before, float(np.mean(state.data))
    return {"energy": free_energy(state.data), "mean": mean, "steps": steps, "cpu_s": seconds}


if __name__ == "__main__":
    main(run)
