"""What of a scenario a simulation holds fixed once it is built, so that it can be run anew."""

from typing import Any

from lithovoid.scenario.schema import Failure, Kinetics, Nucleation, PhaseField, Scenario

_FREE: dict[str, Any] = {
    **dict.fromkeys(("title", "temperature", "anode"), True),
    **dict.fromkeys(("protocol", "output", "checkpoint"), True),
    "failure": set(Failure.model_fields) - {"near_depth"},
    "nucleation": set(Nucleation.model_fields) - {"seed_radius"},
    "kinetics": set(Kinetics.model_fields) - {"vacancy_term"},
    "phase_field": set(PhaseField.model_fields) - {"formulation"},
    "numerics": {
        *("time_scheme", "dt_initial", "dt_min", "dt_max"),
        *("max_change_phi", "max_change_v", "ledger_limit"),
    },
}
"""Keys that enter as constants of the forms, or that nothing is compiled from. All others are
fixed, also those of tables that do not exist yet."""


def compiled_in(scenario: Scenario) -> dict[str, Any]:
    """Return what must be equal, beside mesh and physics, for a simulation to be used again."""
    free = dict(_FREE)
    if scenario.electrolyte.pattern is None:
        free["electrolyte"] = True
    else:  # its fresh cell is measured once
        del free["kinetics"], free["temperature"]
    return scenario.model_dump(exclude=free)
