"""Numbers that several physics share, in the units of the forms: the place that converts lengths.

Meshes and gradients are in micrometres; time in s, potential in V, current density in A/m^2 and
energy density in J/m^3. Each class is filled from a scenario; sources of the values are in the
material files, those of the formulae in `equations`. A physics with numbers of its own has a class
of the same kind beside it.
"""

from dataclasses import dataclass
from math import exp
from typing import Protocol, Self

from lithovoid.case.rate_law import rate_parameters
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.constants import FARADAY, GAS, MESH_UNIT
from lithovoid.theory.nucleation import contact_angle_cosine, surface_energy


class Coefficients(Protocol):
    """A frozen dataclass of floats that a scenario fills."""

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self: ...


@dataclass(frozen=True)
class Diffusion:
    """Diffusion of vacancies; D(y) = diffusivity exp(-diffusivity_decay y)."""

    diffusivity: float  # D0 at temperature [um^2/s]
    diffusivity_decay: float  # k_D
    void_diffusivity: float  # [um^2/s]
    surface_diffusion: float  # D_s delta_s [um^3/s]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        anode, decay = scenario.anode, scenario.anode.diffusivity_decay
        warmth = 1 / scenario.temperature - 1 / anode.reference_temperature
        d0 = anode.diffusivity * exp(-anode.activation_energy / GAS * warmth) / MESH_UNIT**2
        return cls(
            diffusivity=d0,
            diffusivity_decay=decay,
            void_diffusivity=scenario.phase_field.void_diffusivity * d0 * exp(-decay * anode.x_mg),
            surface_diffusion=anode.surface_diffusion / MESH_UNIT**3,
        )


@dataclass(frozen=True)
class Wall:
    """The diffuse wall of voids; composition enters surface energy and adhesion."""

    half_width: float  # l [um]
    barrier: float  # W [J/m^3]
    relaxation_rate: float  # L W [1/s], L = M / (3 l)
    cos_theta: float  # Young angle of the metal on the electrolyte
    stiffness: float  # A = RT/Omega of the free energy [J/m^3]
    force_limit: float  # largest mu [J/m^3]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        field, rate = scenario.phase_field, rate_parameters(scenario)
        gamma = float(surface_energy(scenario.anode.x_mg, rate))
        barrier = 6 * gamma / field.l
        return cls(
            half_width=field.l / MESH_UNIT,
            barrier=barrier,
            relaxation_rate=field.wall_mobility / (3 * field.l) * barrier,
            cos_theta=float(contact_angle_cosine(scenario.anode.x_mg, rate)),
            stiffness=GAS * scenario.temperature / scenario.anode.molar_volume,
            force_limit=field.force_limit * barrier,
        )


@dataclass(frozen=True)
class Lattice:
    """The metal as it is at the start: magnesium and vacancies per site, charge per length."""

    x_mg: float
    v_equilibrium: float
    charge_per_length: float  # charge that empties one um of lattice [C/m^2/um]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        return cls(
            x_mg=scenario.anode.x_mg,
            v_equilibrium=scenario.phase_field.v_equilibrium,
            charge_per_length=FARADAY * MESH_UNIT / scenario.anode.molar_volume,
        )


@dataclass(frozen=True)
class Kinetics:
    """Charge transfer at the interface, and conduction behind it."""

    thermal_voltage: float  # RT/F [V]
    exchange_current: float  # i0 [A/m^2]
    alpha_a: float
    alpha_c: float
    conductivity: float  # [A/m^2 per V/um]
    series_resistance: float  # [ohm m^2]

    @classmethod
    def from_scenario(cls, scenario: Scenario) -> Self:
        kinetics, electrolyte = scenario.kinetics, scenario.electrolyte
        return cls(
            thermal_voltage=GAS * scenario.temperature / FARADAY,
            exchange_current=kinetics.exchange_current_density,
            alpha_a=kinetics.alpha_a,
            alpha_c=kinetics.alpha_c,
            conductivity=electrolyte.conductivity / MESH_UNIT,
            series_resistance=electrolyte.series_resistance,
        )


def current_scale(scenario: Scenario) -> float:
    """Current density [A/m^2] that makes residuals of order one: the largest applied."""
    applied = [abs(step.signed_current) for step in scenario.protocol]
    return max(applied) or scenario.kinetics.exchange_current_density / 100
