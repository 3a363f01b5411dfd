"""Two forms of the free energy of metal and void: what is stored, and what drives the void.

`TwoField`, the default: the vacancy fraction v of the metal and the void share phi; the emptied
sites are c = (1 - h) v + h (1 - x_mg), and the void holds no lithium.

`CahnHilliard`: c is an unknown of its own, with gradient energy, beside phi (Cahn-Hilliard and
Allen-Cahn, the "type C" of Rokkam et al., Modelling Simul. Mater. Sci. Eng. 17, 064002 (2009)),

    F = int [ f(c - h d) + A l_c^2 / 2 |grad c|^2 + W g + kappa/2 |grad phi|^2 ] dV
    mu = f'(c - h d) - A l_c^2 lap(c),   d = 1 - x_mg - v_e
    dc/dt = div( (D_eff / f'') grad mu ),   dphi/dt = -L dF/dphi

with the metal's free energy f for both, so that unlike in their functional the mixture of metal and
void adds nothing to the energy of the surface (Kim, Kim & Suzuki, Phys. Rev. E 60, 7186 (1999));
the gradient of c adds 0.325 A l_c^2 d^2 / l to it. mu is solved for as v, mu = f'(v): the vacancy
fraction of metal in equilibrium with it, so that transport and kinetics are those of the default
form. A void stores c = 1 - x_mg + (v - v_e): for the same charge it is smaller by a few percent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, Self

import ufl

import numpy as np
from numpy.typing import NDArray

from lithovoid.equations.terms import vacancy_transport
from lithovoid.equations.terms.free_energy import (
    Expression,
    MetalFreeEnergy,
    driving_force,
    interpolation,
)
from lithovoid.fields.state import MAGNESIUM, State
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.constants import MESH_UNIT

Fields = Mapping[str, Expression]

COMPOSITION = "c"
"""Name of the emptied sites among the unknowns of the Cahn-Hilliard formulation."""


@dataclass(frozen=True)
class Gradient:
    """Gradient energy of the emptied sites."""

    gradient_length: float  # l_c [um]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        return cls(scenario.phase_field.gradient_length / MESH_UNIT)


class Formulation(Protocol):
    """What a form of the free energy has to say; `fields` are those of one time, by name."""

    carrier: str
    """Name of the unknown that takes up what is added to or taken from the metal."""

    def stored(self, fields: Fields) -> Expression:
        """Emptied sites per lattice site."""

    def missing_from_lattice(self, fields: Fields) -> Expression:
        """Emptied sites outside of voids, beyond those at rest."""

    def driving_force(self, fields: Fields) -> Expression:
        """Grand-potential difference void - metal [J/m^3]; negative grows voids."""

    def energy_density(self, fields: Fields) -> Expression:
        """Free energy density [J/m^3] but for the terms of phi alone."""

    def open_void(self, state: State, before: NDArray[np.float64]) -> None:
        """phi was changed from the nodal values `before`: let the other unknowns follow."""


class TwoField:
    """Vacancy fraction of the metal, and voids that store 1 - x_mg."""

    carrier = "v"

    def __init__(self, metal: MetalFreeEnergy, v_e: Expression) -> None:
        self._metal, self._v_e = metal, v_e

    def stored(self, fields: Fields) -> Expression:
        return vacancy_transport.stored_vacancies(fields["v"], fields["phi"], 1 - fields[MAGNESIUM])

    def missing_from_lattice(self, fields: Fields) -> Expression:
        return (1 - interpolation(fields["phi"])) * (fields["v"] - self._v_e)

    def driving_force(self, fields: Fields) -> Expression:
        return driving_force(self._metal, fields["v"], 1 - fields[MAGNESIUM])

    def energy_density(self, fields: Fields) -> Expression:
        return (1 - interpolation(fields["phi"])) * self._metal.density(fields["v"])

    def open_void(self, state: State, before: NDArray[np.float64]) -> None:
        """Nothing: what is stored follows from phi."""


class CahnHilliard:
    """Emptied sites c with gradient energy; `stiffness` A of `metal` [J/m^3], `length` l_c [um]."""

    carrier = COMPOSITION

    def __init__(
        self, metal: MetalFreeEnergy, stiffness: Expression, v_e: Expression, length: Expression
    ) -> None:
        self._metal, self._stiffness, self._v_e = metal, stiffness, v_e
        self._length = length

    def stored(self, fields: Fields) -> Expression:
        return fields[COMPOSITION]

    def missing_from_lattice(self, fields: Fields) -> Expression:
        return fields[COMPOSITION] - self._v_e - self._emptied_by_void(fields)

    def driving_force(self, fields: Fields) -> Expression:
        """The slope of the free energy with phi at a fixed c, without the gradient energy of c:
        with mu in its place the energy would rise."""
        return -self._metal.potential(self._of_metal(fields)) * self._jump(fields)

    def energy_density(self, fields: Fields) -> Expression:
        slope = ufl.grad(fields[COMPOSITION])
        gradient = self._stiffness / 2 * self._length * self._length * ufl.inner(slope, slope)
        return self._metal.density(self._of_metal(fields)) + gradient

    def open_void(self, state: State, before: NDArray[np.float64]) -> None:
        jump = 1 - state.x_mg.x.array - float(self._v_e)
        share = interpolation(state.phi.x.array) - interpolation(before)
        state.now[COMPOSITION].x.array[:] += jump * share

    def balance(self, fields: Fields, q: Expression, dx: ufl.Measure) -> ufl.Form:
        """The equation of c: mu = f'(v) is the slope of the free energy, here over A."""
        slope, mu = ufl.grad(fields[COMPOSITION]), self._metal.potential
        local = (mu(self._of_metal(fields)) - mu(fields["v"])) / self._stiffness
        return (local * q + self._length * self._length * ufl.inner(slope, ufl.grad(q))) * dx

    def _of_metal(self, fields: Fields) -> Expression:
        """Vacancies of the metal at a place, without what the share of void there stores."""
        return fields[COMPOSITION] - self._emptied_by_void(fields)

    def _jump(self, fields: Fields) -> Expression:
        return 1 - fields[MAGNESIUM] - self._v_e

    def _emptied_by_void(self, fields: Fields) -> Expression:
        return interpolation(fields["phi"]) * self._jump(fields)
