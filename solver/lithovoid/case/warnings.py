"""What deserves a second look in a scenario that can be run."""

from lithovoid.case.derived import Derived
from lithovoid.case.validity import limits_of
from lithovoid.scenario.schema import Scenario


def warnings_of(scenario: Scenario, derived: Derived) -> list[str]:
    """Return one line per limit that `scenario` is outside of; `derived` are its quantities."""
    return [limit.line for limit in limits_of(scenario, derived) if limit.state == "outside"]
