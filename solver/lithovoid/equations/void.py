"""Voids: a phase field with surface tension, Young's angle, and the metal's vacancies as force."""

from collections.abc import Iterable, Mapping, Sequence

import ufl

import numpy as np

from lithovoid.case.coefficients import Lattice, Wall
from lithovoid.equations.formulation import CahnHilliard, Formulation, Gradient, TwoField
from lithovoid.equations.physics import Array, Bound, Physics, Shown, Term
from lithovoid.equations.setting import Setting, Wrap
from lithovoid.equations.terms import phase_field
from lithovoid.equations.terms.free_energy import (
    double_well,
    interpolation,
    saturating,
    wall_share,
)
from lithovoid.fields.state import State
from lithovoid.scenario.schema import ColumnGeometry, Scenario

BOUND_PHI = 0.05
"""phi may leave [0, 1] by this much before a step is rejected."""


def metal_share(state: State) -> Array:
    """Share of metal at the nodes of this rank, 1 - h(phi)."""
    return np.asarray(1 - interpolation(np.clip(state.phi.x.array, 0, 1)))


class Void(Physics):
    """The void share phi, and the free energy that drives it: one of two formulations.

    States ``missing_from_voids`` and ``missing_from_lattice``, lithium per site that is gone.
    """

    unknowns = {"phi": "anode"}

    def __init__(self, m: Setting, scenario: Scenario) -> None:
        super().__init__(m, scenario)
        self._no_voids = isinstance(scenario.geometry, ColumnGeometry)
        self.formulation = _formulation(m, scenario)

    def given(self) -> Sequence[str]:
        """In a column phi = 0 solves its equation."""
        return ["phi"] if self._no_voids else []

    def quantities(self) -> Mapping[str, Wrap]:
        s, v_0 = self.m.state, self.m.constants(Lattice).v_equilibrium
        return {
            "missing_from_voids": lambda _: interpolation(s.phi) * (1 - s.fresh - v_0),
            "missing_from_lattice": lambda _: self.formulation.missing_from_lattice(s.times[0]),
        }

    def terms(self) -> Iterable[Term]:
        m, s, d, c = self.m, self.m.state, self.m.domain, self.m.constants(Wall)
        rate = m.derivative(s.phi, s.old["phi"], s.older["phi"])
        force = self.formulation.driving_force(s.times[0]) / c.barrier
        dx, wall = d.dx_anode, d.ds_interface
        yield "phi", lambda q: phase_field.relaxation(rate, c.relaxation_rate, q, dx)
        yield "phi", lambda q: phase_field.surface_tension(s.phi, c.half_width, q, dx)
        yield "phi", lambda q: phase_field.supersaturation(s.phi, force, q, dx)
        yield (
            "phi",
            lambda q: phase_field.wall_energy(s.phi("+"), c.half_width, c.cos_theta, q("+"), wall),
        )

    def free_energy(self) -> ufl.Form:
        """Free energy of the anode, W and kappa terms included [J/m^3 um^d]; falls at rest."""
        s, d, c = self.m.state, self.m.domain, self.m.constants(Wall)
        kappa = c.barrier * c.half_width * c.half_width / 2
        bulk = self.formulation.energy_density(s.times[0])
        surface = c.barrier * double_well(s.phi) + kappa / 2 * ufl.inner(
            ufl.grad(s.phi), ufl.grad(s.phi)
        )
        gamma = c.barrier * c.half_width / 6
        wall = gamma * c.cos_theta * wall_share(s.phi("+"))
        return (bulk + surface) * d.dx_anode + wall * d.ds_interface

    def changes(self) -> Mapping[str, Array]:
        s = self.m.state
        return {"phi": np.abs(s.phi.x.array - s.old["phi"].x.array)}

    def bounds(self) -> Iterable[Bound]:
        outside = np.abs(self.m.state.phi.x.array - 0.5) - 0.5
        yield Bound(outside, BOUND_PHI, "phi left its bounds by {:.3g}")

    def shown(self) -> Iterable[Shown]:
        s = self.m.state
        yield self.shown_at_nodes("void", lambda: s.phi.x.array)


def _formulation(m: Setting, scenario: Scenario) -> Formulation:
    wall, v_e = m.constants(Wall), m.constants(Lattice).v_equilibrium
    metal = saturating(wall.stiffness, v_e, wall.force_limit)
    if scenario.phase_field.formulation == "cahn_hilliard":
        length = m.constants(Gradient).gradient_length
        return CahnHilliard(metal, wall.stiffness, v_e, length)
    return TwoField(metal, v_e)
