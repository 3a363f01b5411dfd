"""Magnesium that moves on the lattice; where nobody asks for it, it stays as it was."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Self

import numpy as np

from lithovoid.equations.physics import Array, Bound, Physics, Shown, Term
from lithovoid.equations.setting import Book, Wrap
from lithovoid.equations.terms import magnesium
from lithovoid.equations.terms.free_energy import Expression, interpolation
from lithovoid.equations.void import metal_share
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.composition import magnesium_share
from lithovoid.theory.result import Result, Results

BOUND_MAGNESIUM = 0.02
"""x_mg may fall below zero by this much before a step is rejected."""


@dataclass(frozen=True)
class Mobility:
    """Mobility of magnesium."""

    magnesium_mobility: float  # chi, diffusivity of magnesium over that of vacancies

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        return cls(scenario.anode.magnesium_mobility)


class Magnesium(Physics):
    """Magnesium per site, x_mg: it diffuses, drifts with the vacancies and is expelled by voids."""

    unknowns = {"x_mg": "anode"}
    results: ClassVar[Results] = {
        "magnesium_drift": Result(
            "drift of magnesium",
            "magnesium less what was there and what entered, relative to all magnesium; zero where "
            "it does not move",
            over_run="largest",
        )
    }
    always_reported = True
    in_free_energy = False  # the work of expelling it

    @classmethod
    def wanted(cls, scenario: Scenario) -> bool:
        return scenario.anode.magnesium_moves

    def quantities(self) -> Mapping[str, Wrap]:
        return {
            "metal_lithium": self._lithium_of_metal,
            "missing_from_lattice": lambda missing: missing + self._gained(),
        }

    def books(self) -> Iterable[Book]:
        s = self.m.state
        yield Book("magnesium", "x_mg", [fields["x_mg"] for fields in s.times], s.fresh)

    def terms(self) -> Iterable[Term]:
        m, s = self.m, self.m.state
        flux = magnesium.magnesium_flux(
            m.constants(Mobility).magnesium_mobility * m.quantity("diffusivity"),
            s.x_mg,
            s.v,
            s.phi,
            m.quantity("magnesium_share"),
        )
        dx = m.domain.dx_anode
        yield "x_mg", lambda q: m.per_current * magnesium.transport(flux, q, dx)

    def changes(self) -> Mapping[str, Array]:
        s = self.m.state
        return {"v": metal_share(s) * np.abs(s.x_mg.x.array - s.old["x_mg"].x.array)}

    def bounds(self) -> Iterable[Bound]:
        yield Bound(-self.m.state.x_mg.x.array, BOUND_MAGNESIUM, "x_mg fell to -{:.3g}")

    def nodal(self) -> Mapping[str, Wrap]:
        s = self.m.state

        def of_metal(lithium: Array) -> Array:
            y = magnesium_share(s.x_mg.x.array, s.v.x.array, np.maximum)
            return np.asarray(magnesium.metal_lithium(lithium, y, s.phi.x.array, np.exp))

        return {"metal_lithium": of_metal}

    def shown(self) -> Iterable[Shown]:
        s = self.m.state
        yield self.shown_at_nodes("magnesium_fraction", lambda: s.x_mg.x.array)

    def _lithium_of_metal(self, lithium: Expression) -> Expression:
        y = self.m.quantity("magnesium_share")
        return magnesium.metal_lithium(lithium, y, self.m.state.phi)

    def _gained(self) -> Expression:
        """Magnesium in the place of lithium, per site."""
        s = self.m.state
        return (1 - interpolation(s.phi)) * (s.x_mg - s.fresh)
