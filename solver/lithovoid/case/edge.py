"""The edge of a void on the interface: the length that l and the mesh must resolve.

Voids under physical capillarity are flat; their edge bends where what the current injects within
it can diffuse away against the capillary rise of v: over b, the vacancies i Omega b / F per length
of contact line are carried by D d0 / b (d0 the capillary length gamma Omega / (RT)), so that

    b = sqrt(d0 D F c / (Omega i)),

with c the contact that is left: the current squeezes through it.
"""

import math

from lithovoid.case.metal import Metal, metal_of
from lithovoid.scenario.protocol import Strip
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import UNGIVEN
from lithovoid.theory.constants import FARADAY, GAS

CONTACT = 0.5
"""Contact at which edge lengths are quoted."""
EDGE_PART = 0.5
"""Default l in units of the edge length: capacities are then within 2 % of those for l -> 0."""
LARGEST, SMALLEST = 0.25e-6, 0.04e-6
"""The default of l [m] lies between these."""
STEP = 5e-9
"""The default of l [m] is a multiple of this."""
SIZES_PER_HALF_WIDTH = 2
"""Default mesh sizes per l at the interface."""


def edge_length(scenario: Scenario, metal: Metal, current: float) -> float:
    """Return the edge length [m] at `current` [A/m^2] in the fresh `metal`."""
    omega = scenario.anode.molar_volume
    capillary = metal.surface_energy * omega / (GAS * scenario.temperature)
    return math.sqrt(capillary * metal.diffusivity * FARADAY * CONTACT / (omega * current))


def shortest_edge(scenario: Scenario) -> float:
    """Return the edge length [m] at the fastest strip; infinite without any, or without voids."""
    currents = [s.current_density for s in scenario.protocol if isinstance(s, Strip)]
    if not currents or not has_walls(scenario):
        return math.inf
    return edge_length(scenario, metal_of(scenario), max(currents))


def with_resolution(scenario: Scenario) -> Scenario:
    """Return `scenario` with l and the mesh size at the interface, where they were not given."""
    field, geometry = scenario.phase_field, scenario.geometry
    if field.l == UNGIVEN:
        wanted = min(max(EDGE_PART * shortest_edge(scenario), SMALLEST), LARGEST)
        steps = math.floor(wanted / STEP * (1 + 1e-9))  # SMALLEST is a whole number of them
        l = float(f"{STEP * steps:.6g}")  # noqa: E741 - the field's symbol, without round-off
        field = field.model_copy(update={"l": l})
    if getattr(geometry, "interface_size", None) == UNGIVEN:
        size = float(f"{field.l / SIZES_PER_HALF_WIDTH:.6g}")
        geometry = geometry.model_copy(update={"interface_size": size})
    return scenario.model_copy(update={"phase_field": field, "geometry": geometry})


def has_walls(scenario: Scenario) -> bool:
    """Whether a void may appear."""
    nucleates = scenario.nucleation.mode in ("stochastic", "replay")
    return nucleates or bool(scenario.geometry.void)


ERROR_AT_ONE = 0.09
"""Relative error of a capacity by contact loss at l = b, as a square law (scenarios/CONVERGENCE.md:
0.163, 0.115 and 0.0815 um at b = 0.23 um)."""


def expected_error(part: float) -> str:
    """Say what l costs that is `part` of the edge length, by the convergence study."""
    percent = 100 * ERROR_AT_ONE * part**2
    return f"capacities by contact loss are then too small by some {percent:.0f} %"
