"""The stripping model: all terms in one Newton problem, parameters as constants of the forms."""

from collections.abc import Mapping
from dataclasses import asdict
from types import SimpleNamespace
from typing import Literal

import ufl
from dolfinx import fem

from lithovoid.case.coefficients import Parameters
from lithovoid.equations.formulation import CahnHilliard, Formulation, TwoField
from lithovoid.equations.terms import (
    conduction,
    contraction,
    kinetics,
    magnesium,
    phase_field,
    vacancy_transport,
)
from lithovoid.equations.terms.free_energy import (
    Expression,
    double_well,
    ideal,
    interpolation,
    parabolic,
    wall_share,
)
from lithovoid.equations.terms.time_scheme import TimeDerivative
from lithovoid.fields.domain import Domain
from lithovoid.fields.state import COMPOSITION, FLOW, MAGNESIUM, State
from lithovoid.theory.composition import magnesium_share

LEAD_RESISTANCE = 1e-8
"""Resistance [ohm m^2] between potentiostat and cell in `hold` steps where the scenario gives no
series resistance: it turns the prescribed potential into a boundary current, so that galvanostatic
and potentiostatic steps share one form (1e-7 V at 1 mA/cm^2)."""


class StrippingModel:
    """Weak form of vacancies, void and potential, coupled by Butler-Volmer kinetics.

    The unknowns of the `state` decide what is solved: magnesium and the velocity of the lattice
    have their residuals where they are among them. Residuals are in units of `current_scale`
    (all balances) or divided by the barrier W (void), so that one tolerance serves all. Before a
    step, set `derivative` and the ``value`` of the constants `applied_current`, `held` and
    `held_voltage`.
    """

    def __init__(
        self,
        domain: Domain,
        state: State,
        parameters: Parameters,
        current_scale: float,
        free_energy: Literal["parabolic", "ideal"] = "parabolic",
        vacancy_term: bool = False,
        formulation: Literal["two_field", "cahn_hilliard"] = "two_field",
        conductivity: fem.Function | None = None,
    ) -> None:
        """`conductivity` [A/m^2 per V/um] is that of a patterned electrolyte, per cell."""
        self.domain, self.state = domain, state
        self._constants = SimpleNamespace(
            **{name: fem.Constant(domain.mesh, value) for name, value in asdict(parameters).items()}
        )
        self.formulation = self._formulation(formulation, free_energy)
        self.conductivity = conductivity
        self._scale = fem.Constant(domain.mesh, current_scale)
        self._resistance = fem.Constant(domain.mesh, 1.0)
        self._vacancy_term = vacancy_term
        self.derivative = TimeDerivative(domain.mesh)
        self.applied_current = fem.Constant(domain.mesh, 0.0)
        self.held = fem.Constant(domain.mesh, 0.0)
        self.held_voltage = fem.Constant(domain.mesh, 0.0)
        self.set_parameters(parameters, current_scale)

    def set_parameters(self, parameters: Parameters, current_scale: float) -> None:
        """Put other numbers into the compiled forms."""
        self.parameters = parameters
        for name, value in asdict(parameters).items():
            getattr(self._constants, name).value = value
        self._scale.value = current_scale
        self._resistance.value = max(parameters.series_resistance, LEAD_RESISTANCE)

    @property
    def unknowns(self) -> dict[str, fem.Function]:
        """The unknowns by name."""
        return self.state.now

    def residuals(self) -> dict[str, ufl.Form]:
        """One residual form per unknown, under its name."""
        terms = {
            "v": self._vacancies,
            "phi": self._void,
            "psi": self._charge,
            MAGNESIUM: self._magnesium,
            FLOW: self._flow,
            COMPOSITION: self._composition,
        }
        return {
            name: terms[name](ufl.TestFunction(function.function_space))
            for name, function in self.unknowns.items()
        }

    def emptied(self, fields: Mapping[str, Expression]) -> Expression:
        """Emptied sites per lattice site: the stored quantity of balance, ledger and seeds."""
        return self.formulation.stored(fields)

    def lithium_left(self) -> Expression:
        """x_s / x_0: lithium per site of the metal, relative to that of the start."""
        s = self.state
        lithium = 1 - s.x_mg - s.v
        if s.magnesium_moves:
            lithium = magnesium.metal_lithium(lithium, self._magnesium_share(), s.phi)
        return lithium / (1 - s.fresh)

    def missing_charges(self) -> tuple[Expression, Expression]:
        """Lithium missing from void volume and from the lattice, per site (ledger)."""
        s, v_0 = self.state, self._constants.v_equilibrium
        h = interpolation(s.phi)
        gained = s.x_mg - s.fresh if s.magnesium_moves else 0
        lattice = self.formulation.missing_from_lattice(s.times[0])
        return h * (1 - s.fresh - v_0), lattice + (1 - h) * gained

    def entering(self) -> tuple[Expression, Expression]:
        """Lithium and magnesium that enter at the back [um/s], where the lattice flows (ledger)."""
        s, v_0 = self.state, self._constants.v_equilibrium
        inflow = -contraction.outflow(s.now[FLOW])
        return inflow * (1 - s.fresh - v_0), inflow * s.fresh

    def interface_current(self) -> Expression:
        """Current density through the interface [A/m^2], for integrals over `ds_interface`."""
        c, s = self._constants, self.state
        u = -s.psi("-") / c.thermal_voltage  # the anode is grounded
        if self._vacancy_term:
            u -= ufl.ln(ufl.max_value(s.v("+"), 1e-12) / c.v_equilibrium)
        return kinetics.current_density(
            u,
            self.lithium_left()("+"),
            kinetics.contact(s.phi("+")),
            c.exchange_current,
            c.alpha_a,
            c.alpha_c,
        )

    def counter_current(self) -> Expression:
        """Current density at the far side of the electrolyte [A/m^2]: applied, or by `hold`."""
        potentiostat = (self.held_voltage + self.state.psi) / self._resistance
        return (1 - self.held) * self.applied_current + self.held * potentiostat

    def free_energy(self) -> ufl.Form:
        """Free energy of the anode, W and kappa terms included [J/m^3 um^d]; falls at rest."""
        c, s, d = self._constants, self.state, self.domain
        kappa = c.barrier * c.half_width * c.half_width / 2
        bulk = self.formulation.energy_density(s.times[0])
        surface = c.barrier * double_well(s.phi) + kappa / 2 * ufl.inner(
            ufl.grad(s.phi), ufl.grad(s.phi)
        )
        gamma = c.barrier * c.half_width / 6
        wall = gamma * c.cos_theta * wall_share(s.phi("+"))
        return (bulk + surface) * d.dx_anode + wall * d.ds_interface

    def _formulation(self, name: str, free_energy: str) -> Formulation:
        c = self._constants
        if name == "cahn_hilliard":
            return CahnHilliard(c.stiffness, c.v_equilibrium, c.gradient_length)
        metal = {"parabolic": parabolic, "ideal": ideal}[free_energy](c.stiffness, c.v_equilibrium)
        return TwoField(metal, c.v_equilibrium)

    def _composition(self, q: Expression) -> ufl.Form:
        assert isinstance(self.formulation, CahnHilliard)
        return self.formulation.balance(self.state.times[0], q, self.domain.dx_anode)

    def _magnesium_share(self) -> Expression:
        return magnesium_share(self.state.x_mg, self.state.v, ufl.max_value)

    def _diffusivity(self) -> Expression:
        c, s = self._constants, self.state
        return vacancy_transport.effective_diffusivity(
            s.phi,
            vacancy_transport.metal_diffusivity(
                c.diffusivity, c.diffusivity_decay, self._magnesium_share()
            ),
            c.void_diffusivity,
            c.surface_diffusion,
            c.half_width,
        )

    def _site_loss(self) -> Expression:
        c, s = self._constants, self.state
        return contraction.site_loss(c.sink_rate, s.v, c.v_equilibrium, s.phi)

    def _vacancies(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        stored = [self.emptied(fields) for fields in s.times]
        balance = (
            vacancy_transport.accumulation(self.derivative(*stored), q, d.dx_anode)
            + vacancy_transport.diffusion(self._diffusivity(), s.v, q, d.dx_anode)
            + vacancy_transport.injection(
                self.interface_current() / c.charge_per_length, q("+"), d.ds_interface
            )
        )
        if s.lattice_flows:
            balance += self._advection(stored[0], c.v_equilibrium, q)
            balance += self._site_loss() * q * d.dx_anode
        return c.charge_per_length / self._scale * balance

    def _magnesium(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        stored = [fields[MAGNESIUM] for fields in s.times]
        flux = magnesium.magnesium_flux(
            c.magnesium_mobility * self._diffusivity(),
            s.x_mg,
            s.v,
            s.phi,
            self._magnesium_share(),
        )
        balance = vacancy_transport.accumulation(
            self.derivative(*stored), q, d.dx_anode
        ) + magnesium.transport(flux, q, d.dx_anode)
        if s.lattice_flows:
            balance += self._advection(s.x_mg, s.fresh, q)
        return c.charge_per_length / self._scale * balance

    def _advection(self, density: Expression, fresh: Expression, q: Expression) -> ufl.Form:
        d, flow = self.domain, self.state.now[FLOW]
        return contraction.advection(flow, density, fresh, q, d.dx_anode, d.ds_back)

    def _flow(self, q: Expression) -> ufl.Form:
        d, flow = self.domain, self.state.now[FLOW]
        balance = contraction.continuity(flow, self._site_loss(), q, d.dx_anode, d.ds_back)
        return self._constants.charge_per_length / self._scale * balance

    def _void(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        force = self.formulation.driving_force(s.times[0]) / c.barrier
        rate = self.derivative(s.phi, s.old["phi"], s.older["phi"])
        balance = (
            phase_field.relaxation(rate, c.relaxation_rate, q, d.dx_anode)
            + phase_field.surface_tension(s.phi, c.half_width, q, d.dx_anode)
            + phase_field.supersaturation(s.phi, force, q, d.dx_anode)
            + phase_field.wall_energy(s.phi("+"), c.half_width, c.cos_theta, q("+"), d.ds_interface)
        )
        if s.lattice_flows:
            moved = contraction.convection(s.now[FLOW], s.phi, q, d.dx_anode)
            balance += 1 / c.relaxation_rate * moved
        return balance

    def _charge(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        sigma = c.conductivity if self.conductivity is None else self.conductivity
        balance = (
            conduction.conduction(sigma, s.psi, q, d.dx_electrolyte)
            + conduction.current_from_anode(self.interface_current(), q("-"), d.ds_interface)
            + conduction.current_to_counter(self.counter_current(), q, d.ds_counter)
        )
        return 1 / self._scale * balance
