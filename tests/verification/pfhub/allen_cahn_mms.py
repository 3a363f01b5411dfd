"""PFHub benchmark 7: Allen-Cahn with a manufactured solution.

    d(eta)/dt = -[ 4 eta (eta - 1)(eta - 1/2) - kappa lap(eta) ] + S,   S such that
    eta = (1 - tanh[(y - alpha) / sqrt(2 kappa)]) / 2
    alpha = 1/4 + A1 t sin(B1 x) + A2 sin(B2 x + C2 t)

on [0, 1] x [0, 1/2], periodic in x (pages.nist.gov/pfhub, benchmark 7). Where the benchmark
prescribes eta, at y = 0 and y = 1/2, this uses no flux: eta is 1 or 0 there to 4e-7 or better.
"""

from dataclasses import dataclass, field

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray
from one_material import CONJUGATE_GRADIENTS, Field, Problem
from periodic import periodic_rectangle

from lithovoid.equations.terms import phase_field
from lithovoid.machine.bootstrap import jit_options

BAND = 0.2
"""Height around y = 1/4 that an interface thinner than 0.002 stays in."""
A1, B1, A2, B2 = 0.0075, 8 * np.pi, 0.03, 22 * np.pi
END = 8.0


@dataclass
class Manufactured:
    """The benchmark with `columns` cells along x and elements of `degree`.

    Parts: (a) kappa 4e-4, C2 0.0625 pi; (b) kappa 1.5625e-6; (c) also C2 = 0.5. A `thin` interface
    gets rows as narrow as the columns where it passes, few beyond, and a laxer solver, which its
    larger errors allow.
    """

    columns: int
    degree: int
    kappa: float = 4e-4
    c2: float = 0.0625 * np.pi
    thin: bool = False
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        rows = round((BAND + 0.05) * self.columns) if self.thin else self.columns // 2
        counts = (self.columns, rows)
        domain = periodic_rectangle(MPI.COMM_SELF, (1.0, 0.5), counts, (True, False))
        if self.thin:
            domain.geometry.x[:, 1] = _graded(domain.geometry.x[:, 1])
        space = fem.functionspace(domain, ("Lagrange", self.degree))
        eta, q = Field.on(space), ufl.TestFunction(space)
        self.problem = Problem(domain, [eta])
        self._time = fem.Constant(domain, 0.0)
        metadata = {"quadrature_degree": 2 * self.degree + (2 if self.thin else 4)}
        dx = ufl.dx(domain, metadata=metadata)
        time = ufl.variable(self._time)
        exact = self.exact(ufl.SpatialCoordinate(domain), time)
        slope = 4 * exact * (exact - 1) * (exact - 0.5)
        source = ufl.diff(exact, time) + slope - self.kappa * ufl.div(ufl.grad(exact))
        half_width = np.sqrt(2 * self.kappa)  # g' is the slope of this benchmark's double well
        self.problem.compile(
            [
                phase_field.relaxation(self.problem.rate(), 1.0, q, dx)
                + phase_field.surface_tension(eta.now, half_width, q, dx)
                - source * q * dx
            ],
            CONJUGATE_GRADIENTS,
            residual=1e-8 if self.thin else 1e-11,
        )
        self._error = fem.form((eta.now - exact) ** 2 * dx, jit_options=jit_options())
        points = space.element.interpolation_points
        self._initial = fem.Expression(exact, points, jit_options=jit_options())
        self.restart()

    def exact(self, x: ufl.SpatialCoordinate, t: ufl.core.expr.Expr) -> ufl.core.expr.Expr:
        """The manufactured solution."""
        wave = A2 * ufl.sin(B2 * x[0] + self.c2 * t)
        alpha = 0.25 + A1 * t * ufl.sin(B1 * x[0]) + wave
        return (1 - ufl.tanh((x[1] - alpha) / np.sqrt(2 * self.kappa))) / 2

    def run(self, steps: int, second_order: bool = True) -> float:
        """Take equal steps to t = 8; return the L2 error there.

        Without history BDF2 begins with a step of backward Euler, here of a hundredth of the step.
        """
        lengths = np.full(steps, END / steps)
        if second_order:
            lengths = np.concatenate([[0.01 * lengths[0], 0.99 * lengths[0]], lengths[1:]])
        for dt in lengths:
            self._time.value = self.problem.time + dt
            self.problem.fixed_step(float(dt), second_order)
        return self.error()

    def error(self) -> float:
        """L2 norm of the deviation at the present time."""
        return float(np.sqrt(fem.assemble_scalar(self._error)))

    def restart(self) -> None:
        """Return to t = 0."""
        self._time.value = self.problem.time = 0.0
        self.problem.fields[0].now.interpolate(self._initial)
        self.problem.begin(END)


def _graded(y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map [0, 1/2] to itself: the middle part by one scale to the `BAND`, the rest stretched."""
    inner = 0.25 * BAND / (BAND + 0.05)
    return np.interp(
        y, [0, 0.25 - inner, 0.25 + inner, 0.5], [0, 0.25 - BAND / 2, 0.25 + BAND / 2, 0.5]
    )
