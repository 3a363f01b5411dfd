"""Insert a void and take its vacancies from the metal around it, so that lithium is conserved.

The void opens as phi = max(phi, (1 - tanh((r - r_s)/l))/2); the vacancies it stores are collected
from a Gaussian shell around it (after the depleted ring of explicit nucleation models for alloys).
Magnesium stays where it is: a seed opens on the emptied sites alone, and where magnesium moves, it
leaves the void afterwards.
"""

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np
from numpy.typing import NDArray

from lithovoid.case.coefficients import Lattice, Wall
from lithovoid.equations.model import Model
from lithovoid.equations.terms.free_energy import interpolation
from lithovoid.equations.void import Void
from lithovoid.fields.domain import Integral, nodal_shares
from lithovoid.theory.seeds import LARGEST_SHARE, SHELLS

ROUGHLY = 1.3
"""Need over supply by nodal volumes beyond which a seed is not tried: they err by some 10 %."""


def profile(
    points: NDArray[np.float64], centre: NDArray[np.float64], radius: float, half_width: float
) -> NDArray[np.float64]:
    """Equilibrium profile of a round void at `points` (n, gdim); lengths in um."""
    distance = np.linalg.norm(points - centre, axis=1)
    return 0.5 * (1 - np.tanh((distance - radius) / half_width))


class Seeder:
    """Inserts voids into the present state of a model."""

    def __init__(self, model: Model, radius: float) -> None:
        """`radius` of the seeds in um."""
        d, s = model.domain, model.state
        self._model, self._state, self.radius = model, s, radius
        self._formulation = model.part(Void).formulation
        self._gain = fem.Function(s.anode, name="gain")
        stored, carrier = self._formulation.stored(s.times[0]), s.now[self._formulation.carrier]
        self._stored = Integral(d, stored * d.dx_anode)
        self._supply = Integral(d, ufl.derivative(stored, carrier, self._gain) * d.dx_anode)
        changing = dict.fromkeys(("phi", "v", self._formulation.carrier))
        self._changing = [s.now[name] for name in changing]
        self._volumes = nodal_shares(d, s.anode, d.dx_anode)
        self._points = s.anode.tabulate_dof_coordinates()[:, : d.mesh.geometry.dim]

    def centre(
        self, point: NDArray[np.float64], normal: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Centre of a seed that meets the electrolyte at `point` with the contact angle."""
        return point + self.radius * self._model.numbers(Wall).cos_theta * normal

    def open(self, centre: NDArray[np.float64], radius: float | None = None) -> None:
        """Set a void at `centre` with what it stores: for voids that are there at the start."""
        phi = self._state.phi.x.array
        before = phi.copy()
        half_width = self._model.numbers(Wall).half_width
        void = profile(self._points, centre, radius or self.radius, half_width)
        np.maximum(phi, void, out=phi)
        self._formulation.open_void(self._state, before)

    def insert(self, centre: NDArray[np.float64]) -> bool:
        """Insert a seed; return False, with nothing changed, where vacancies do not suffice.

        Collective. The lithium balance holds to round-off: seed and shell are weighed with the
        quadrature of the residual.
        """
        if self._is_starved(centre):
            return False
        before = self._stored()
        values = [function.x.array.copy() for function in self._changing]
        self.open(centre)
        need = self._stored() - before
        distance = np.linalg.norm(self._points - centre, axis=1)
        v = self._state.v.x.array
        excess = np.maximum(v - self._model.numbers(Lattice).v_equilibrium, 0.0)
        for shell in SHELLS:
            self._gain.x.array[:] = np.exp(-0.5 * (distance / (shell * self.radius)) ** 2) * excess
            share = need / max(self._supply(), 1e-300)
            if share <= LARGEST_SHARE:
                self._take(share)
                return True
        for function, array in zip(self._changing, values, strict=True):
            function.x.array[:] = array
        return False

    def _is_starved(self, centre: NDArray[np.float64]) -> bool:
        """Whether vacancies clearly do not suffice, by nodal volumes: many may wait for them."""
        s, half_width = self._state, self._model.numbers(Wall).half_width
        owned = slice(0, s.anode.dofmap.index_map.size_local)
        distance = np.linalg.norm(self._points[owned] - centre, axis=1)
        phi, v = s.phi.x.array[owned], s.v.x.array[owned]
        void = profile(self._points[owned], centre, self.radius, half_width)
        opened = interpolation(np.maximum(phi, void))
        need = (opened - interpolation(phi)) * (1 - s.x_mg.x.array[owned] - v)
        widest = np.exp(-0.5 * (distance / (SHELLS[-1] * self.radius)) ** 2)
        excess = np.maximum(v - self._model.numbers(Lattice).v_equilibrium, 0.0)
        supply = (1 - opened) * widest * excess
        local = np.array([need, supply]) @ self._volumes[owned]
        total = np.empty(2)
        self._model.domain.comm.Allreduce(local, total, op=MPI.SUM)
        return bool(total[0] > ROUGHLY * LARGEST_SHARE * total[1])

    def _take(self, share: float) -> None:
        """Lower v, and what is stored where that is another unknown, by `share` of the gain."""
        _, *metal = self._changing
        for function in metal:
            function.x.array[:] -= share * self._gain.x.array
        for function in self._changing:
            # on ghosts the last bits of the exponentials may differ from those of the owner
            function.x.scatter_forward()
