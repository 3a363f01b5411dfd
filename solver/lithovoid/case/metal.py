"""The metal of the anode as it is at the start: transport, energies, limits."""

from dataclasses import dataclass

import numpy as np

from lithovoid.case.coefficients import Diffusion
from lithovoid.case.protocol_checks import anode_capacity
from lithovoid.case.rate_law import rate_parameters
from lithovoid.scenario.schema import Scenario
from lithovoid.theory.constants import MESH_UNIT
from lithovoid.theory.nucleation import (
    adhesion,
    barrier_coefficient,
    contact_angle_cosine,
    critical_vacancy_fraction,
    surface_energy,
)

SOLUBILITY = 0.7
"""Magnesium per atom up to which lithium-magnesium stays bcc: stripping beyond is depletion."""


@dataclass(frozen=True)
class Metal:
    """The anode at its initial composition and at the temperature of the cell."""

    diffusivity: float  # D at y = x_mg [m^2/s]
    exhausted_diffusivity: float  # D where lithium runs out [m^2/s]
    surface_energy: float  # gamma [J/m^2]
    adhesion: float  # W_ad [J/m^2]
    contact_angle: float  # theta of the metal on the electrolyte [rad]
    barrier_coefficient: float  # B
    critical_vacancies: float | None  # nucleation barrier of 30 kT; None above largest_vacancies
    largest_vacancies: float  # vacancy fraction at which y reaches SOLUBILITY
    sink_depth: float | None  # depth of vacancies at sinks, sqrt(D / k_s) [m]; None without sinks
    capacity: float | None  # charge of all lithium [C/m^2]; None for a mesh file


def metal_of(scenario: Scenario) -> Metal:
    """Compute the properties of the fresh anode of `scenario`."""
    diffusion = Diffusion.from_scenario(scenario)
    x_mg, rate = scenario.anode.x_mg, rate_parameters(scenario)
    largest = 1 - x_mg / SOLUBILITY
    critical = float(critical_vacancy_fraction(x_mg, rate))
    fresh, sinks = diffusivity(diffusion, x_mg), scenario.anode.sink_rate
    return Metal(
        diffusivity=fresh,
        exhausted_diffusivity=diffusivity(diffusion, SOLUBILITY if x_mg > 0 else 0.0),
        surface_energy=float(surface_energy(x_mg, rate)),
        adhesion=float(adhesion(x_mg, rate)),
        contact_angle=float(np.arccos(contact_angle_cosine(x_mg, rate))),
        barrier_coefficient=float(barrier_coefficient(x_mg, rate)),
        critical_vacancies=critical if critical < largest else None,
        largest_vacancies=largest,
        sink_depth=float(np.sqrt(fresh / sinks)) if sinks > 0 else None,
        capacity=anode_capacity(scenario),
    )


def diffusivity(c: Diffusion, y: float) -> float:
    """D = D0(T) exp(-k_D y) [m^2/s], y magnesium per atom."""
    d0 = c.diffusivity * MESH_UNIT**2
    return float(d0 * np.exp(-c.diffusivity_decay * y))
