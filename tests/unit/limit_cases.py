"""Limits of validity that the tests look for."""

from pathlib import Path
from typing import Any

import scenario_cases

from lithovoid.case.derived import derive
from lithovoid.case.limit import Limit
from lithovoid.case.load import parse_scenario
from lithovoid.case.validity import limits_of
from lithovoid.scenario.schema import Scenario


def limits(scenario: Scenario) -> list[Limit]:
    return limits_of(scenario, derive(scenario))


def of(what: str, scenario: Scenario) -> list[Limit]:
    """Return the limits of `scenario` whose subject holds the words `what`."""
    return [limit for limit in limits(scenario) if what in limit.what]


def with_changes(**changes: Any) -> Scenario:
    return parse_scenario(scenario_cases.data(**changes), Path())
