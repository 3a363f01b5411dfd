"""How far a scenario can be trusted: all its limits in one list, for `check`, runs and reports."""

from lithovoid.case.derived import Derived
from lithovoid.case.limit import Limit
from lithovoid.case.plating_limits import plating_limits
from lithovoid.case.resolution_limits import resolution_limits
from lithovoid.case.seed_limits import seed_limits
from lithovoid.case.source_limits import source_limits
from lithovoid.scenario.schema import Scenario


def limits_of(scenario: Scenario, derived: Derived) -> list[Limit]:
    """Return the limits of `scenario`, of which `derived` are the derived quantities."""
    return [
        *resolution_limits(scenario, derived),
        *seed_limits(scenario, derived),
        *plating_limits(scenario),
        *source_limits(scenario),
    ]
