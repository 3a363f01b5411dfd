"""The stripping model: all terms in one Newton problem, parameters as constants of the forms."""

from dataclasses import asdict
from types import SimpleNamespace
from typing import Literal

import ufl
from dolfinx import fem

from lithovoid.domain import Domain
from lithovoid.parameters import Parameters
from lithovoid.physics import conduction, kinetics, phase_field, vacancy_transport
from lithovoid.physics.free_energy import (
    Expression,
    double_well,
    driving_force,
    ideal,
    interpolation,
    parabolic,
    wall_share,
)
from lithovoid.physics.time_scheme import TimeDerivative
from lithovoid.state import State

LEAD_RESISTANCE = 1e-8
"""Resistance [ohm m^2] between potentiostat and cell in `hold` steps where the scenario gives no
series resistance: it turns the prescribed potential into a boundary current, so that galvanostatic
and potentiostatic steps share one form (1e-7 V at 1 mA/cm^2)."""


class StrippingModel:
    """Weak form of vacancies, void and potential, coupled by Butler-Volmer kinetics.

    Residuals are in units of `current_scale` (vacancies and charge) or divided by the barrier W
    (void), so that one tolerance serves all. Before a step, set `derivative` and the ``value`` of
    the constants `applied_current`, `held` and `held_voltage`.
    """

    def __init__(
        self,
        domain: Domain,
        state: State,
        parameters: Parameters,
        current_scale: float,
        free_energy: Literal["parabolic", "ideal"] = "parabolic",
        vacancy_term: bool = False,
    ) -> None:
        self.domain, self.state = domain, state
        self._constants = SimpleNamespace(
            **{name: fem.Constant(domain.mesh, value) for name, value in asdict(parameters).items()}
        )
        self._metal = {"parabolic": parabolic, "ideal": ideal}[free_energy](
            self._constants.stiffness, self._constants.v_equilibrium
        )
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
    def unknowns(self) -> list[fem.Function]:
        """v, phi and psi, in the order of the residuals."""
        return [self.state.v, self.state.phi, self.state.psi]

    def residuals(self) -> list[ufl.Form]:
        """One residual form per unknown."""
        q_v, q_phi = (ufl.TestFunction(self.state.anode) for _ in range(2))
        q_psi = ufl.TestFunction(self.state.electrolyte)
        return [self._vacancies(q_v), self._void(q_phi), self._charge(q_psi)]

    def emptied(self, v: Expression, phi: Expression) -> Expression:
        """Emptied sites per lattice site: the stored quantity of balance, ledger and seeds."""
        return vacancy_transport.stored_vacancies(v, phi, 1 - self.state.x_mg)

    def lithium_left(self) -> Expression:
        """x_s / x_0: lithium per site of the metal, relative to fresh metal."""
        fresh = 1 - self.state.x_mg
        return (fresh - self.state.v) / fresh

    def missing_charges(self) -> tuple[Expression, Expression]:
        """Lithium missing from void volume and from the lattice, per site (ledger)."""
        s, v_0 = self.state, self._constants.v_equilibrium
        h = interpolation(s.phi)
        return h * (1 - s.x_mg - v_0), (1 - h) * (s.v - v_0)

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
        bulk = (1 - interpolation(s.phi)) * self._metal.density(s.v)
        surface = c.barrier * double_well(s.phi) + kappa / 2 * ufl.inner(
            ufl.grad(s.phi), ufl.grad(s.phi)
        )
        gamma = c.barrier * c.half_width / 6
        wall = gamma * c.cos_theta * wall_share(s.phi("+"))
        return (bulk + surface) * d.dx_anode + wall * d.ds_interface

    def _vacancies(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        y = vacancy_transport.magnesium_share(s.x_mg, s.v)
        diffusivity = vacancy_transport.effective_diffusivity(
            s.phi,
            vacancy_transport.metal_diffusivity(c.diffusivity, c.diffusivity_decay, y),
            c.void_diffusivity,
            c.surface_diffusion,
            c.half_width,
        )
        stored = [self.emptied(fields["v"], fields["phi"]) for fields in (s.now, s.old, s.older)]
        balance = (
            vacancy_transport.accumulation(self.derivative(*stored), q, d.dx_anode)
            + vacancy_transport.diffusion(diffusivity, s.v, q, d.dx_anode)
            + vacancy_transport.injection(
                self.interface_current() / c.charge_per_length, q("+"), d.ds_interface
            )
        )
        return c.charge_per_length / self._scale * balance

    def _void(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        force = driving_force(self._metal, s.v, 1 - s.x_mg) / c.barrier
        rate = self.derivative(s.phi, s.old["phi"], s.older["phi"])
        return (
            phase_field.relaxation(rate, c.relaxation_rate, q, d.dx_anode)
            + phase_field.surface_tension(s.phi, c.half_width, q, d.dx_anode)
            + phase_field.supersaturation(s.phi, force, q, d.dx_anode)
            + phase_field.wall_energy(s.phi("+"), c.half_width, c.cos_theta, q("+"), d.ds_interface)
        )

    def _charge(self, q: Expression) -> ufl.Form:
        c, s, d = self._constants, self.state, self.domain
        balance = (
            conduction.conduction(c.conductivity, s.psi, q, d.dx_electrolyte)
            + conduction.current_from_anode(self.interface_current(), q("-"), d.ds_interface)
            + conduction.current_to_counter(self.counter_current(), q, d.ds_counter)
        )
        return 1 / self._scale * balance
