"""Charge: conduction in the electrolyte, Butler-Volmer kinetics at the interface, what is applied.

The anode is grounded: its metal is an equipotential.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import ufl
from dolfinx import fem
from mpi4py import MPI

import numpy as np

from lithovoid.case.coefficients import Kinetics, Lattice
from lithovoid.equations.physics import Physics, Shown, Term
from lithovoid.equations.setting import Setting, Wrap
from lithovoid.equations.terms import conduction, kinetics
from lithovoid.equations.terms.free_energy import Expression
from lithovoid.fields.conductivity import conductivity_field
from lithovoid.fields.connected import ConnectedMetal
from lithovoid.fields.domain import Integral
from lithovoid.scenario.protocol import ProtocolStep
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.constants import MESH_UNIT

LEAD_RESISTANCE = 1e-8
"""Resistance [ohm m^2] between potentiostat and cell in `hold` steps where the scenario gives no
series resistance: it turns the prescribed potential into a boundary current, so that galvanostatic
and potentiostatic steps share one form (1e-7 V at 1 mA/cm^2)."""


OPEN = 0.9
"""Nodes with more void than this carry less than 1 % of a current anyway."""

LEAST_CONTACT = 1e-3
"""Share of the interface that must be left in connected contact for a current to be possible."""


@dataclass(frozen=True)
class Lead:
    """Between potentiostat and cell."""

    resistance: float  # [ohm m^2]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        return cls(max(scenario.electrolyte.series_resistance, LEAD_RESISTANCE))


class Charge(Physics):
    """The potential psi [V] of the electrolyte.

    States ``interface_current`` [A/m^2], for integrals over the interface. `conductivity`
    [A/m^2 per V/um] is that of a patterned electrolyte, per cell; else None.
    """

    unknowns = {"psi": "electrolyte"}
    feeds = {"psi": "emptied_sites"}

    def __init__(self, m: Setting, scenario: Scenario) -> None:
        super().__init__(m, scenario)
        m.constants(Lead)
        self._vacancy_term = scenario.kinetics.vacancy_term
        self.conductivity = conductivity_field(m.domain, scenario.electrolyte)
        self.connected = fem.Function(m.state.anode, name="connected")
        self.connected.x.array[:] = 1.0
        self._metal = ConnectedMetal(m.domain, m.state)
        self._touching = Integral(m.domain, self.contact() * m.domain.ds_interface)
        self._lost = False
        # a constant of the form, not a number in it: forms are compiled once for all meshes
        narrowing = m.domain.area / m.domain.measures.counter
        self._narrowing: Expression = fem.Constant(m.domain.mesh, narrowing)
        # Expression: DOLFINx annotates the setter of a constant's value with arrays alone
        self.applied_current: Expression = fem.Constant(m.domain.mesh, 0.0)
        self.held: Expression = fem.Constant(m.domain.mesh, 0.0)
        self.held_voltage: Expression = fem.Constant(m.domain.mesh, 0.0)

    def quantities(self) -> Mapping[str, Wrap]:
        return {"interface_current": lambda _: self._interface_current()}

    def terms(self) -> Iterable[Term]:
        m, s, d = self.m, self.m.state, self.m.domain
        uniform = m.constants(Kinetics).conductivity
        sigma = uniform if self.conductivity is None else self.conductivity
        through, applied = m.quantity("interface_current"), self.counter_current()
        per_current = 1 / m.scale
        yield (
            "psi",
            lambda q: per_current * conduction.conduction(sigma, s.psi, q, d.dx_electrolyte),
        )
        yield (
            "psi",
            lambda q: per_current * conduction.current_from_anode(through, q("-"), d.ds_interface),
        )
        yield (
            "psi",
            lambda q: per_current * conduction.current_to_counter(applied, q, d.ds_counter),
        )

    def instantaneous(self) -> Sequence[str]:
        return ["psi"]

    def begin_protocol_step(self, step: ProtocolStep) -> None:
        """Apply the step's current, or hold its potential."""
        self.applied_current.value = step.signed_current
        self.held.value = float(step.potential is not None)
        self.held_voltage.value = 0.0 if step.potential is None else step.potential

    def counter_current(self) -> Expression:
        """Current density at the counter side [A/m^2]: what is applied, or flows by `hold`.

        Both refer to the area of the interface; the counter side may have another one.
        """
        lead = self.m.constants(Lead).resistance
        potentiostat = (self.held_voltage + self.m.state.psi) / lead
        per_interface = (1 - self.held) * self.applied_current + self.held * potentiostat
        return self._narrowing * per_interface

    def contact(self) -> Expression:
        """Share of the interface in contact with metal that electrons reach, for its integrals."""
        return self.connected("+") * kinetics.contact(self.m.state.phi("+"))

    def refresh(self) -> bool:
        """Find the metal that voids have cut off from the back: it carries no current.

        Where no contact would be left all stays as it is, and `over` says so.
        """
        values = self.connected.x.array
        before = values.copy()
        self._metal.update(values)
        intact = self.m.state.phi.x.array < OPEN
        changed = bool(np.any((values != before) & intact))
        changed = self.m.domain.comm.allreduce(changed, op=MPI.LOR)
        self._lost = changed and self._touching() < LEAST_CONTACT * self.m.domain.area
        if self._lost:
            values[:] = before
        return changed and not self._lost

    def over(self) -> str | None:
        return "no metal in contact is connected to the back of the anode" if self._lost else None

    def lithium_left(self) -> Expression:
        """x_s / x_0: lithium per site of the metal, relative to that of the start."""
        return self.m.quantity("metal_lithium") / (1 - self.m.state.fresh)

    def shown(self) -> Iterable[Shown]:
        s = self.m.state
        potential = fem.Function(s.electrolyte, name="potential")

        def update() -> None:
            potential.x.array[:] = s.psi.x.array

        yield Shown("electrolyte", potential, update)
        if self.conductivity is not None:
            in_si = fem.Function(self.conductivity.function_space, name="conductivity")  # [S/m]
            in_si.x.array[:] = self.conductivity.x.array * MESH_UNIT
            yield Shown("electrolyte", in_si, lambda: None)

    def _interface_current(self) -> Expression:
        c, s = self.m.constants(Kinetics), self.m.state
        u = -s.psi("-") / c.thermal_voltage
        if self._vacancy_term:
            v_e = self.m.constants(Lattice).v_equilibrium
            u -= ufl.ln(ufl.max_value(s.v("+"), 1e-12) / v_e)
        return kinetics.current_density(
            u,
            self.lithium_left()("+"),
            self.contact(),
            c.exchange_current,
            c.alpha_a,
            c.alpha_c,
        )
