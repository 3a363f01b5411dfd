"""Growth of a void in a supersaturated metal by a Cahn-Hilliard and Allen-Cahn phase field.

    F = int [ h psi(c) + w(c, eta) + kv |grad c|^2 + ke |grad eta|^2 ],   h = (1 - eta^2)^2
    psi = Ef c + kT [ c ln c + (1 - c) ln(1 - c) ],   c0 = exp(-Ef / kT)
    w = -A (c - c0)^2 eta (eta + 2)(eta - 1)^2 + B (c - 1)^2 eta^2
    dc/dt = div( M grad dF/dc ),   d(eta)/dt = -L dF/d(eta)

Rokkam, El-Azab, Millett & Wolf, Modelling Simul. Mater. Sci. Eng. 17, 064002 (2009); eta is 1 in
the void. Reduced units: M = L = ke = 1, kv = 0.5, Ef = A = B = 9.09 kT. A round void amid
its cell: the problem is stated in the radius alone.
"""

from dataclasses import dataclass, field

import ufl
from dolfinx import fem, mesh
from mpi4py import MPI

import cahn_hilliard
import numpy as np
from numpy.typing import NDArray
from one_material import Field, Problem
from seed_growth import weighted

KV, KE = 0.5, 1.0
FORMATION = 9.09
"""Ef / kT."""


@dataclass
class VoidGrowth:
    """A void of `radius` in a disk of radius `cell`, in metal of `supersaturation` c / c0.

    `formation` is Ef in the unit of energy that L = M = 1 belong to.
    """

    supersaturation: float
    radius: float = 11.85
    cell: float = 400.0
    size: float = 0.5
    formation: float = 1.0
    tolerance: float = 1e-4
    problem: Problem = field(init=False)

    def __post_init__(self) -> None:
        domain = mesh.create_interval(MPI.COMM_SELF, round(self.cell / self.size), [0.0, self.cell])
        space = fem.functionspace(domain, ("Lagrange", 2))
        c, mu, eta = (Field.on(space) for _ in range(3))
        self.problem = Problem(domain, [c, mu, eta], self.tolerance, controlled=(0, 2))
        c0 = float(np.exp(-FORMATION))
        eta.set(self._profile)
        far = self.supersaturation * c0
        c.set(lambda x: far + (1 - far) * self._profile(x))
        self._compile(c, mu, eta, c0)
        self.problem.begin(1e-5)

    def _profile(self, x: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(0.5 * (1 - np.tanh((x[0] - self.radius) / 2)))

    def _compile(self, c: Field, mu: Field, eta: Field, c0: float) -> None:
        space, domain = c.now.function_space, self.problem.mesh
        q, dx = (
            [ufl.TestFunction(space) for _ in range(3)],
            ufl.dx(domain, metadata={"quadrature_degree": 8}),
        )
        site, order = ufl.variable(c.now), ufl.variable(eta.now)
        inside = ufl.max_value(ufl.min_value(site, 1 - 1e-9), 1e-9)
        local = self.formation * self.coupling(site, order, c0)
        local += (1 - order**2) ** 2 * self._ideal(inside, c0 / (1 + c0))
        residuals = [
            cahn_hilliard.accumulation(self.problem.rate(0), q[0], dx)
            + cahn_hilliard.transport(1.0, mu.now, q[0], dx),
            cahn_hilliard.potential(mu.now, ufl.diff(local, site), q[1], dx)
            + cahn_hilliard.gradient_energy(2 * KV, c.now, q[1], dx),
            cahn_hilliard.accumulation(self.problem.rate(2), q[2], dx)
            + ufl.diff(local, order) * q[2] * dx
            + 2 * KE * ufl.inner(ufl.grad(eta.now), ufl.grad(q[2])) * dx,
        ]
        self.problem.compile([weighted(form, domain) for form in residuals])

    def _ideal(self, c: ufl.core.expr.Expr, v_e: float) -> ufl.core.expr.Expr:
        """psi of the metal by the ideal solution that is zero with its slope at `v_e`."""
        mixing = c * ufl.ln(c / v_e) + (1 - c) * ufl.ln((1 - c) / (1 - v_e))
        return self.formation / FORMATION * mixing

    @staticmethod
    def coupling(c: ufl.core.expr.Expr, eta: ufl.core.expr.Expr, c0: float) -> ufl.core.expr.Expr:
        """w(c, eta) with A = B = 1."""
        metal = -((c - c0) ** 2) * eta * (eta + 2) * (eta - 1) ** 2
        return metal + (c - 1) ** 2 * eta**2

    @property
    def void_radius(self) -> float:
        """Radius at which eta = 1/2 (far away eta is small, but not zero)."""
        eta = self.problem.fields[2].now
        r = eta.function_space.tabulate_dof_coordinates()[:, 0]
        outwards = np.argsort(r)
        return float(np.interp(-0.5, -eta.x.array[outwards], r[outwards]))
