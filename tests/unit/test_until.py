"""Conditions of `until` that are met at the beginning of a protocol step, or too soon."""

from typing import Any

import pytest
from cases import scenario, simulation, strip

from lithovoid.machine.errors import ConfigurationError
from lithovoid.run.simulation import Simulation
from lithovoid.run.summary import RunTotals, cycles, summarise

VOID = {"width": "3 um", "anode": "3 um", "void": [{"x": "1.5 um", "radius": "0.8 um"}]}
REST = {"step": "rest", "until": {"time": "10 s"}}


def plate(**until: Any) -> dict[str, Any]:
    return {"step": "plate", "current_density": "0.1 mA/cm^2", "until": until}


def hold(volts: str, **until: Any) -> dict[str, Any]:
    return {"step": "hold", "cell_voltage": volts, "until": until}


def with_void(*steps: dict[str, Any]) -> Simulation:
    """Return a cell whose void leaves about half of the contact."""
    return simulation(geometry=VOID, protocol=list(steps))


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (strip(overpotential="1 nV"), "overpotential reached 1e-09 V"),
        (strip(lithium_at_interface=0.9999), "lithium_at_interface fell to 0.9999"),
        (strip(contact_fraction=0.9), "contact_fraction fell to 0.9"),
        (plate(contact_fraction=0.2), "contact_fraction rose to 0.2"),
        (plate(overpotential="1 nV"), "overpotential reached 1e-09 V"),
        ({"step": "rest", "until": {"contact_fraction": 0.2}}, "contact_fraction rose to 0.2"),
        ({"step": "rest", "until": {"lithium_at_interface": 0.5}}, "rose to 0.5"),
        (hold("1 mV", contact_fraction=0.9), "contact_fraction fell to 0.9"),
        (hold("-1 mV", contact_fraction=0.2), "contact_fraction rose to 0.2"),
    ],
)
def test_a_condition_met_at_the_beginning_takes_no_time(step: dict[str, Any], words: str) -> None:
    cell = with_void(step)
    assert list(cell) == []
    assert cell.stop_reason.endswith(f"{words} before its first time step")
    assert (cell.clock.step, cell.clock.time) == (0, 0.0)


def test_the_potential_follows_a_current_before_its_step_is_looked_at() -> None:
    """At rest there is no overpotential; that of a strip with a void is there at once."""
    cell = with_void(REST, strip(overpotential="0.1 mV"), REST)
    records = list(cell)
    assert {record.protocol_step for record in records} == {0, 2}
    assert cell.step_ends[1][1] == pytest.approx(10.0)
    assert cell.step_ends[1][3] == "overpotential reached 0.0001 V before its first time step"
    assert records[-1].time == pytest.approx(20.0)


def test_a_condition_that_is_not_met_yet_is_hit_inside_the_step() -> None:
    cell = with_void(strip(overpotential="1 mV"))
    assert cell.observed.overpotential < 1e-3
    *_, last = cell
    assert last.overpotential == pytest.approx(1e-3, rel=2e-3)
    assert cell.stop_reason == "overpotential reached 0.001 V"


def test_a_strip_that_delivers_nothing_has_a_summary() -> None:
    cell = with_void(strip(contact_fraction=0.9), REST, strip(time="5 s"))
    totals = RunTotals(cell.results)
    for record in cell:
        totals.add(record)
    first, second = cycles(cell)
    assert (first.capacity, first.share_of_first) == (0.0, None)
    assert (second.protocol_step, second.share_of_first) == (2, None)
    assert summarise(cell, totals)["recovered_share"] is None


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (strip(time="1 fs"), r"until.time: shorter .*'1e-15 s'.* at least numerics.dt_min = 0.001"),
        (REST | {"until": {"time": "0.9 ms"}}, "until.time: shorter than the smallest time step"),
        (hold("1 mV", time="1 us"), "until.time: shorter"),
        (plate(capacity="9e-4 C/m^2"), r"until.capacity: has passed before .* at least 2.778e-08"),
        (strip(capacity="1e-12 mAh/cm^2", contact_fraction=0.5), "until.capacity: has passed"),
    ],
)
def test_what_ends_before_the_smallest_time_step_is_refused(
    step: dict[str, Any], message: str
) -> None:
    with pytest.raises(ConfigurationError, match=message):
        scenario(geometry=VOID, protocol=[step])


def test_the_smallest_time_step_itself_is_allowed() -> None:
    cell = simulation(protocol=[strip(time="1 ms")])
    (record,) = cell
    assert record.time == pytest.approx(1e-3)
    assert cell.stop_reason == "time reached"
