"""PFHub benchmark 8: growth of circular seeds, Allen-Cahn with a driving force.

    d(phi)/dt = lap(phi) - g'(phi) + df p'(phi),   g = phi^2 (1 - phi)^2,
    p = phi^3 (10 - 15 phi + 6 phi^2),   seeds (1 - tanh[(r - r_0) / sqrt 2]) / 2

PFHub benchmark 8, doi 10.1007/s40192-022-00284-1. These are the product's terms for a void with
W = 1 and l = sqrt 2; seeds are inserted by its nucleation hook.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import ufl
from dolfinx import fem, mesh

import numpy as np
from numpy.typing import NDArray
from one_material import CONJUGATE_GRADIENTS, Field, Problem

from lithovoid.equations.terms import phase_field
from lithovoid.hooks.replay import PlannedNucleus, ReplayNucleation
from lithovoid.stepping.clock import Clock
from lithovoid.voids.seeding import profile

HALF_WIDTH = np.sqrt(2.0)
TENSION = 1 / (3 * np.sqrt(2.0))
FRONT_OPTIONS = CONJUGATE_GRADIENTS | {"ksp_rtol": 1e-2}
"""For many steps over a large domain."""
Floats = NDArray[np.float64]


def growth(
    domain: mesh.Mesh,
    degree: int,
    force: float,
    tolerance: float,
    options: dict[str, object] = CONJUGATE_GRADIENTS,
    newton: float = 1e-3,
    radial: bool = False,
) -> Problem:
    """The benchmark's equation on `domain` for the driving force `force`.

    Newton ends at the share `newton` of the `tolerance` in time. A `radial` domain is an interval
    of radii: all terms are weighted by r.
    """
    space = fem.functionspace(domain, ("Lagrange", degree))
    phi, q = Field.on(space), ufl.TestFunction(space)
    problem = Problem(domain, [phi], tolerance)
    dx = ufl.dx(domain, metadata={"quadrature_degree": 2 * degree})
    residual = (
        phase_field.relaxation(problem.rate(), 1.0, q, dx)
        + phase_field.surface_tension(phi.now, HALF_WIDTH, q, dx)
        + phase_field.supersaturation(phi.now, -force, q, dx)
    )
    problem.compile(
        [weighted(residual, domain) if radial else residual],
        options,
        residual=newton * tolerance * float(np.sqrt(_size(domain))),
    )
    return problem


def _size(domain: mesh.Mesh) -> float:
    """Volume of the bounding box: what residuals grow with."""
    low, high = domain.geometry.x.min(axis=0), domain.geometry.x.max(axis=0)
    return float(np.prod((high - low)[: domain.topology.dim]))


def weighted(form: ufl.Form, domain: mesh.Mesh) -> ufl.Form:
    """`form` with the weight r = x_0: the radial problem of the one stated along a line."""
    r = ufl.SpatialCoordinate(domain)[0]
    return ufl.Form([i.reconstruct(integrand=r * i.integrand()) for i in form.integrals()])


def seed(radius: float) -> Callable[[Floats], Floats]:
    """Profile of a seed around the origin, for `Field.set`."""

    def values(x: Floats) -> Floats:
        return profile(x.T, np.zeros(3), radius, HALF_WIDTH)

    return values


@dataclass
class BulkSeeder:
    """Inserts seeds anywhere in a periodic square of `side`, in the place of `Seeder`."""

    problem: Problem
    side: float
    radius: float = 2.2
    _points: Floats = field(init=False)

    def __post_init__(self) -> None:
        space = self.problem.fields[0].now.function_space
        self._points = space.tabulate_dof_coordinates()[:, :2]

    def centre(self, point: Floats, normal: Floats) -> Floats:
        """Seeds sit where they nucleate."""
        return point

    def insert(self, centre: Floats) -> bool:
        """Add the seed, across the seam where it reaches that far."""
        phi = self.problem.fields[0].now.x.array
        offset = self._points - centre
        offset -= self.side * np.round(offset / self.side)
        np.maximum(phi, profile(offset, np.zeros(2), self.radius, HALF_WIDTH), out=phi)
        return True


@dataclass
class SeededGrowth:
    """Seeds that the product's hook inserts at their times while they grow."""

    problem: Problem
    side: float
    plan: list[PlannedNucleus]

    def __post_init__(self) -> None:
        seeder: Any = BulkSeeder(self.problem, self.side)
        anywhere: Any = SimpleNamespace(midpoints=np.zeros((1, 2)), normals=np.zeros((1, 2)))
        self.hook = ReplayNucleation(anywhere, seeder, self.plan)
        self._simulation: Any = SimpleNamespace(clock=Clock())
        phi = self.problem.fields[0].now
        self._solid = self.problem.integral(phi * ufl.dx(self.problem.mesh))

    def run(self, end: float, fraction: float = 1.0, dt: float = 0.05) -> Floats:
        """Step to `end`, or to a solid `fraction`; return times and solid fractions, (2, n).

        Steps are of `dt` after a nucleation.
        """
        self.problem.begin(dt)
        self._nucleate(dt)
        found = [(self.problem.time, self._solid() / self.side**2)]
        while self.problem.time < end and found[-1][1] < fraction:
            ahead = self.hook.limit_dt(self._simulation)
            self.problem.advance(min(end, self.problem.time + ahead))
            self._nucleate(dt)
            found.append((self.problem.time, self._solid() / self.side**2))
        return np.array(found).T

    def _nucleate(self, dt: float) -> None:
        self._simulation.clock.time = self.problem.time
        if self.hook.on_step_accepted(self._simulation, SimpleNamespace()):  # type: ignore[arg-type]
            self.problem.controller.restart(dt)
            self.problem.forget_history()


def avrami(times: Floats, fractions: Floats) -> tuple[float, float]:
    """Avrami exponent and half time of a transformation curve.

    The exponent is the slope of log10(-log10(1 - Y)) over log10 t for 0.023 < Y < 0.90.
    """
    used = (fractions > 0.023) & (fractions < 0.90)
    ordinate = np.log10(-np.log10(1 - fractions[used]))
    exponent = np.polyfit(np.log10(times[used]), ordinate, 1)[0]
    return float(exponent), float(np.interp(0.5, fractions, times))
