"""The length that walls must resolve, and the resolution that follows from it."""

from pathlib import Path
from typing import Any

import cases
import pytest
from scenario_cases import data, strip

from lithovoid.case.derived import derive
from lithovoid.case.edge import edge_length, shortest_edge
from lithovoid.case.limit import warnings_of
from lithovoid.case.load import parse_scenario
from lithovoid.case.metal import metal_of
from lithovoid.case.validity import limits_of
from lithovoid.scenario.schema import PlanarGeometry, Scenario

SLOW, FAST = strip("0.1 mA/cm^2", contact_fraction=0.15), strip("1 mA/cm^2", time="1 h")
PLATE = {"step": "plate", "current_density": "9 mA/cm^2", "until": {"time": "1 min"}}


def unresolved(**changes: Any) -> Scenario:
    """Return a scenario whose resolution is left to its defaults."""
    given = data()
    del given["phase_field"], given["geometry"]["interface_size"]
    table = changes.pop("geometry", {})
    return parse_scenario(given | changes | {"geometry": given["geometry"] | table}, Path())


def resolution(scenario: Scenario) -> tuple[float, float]:
    assert isinstance(scenario.geometry, PlanarGeometry)
    return scenario.phase_field.l, scenario.geometry.interface_size


@pytest.mark.parametrize(("current", "edge"), [(1.0, 0.2318e-6), (4.0, 0.1159e-6)])
def test_the_edge_length_is_that_of_the_formula(current: float, edge: float) -> None:
    """With sqrt(d0 D F / (2 Omega i)) by hand: d0 = 0.46 / 1.911e8 m, D = 6e-15 m^2/s."""
    scenario = unresolved()
    assert edge_length(scenario, metal_of(scenario), current) == pytest.approx(edge, rel=1e-3)


def test_the_defaults_follow_from_the_edge_length() -> None:
    l, size = resolution(unresolved())  # noqa: E741 - the field's symbol
    assert l == pytest.approx(0.115e-6)  # half of 0.2318 um, in steps of 5 nm
    assert size == pytest.approx(l / 2)


def test_what_the_user_gives_stays() -> None:
    assert resolution(unresolved(phase_field={"l": "0.2 um"})) == pytest.approx((2e-7, 1e-7))
    given = unresolved(geometry={"interface_size": "0.05 um"})
    assert resolution(given) == pytest.approx((0.115e-6, 0.05e-6))


def test_the_fastest_strip_counts() -> None:
    fast = unresolved(protocol=[FAST])
    assert resolution(unresolved(protocol=[SLOW, FAST, PLATE])) == resolution(fast)
    assert fast.phase_field.l == pytest.approx(0.04e-6)  # more than half of 0.0733 um
    assert shortest_edge(unresolved(protocol=[SLOW, PLATE])) == pytest.approx(
        shortest_edge(unresolved())
    )


def test_the_default_stays_within_what_can_be_computed() -> None:
    slow = unresolved(protocol=[strip("0.001 mA/cm^2", contact_fraction=0.15)])
    assert slow.phase_field.l == 0.25e-6
    racing = unresolved(protocol=[strip("5 mA/cm^2", contact_fraction=0.15)])
    assert racing.phase_field.l == 0.04e-6


def test_without_voids_there_is_no_edge() -> None:
    for changes in (
        {"nucleation": {"mode": "off"}, "protocol": [FAST]},
        {"nucleation": {"mode": "count"}, "protocol": [FAST]},
        {"protocol": [PLATE]},
    ):
        scenario = unresolved(**changes)
        assert scenario.phase_field.l == 0.25e-6
        assert "phase_field.l" not in warnings(scenario)
    void = {"void": [{"x": "5 um", "radius": "1 um"}]}
    with_void = unresolved(nucleation={"mode": "off"}, protocol=[FAST], geometry=void)
    assert with_void.phase_field.l == pytest.approx(0.04e-6)


def test_a_column_has_none_either() -> None:
    column = parse_scenario(cases.COLUMN | {"protocol": [FAST]}, Path())
    assert column.phase_field.l == 0.25e-6
    assert "phase_field.l" not in warnings(column)


def warnings(scenario: Scenario) -> str:
    return "\n".join(warnings_of(limits_of(scenario, derive(scenario))))


def test_check_warns_of_walls_wider_than_the_edge_allows() -> None:
    def of(half_width: str) -> str:
        return warnings(unresolved(phase_field={"l": half_width}))

    assert of("0.115 um") == ""  # 0.496 edge lengths
    assert "phase_field.l: 0.65 times the edge length of voids, 0.2318 um" in of("0.15 um")
    assert "phase_field.l: 1.1 times" in of("0.25 um")
