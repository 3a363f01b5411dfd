"""What closed-form theory expects of each strip step, from fresh metal and for constant D."""

from dataclasses import dataclass

import numpy as np

from lithovoid.case.metal import Metal
from lithovoid.case.rate_law import load_rate_law, rate_parameters
from lithovoid.scenario.protocol import Strip
from lithovoid.scenario.schema import FileGeometry, PlanarGeometry, Scenario
from lithovoid.theory.constants import FARADAY
from lithovoid.theory.depletion import Array, sand_capacity, slab_capacity

NUCLEI_PER_AREA = 1e10
"""Nuclei per interface area [1/m^2] that count as incubation of a large interface."""
_POINTS = 4001


@dataclass(frozen=True)
class StripEstimate:
    """Expectations for the strip step number `step` of the protocol.

    None where the condition is not met before the metal is exhausted, or needs the dimensions of
    an anode that come from a mesh file.
    """

    step: int
    current_density: float  # [A/m^2]
    diffusivity: float  # of the fresh metal [m^2/s]
    sand_capacity: float | None  # to the critical vacancy fraction, half space [C/m^2]
    depletion_capacity: float | None  # to the largest vacancy fraction, slab [C/m^2]
    first_nucleus: float | None  # expected number on this interface reaches 1 [C/m^2]
    incubation: float | None  # expected number per area reaches NUCLEI_PER_AREA [C/m^2]
    depletion_layer: float  # thickness near exhaustion, D dv F / (Omega i) [m]


def strip_estimates(scenario: Scenario, metal: Metal) -> tuple[StripEstimate, ...]:
    """Return an estimate per strip step of `scenario`, whose fresh anode is `metal`.

    Raises ConfigurationError if the rate law of the nucleation is not installed.
    """
    return tuple(
        _estimate(scenario, metal, index, step.current_density)
        for index, step in enumerate(scenario.protocol)
        if isinstance(step, Strip)
    )


def _estimate(scenario: Scenario, metal: Metal, step: int, current: float) -> StripEstimate:
    omega, geometry = scenario.anode.molar_volume, scenario.geometry
    v_e, critical = scenario.phase_field.v_equilibrium, metal.critical_vacancies
    rise = metal.largest_vacancies - v_e
    capacity, nuclei = _nuclei_per_area(scenario, metal, current)
    first, depletion = None, None
    if isinstance(geometry, PlanarGeometry):
        area = geometry.width * (geometry.depth or scenario.nucleation.depth)
        first = _capacity_at(1 / area, capacity, nuclei)
    if not isinstance(geometry, FileGeometry):
        depletion = slab_capacity(rise, current, metal.diffusivity, omega, geometry.anode)
    sand = None
    if critical is not None:
        sand = sand_capacity(max(critical - v_e, 0.0), current, metal.diffusivity, omega)
    return StripEstimate(
        step=step,
        current_density=current,
        diffusivity=metal.diffusivity,
        sand_capacity=sand,
        depletion_capacity=depletion,
        first_nucleus=first,
        incubation=_capacity_at(NUCLEI_PER_AREA, capacity, nuclei),
        depletion_layer=depletion_layer(scenario, metal, current),
    )


def depletion_layer(scenario: Scenario, metal: Metal, current: float) -> float:
    """Thickness [m] within which lithium falls near exhaustion, D dv F / (Omega i).

    `current` in A/m^2; the flux at the interface, with the diffusivity of the exhausted alloy.
    """
    rise = metal.largest_vacancies - scenario.phase_field.v_equilibrium
    molar_volume = scenario.anode.molar_volume
    return metal.exhausted_diffusivity * rise * FARADAY / (molar_volume * current)


def _nuclei_per_area(scenario: Scenario, metal: Metal, current: float) -> tuple[Array, Array]:
    """Return capacity [C/m^2] and expected number of nuclei [1/m^2] as v rises by Sand's law.

    N = int J(v) dQ / i up to the vacancy fraction 1 - x_mg; none where nucleation is not drawn.
    """
    v_e, x_mg = scenario.phase_field.v_equilibrium, scenario.anode.x_mg
    v = np.linspace(v_e, 1 - x_mg, _POINTS)
    omega = scenario.anode.molar_volume
    capacity = (v - v_e) ** 2 * sand_capacity(1.0, current, metal.diffusivity, omega)
    if scenario.nucleation.mode not in ("stochastic", "count"):
        return capacity, np.zeros_like(v)
    law = load_rate_law(scenario.nucleation.rate_law)
    rate = law(v, np.full_like(v, x_mg), rate_parameters(scenario))
    nuclei = np.cumsum((rate[1:] + rate[:-1]) / 2 * np.diff(capacity)) / current
    return capacity, np.concatenate([[0.0], nuclei])


def _capacity_at(number: float, capacity: Array, nuclei: Array) -> float | None:
    """Return the capacity at which `nuclei` reaches `number`, None if it does not."""
    if nuclei[-1] < number:
        return None
    return float(np.interp(number, nuclei, capacity))
