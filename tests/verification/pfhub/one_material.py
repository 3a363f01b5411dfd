"""Problems on one material, solved as the product solves its own.

Fields of any number of equations, BDF2 in time (`TimeDerivative`), `NewtonSolver` for each step and
`StepController` for their lengths. The error of a step is estimated by Milne's device: the solution
against a parabola through the three states before it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import ufl
from dolfinx import fem
from dolfinx.mesh import EntityMap, Mesh
from mpi4py import MPI
from petsc4py import PETSc

import numpy as np
from numpy.typing import NDArray

from lithovoid.equations.terms.time_scheme import TimeDerivative
from lithovoid.machine.bootstrap import jit_options
from lithovoid.solve.newton import NewtonSolver, SolveResult
from lithovoid.stepping.controller import Change, StepController

CONJUGATE_GRADIENTS: dict[str, object] = {
    "ksp_type": "cg",
    "ksp_rtol": 1e-4,
    "pc_type": "jacobi",
}
"""For Allen-Cahn equations with steps so short that the mass matrix prevails."""

MEMORY = 3
"""States behind the present one that the predictor passes through."""


@contextmanager
def petsc_options(options: Mapping[str, object]) -> Iterator[None]:
    """Have PETSc's options database say `options`, as a user would on the command line."""
    database = PETSc.Options()
    for key, value in options.items():
        database.setValue(key, value)
    try:
        yield
    finally:
        for key in options:
            database.delValue(key)


@dataclass
class Field:
    """One unknown at the end (`now`) and the beginning (`old`) of a step, and one step before."""

    now: fem.Function
    old: fem.Function
    older: fem.Function

    @classmethod
    def on(cls, space: fem.FunctionSpace) -> "Field":
        return cls(*(fem.Function(space) for _ in range(3)))

    def set(self, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> None:
        """Interpolate the initial values."""
        self.now.interpolate(function)


@dataclass
class Problem:
    """Equations and their stepping.

    `residuals` holds one form per field; `controlled` are the indices of the fields whose error is
    controlled: root mean square of the nodal values, below `tolerance` in every step.
    """

    mesh: Mesh
    fields: list[Field]
    tolerance: float = 1e-4
    controlled: tuple[int, ...] = (0,)
    entity_maps: list[EntityMap] = field(default_factory=list)
    time: float = 0.0
    steps: int = 0
    rejected: int = 0
    newton_iterations: int = 0

    def __post_init__(self) -> None:
        self.derivative = TimeDerivative(self.mesh)
        self._past: list[tuple[float, list[NDArray[np.float64]]]] = []

    def rate(self, number: int = 0) -> ufl.core.expr.Expr:
        """Rate of change of a field."""
        f = self.fields[number]
        return self.derivative(f.now, f.old, f.older)

    def compile(
        self,
        residuals: list[ufl.Form],
        options: Mapping[str, object] | None = None,
        residual: float = 1e-8,
        iterations: int = 12,
    ) -> None:
        """Build the solver; Newton ends at a norm of `residual`."""
        self._options = options or {}
        with petsc_options(self._options):
            self.solver = NewtonSolver(
                self, residuals, [f.now for f in self.fields], residual, iterations, "direct"
            )

    def begin(self, dt: float, dt_max: float = float("inf")) -> None:
        """Take the present values as they are, without history, and begin with steps of `dt`."""
        self.controller = StepController(dt, 1e-9 * dt, dt_max, Change(phi=1.0, v=1.0))
        self.forget_history()

    def forget_history(self) -> None:
        """The present values were set from outside: the past says nothing about them."""
        for f in self.fields:
            f.older.x.array[:] = f.old.x.array[:] = f.now.x.array
        self._past = [(self.time, self._values())]

    def advance(self, until: float = float("inf")) -> float:
        """Take one step with controlled error, not beyond `until`; return its length.

        Raises ArithmeticError where the smallest step fails.
        """
        dt = min(self.controller.dt, until - self.time)
        if 0.0 < until - self.time - dt < 0.5 * dt:
            dt = 0.5 * (until - self.time)
        while True:
            predicted = self._predict(dt)
            result = self._solve(dt)
            change = Change(self._load(predicted, dt), 0.0) if result.converged else None
            if change is not None and self.controller.tolerates(change):
                self.controller.accepted(dt, change)
                self._accept(dt)
                return dt
            self.rejected += 1
            if dt <= self.controller.dt_min:
                raise ArithmeticError(f"a step of {dt:g} at {self.time:g} failed: {result.reason}")
            dt = self.controller.rejected(dt, change)

    def fixed_step(self, dt: float, second_order: bool = True) -> None:
        """Take a step of `dt` whatever its error. Raises ArithmeticError where it fails."""
        self._predict(dt)
        result = self._solve(dt, second_order)
        if not result.converged:
            raise ArithmeticError(f"a step of {dt:g} at {self.time:g} failed: {result.reason}")
        self._accept(dt)

    def integral(self, form: ufl.Form) -> Callable[[], float]:
        """Return a function that integrates `form` with the present values (collective)."""
        compiled = fem.form(form, jit_options=jit_options())

        def integrate() -> float:
            return float(self.mesh.comm.allreduce(fem.assemble_scalar(compiled), op=MPI.SUM))

        return integrate

    def _values(self) -> list[NDArray[np.float64]]:
        return [f.now.x.array.copy() for f in self.fields]

    def _solve(self, dt: float, second_order: bool = True) -> SolveResult:
        times = [time for time, _ in self._past]
        history = second_order and len(times) > 1
        self.derivative.set(dt, dt / (times[-1] - times[-2]) if history else 0.0)
        with petsc_options(self._options):
            result = self.solver.solve()
        self.newton_iterations += result.newton_iterations
        return result

    def _predict(self, dt: float) -> list[NDArray[np.float64]]:
        """Extrapolate the states before by a polynomial: Newton's first iterate, and a measure."""
        times = np.array([time for time, _ in self._past])
        weights = _lagrange(times, self.time + dt)
        predicted = [
            sum(w * states[k] for w, (_, states) in zip(weights, self._past, strict=True))
            for k in range(len(self.fields))
        ]
        for f, values in zip(self.fields, predicted, strict=True):
            f.now.x.array[:] = values
        return predicted

    def _load(self, predicted: list[NDArray[np.float64]], dt: float) -> float:
        """Error of the step in units of what is allowed, to the power that makes it go like dt."""
        if len(self._past) == 1:
            return 0.5  # nothing to compare with: the first step is to be short
        worst = max(self._rms(k, predicted[k]) for k in self.controlled)
        return float((self._milne(dt) * worst / self.tolerance) ** (1 / 3))

    def _rms(self, number: int, predicted: NDArray[np.float64]) -> float:
        f = self.fields[number].now
        owned = f.function_space.dofmap.index_map.size_local
        difference = f.x.array[:owned] - predicted[:owned]
        total = self.mesh.comm.allreduce(float(difference @ difference), op=MPI.SUM)
        return float(np.sqrt(total / f.function_space.dofmap.index_map.size_global))

    def _milne(self, dt: float) -> float:
        """Error of BDF2 over its difference from the predictor, leading terms of both."""
        if len(self._past) < MEMORY:
            return 1 / 3
        ago = [self.time + dt - time for time, _ in reversed(self._past)]
        bdf2 = ago[0] ** 2 * ago[1] ** 2 / (6 * (ago[0] + ago[1]))
        return float(bdf2 / (bdf2 + np.prod(ago) / 6))

    def _accept(self, dt: float) -> None:
        self.time += dt
        self.steps += 1
        for f in self.fields:
            f.older.x.array[:] = f.old.x.array
            f.old.x.array[:] = f.now.x.array
        self._past = [*self._past, (self.time, self._values())][-MEMORY:]


def _lagrange(times: NDArray[np.float64], at: float) -> NDArray[np.float64]:
    """Weights of the values at `times` in the polynomial through them, evaluated `at`."""
    others = [np.delete(times, k) for k in range(len(times))]
    return np.array(
        [np.prod((at - o) / (t - o)) for t, o in zip(times, others, strict=True)], dtype=float
    )
