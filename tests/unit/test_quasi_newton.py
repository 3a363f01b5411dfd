"""A kept Jacobian: few assemblies, quick convergence, and the user's last word."""

from collections.abc import Callable, Iterator

from petsc4py import PETSc

import numpy as np
import pytest
from cases import simulation

from lithovoid.solve.quasi_newton import KeptJacobian

SIZE = 40


class Cubic:
    """x_{k-1} - 3 x_k + x_{k+1} - w x_k^3 + 1 = 0: smooth, and as nonlinear as `w` says."""

    def __init__(self, weight: float, correcting: bool = True) -> None:
        self.weight, self.assemblies = weight, 0
        self.kept = KeptJacobian(self._assemble)
        self.snes = PETSc.SNES().create(PETSc.COMM_SELF)
        matrix = PETSc.Mat().createAIJ([SIZE, SIZE], nnz=3, comm=PETSc.COMM_SELF)
        self.snes.setFunction(self._residual, matrix.createVecLeft())
        self.snes.setJacobian(self.kept.jacobian, matrix)
        self.snes.setMonitor(self.kept.watch)
        if correcting:
            self.snes.setLineSearchPreCheck(self.kept.correct)
        self.snes.setTolerances(rtol=0.0, atol=1e-11, stol=0.0, max_it=60)
        self.snes.getKSP().setType("preonly")
        self.snes.getKSP().getPC().setType("lu")

    def solve(self, guess: float) -> tuple[np.ndarray, int]:
        """Return solution and iterations."""
        x = PETSc.Vec().createSeq(SIZE)
        x.set(guess)
        self.kept.begin()
        self.snes.solve(None, x)
        assert self.snes.getConvergedReason() > 0
        return x.array.copy(), self.snes.getIterationNumber()

    def _residual(self, _snes: PETSc.SNES, x: PETSc.Vec, f: PETSc.Vec) -> None:
        inner = np.pad(x.array_r, 1)
        f.array[:] = inner[:-2] - 3 * inner[1:-1] + inner[2:] - self.weight * inner[1:-1] ** 3 + 1

    def _assemble(self, _snes: PETSc.SNES, x: PETSc.Vec, matrix: PETSc.Mat, _: PETSc.Mat) -> None:
        self.assemblies += 1
        for k, value in enumerate(x.array_r):
            matrix.setValue(k, k, -3 - 3 * self.weight * value**2)
            for neighbour in (k - 1, k + 1):
                if 0 <= neighbour < SIZE:
                    matrix.setValue(k, neighbour, 1.0)
        matrix.assemble()


def test_the_correction_saves_iterations_and_one_assembly_is_enough() -> None:
    plain, corrected = Cubic(0.2, correcting=False), Cubic(0.2)
    (x, slow), (y, fast) = plain.solve(0.6), corrected.solve(0.6)
    assert np.abs(x - y).max() < 1e-10
    assert plain.assemblies == corrected.assemblies == 1
    assert fast <= 0.7 * slow


def test_where_it_does_not_contract_the_jacobian_is_assembled_anew() -> None:
    problem = Cubic(3.0)
    x, iterations = problem.solve(4.0)
    y, _ = problem.solve(float(x.mean()))
    assert np.abs(x - y).max() < 1e-10
    assert 1 < problem.assemblies < iterations


@pytest.fixture
def full_newton() -> Iterator[None]:
    database = PETSc.Options()
    database.setValue("snes_lag_jacobian", 1)
    yield
    database.delValue("snes_lag_jacobian")


def steps_of(count: int) -> tuple[np.ndarray, int, Callable[[], int]]:
    cell = simulation(geometry={"void": [{"x": "0.5 um", "radius": "0.4 um"}]})
    iterations = sum(cell.step().newton_iterations for _ in range(count))
    return cell.state.phi.x.array.copy(), iterations, lambda: cell.solver._main.kept is None


def test_a_step_is_that_of_newtons_method(request: pytest.FixtureRequest) -> None:
    phi, iterations, switched_off = steps_of(4)
    assert not switched_off()
    request.getfixturevalue("full_newton")
    exact, fewest, switched_off = steps_of(4)
    assert switched_off()
    assert np.abs(phi - exact).max() < 1e-7
    assert fewest <= iterations <= 2 * fewest
