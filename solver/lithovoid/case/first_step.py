"""The first time step of a run and of each step of its protocol, from the physics.

That in which v at the interface of fresh metal rises by a part of its aimed change, by Sand's law
(`lithovoid.theory.depletion`).
"""

from lithovoid.case.metal import metal_of
from lithovoid.scenario.schema import Scenario
from lithovoid.scenario.table import UNGIVEN
from lithovoid.theory.depletion import sand_time

PART = 0.3
"""Of the aimed largest change of v: the first step has no past and is of first order."""

WITHOUT_CURRENT = 0.1
"""First step [s] where no step of the protocol prescribes a current."""

LEAST = 2.0
"""The first step is at least this multiple of the smallest."""


def with_first_step(scenario: Scenario) -> Scenario:
    """Return `scenario` with its first time step, where that was not given."""
    numerics = scenario.numerics
    if numerics.dt_initial != UNGIVEN:
        return scenario
    wanted = min(_time_to_change(scenario), numerics.dt_max)
    dt = float(f"{max(wanted, LEAST * numerics.dt_min):.2g}")
    return scenario.model_copy(update={"numerics": numerics.model_copy(update={"dt_initial": dt})})


def _time_to_change(scenario: Scenario) -> float:
    current = max(abs(step.signed_current) for step in scenario.protocol)
    if current == 0.0:
        return WITHOUT_CURRENT
    rise, omega = PART * scenario.numerics.max_change_v, scenario.anode.molar_volume
    return sand_time(rise, current, metal_of(scenario).diffusivity, omega)
