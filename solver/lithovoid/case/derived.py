"""What follows from a scenario before anything is solved: for `check` and for reports.

Plain numbers in SI units in small frozen classes; None where a quantity does not exist. Nothing
here imports DOLFINx, Gmsh or a plotting library.
"""

from dataclasses import dataclass

from lithovoid.case.coefficients import Kinetics, Wall
from lithovoid.case.metal import Metal, metal_of
from lithovoid.case.resolution import Resolution, resolution_of
from lithovoid.case.strip_estimates import StripEstimate, strip_estimates
from lithovoid.scenario.schema import Scenario


@dataclass(frozen=True)
class PhaseFieldNumbers:
    """Coefficients of the phase field that follow from the width of walls and from the metal."""

    stiffness: float  # A [J/m^3]
    barrier: float  # W = 6 gamma / l [J/m^3]
    gradient: float  # kappa = 3 gamma l [J/m]


@dataclass(frozen=True)
class Derived:
    """All derived quantities of a scenario."""

    metal: Metal
    phase_field: PhaseFieldNumbers
    kinetic_length: float  # conductivity x charge-transfer resistance [m]
    strips: tuple[StripEstimate, ...]
    resolution: Resolution | None  # None for a mesh file


def derive(scenario: Scenario) -> Derived:
    """Compute the derived quantities of `scenario`.

    Raises ConfigurationError if the rate law of the nucleation is not installed.
    """
    wall, transfers = Wall.from_scenario(scenario), Kinetics.from_scenario(scenario)
    kinetics = scenario.kinetics
    transfer = kinetics.exchange_current_density * (kinetics.alpha_a + kinetics.alpha_c)
    metal = metal_of(scenario)
    strips = strip_estimates(scenario, metal)
    return Derived(
        metal=metal,
        phase_field=PhaseFieldNumbers(
            stiffness=wall.stiffness,
            barrier=wall.barrier,
            gradient=3 * metal.surface_energy * scenario.phase_field.l,
        ),
        kinetic_length=scenario.electrolyte.conductivity * transfers.thermal_voltage / transfer,
        strips=strips,
        resolution=resolution_of(scenario),
    )
