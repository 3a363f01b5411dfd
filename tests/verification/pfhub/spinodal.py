"""PFHub benchmarks 1 and 6: spinodal decomposition, without and with an electric charge.

Problem statements: Jokisaari, Voorhees, Guyer, Warren & Heinonen, Comput. Mater. Sci. 126, 139
(2017), and pages.nist.gov/pfhub, benchmarks 1 and 6. All quantities are dimensionless.
"""

from collections.abc import Callable
from dataclasses import dataclass

import ufl
from dolfinx import fem, mesh

import cahn_hilliard
import electrostatics
import numpy as np
from numpy.typing import NDArray
from one_material import Field, Problem

HEIGHT, LOW, HIGH, KAPPA, MOBILITY = 5.0, 0.3, 0.7, 2.0, 5.0
CHARGE, PERMITTIVITY = 0.09, 90.0
TENSION = np.sqrt(2 * KAPPA * HEIGHT) * (HIGH - LOW) ** 3 / 6
"""Energy of a flat interface, int sqrt(2 kappa f) dc."""


Values = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""What `Field.set` takes."""


@dataclass(frozen=True)
class Waves:
    """c = mean + amplitude { cos ax cos 0.11y + [cos 0.13x cos 0.087y]^2 + cos(...) cos(...) }."""

    amplitude: float
    first: float
    mean: float = 0.5

    def __call__(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = x[0], x[1]
        waves = np.cos(self.first * x) * np.cos(0.11 * y)
        waves += (np.cos(0.13 * x) * np.cos(0.087 * y)) ** 2
        waves += np.cos(0.025 * x - 0.15 * y) * np.cos(0.07 * x - 0.02 * y)
        return np.asarray(self.mean + self.amplitude * waves)


@dataclass
class Decomposition:
    """A problem ready to be stepped, with its integrals."""

    problem: Problem
    energy: Callable[[], float]
    mass: Callable[[], float]

    @property
    def c(self) -> fem.Function:
        return self.problem.fields[0].now


def ripples(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """c at the start on a sphere, for `Field.set`: polar angle a, azimuth b from 0 to 2 pi.

    0.5 + 0.05 { cos 8a cos 15b + [cos 12a cos 10b]^2 + cos(2.5a - 1.5b) cos(7a - 2b) }
    """
    a = np.arccos(x[2] / np.linalg.norm(x, axis=0))
    b = np.arctan2(x[1], x[0]) % (2 * np.pi)
    waves = np.cos(8 * a) * np.cos(15 * b) + (np.cos(12 * a) * np.cos(10 * b)) ** 2
    return np.asarray(0.5 + 0.05 * (waves + np.cos(2.5 * a - 1.5 * b) * np.cos(7 * a - 2 * b)))


def measure(domain: mesh.Mesh, degree: int, quadrature: int | None = None) -> ufl.Measure:
    """Cells of `domain`; by default exact for a quartic energy in elements of `degree`."""
    return ufl.dx(domain, metadata={"quadrature_degree": quadrature or 4 * degree})


def spinodal(
    domain: mesh.Mesh,
    degree: int,
    tolerance: float = 2e-5,
    initial: Values = Waves(0.01, 0.105),
    residual: float = 1e-8,
    quadrature: int | None = None,
) -> Decomposition:
    """Benchmark 1 on `domain`; Newton ends at a norm of `residual`.

    `quadrature` is for the equations, see `measure`; the integrals are exact.
    """
    space = fem.functionspace(domain, ("Lagrange", degree))
    c, mu = Field.on(space), Field.on(space)
    c.set(initial)
    problem = Problem(domain, [c, mu], tolerance)
    dx = measure(domain, degree, quadrature)
    q_c, q_mu = (ufl.TestFunction(space) for _ in range(2))
    problem.compile(
        [
            _balance(problem, q_c, dx),
            _potential(c.now, mu.now, 0.0, q_mu, dx),
        ],
        residual=residual,
    )
    problem.begin(1e-3)
    exact = measure(domain, degree)
    return Decomposition(
        problem, problem.integral(_energy(c.now) * exact), problem.integral(c.now * exact)
    )


def electrochemical(domain: mesh.Mesh, degree: int, tolerance: float = 2e-5) -> Decomposition:
    """Benchmark 6a or 6b on `domain`, whose left side is x = 0 and whose right side is the rest.

    Phi = 0 on the left, sin(y / 7) on the right, no normal field below (y = 0) and above (y = 100).
    """
    space = fem.functionspace(domain, ("Lagrange", degree))
    fields = c, mu, phi = [Field.on(space) for _ in range(3)]
    c.set(Waves(0.04, 0.2))
    problem = Problem(domain, list(fields), tolerance)
    dx, q = measure(domain, degree), [ufl.TestFunction(space) for _ in range(3)]
    problem.compile(
        [
            _balance(problem, q[0], dx),
            _potential(c.now, mu.now, CHARGE * phi.now, q[1], dx),
            electrostatics.poisson(PERMITTIVITY, phi.now, CHARGE * c.now, q[2], dx)
            + _electrodes(phi.now, q[2], domain, degree),
        ],
    )
    _find_potential(problem)
    problem.begin(1e-3)
    density = _energy(c.now) + CHARGE / 2 * c.now * phi.now
    return Decomposition(problem, problem.integral(density * dx), problem.integral(c.now * dx))


def _find_potential(problem: Problem, dt: float = 1e-4) -> None:
    """Let Phi and mu take the values that belong to the initial c, by a step that is taken back."""
    c = problem.fields[0].now.x.array
    initial = c.copy()
    problem.begin(dt)
    problem.fixed_step(dt)
    c[:], problem.time, problem.steps = initial, 0.0, 0


def _balance(problem: Problem, q: ufl.Argument, dx: ufl.Measure) -> ufl.Form:
    mu = problem.fields[1].now
    return cahn_hilliard.accumulation(problem.rate(), q, dx) + cahn_hilliard.transport(
        MOBILITY, mu, q, dx
    )


def _potential(
    c: fem.Function, mu: fem.Function, more: ufl.core.expr.Expr, q: ufl.Argument, dx: ufl.Measure
) -> ufl.Form:
    slope = cahn_hilliard.quartic_well_slope(HEIGHT, LOW, HIGH, c) + more
    return cahn_hilliard.potential(mu, slope, q, dx) + cahn_hilliard.gradient_energy(
        KAPPA, c, q, dx
    )


def _energy(c: fem.Function) -> ufl.core.expr.Expr:
    local = cahn_hilliard.quartic_well(HEIGHT, LOW, HIGH, c)
    return cahn_hilliard.energy_density(local, KAPPA, c)


def _electrodes(phi: fem.Function, q: ufl.Argument, domain: mesh.Mesh, degree: int) -> ufl.Form:
    tdim = domain.topology.dim
    left = mesh.locate_entities_boundary(domain, tdim - 1, lambda x: np.isclose(x[0], 0.0))
    right = mesh.locate_entities_boundary(domain, tdim - 1, _faces_right)
    facets = np.concatenate([left, right])
    values = np.repeat([1, 2], [len(left), len(right)]).astype(np.int32)
    order = np.argsort(facets)
    tags = mesh.meshtags(domain, tdim - 1, facets[order], values[order])
    ds = ufl.Measure("ds", domain, subdomain_data=tags, metadata={"quadrature_degree": 4 * degree})
    cells = np.arange(domain.topology.index_map(tdim).size_local, dtype=np.int32)
    stiffness = 10 * degree**2 / float(domain.h(tdim, cells).min())
    applied = ufl.sin(ufl.SpatialCoordinate(domain)[1] / 7)
    return electrostatics.prescribed_potential(
        PERMITTIVITY, phi, 0.0, stiffness, q, ds(1)
    ) + electrostatics.prescribed_potential(PERMITTIVITY, phi, applied, stiffness, q, ds(2))


def _faces_right(x: NDArray[np.float64]) -> NDArray[np.bool_]:
    """x = 100 of the square, or the half circle of radius 50 around (50, 50)."""
    on_circle = np.abs(np.hypot(x[0] - 50.0, x[1] - 50.0) - 50.0) < 0.02
    return np.asarray(np.isclose(x[0], 100.0) | (on_circle & (x[0] > 50.0 - 1e-9)))
