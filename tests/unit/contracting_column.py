"""A column with moving magnesium and a contracting lattice, solved without DOLFINx.

Finite volumes and scipy's integrator: another discretisation, written from the strong form alone.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from lithovoid.case.coefficients import Diffusion, Lattice
from lithovoid.equations.contraction import Sinks
from lithovoid.equations.magnesium import Mobility
from lithovoid.run.simulation import Simulation

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """Lengths in um, times in s; `injection` is i Omega / F [um/s]."""

    charge_per_length: float

    thickness: float
    injection: float
    diffusivity: float
    decay: float
    mobility: float
    sink_rate: float
    v_e: float
    x_mg: float
    cells: int = 250

    @classmethod
    def like(cls, cell: Simulation, current: float) -> Self:
        """Take the numbers of a column of 30 um, at a `current` in A/m^2."""
        p, lattice = cell.model.numbers(Diffusion), cell.model.numbers(Lattice)
        return cls(
            charge_per_length=lattice.charge_per_length,
            thickness=30.0,
            injection=current / lattice.charge_per_length,
            diffusivity=p.diffusivity,
            decay=p.diffusivity_decay,
            mobility=cell.model.numbers(Mobility).magnesium_mobility,
            sink_rate=cell.model.numbers(Sinks).sink_rate,
            v_e=lattice.v_equilibrium,
            x_mg=lattice.x_mg,
        )

    def faces(self) -> Floats:
        """Return the faces of the cells, finest (some nm) at the interface."""
        return self.thickness * np.linspace(0.0, 1.0, self.cells + 1) ** 2.5

    def solve(self, time: float) -> tuple[Floats, Floats, Floats, float]:
        """Return centres, v and m of the cells at `time`, and the lattice that entered [um]."""
        faces = self.faces()
        n = self.cells
        start = np.concatenate([np.full(n, self.v_e), np.full(n, self.x_mg), [0.0]])
        found = solve_ivp(self._rates, (0.0, time), start, method="BDF", rtol=1e-7, atol=1e-9)
        assert found.success
        end = found.y[:, -1]
        return 0.5 * (faces[1:] + faces[:-1]), end[:n], end[n : 2 * n], float(end[-1])

    def _rates(self, _time: float, fields: Floats) -> Floats:
        n, faces = self.cells, self.faces()
        v, m = fields[:n], fields[n : 2 * n]
        width, centres = np.diff(faces), 0.5 * (faces[1:] + faces[:-1])
        loss = self.sink_rate * (v - self.v_e)
        u = -np.concatenate([[0.0], np.cumsum(loss * width)])
        gap = np.diff(centres)
        share = np.diff(faces)[:-1] / (2 * gap)  # of the way to the next centre
        v_face, m_face = (f[:-1] + share * np.diff(f) for f in (v, m))
        d = self.diffusivity * np.exp(-self.decay * m_face / (1 - v_face))
        v_slope, m_slope = np.diff(v) / gap, np.diff(m) / gap
        inner_v = u[1:-1] * v_face - d * v_slope
        inner_m = u[1:-1] * m_face - self.mobility * d * (m_slope - m_face * v_slope)
        flux_v = np.concatenate([[self.injection], inner_v, [u[-1] * self.v_e]])
        flux_m = np.concatenate([[0.0], inner_m, [u[-1] * self.x_mg]])
        return np.concatenate([-np.diff(flux_v) / width - loss, -np.diff(flux_m) / width, [-u[-1]]])
